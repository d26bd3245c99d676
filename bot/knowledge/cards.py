"""What a channel shows of clinics, from their packs: for when the database can't be asked."""

import logging
from pathlib import Path

from bot.knowledge.loading import load_pack, pack_files
from bot.knowledge.pack import Pack
from bot.knowledge.repository import ClinicCard
from bot.knowledge.topics import load_topics
from bot.knowledge.yaml_source import PackError

logger = logging.getLogger(__name__)


def cards_of_packs(folder: Path) -> list[ClinicCard]:
    """Return the clinics of a folder as it is now; a pack that cannot be read is left out."""
    topics = load_topics(folder / "topics.yml")
    cards = []
    for path in pack_files(folder):
        try:
            cards.append(_card(load_pack(path, topics)))
        except PackError as error:
            logger.warning("pack left out: %s", error)
    return cards


def _card(pack: Pack) -> ClinicCard:
    return ClinicCard(
        id=pack.id,
        name=pack.name,
        treatments=tuple(pack.treatments),
        country=pack.country,
        time_zone=pack.time_zone,
        emergency_number=pack.emergency_number,
        crisis_line=pack.crisis_line,
        phone=pack.contact.phone,
        website=pack.contact.website,
        email=pack.contact.email,
        retention_days=pack.retention_days,
        hours=dict[str, list[str]](pack.hours.items()) if pack.hours is not None else None,
    )
