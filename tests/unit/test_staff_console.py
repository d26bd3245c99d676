"""The console's own parts: words for every id, passwords, accounts at the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader
from typer.testing import CliRunner

from bot.care.booking.request import Kind, Status
from bot.care.screening.model import Outcome
from bot.cli import staff
from bot.cli.app import app
from bot.database import Database
from bot.gateway.staff.access import safe_next
from bot.gateway.staff.pages import FOLDER
from bot.gateway.staff.passwords import (
    WeakPasswordError,
    check_strength,
    generate_password,
)
from bot.knowledge.models import ClinicRow
from bot.migrations.schema import upgrade
from bot.records.audit import Action, list_audit
from bot.records.board import LEVELS
from bot.records.plain import Author
from bot.records.staff import Role, find_account
from tests.channels.serving import clinic
from tests.plain_settings import plain_settings

CLINICS = Path(__file__).parents[2] / "clinics"


def words() -> dict[str, dict[str, str]]:
    environment = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True)
    return vars(environment.get_template("_words.html").module)


def flags() -> set[str]:
    findings = yaml.safe_load((CLINICS / "triage" / "findings.yml").read_text())
    return {finding["flag"] for finding in findings.values()} | {"other", "self_harm"}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("LEVELS", set(LEVELS)),
        ("FLAGS", flags()),
        ("KINDS", set(Kind)),
        ("STATUSES", set(Status)),
        ("OUTCOMES", set(Outcome)),
        ("AUTHORS", set(Author)),
        ("ROLES", set(Role)),
        ("ACTIONS", set(Action)),
    ],
)
def test_the_console_has_a_word_for_every_id(name: str, ids: set[str]) -> None:
    assert set(words()[name]) == {str(one) for one in ids}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "short"),
        ("aaaaaaaaaaaaaaaaaaaa", "short"),
        ("v" * 100 + "abcdefgh" * 20, "long"),
        ("xx-Maria.Lopez-xx-99", "login"),
    ],
)
def test_weak_passwords(password: str, code: str) -> None:
    with pytest.raises(WeakPasswordError) as raised:
        check_strength(password, "maria.lopez")
    assert raised.value.code == code


def test_generated_passwords_are_strong_and_differ() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_strength(password, "maria")


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/staff", "/staff"),
        ("/staff/conversations/abc", "/staff/conversations/abc"),
        ("/staffroom", "/staff"),
        ("//evil.example/staff", "/staff"),
        ("/staff//evil.example", "/staff"),
        ("https://evil.example/staff", "/staff"),
        ("/staff/\r\nSet-Cookie: x", "/staff"),
        ("", "/staff"),
    ],
)
def test_login_leads_on_within_the_console(path: str, leads_to: str) -> None:
    assert safe_next(path) == leads_to


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    opened = Database(plain_settings(state_dir=tmp_path).database)
    upgrade(opened.engine)
    with opened.write() as session:
        harbor: ClinicRow = clinic("harbor", "Harbor Vein", None)
        session.add(harbor)
    yield opened
    opened.close()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["staff", *arguments])
    return result.output if result.exception is None else str(result.exception)


ADD = ("add", "harbor", "Maria.Lopez", "--name", "Maria Lopez", "--generate")


def test_accounts_at_the_command_line(database: Database) -> None:
    added = run(*ADD, "--owner")
    assert "maria.lopez may log in for harbor (owner)." in added
    assert "shown only now" in added
    assert run("list") == "harbor  maria.lopez  Maria Lopez  owner\n"
    assert run("disable", "maria.lopez") == "maria.lopez is disabled.\n"
    assert "disabled" in run("list", "harbor")
    assert run("enable", "maria.lopez") == "maria.lopez may log in again.\n"
    assert "shown only now" in run("password", "maria.lopez", "--generate")
    assert run("reset-throttle", "maria.lopez") == "maria.lopez may try again.\n"
    with database.read() as session:
        account = find_account(session, "MARIA.LOPEZ")
        lines = [str(entry.action) for _, entry in list_audit(session, "harbor", limit=9)]
    assert account is not None
    assert (account.temporary, account.throttle_round) == (True, 1)
    assert account.password_hash.startswith("$argon2id$")
    assert lines == [
        "throttle_reset",
        "password_set",
        "account_enabled",
        "account_disabled",
        "account_added",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "nowhere", "maria", "--name", "Maria", "--generate"), "There is no clinic"),
        (("add", "harbor", "ma ria", "--name", "Maria", "--generate"), "is no login name"),
        (("add", "harbor", "maria", "--name", "M" * 81, "--generate"), "name cannot be used"),
        (("add", "harbor", "maria", "--name", "Maria"), "no terminal"),
        (("disable", "nobody"), "There is no account 'nobody'"),
        (("password", "nobody", "--generate"), "There is no account 'nobody'"),
        (("list", "nowhere"), "There is no clinic"),
    ],
)
def test_what_the_command_line_refuses(
    database: Database, arguments: tuple[str, ...], says: str
) -> None:
    assert says in run(*arguments)


def test_a_login_name_belongs_to_one_account(database: Database) -> None:
    run(*ADD)
    assert "There is an account 'maria.lopez' already" in run(*ADD)


def test_the_words_of_a_weak_password_stand_at_the_command_line() -> None:
    assert set(staff.PROBLEMS) == {"short", "long", "login"}
