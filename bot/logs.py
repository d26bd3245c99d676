"""Logs of all three processes: ids, topics and reasons, never what anyone wrote.

What our own modules log is written with that in mind. Other libraries know no such rule: Rasa logs
the message it failed on, SQLAlchemy the values of a failed statement. Of those only the place in
their code is logged, and of every exception its type and the lines it passed, not its words.

Standard library only, Python 3.10: Rasa's process imports it too (rasa-logging.yml).
"""

import json
import logging
import os
import re
import traceback
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s"
# The request that is served now, in each of its lines; see bot/gateway/request_ids.py.
request_id: ContextVar[str] = ContextVar("request_id", default="-")
OURS = ("bot", "actions", "__main__")
# These say at level INFO that a server starts, is up, or stops, and nothing else.
ANNOUNCING = frozenset(
    {
        "uvicorn.error",
        "rasa.core.run",
        "rasa.core.processor",
        "rasa_sdk.endpoint",
        "rasa_sdk.executor",
    }
)
_EVENT = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def set_up_logging(level: str) -> None:
    """Log to standard error from `level` on, without anybody's words."""
    formatter = keep_words_out()
    logging.basicConfig(format=FORMAT)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(formatter)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)


def keep_words_out() -> logging.Formatter:
    """Let every log record of this process from now on be a quiet one, whichever handler writes it.

    Returns a formatter, as this is how a logging configuration file can call it.
    """
    logging.setLogRecordFactory(quiet_record)
    return JsonLines() if os.environ.get("LOG_FORMAT") == "json" else logging.Formatter(FORMAT)


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs that collect logs (LOG_FORMAT=json)."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),  # noqa: UP017 (3.10)
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request", "-"),
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line)


def quiet_record(*args: Any, **options: Any) -> logging.LogRecord:
    """Return a log record that holds nobody's words; parameters as for `logging.LogRecord`."""
    record = logging.LogRecord(*args, **options)
    record.request = request_id.get()
    if not _may_speak(record):
        record.msg, record.args = _place(record), ()
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        # Formatters take this text where there is one, and do not write their own.
        record.exc_text = lines_of(record.exc_info[1])
    return record


def lines_of(error: BaseException) -> str:
    """Return the lines an exception passed and its type, with its causes, without its words."""
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = "".join(traceback.format_tb(one.__traceback__))
        told.append(f"{frames}{type(one).__module__}.{type(one).__qualname__}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n  because of\n".join(told)


def _may_speak(record: logging.LogRecord) -> bool:
    name = record.name or ""  # nameless: logging makes such a record of its own accord
    if name.partition(".")[0] in OURS:
        return True
    return name in ANNOUNCING and record.levelno == logging.INFO


def _place(record: logging.LogRecord) -> str:
    """Return the name of a structured event, or else where in the code it was logged."""
    text = str(record.msg)
    if text.startswith("{"):
        try:
            event = json.loads(text).get("event")
        except ValueError:
            event = None
        if isinstance(event, str) and _EVENT.fullmatch(event):
            return event
    file = "/".join(record.pathname.split("/")[-2:])
    return f"(words left out) {file}:{record.lineno} {record.funcName or ''}".rstrip()
