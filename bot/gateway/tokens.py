"""Signed tokens: each opens one conversation."""

import hashlib
import logging
import os
import secrets
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.gateway.refusals import Code, Refusal
from bot.settings import Settings

logger = logging.getLogger(__name__)

SALT = "conversation"
KEY_BYTES = 48


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens; `clinic_id` is None where it does not tell the clinic."""

    conversation_id: str
    clinic_id: str | None = None


class Tokens:
    """Issues and opens tokens of one kind (`salt`); they expire after `lifetime`."""

    def __init__(self, secret_key: str, lifetime: timedelta, salt: str = SALT) -> None:
        self._max_age = int(lifetime.total_seconds())
        self._serializer = URLSafeTimedSerializer(
            secret_key, salt=salt, signer_kwargs={"digest_method": hashlib.sha256}
        )

    def issue(self, conversation_id: str, clinic_id: str | None = None) -> str:
        """Return a token that opens this conversation, and may tell of which clinic it is."""
        named = [conversation_id] if clinic_id is None else [conversation_id, clinic_id]
        token = self._serializer.dumps(named)
        return token if isinstance(token, str) else token.decode()

    def open(self, token: str) -> Opened:
        """Return what the token opens. Raises Refusal for a bad or expired token."""
        try:
            # Its age is looked at here: a token from the future would count as expired, and is but
            # one of another gateway, or of the time before the clock was set back.
            opened, issued_at = self._serializer.loads(token, return_timestamp=True)
        except BadSignature:
            raise Refusal(Code.INVALID_TOKEN) from None
        # As the serializer counts, in whole seconds.
        if int(time.time()) - int(issued_at.timestamp()) > self._max_age:
            raise Refusal(Code.EXPIRED_TOKEN)
        return Opened(*opened)


def secret_key(settings: Settings) -> str:
    """Return SECRET_KEY, or outside production a key made once and kept in STATE_DIR/secret_key."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.state_dir / "secret_key"
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside (mode 0600) and linked: a second process sees a whole key or none.
    handle, written = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(KEY_BYTES))
        path.hardlink_to(written)
        logger.info("secret key made: %s", path)
    except FileExistsError:
        pass
    finally:
        Path(written).unlink()
