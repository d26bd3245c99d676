"""Telegram: one bot per clinic, inside the gateway (docs/telegram.md, docs/decisions/telegram.md).

An update is stored before it is acknowledged (`intake`), handled in order per chat (`chats`,
`handling`) by the way that every channel takes, and what was recorded is sent (`delivering`).
"""
