"""Saphena: the after-hours assistant of a vein clinic."""

__version__ = "0.1.0"
