"""The schema: migrations say what the models say, on both databases; transactions hold."""

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

import bot as bot_package
from bot.database import Base, Database, going_first
from bot.migrations.models import MODULES, register_all
from bot.migrations.schema import SchemaError, alembic_config, require_current, upgrade
from bot.records.models import ButtonRow, ConversationRow
from tests.plain_settings import plain_settings

# As Rasa 3.6.21 makes it (rasa.core.tracker_store.SQLTrackerStore.SQLEvent).
RASA_EVENTS = {
    "id": "INTEGER",
    "sender_id": "VARCHAR(255)",
    "type_name": "VARCHAR(255)",
    "timestamp": ("FLOAT", "DOUBLE PRECISION"),
    "intent_name": "VARCHAR(255)",
    "action_name": "VARCHAR(255)",
    "data": "TEXT",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    url = f"sqlite:///{tmp_path / 'folder' / 'test.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = Database(plain_settings(database_url=url).database)
    yield made
    made.close()


def test_the_migrated_schema_is_that_of_the_models(database: Database) -> None:
    register_all()
    assert upgrade(database.engine) is True
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_module_with_tables_is_known() -> None:
    bot = Path(bot_package.__file__).parent
    found = {
        ".".join(path.relative_to(bot.parent).with_suffix("").parts)
        for path in bot.rglob("*.py")
        if "(Base):" in path.read_text(encoding="utf-8")
    }
    assert found == set(MODULES)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database.engine)
    assert upgrade(database.engine) is False
    require_current(database.engine)


def test_the_migration_can_be_taken_back(database: Database) -> None:
    upgrade(database.engine)
    with database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_an_old_schema_is_told_with_the_cure(database: Database) -> None:
    with pytest.raises(SchemaError, match="python -m bot db upgrade"):
        require_current(database.engine)


def test_rasa_finds_its_table(database: Database) -> None:
    upgrade(database.engine)
    with database.engine.connect() as connection:
        columns = inspect(connection).get_columns("events")
        indexes = inspect(connection).get_indexes("events")
        found = {column["name"]: str(column["type"]) for column in columns}
        assert list(found) == list(RASA_EVENTS)
        for name, kind in RASA_EVENTS.items():
            assert found[name] in kind
        assert [index["column_names"] for index in indexes] == [["sender_id"]]
        # Rasa leaves the id to the database.
        insert = "INSERT INTO events (sender_id, type_name) VALUES ('a', 'user')"
        connection.execute(text(insert))
        connection.execute(text(insert))
        assert connection.execute(text("SELECT count(DISTINCT id) FROM events")).scalar() == 2


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    upgrade(database.engine)
    with pytest.raises(RuntimeError), database.write() as session:
        session.add(conversation("one"))
        session.flush()
        raise RuntimeError
    with database.read() as session:
        assert session.get(ConversationRow, "one") is None


def test_foreign_keys_hold(database: Database) -> None:
    upgrade(database.engine)
    stray = ButtonRow(conversation_id="none", id="b", seq=1, payload="/x", title="X")
    with pytest.raises(IntegrityError) as caught, database.write() as session:
        session.add(stray)
    assert "/x" not in str(caught.value)


def test_times_keep_their_moment(database: Database) -> None:
    upgrade(database.engine)
    moment = datetime(2026, 11, 22, 21, 30, tzinfo=timezone(timedelta(hours=-8)))
    with database.write() as session:
        session.add(conversation("one", moment))
    with database.read() as session:
        stored = session.get_one(ConversationRow, "one").created_at
    assert (stored, stored.utcoffset()) == (moment, timedelta(0))


def test_a_time_without_an_offset_is_refused(database: Database) -> None:
    upgrade(database.engine)
    naive = datetime(2026, 11, 22, 21, 30)  # noqa: DTZ001
    with pytest.raises(StatementError, match="needs an offset"), database.write() as session:
        session.add(conversation("one", naive))


def test_writers_that_read_first_wait_for_each_other(database: Database) -> None:
    upgrade(database.engine)
    with database.write() as session:
        session.add(conversation("one"))

    def count_up() -> None:
        for _ in range(25):
            with database.write() as session:
                row = session.get_one(ConversationRow, "one", with_for_update=True)
                row.last_seq += 1

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get_one(ConversationRow, "one").last_seq == 100


def test_who_reads_does_not_wait_for_those_who_write(database: Database) -> None:
    upgrade(database.engine)
    over = threading.Event()

    async def run() -> None:
        many = (database.writing(lambda _session: over.wait(20)) for _ in range(60))
        writing = [asyncio.create_task(one) for one in many]
        await asyncio.sleep(0.2)
        try:
            async with asyncio.timeout(2):
                await database.reading(lambda session: session.get(ConversationRow, "one"))
        finally:
            over.set()
            assert all(await asyncio.gather(*writing))

    asyncio.run(run())


def test_what_goes_first_passes_those_who_wait(database: Database) -> None:
    upgrade(database.engine)
    wrote = list[str]()

    def note(name: str, _session: Session) -> None:
        time.sleep(0.01)
        wrote.append(name)

    async def run() -> None:
        waiting = [asyncio.create_task(database.writing(partial(note, "other"))) for _ in range(60)]
        await asyncio.sleep(0)
        with going_first():
            # Also what is begun within and waited for later.
            begun = asyncio.create_task(database.writing(partial(note, "first")))
        await asyncio.gather(begun, *waiting)

    asyncio.run(run())
    assert wrote.index("first") < 30


def test_one_at_a_time_asks_to_write_to_a_file(tmp_path: Path) -> None:
    """Those who ask while it is taken are let in by chance, and another process hardly ever."""
    made = Database(plain_settings(database_url=f"sqlite:///{tmp_path / 'test.db'}").database)
    upgrade(made.engine)
    pool = made.engine.pool
    assert isinstance(pool, QueuePool)
    asking, wrote = list[int](), list[int]()

    def write(number: int, session: Session) -> None:
        session.connection()  # begins
        asking.append(pool.checkedout())
        wrote.append(number)

    async def run() -> None:
        await asyncio.gather(*(made.writing(partial(write, number)) for number in range(30)))

    asyncio.run(run())
    made.close()
    assert set(asking) == {1}
    assert wrote == list(range(30))


def conversation(
    conversation_id: str, at: datetime = datetime(2026, 11, 22, tzinfo=UTC)
) -> ConversationRow:
    return ConversationRow(
        id=conversation_id,
        clinic_id="glamour",
        channel="web",
        created_at=at,
        last_at=at,
        last_seq=0,
    )
