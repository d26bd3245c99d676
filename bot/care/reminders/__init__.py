"""Reminders: on which days a patient is written to, in what words, and how it is asked for."""
