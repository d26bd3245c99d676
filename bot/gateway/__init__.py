"""The public side: HTTP API, tokens, limits, and the way of a message."""
