"""Logs: our own words, the places of others, and of exceptions types and lines only."""

import json
import logging
import threading
from collections.abc import Iterator

import pytest

from bot.logs import FORMAT, keep_words_out, lines_of

WORDS = "Quillfeather"


class Lines(logging.Handler):
    """Keeps what any handler would write of this thread; a server of other tests may still log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(lambda record: record.thread == threading.get_ident())
        self.setFormatter(logging.Formatter(FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def written() -> Iterator[list[str]]:
    before, handler = logging.getLogRecordFactory(), Lines()
    keep_words_out()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(before)


@pytest.mark.parametrize(
    ("name", "level", "kept"),
    [
        ("bot.gateway.stages", logging.WARNING, True),
        ("actions.answer", logging.ERROR, True),
        ("uvicorn.error", logging.INFO, True),
        ("rasa.core.run", logging.INFO, True),
        ("uvicorn.error", logging.ERROR, False),
        ("rasa.core.channels.rest", logging.ERROR, False),
        ("rasa.core.tracker_store", logging.WARNING, False),
        ("sqlalchemy.engine", logging.WARNING, False),
        ("botanical", logging.WARNING, False),
        ("root", logging.ERROR, False),
    ],
)
def test_who_may_speak(
    written: list[str],
    name: str,
    level: int,
    kept: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # A server that ran in this process may have kept its records from the root's handlers.
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    caplog.set_level(logging.DEBUG, name)  # and back afterwards
    logging.getLogger(name).log(level, "it failed on %s", WORDS)
    (line,) = written
    assert (WORDS in line) is kept
    assert name in line
    assert kept or "test_logs.py" in line


def test_a_structured_event_keeps_its_name(written: list[str]) -> None:
    event = json.dumps({"text": WORDS, "event": "rest.message.received.failure"})
    logging.getLogger("rasa.core.channels.rest").error(event)
    sentence = json.dumps({"event": f"it failed on {WORDS}"})
    logging.getLogger("rasa.core.channels.rest").error(sentence)
    assert "rest.message.received.failure" in written[0]
    assert WORDS not in "".join(written)


def fails() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        raise RuntimeError(f"because of {WORDS}") from error


@pytest.mark.parametrize("name", ["bot.gateway.pipeline", "sanic.error"])
def test_of_an_exception_the_type_and_the_lines(written: list[str], name: str) -> None:
    try:
        fails()
    except RuntimeError:
        logging.getLogger(name).exception("stage failed conversation=%s", "one")
    (line,) = written
    assert WORDS not in line
    for told in ("builtins.RuntimeError", "because of", "builtins.ValueError", "in fails"):
        assert told in line


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError(WORDS), KeyError(WORDS)
    first.__cause__, second.__cause__ = second, first
    assert lines_of(first).count("Error") == 2
    assert WORDS not in lines_of(first)


def test_records_that_logging_makes_itself_are_fine(written: list[str]) -> None:
    logging.getLogger("bot").handle(
        logging.makeLogRecord({"name": "bot", "msg": "made", "levelno": logging.INFO})
    )
    assert "made" in written[0]
