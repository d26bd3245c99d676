"""Thin custom actions: tracker in, domain call, reply out. No rule lives here."""
