"""Protocol packs: what is wrong in one is named with file, line, path and cure."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.database import Database
from bot.knowledge.cards import cards_of_packs
from bot.knowledge.importer import import_packs, load_folder
from bot.knowledge.loading import load_pack
from bot.knowledge.repository import list_clinics
from bot.knowledge.topics import load_topics
from bot.knowledge.yaml_source import PackError
from bot.migrations.schema import upgrade
from tests.plain_settings import plain_settings

CLINICS = Path(__file__).parents[2] / "clinics"

GOOD = """\
id: test-clinic
name: Test Clinic
treatments: [sclerotherapy]
country: US
time_zone: America/New_York
emergency_number: "911"
document: {title: Its page}
sources: {care: Aftercare}
facts:
  walk: {min: 10, max: 20, unit: minute, source: care}
answers:
  pain: {text: "A short walk of {walk} helps.", sources: [care]}
rules:
  - topic: exercise
    kind: restriction
    what: heavy exercise
    window: {min: 2, max: 3, unit: days}
    sources: [care]
"""

# (what is changed in the good pack, into what, and what the error must say)
MISTAKES = [
    ("name: Test", "nmae: Test", ["nmae", "Did you mean 'name'?"]),
    ("name: Test Clinic\n", "", ["name: missing", "Add it"]),
    ("id: test-clinic", "id: other", ["test-clinic.yml:1: id", "Name the file other.yml"]),
    ("America/New_York", "New York", ["time_zone", "a name such as America/New_York"]),
    ("[sclerotherapy]", "[surgery]", ["treatments.0", "You wrote 'surgery'"]),
    ("{walk}", "{wlak}", [":12: answers.pain.text", "no fact 'wlak'", "Did you mean {walk}?"]),
    ("{walk}", "{walk", ["answers.pain.text", "Close every {"]),
    ("{walk}", "15 minutes", ["'15'", "Put it under facts"]),
    ("sources: [care]}", "sources: [car]}", ["answers.pain", "'car'", "use one of: care"]),
    ("pain:", "pian:", ["answers.pian", "Did you mean 'pain'?"]),
    ("pain:", "exercise:", ["answers.exercise", "Write it under rules"]),
    ("min: 2, max: 3", "min: 3, max: 2", ["rules.0.window", "swap them"]),
    ("min: 10, max: 20", "min: 20, max: 10", ["facts.walk", "Swap them"]),
    ("unit: days", "unit: fortnights", ["rules.0.window", "You wrote 'fortnights'"]),
    ("topic: exercise", "topic: excercise", ["rules.0.topic", "Did you mean 'exercise'?"]),
    ("kind: restriction", "kind: permission", ["rules.0", "Remove it, or use restriction"]),
    ("    window: {min: 2, max: 3, unit: days}\n", "", ["rules.0", "give either window or phases"]),
    ("what: heavy", "what: 3 days of heavy", ["rules.0.what", "the figures belong into window"]),
    ("country: US\n", "country: US\ncountry: GB\n", [":5", "stands here twice"]),
    ("rules:\n", "rules: [\n", ["test-clinic.yml:", "Check indentation"]),
    ("country: US", "country: USA", ["country"]),
    ("country: US\n", "country: US\nhours: {mon: [9-17]}\n", ["hours", '"09:00-17:00"']),
    (
        "country: US\n",
        'country: US\nhours: {mon: ["09:00-13:00", "12:00-17:00"]}\n',
        ["hours", "overlap", "Join them into one"],
    ),
    ("country: US\n", "country: US\nhours: {monday: []}\n", ["hours", "Input should be 'mon'"]),
    ("country: US\n", "country: US\nretention_days: 0\n", ["retention_days", "1"]),
    ("country: US\n", "country: US\nretention_days: forever\n", ["retention_days", "'forever'"]),
]  # fmt: skip


def problems_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "test-clinic.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(path, load_topics(CLINICS / "topics.yml"))
    return str(caught.value)


def test_the_good_pack_is_good(tmp_path: Path) -> None:
    path = tmp_path / "test-clinic.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_pack(path, load_topics(CLINICS / "topics.yml")).name == "Test Clinic"


@pytest.mark.parametrize(
    ("good", "bad", "said"), MISTAKES, ids=[m[1][:25] or m[0][:25] for m in MISTAKES]
)
def test_a_mistake_is_named_with_its_cure(
    tmp_path: Path, good: str, bad: str, said: list[str]
) -> None:
    assert good in GOOD
    found = problems_of(tmp_path, GOOD.replace(good, bad, 1))
    for part in ["test-clinic.yml", *said]:
        assert part.lower() in found.lower()


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("{walk}", "{wlak}").replace("topic: exercise", "topic: excercise")
    assert len(problems_of(tmp_path, text).splitlines()) == 2


def test_a_missing_file_and_a_binary_one_are_named(tmp_path: Path) -> None:
    topics = load_topics(CLINICS / "topics.yml")
    with pytest.raises(PackError, match=r"none\.yml.*Check the file's name"):
        load_pack(tmp_path / "none.yml", topics)
    (tmp_path / "bin.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackError, match="Save the file as UTF-8"):
        load_pack(tmp_path / "bin.yml", topics)


def test_the_five_clinics_are_there_with_their_disputes() -> None:
    packs, _ = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
    disputes = {
        pack.id: {name for name, prose in pack.answers.items() if prose.dispute}
        | {rule.topic for rule in pack.rules if rule.contradicted_by}
        for pack in packs
    }
    assert disputes["glamour"] == set()
    assert {"painkillers", "heat", "session_count"} <= disputes["smokey-point"]
    assert {"sun", "session_count", "large_varicose"} <= disputes["harmony-laser"]
    assert {"results_time"} <= disputes["true-jewel"]
    assert {"compression", "pain"} <= disputes["asclera-medispa"]


def test_no_pack_has_a_price_that_its_document_has_not() -> None:
    raw = {p.stem: yaml.safe_load(p.read_text()) for p in CLINICS.glob("*.yml")}
    priced = {
        name
        for name, pack in raw.items()
        if any("amount" in fact or "min_amount" in fact for fact in pack.get("facts", {}).values())
    }
    assert priced == {"smokey-point"}


# --- cards


def test_clinics_are_shown_from_their_packs_as_from_the_database(tmp_path: Path) -> None:
    database = Database(plain_settings(state_dir=tmp_path).database)
    upgrade(database.engine)
    packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
    import_packs(database, packs, general, datetime(2026, 11, 22, tzinfo=UTC))
    with database.read() as session:
        stored = list_clinics(session)
    database.close()
    assert sorted(cards_of_packs(CLINICS), key=lambda card: card.name) == stored


def test_a_pack_that_cannot_be_read_is_left_out_of_the_cards(tmp_path: Path) -> None:
    for path in CLINICS.glob("*.yml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "glamour.yml").write_text("id: [", encoding="utf-8")
    found = {card.id for card in cards_of_packs(tmp_path)}
    assert found == {card.id for card in cards_of_packs(CLINICS)} - {"glamour"}
