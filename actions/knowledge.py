"""What the actions answer from: the database and the texts, opened when the server starts."""

from dataclasses import dataclass, field

from bot.care.protocol import Protocol
from bot.care.screening.medicines import Medicines
from bot.care.topic import Topic
from bot.clock import Clock
from bot.database import Database
from bot.knowledge.medicines import load_medicines
from bot.knowledge.repository import clinic_checksum, load_protocol
from bot.knowledge.texts import Texts, load_texts
from bot.knowledge.topics import load_topics
from bot.language import LanguageDetector
from bot.settings import Settings


@dataclass(slots=True)
class Knowledge:
    """The clinics' protocols, read again only when an import has changed them."""

    database: Database
    topics: dict[str, Topic]
    texts: Texts
    medicines: Medicines
    clock: Clock
    languages: LanguageDetector
    retention_days: int
    _protocols: dict[str, tuple[str, Protocol]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "Knowledge":
        """Open what the settings name. Raises OSError when a file is missing."""
        return cls(
            database=Database(settings.database),
            topics=load_topics(settings.clinics_dir / "topics.yml"),
            texts=load_texts(settings.clinics_dir / "texts"),
            medicines=load_medicines(settings.clinics_dir / "medicines.yml"),
            clock=Clock.of(settings),
            languages=LanguageDetector(),
            retention_days=settings.retention_days,
        )

    def protocol(self, clinic_id: str) -> Protocol:
        """Return a clinic's protocol as last imported. Raises LookupError for an unknown clinic."""
        with self.database.read() as session:
            checksum = clinic_checksum(session, clinic_id)
            cached = self._protocols.get(clinic_id)
            if cached is not None and cached[0] == checksum:
                return cached[1]
            protocol = load_protocol(session, clinic_id, default_retention_days=self.retention_days)
        if protocol is None or checksum is None:
            raise LookupError(f"there is no clinic {clinic_id!r}; import its pack first")
        self._protocols[clinic_id] = (checksum, protocol)
        return protocol
