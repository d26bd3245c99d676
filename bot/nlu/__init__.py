"""Rasa graph components of the assistant (brain environment, Python 3.10)."""
