"""E-mail: the server by setting, a mail as plain data, and its way to the server."""
