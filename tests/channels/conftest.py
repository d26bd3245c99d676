"""A gateway on SQLite and one on PostgreSQL, before a stand-in for Rasa."""

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.channels import standin
from tests.channels.desk import Desk, close_browsers, open_desk
from tests.channels.posting import Post, posting
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn
from tests.mailbox import Mailbox


@pytest.fixture(scope="session")
def _rasa() -> Iterator[StandIn]:
    with standin.running() as server:
        yield server


@pytest.fixture
def rasa(_rasa: StandIn) -> Iterator[StandIn]:
    """Rasa's stand-in, answering as usual at the start of each test."""
    _rasa.reset()
    yield _rasa
    _rasa.reset()


@pytest.fixture(scope="session")
def _sqlite_gateway(tmp_path_factory: pytest.TempPathFactory, _rasa: StandIn) -> Iterator[Gateway]:
    state = tmp_path_factory.mktemp("sqlite")
    settings = settings_for(state, rasa_url=_rasa.address, actions_url=_rasa.address)
    prepare(settings)
    with serving(settings) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def _postgres_gateway(
    tmp_path_factory: pytest.TempPathFactory, _rasa: StandIn, postgres_server: str
) -> Iterator[Gateway]:
    name = f"saphena_test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        settings = settings_for(
            tmp_path_factory.mktemp("postgresql"),
            database_url=f"{postgres_server.rpartition('/')[0]}/{name}",
            rasa_url=_rasa.address,
            actions_url=_rasa.address,
        )
        try:
            prepare(settings)
            with serving(settings) as gateway:
                yield gateway
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def gateway(request: pytest.FixtureRequest, rasa: StandIn) -> Gateway:
    """A running gateway, on either database."""
    name = {"sqlite": "_sqlite_gateway", "postgresql": "_postgres_gateway"}[request.param]
    found: Gateway = request.getfixturevalue(name)
    return found


@pytest.fixture
def patient(gateway: Gateway) -> Patient:
    """A patient with a new conversation at a clinic that has a phone."""
    return gateway.open()


@pytest.fixture(autouse=True)
def _closed_browsers() -> Iterator[None]:
    yield
    close_browsers()


@pytest.fixture
def desk(gateway: Gateway) -> Desk:
    """A clinic of the test's own, with three people."""
    return open_desk(gateway)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder for a gateway of the test's own."""
    return tmp_path


@pytest.fixture
def unused_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def _post(tmp_path_factory: pytest.TempPathFactory, _rasa: StandIn) -> Iterator[Post]:
    with posting(tmp_path_factory.mktemp("post"), _rasa) as post:
        yield post


@pytest.fixture
def post(_post: Post, rasa: StandIn) -> Post:
    """A gateway that mails, with nothing to send and a stand-in that answers as usual."""
    _post.reset()
    return _post


@pytest.fixture
def mailbox(post: Post) -> Mailbox:
    """The mail server of that gateway."""
    return post.mailbox
