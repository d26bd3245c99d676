"""Nothing that is told from outside makes a parser fail in a way that it does not announce.

Dates, typed text and triage have their own: test_dates.py, test_gateway_reading.py,
test_triage_fuzz.py.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.gateway.reading import read_press
from bot.gateway.refusals import Code, Refusal
from bot.gateway.telegram import reading, showing
from bot.gateway.telegram.route import BAD_UPDATE
from bot.knowledge.loading import load_general, load_pack
from bot.knowledge.topics import load_topics
from bot.knowledge.yaml_source import PackError
from bot.records.plain import StoredButton

CLINICS = Path(__file__).parents[2] / "clinics"
TOPICS = load_topics(CLINICS / "topics.yml")
PACKS = [path for path in sorted(CLINICS.glob("*.yml")) if path.stem in ("glamour", "true-jewel")]
UPDATES = [
    row["update"]
    for row in yaml.safe_load(Path(__file__).with_name("telegram_updates.yml").read_text("utf-8"))
]
HAPPENINGS = (reading.Said, reading.Pressed, reading.Membership, reading.InGroup, type(None))

Place = tuple[str | int, ...]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["9-17", "{", "{x}", "0", "1 to 2", "-1", "2026-02-30", "é\ud800", "=1", ""])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a value of lists and mappings, its whole excepted."""
    if isinstance(value, dict):
        items: Any = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return
    for key, inner in items:
        yield (*at, key)
        yield from places(inner, (*at, key))


def changed(value: Any, change: tuple[str, Place, Any]) -> Any:
    """A copy with one place replaced, removed, or doubled under another name."""
    how, (*way, last), new = change
    whole = copy.deepcopy(value)
    inner = whole
    for key in way:
        inner = inner[key]
    if how == "remove":
        del inner[last]
    elif how == "rename" and isinstance(inner, dict):
        inner[new if isinstance(new, str | int | float | bool | None) else "x"] = inner.pop(last)
    else:
        inner[last] = new
    return whole


def changes(value: Any) -> st.SearchStrategy[Any]:
    """The value with one to three changes, one after the other."""

    def one(given_value: Any) -> st.SearchStrategy[Any]:
        where = list(places(given_value))
        if not where:
            return st.just(given_value)
        change = st.tuples(
            st.sampled_from(["replace", "replace", "remove", "rename"]),
            st.sampled_from(where),
            values,
        )
        return change.map(lambda made: changed(given_value, made))

    return one(value) | one(value).flatmap(one) | one(value).flatmap(one).flatmap(one)


def written(value: Any, path: Path) -> Path:
    """Write YAML; what it cannot say is left to the test of garbage."""
    text = yaml.safe_dump(value, allow_unicode=False)
    path.write_text(text, encoding="utf-8")
    return path


BOUNDED = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# A whole pack takes PyYAML a tenth of a second.
FEWER = settings(BOUNDED, max_examples=25)


@pytest.mark.parametrize("source", PACKS, ids=lambda path: path.stem)
def test_a_changed_pack_is_a_pack_or_is_explained(source: Path, tmp_path: Path) -> None:
    good = yaml.safe_load(source.read_text("utf-8"))

    @FEWER
    @given(changes(good))
    def check(data: Any) -> None:
        path = written(data, tmp_path / source.name)
        try:
            load_pack(path, TOPICS)
        except PackError as error:
            assert error.problems
            assert str(error)

    check()


def test_changed_general_knowledge_is_explained(tmp_path: Path) -> None:
    good = yaml.safe_load((CLINICS / "general.yml").read_text("utf-8"))

    @FEWER
    @given(changes(good))
    def check(data: Any) -> None:
        try:
            load_general(written(data, tmp_path / "general.yml"), TOPICS)
        except PackError as error:
            assert error.problems

    check()


@BOUNDED
@given(
    st.binary(max_size=200)
    | st.text(alphabet="ab:-[]{}&*!|>'\"\n #%@`?,0\t", max_size=60).map(str.encode)
)
@example(b"a: &a [*a]")
@example(b"&a [*a]: 1")
@example(b"? [1]\n: 2")
@example(b"a: 2026-99-99")
@example(b"a: 9999-12-31T99:99:99Z")
@example(b"<<: 5")
@example(b"a: !!python/object/apply:os.system [true]")
@example(b"a: !!binary x")
@example(b"a: !!int x")
@example(b"[" * 3000)
@example(b"a: " * 1000)
@example(b"a: 0x" + b"f" * 5000)
def test_any_bytes_are_a_pack_or_are_explained(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.yml"
    path.write_bytes(content)
    with pytest.raises(PackError):
        load_pack(path, TOPICS)


@BOUNDED
@given(st.sampled_from(UPDATES).flatmap(changes))
def test_a_changed_update_means_something_or_is_refused(update: Any) -> None:
    if not isinstance(update, dict):
        return
    try:
        read = reading.read(Update.de_json({"update_id": 1, **update}, None))
        known_by = read.client_id if isinstance(read, reading.Said) else ""
    except BAD_UPDATE:
        return  # refused at the door, or given up by the worker after some tries
    assert isinstance(read, HAPPENINGS)
    assert len(known_by) <= 64


@given(st.text(max_size=80))
def test_any_data_of_a_button_is_read(data: str) -> None:
    press = showing.read_press(data)
    assert press is None or press[0] in ("press", "check", "done")


buttons = st.builds(
    StoredButton,
    title=st.text(max_size=5),
    payload=st.sampled_from(["/cost", "/restart", "pregnant", "", "/", 'a"b', "}"]),
    seq=st.integers(1, 2),
)


@given(st.lists(buttons, max_size=4), st.integers(0, 5))
def test_presses_are_what_was_offered_together_or_refused(
    offered: list[StoredButton], count: int
) -> None:
    try:
        said, payload = read_press(offered, count)
    except Refusal as refusal:
        assert refusal.code is Code.UNKNOWN_BUTTON
        return
    assert count == len(offered) >= 1
    assert len({one.seq for one in offered}) == 1
    if not payload.startswith("/affirm{"):
        assert [one.payload for one in offered] == [payload]
        return
    picked = json.loads(payload.removeprefix("/affirm"))
    assert picked == {"picked": [one.payload for one in offered]}
    assert said == "; ".join(one.title for one in offered)
