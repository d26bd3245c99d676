"""What has to be in place before the processes start: the schema and the clinics' packs."""

from collections import Counter

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.progress import Step, StepError
from bot.clock import Clock
from bot.database import Database
from bot.knowledge import importer
from bot.knowledge.sign_off import warning
from bot.knowledge.topics import load_topics
from bot.knowledge.triage_examples import load_likeness
from bot.knowledge.yaml_source import PackError
from bot.migrations.schema import upgrade
from bot.settings import Settings

DATABASE_CURE = (
    "Check DATABASE_URL (default: a SQLite file in STATE_DIR) and that it can be written."
)
PACK_CURE = "Mend the clinic's file, check it with: make check-clinics"


def learn_red_flags(settings: Settings) -> None:
    """Learn how red flags read, if their examples changed. Raises StepError that names the file."""
    with Step("red flags", "learning"):
        try:
            load_likeness(settings.clinics_dir / "triage")
        except PackError as error:
            raise StepError(str(error), PACK_CURE) from None


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema. Raises StepError when it cannot be reached."""
    with Step("database", "migrating") as step:
        database = Database(settings.database)
        try:
            step.result = "migrated" if upgrade(database.engine) else "up to date"
        except SQLAlchemyError as error:
            raise StepError(f"The database cannot be used: {error}", DATABASE_CURE) from None
        finally:
            database.close()


def import_packs(settings: Settings) -> None:
    """Import every clinic's pack that changed. Raises StepError that names file and path."""
    with Step("protocol packs", "importing") as step:
        folder = settings.clinics_dir
        try:
            packs, general = importer.load_folder(folder, load_topics(folder / "topics.yml"))
        except PackError as error:
            raise StepError(str(error), PACK_CURE) from None
        database = Database(settings.database)
        now = Clock.of(settings).now()
        outcomes = Counter(importer.import_packs(database, packs, general, now).values())
        database.close()
        step.result = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    unsigned = warning([pack.id for pack in packs if pack.sign_off is None])
    if unsigned:
        print(f"  warning: {unsigned}", flush=True)
