"""Rasa's process: Rasa as it comes, started with what makes it quick. Python 3.10, Rasa's own."""
