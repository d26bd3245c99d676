"""Every setting, typed, read from the environment (and from a file .env); see .env.example."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from limits import parse_many
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL

from bot import urls
from bot.addresses import deliverable
from bot.mail.server import MailServer, read_server

KEY_LENGTH = 32
KEY_CURE = (
    "Set SECRET_KEY to at least 32 random characters, for example the output of: "
    'python -c "import secrets; print(secrets.token_urlsafe(48))"'
)

Port = Annotated[int, Field(ge=1, le=65535)]
Amount = Annotated[float, Field(gt=0, le=10_000)]


class Environment(StrEnum):
    """Where the program runs; production is strict about secrets, test may replace the clock."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The settings cannot be used; the text names each one, the cause and the cure."""


class Settings(BaseSettings):
    """The settings of all processes. Names in the environment are the fields in upper case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    environment: Environment = Environment.DEVELOPMENT
    state_dir: Path = Path("var")
    clinics_dir: Path = Path("clinics")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    now: datetime | None = None

    metrics_host: str = "127.0.0.1"
    metrics_port: Port | None = None

    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str = ""
    secret_key: SecretStr | None = None
    token_days: Annotated[int, Field(ge=1)] = 90
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    clinic_origins: Annotated[dict[str, tuple[str, ...]], NoDecode] = {}
    trusted_proxies: str = "127.0.0.1"

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    database_url: str = ""
    redis_url: str | None = None

    rate_limits: Literal["on", "off"] = "on"
    conversation_limit: str = "30/minute;300/hour"
    message_limit: str = "120/minute;1000/hour"
    max_text: Annotated[int, Field(ge=1, le=10_000)] = 1000
    max_body: Annotated[int, Field(ge=1024)] = 16_384
    max_under_way: Annotated[int, Field(ge=1)] = 32
    max_waiting: Annotated[int, Field(ge=1)] = 200
    max_streams: Annotated[int, Field(ge=1)] = 5

    login_account_limit: str = "10/15minute"
    login_address_limit: str = "50/15minute"
    staff_session_hours: Amount = 12
    staff_idle_minutes: Amount = 120
    staff_online_minutes: Amount = 5
    handover_wait_minutes: Amount = 3
    handover_quiet_minutes: Amount = 5
    handover_return_minutes: Amount = 20

    rasa_workers: Annotated[int, Field(ge=1, le=64)] = 1
    rasa_port: Port = 5005
    rasa_url: str = ""
    rasa_timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    actions_host: str = "127.0.0.1"
    actions_port: Port = 5055
    actions_url: str = ""

    telegram_tokens: Annotated[dict[str, SecretStr], NoDecode] = {}
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str = ""
    smtp_url: SecretStr | None = None
    notify: Annotated[dict[str, tuple[str, ...]], NoDecode] = {}

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("rate_limits", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(urls.origin(part) for part in value.split(",") if part.strip())

    @field_validator("clinic_origins", mode="before")
    @classmethod
    def _split_clinic_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        origins: dict[str, tuple[str, ...]] = {}
        for pair in filter(None, (part.strip() for part in value.split(","))):
            clinic, separator, origin = (part.strip() for part in pair.partition("="))
            if not (clinic and separator):
                raise ValueError(
                    f"{pair!r} is not of the form clinic=origin; write for example "
                    "glamour=https://www.glamour.example"
                )
            origins[clinic] = (*origins.get(clinic, ()), urls.origin(origin))
        return origins

    @field_validator("notify", mode="before")
    @classmethod
    def _split_notify(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        told: dict[str, tuple[str, ...]] = {}
        for pair in filter(None, (part.strip() for part in value.split(","))):
            clinic, _, written = (part.strip() for part in pair.partition("="))
            address = deliverable(written)
            if not clinic or address is None:
                raise ValueError(
                    f"{pair!r} is not of the form clinic=address; write for example "
                    "glamour=desk@glamour.example"
                )
            told[clinic] = (*told.get(clinic, ()), address)
        return told

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_server(value.get_secret_value())
        return value

    @field_validator("telegram_tokens", mode="before")
    @classmethod
    def _split_tokens(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.strip() for part in value.split(",") if part.strip()]
        tokens: dict[str, str] = {}
        for number, pair in enumerate(pairs, start=1):
            clinic, separator, token = (part.strip() for part in pair.partition("="))
            is_twice = clinic in tokens or token in tokens.values()
            if not (clinic and separator and token) or is_twice:
                # The entry itself is not shown: it may hold a token.
                raise ValueError(
                    f"entry {number} is not of the form clinic=token, or names one of them twice; "
                    "write for example glamour=123:abc,true-jewel=456:def"
                )
            tokens[clinic] = token
        return tokens

    @field_validator(
        "conversation_limit", "message_limit", "login_account_limit", "login_address_limit"
    )
    @classmethod
    def _rate(cls, value: str) -> str:
        try:
            parse_many(value)
        except ValueError:
            raise ValueError("write limits as 30/minute;300/hour") from None
        return value

    @field_validator("actions_url", "telegram_api_url", "telegram_webhook_url", "public_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        return urls.http_address(value) if value else value

    @field_validator("rasa_url")
    @classmethod
    def _http_addresses(cls, value: str) -> str:
        return ",".join(urls.http_address(one.strip()) for one in value.split(",") if one.strip())

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"rediss?://[^/]", value):
            raise ValueError("write it as redis://host:6379/0, or leave it out")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value:
            urls.database_url(value)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < KEY_LENGTH:
            raise ValueError(f"it is too short. {KEY_CURE}")
        return value

    @model_validator(mode="after")
    def _fits_environment(self) -> Self:
        if self.environment is Environment.PRODUCTION and self.secret_key is None:
            raise ValueError(f"ENVIRONMENT=production needs SECRET_KEY. {KEY_CURE}")
        if self.now is not None and self.environment is not Environment.TEST:
            raise ValueError(
                "NOW replaces the clock and is for tests only. Take NOW away, or set "
                "ENVIRONMENT=test"
            )
        if self.environment is Environment.PRODUCTION and not self.public_url:
            raise ValueError(
                "ENVIRONMENT=production needs PUBLIC_URL: links would name whatever host a request "
                "claims to be for. Set it to the address patients use, as https://chat.example"
            )
        if self.notify and not self.smtp_url:
            raise ValueError("NOTIFY needs SMTP_URL. Set it, or take NOTIFY away")
        return self

    @property
    def origins(self) -> frozenset[str]:
        """Every website that may use the API from its pages."""
        own = (origin for origins in self.clinic_origins.values() for origin in origins)
        return frozenset({*self.allowed_origins, *own})

    def may_embed(self, origin: str, clinic_id: str) -> bool:
        """Tell whether a website may show this clinic's chat."""
        return origin in self.allowed_origins or origin in self.clinic_origins.get(clinic_id, ())

    @property
    def database(self) -> URL:
        """The database's URL: a SQLite file in `state_dir` by default, psycopg 3 for PostgreSQL."""
        default = f"sqlite:///{self.state_dir / 'saphena.db'}"
        return urls.database_url(self.database_url or default)

    @property
    def tracker(self) -> str:
        """The same database for Rasa's tracker store (SQLAlchemy 1.4 with psycopg2).

        One database, so that deleting a conversation takes Rasa's memory of it along.
        """
        url = self.database
        if url.get_backend_name() == "sqlite":
            return f"sqlite:///{Path(url.database or '').resolve()}"
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def staff_session(self) -> timedelta:
        """How long after login staff have to log in again."""
        return timedelta(hours=self.staff_session_hours)

    @property
    def staff_idle(self) -> timedelta:
        """How long after the last thing they did staff have to log in again."""
        return timedelta(minutes=self.staff_idle_minutes)

    @property
    def staff_online(self) -> timedelta:
        """How long after the last sign of an open console staff count as online."""
        return timedelta(minutes=self.staff_online_minutes)

    @property
    def handover_wait(self) -> timedelta:
        """How long a patient waits for somebody to take the conversation until told otherwise."""
        return timedelta(minutes=self.handover_wait_minutes)

    @property
    def handover_quiet(self) -> timedelta:
        """How long staff may leave a message unanswered until the patient is told."""
        return timedelta(minutes=self.handover_quiet_minutes)

    @property
    def handover_return(self) -> timedelta:
        """How long staff may be silent until the assistant answers again."""
        return timedelta(minutes=self.handover_return_minutes)

    @property
    def mail_server(self) -> MailServer | None:
        """Where mail is handed in; None: no mail is sent or offered."""
        return read_server(self.smtp_url.get_secret_value()) if self.smtp_url else None

    @property
    def rasa_addresses(self) -> tuple[str, ...]:
        """The base address of each of Rasa's workers, without a slash at the end."""
        if self.rasa_url:
            return tuple(self.rasa_url.split(","))
        ports = range(self.rasa_port, self.rasa_port + self.rasa_workers)
        return tuple(f"http://127.0.0.1:{port}" for port in ports)

    @property
    def actions(self) -> str:
        """The action server's base address, without a slash or `/webhook` at the end."""
        return (self.actions_url or f"http://127.0.0.1:{self.actions_port}").removesuffix(
            "/webhook"
        )


def load_settings(values: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings from the environment; `values` (by field name) take precedence.

    Raises SettingsError, which names each bad setting, the cause and the cure.
    """
    try:
        return Settings(**(values or {}))
    except ValidationError as error:
        lines = [_explain(detail["loc"], detail["msg"]) for detail in error.errors()]
        raise SettingsError("\n".join(["The settings cannot be used.", *lines])) from None


def _explain(location: tuple[int | str, ...], message: str) -> str:
    # The value is left out on purpose: it may be a secret.
    cause = message.removeprefix("Value error, ")
    if not location:
        return f"  {cause}"
    return f"  {str(location[0]).upper()}: {cause}. See .env.example."
