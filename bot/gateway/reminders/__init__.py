"""Reminders in the gateway: the stage that ends them, and the handler that sends them."""
