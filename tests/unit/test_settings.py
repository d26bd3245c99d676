"""Settings: what is read, what is refused, and that each one is documented."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock
from bot.mail.server import MailServer
from bot.settings import Environment, Settings, SettingsError, load_settings

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"
LONG_KEY = "k" * 32


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment nor a .env of this machine takes part."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_work_on_a_fresh_machine() -> None:
    settings = load_settings()
    assert settings.environment is Environment.DEVELOPMENT
    assert settings.port == 8000
    assert str(settings.database) == "sqlite+pysqlite:///var/saphena.db"
    assert settings.rasa_addresses == ("http://127.0.0.1:5005",)
    assert settings.actions == "http://127.0.0.1:5055"
    assert settings.rate_limits == "on"


GOOD: list[tuple[str, str, str, Any]] = [
    ("PORT", "9000", "port", 9000),
    ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
    ("RATE_LIMITS", "OFF", "rate_limits", "off"),
    ("RASA_URL", "http://rasa:5005/", "rasa_addresses", ("http://rasa:5005",)),
    ("RASA_URL", "http://a:5005, http://b:5005/", "rasa_addresses",
     ("http://a:5005", "http://b:5005")),
    ("RASA_PORT", "5105", "rasa_addresses", ("http://127.0.0.1:5105",)),
    ("RASA_WORKERS", "2", "rasa_addresses", ("http://127.0.0.1:5005", "http://127.0.0.1:5006")),
    ("ACTIONS_URL", "http://actions:5055/webhook", "actions", "http://actions:5055"),
    ("ACTIONS_PORT", "5155", "actions", "http://127.0.0.1:5155"),
    ("STATE_DIR", "/srv/saphena", "state_dir", Path("/srv/saphena")),
    ("ALLOWED_ORIGINS", "https://a.example, https://b.example:8443/", "allowed_origins",
     ("https://a.example", "https://b.example:8443")),
    ("ALLOWED_ORIGINS", "", "allowed_origins", ()),
    ("CLINIC_ORIGINS", "glamour=https://g.example, glamour=https://h.example/,jewel=https://j.example",
     "clinic_origins", {"glamour": ("https://g.example", "https://h.example"),
                        "jewel": ("https://j.example",)}),
    ("PORT", "", "port", 8000),
    ("SMTP_URL", "smtp://localhost:25?from=a@b.example", "mail_server",
     MailServer("localhost", 25, None, None, "a@b.example", "offered")),
    ("SMTP_URL", "smtp://a%40b.example:p%2Fw@m.example", "mail_server",
     MailServer("m.example", 587, "a@b.example", "p/w", "a@b.example", "required")),
    ("SMTP_URL", "smtp://u:p@m.example?from=a@b.example&tls=offered", "mail_server",
     MailServer("m.example", 587, "u", "p", "a@b.example", "offered")),
    ("SMTP_URL", "smtp://u:p@127.0.0.1?from=a@b.example", "mail_server",
     MailServer("127.0.0.1", 587, "u", "p", "a@b.example", "offered")),
    ("SMTP_URL", "smtps://u:p@m.example?from=a@b.example", "mail_server",
     MailServer("m.example", 465, "u", "p", "a@b.example", "at_once")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "attribute", "expected"), GOOD)
def test_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, attribute: str, expected: Any
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), attribute) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@db/name", "postgresql+psycopg://u:p@db/name"),
        (
            "postgres://u:p@db/name?sslmode=require",
            "postgresql+psycopg://u:p@db/name?sslmode=require",
        ),
        ("postgresql+psycopg2://u@db/name", "postgresql+psycopg://u@db/name"),
        ("sqlite:////srv/a.db", "sqlite+pysqlite:////srv/a.db"),
    ],
)
def test_database_urls(monkeypatch: pytest.MonkeyPatch, url: str, expected: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load_settings().database.render_as_string(hide_password=False) == expected


def test_rasa_keeps_its_memory_in_the_same_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings().tracker == f"sqlite:///{tmp_path / 'var' / 'saphena.db'}"
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@db/name")
    assert load_settings().tracker == "postgresql://u:p@db/name"


def test_telegram_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKENS", "glamour=12:ab, true-jewel=34:c=d,")
    tokens = load_settings().telegram_tokens
    assert {clinic: token.get_secret_value() for clinic, token in tokens.items()} == {
        "glamour": "12:ab",
        "true-jewel": "34:c=d",
    }
    assert "12:ab" not in repr(load_settings())


BAD: list[tuple[dict[str, str], list[str]]] = [
    ({"PORT": "many"}, ["PORT", "integer"]),
    ({"PORT": "70000"}, ["PORT", "65535"]),
    ({"RATE_LIMITS": "maybe"}, ["RATE_LIMITS", "'on' or 'off'"]),
    ({"LOG_LEVEL": "loud"}, ["LOG_LEVEL", "'INFO'"]),
    ({"ENVIRONMENT": "staging"}, ["ENVIRONMENT", "'production'"]),
    ({"DATABASE_URL": "my.db"}, ["DATABASE_URL", "sqlite:///path"]),
    ({"DATABASE_URL": "mysql://db/name"}, ["DATABASE_URL", "mysql is not supported"]),
    ({"DATABASE_URL": "sqlite://"}, ["DATABASE_URL", "memory"]),
    ({"REDIS_URL": "localhost:6379"}, ["REDIS_URL", "redis://"]),
    ({"RASA_URL": "localhost:5005"}, ["RASA_URL", "http://"]),
    ({"RASA_WORKERS": "0"}, ["RASA_WORKERS", "greater than or equal to 1"]),
    ({"MESSAGE_LIMIT": "lots"}, ["MESSAGE_LIMIT", "30/minute"]),
    ({"ALLOWED_ORIGINS": "*"}, ["ALLOWED_ORIGINS", "https://www.clinic.example"]),
    ({"ALLOWED_ORIGINS": "https://a.example/path"}, ["ALLOWED_ORIGINS", "scheme and host only"]),
    ({"TELEGRAM_TOKENS": "12:secret-token"}, ["TELEGRAM_TOKENS", "entry 1", "clinic=token"]),
    ({"TELEGRAM_TOKENS": "a=1:x,a=secret-token"}, ["TELEGRAM_TOKENS", "entry 2"]),
    ({"SECRET_KEY": "secret-token"}, ["SECRET_KEY", "too short", "secrets.token_urlsafe"]),
    ({"ENVIRONMENT": "production"}, ["SECRET_KEY", "secrets.token_urlsafe"]),
    ({"ENVIRONMENT": "production", "SECRET_KEY": LONG_KEY}, ["PUBLIC_URL", "https://"]),
    ({"NOW": "2026-11-22T10:00:00"}, ["NOW", "ENVIRONMENT=test"]),
    ({"NOW": "2026-11-22T10:00", "ENVIRONMENT": "production", "SECRET_KEY": LONG_KEY}, ["NOW"]),
    ({"NOW": "soon", "ENVIRONMENT": "test"}, ["NOW"]),
    ({"SMTP_URL": "mail.example:587"}, ["SMTP_URL", "smtp://user:password@"]),
    ({"SMTP_URL": "smtp://mail.example:many?from=a@b.example"}, ["SMTP_URL", "port"]),
    ({"SMTP_URL": "smtp://u:secret-token@mail.example"}, ["SMTP_URL", "mail comes from", "?from="]),
    ({"SMTP_URL": "smtp://u:secret-token/x@mail.example"}, ["SMTP_URL", "%2F"]),
    ({"SMTP_URL": "smtp://u:secret-token?x@mail.example"}, ["SMTP_URL"]),
    ({"SMTP_URL": "smtp://u@mail.example?from=a@b.example"}, ["SMTP_URL", "go together"]),
    ({"SMTP_URL": "smtp://mail.example?from=a@b.example&tls=maybe"}, ["SMTP_URL", "required"]),
    ({"SMTP_URL": "smtp://mail.example?from=a@b.example&cc=x"}, ["SMTP_URL", "from= and tls="]),
    ({"NOTIFY": "desk@glamour.example"}, ["NOTIFY", "clinic=address"]),
    ({"NOTIFY": "glamour=desk"}, ["NOTIFY", "clinic=address"]),
    ({"NOTIFY": "glamour=desk@glamour.example"}, ["NOTIFY", "needs SMTP_URL"]),
]


@pytest.mark.parametrize(("values", "told"), BAD)
def test_bad_values_are_told_with_cause_and_cure(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], told: list[str]
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for words in told:
        assert words in str(caught.value)
    assert "secret-token" not in str(caught.value)


def test_the_mail_server_s_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://u:secret-token@m.example?from=a@b.example")
    assert "secret-token" not in repr(load_settings()) + repr(load_settings().mail_server)


def test_the_clinic_s_people_who_get_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://m.example?from=a@b.example")
    monkeypatch.setenv("PUBLIC_URL", "https://chat.example")
    monkeypatch.setenv("NOTIFY", "glamour=a@g.example, jewel=j@j.example,glamour=b@g.example,")
    assert load_settings().notify == {
        "glamour": ("a@g.example", "b@g.example"),
        "jewel": ("j@j.example",),
    }


def test_several_bad_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("RASA_TIMEOUT", "0")
    with pytest.raises(SettingsError, match=r"(?s)PORT.*RASA_TIMEOUT"):
        load_settings()


def test_production_starts_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SECRET_KEY", LONG_KEY)
    monkeypatch.setenv("PUBLIC_URL", "https://chat.example")
    assert LONG_KEY not in repr(load_settings())


def test_every_setting_is_documented_with_its_default() -> None:
    lines = dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.M))
    assert set(lines) == {name.upper() for name in Settings.model_fields}
    examples = {
        "NOW",
        "ALLOWED_ORIGINS",
        "CLINIC_ORIGINS",
        "REDIS_URL",
        "TELEGRAM_TOKENS",
        "SMTP_URL",
        "NOTIFY",
        "METRICS_PORT",
    }
    defaults = load_settings()
    for name, value in lines.items():
        if name not in examples:
            default = getattr(defaults, name.lower())
            shown = (
                "" if default is None else f"{default:g}" if isinstance(default, float) else default
            )
            assert value == str(shown), name


def test_the_example_can_be_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    everything = re.sub(r"^#(?=[A-Z_]+=.)", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.M)
    (tmp_path / ".env").write_text(everything.replace("=development", "=test"), encoding="utf-8")
    settings = load_settings()
    assert settings.environment is Environment.TEST
    assert set(settings.telegram_tokens) == {"glamour", "true-jewel"}


LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("now", "local"),
    [
        ("2026-11-22T21:30:00-08:00", "2026-11-22T21:30:00-08:00"),
        ("2026-11-23T05:30:00Z", "2026-11-22T21:30:00-08:00"),
        ("2026-11-22T21:30:00", "2026-11-22T21:30:00-08:00"),
        ("2026-07-01T12:00:00", "2026-07-01T12:00:00-07:00"),
    ],
)
def test_now_replaces_the_clock(monkeypatch: pytest.MonkeyPatch, now: str, local: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("NOW", now)
    assert Clock.of(load_settings()).now(LOS_ANGELES).isoformat() == local


def test_the_clock_tells_the_time() -> None:
    before = datetime.now(UTC)
    assert before <= Clock.of(load_settings()).now(LOS_ANGELES) <= datetime.now(UTC)
