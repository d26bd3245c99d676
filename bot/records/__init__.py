"""What is kept of conversations: messages, buttons, and Rasa's tracker events."""
