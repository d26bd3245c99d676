"""The bot's commands, and where a link into it may lead."""

from collections.abc import Mapping
from typing import Final

from bot.care.topic import Topic, TopicKind
from bot.knowledge.texts import Texts

# Commands that stand for a subject. The others: start and help, and those said in words.
TOPICS: Final[Mapping[str, str]] = {
    "aftercare": "aftercare",
    "candidate": "candidate",
    "book": "book",
    "reminders": "reminders",
    "human": "handoff",
    "privacy": "privacy",
}
START: Final = "start"
HELP: Final = "help"
_LINKED: Final = frozenset({TopicKind.FAQ, TopicKind.AFTERCARE, TopicKind.SYMPTOM, TopicKind.FLOW})


def commands(texts: Texts) -> list[tuple[str, str]]:
    """Return the commands with their descriptions, in the menu's order."""
    prefix = "telegram.commands."
    names = [START, HELP, *list(TOPICS), "delete"]
    return [(name, texts.say(f"{prefix}{name}")) for name in names]


def topic_of(command: str) -> str | None:
    """Return the subject that a command stands for."""
    return TOPICS.get(command)


def words_of(command: str, texts: Texts) -> str | None:
    """Return what a command says in words, if it is no subject of its own."""
    key = f"telegram.said.{command}"
    return texts.say(key) if key in texts else None


def linked_topic(parameter: str, topics: Mapping[str, Topic], texts: Texts) -> str | None:
    """Return the subject that a link (t.me/bot?start=parameter) leads to: a topic or a command."""
    topic = topics.get(TOPICS.get(parameter, parameter))
    if topic is None or topic.kind not in _LINKED or f"label.{topic.id}" not in texts:
        return None
    return topic.id
