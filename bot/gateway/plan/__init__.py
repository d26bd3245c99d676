"""The aftercare plan outside the chat: a page to print, and a calendar file."""
