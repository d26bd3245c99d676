"""The mail server, read from one URL."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from bot.addresses import deliverable

# at_once: encrypted from the first byte; required: STARTTLS or nothing; offered: if it can.
Encryption = Literal["at_once", "required", "offered"]

PORTS: Final = {"smtp": 587, "smtps": 465}
EXAMPLE: Final = "smtp://user:password@mail.example:587?from=assistant@clinic.example"
_ESCAPES: Final = "Write '/', '?', '#' and '@' in a password as %2F, %3F, %23 and %40"
_PARAMETERS: Final = frozenset({"from", "tls"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and the address that it comes from."""

    host: str
    port: int
    user: str | None
    password: str | None
    sender: str
    encryption: Encryption

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port}, {self.encryption})"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def read_server(url: str) -> MailServer:
    """Read a URL such as EXAMPLE. Raises ValueError with cause and cure, never with the password.

    A password is only sent encrypted, except to this machine itself or with `tls=offered`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"host or port cannot be read; write {EXAMPLE}. {_ESCAPES}") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"write it as {EXAMPLE} (or smtps://...)")
    if parts.path.strip("/"):
        raise ValueError(f"something stands between host and '?'; write {EXAMPLE}. {_ESCAPES}")
    told = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = sorted(set(told) - _PARAMETERS)
    if unknown or parts.fragment:
        raise ValueError(f"only from= and tls= may stand behind the '?'. {_ESCAPES}")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if (user is None) is not (password is None):
        raise ValueError(f"user and password go together; write {EXAMPLE}")
    encryption = _encryption(parts.scheme, told.get("tls"))
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=user,
        password=password,
        sender=_sender(told.get("from"), user),
        encryption=encryption
        or ("required" if user and not _is_here(parts.hostname) else "offered"),
    )


def _sender(told: str | None, user: str | None) -> str:
    sender = deliverable(told or user or "")
    if sender is None:
        raise ValueError(f"the address that mail comes from is missing or none; write {EXAMPLE}")
    return sender


def _encryption(scheme: str, told: str | None) -> Encryption | None:
    if scheme == "smtps":
        return "at_once"
    match told:
        case "required":
            return "required"
        case "offered":
            return "offered"
        case None:
            return None
    raise ValueError("tls= is either required or offered; or use smtps:// and leave it out")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
