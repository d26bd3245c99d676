"""Reading the subjects a patient can raise (clinics/topics.yml)."""

from functools import cache
from pathlib import Path

import yaml

from bot.care.topic import Topic, TopicKind


@cache
def load_topics(path: Path) -> dict[str, Topic]:
    """Read topics.yml into {id: Topic}, in file order. Raises KeyError on an entry without kind."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: Topic(name, TopicKind(entry["kind"]), entry["about"]) for name, entry in raw.items()
    }
