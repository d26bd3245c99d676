"""Requests to the clinic: a consultation, a call back, a moved or cancelled appointment."""
