"""The phrases a reply is made of, seen from the domain: something that says a key with values."""

from typing import Protocol as TypingProtocol


class Phrases(TypingProtocol):
    """The assistant's texts. `bot.knowledge.texts.Texts` is one."""

    def __contains__(self, key: str) -> bool: ...

    def say(self, key: str, **values: object) -> str:
        """Return the phrase of a key with its placeholders filled in."""
        ...
