"""Passwords of staff: argon2id hashes, what a password must be, and generated ones."""

import secrets
from functools import cache, partial

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
# Without characters that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 4
GROUP_LENGTH = 5
# A hash takes 64 MB of memory: many logins at once must not take it all.
AT_ONCE = 2

_hasher = PasswordHasher()


class WeakPasswordError(Exception):
    """The password cannot be used; `code` says why: "short", "long" or "login"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_strength(password: str, login: str) -> None:
    """Raise WeakPasswordError for a password that is too easy to guess, or too long."""
    if len(password) < SHORTEST or len(set(password)) < SHORTEST // 3:
        raise WeakPasswordError("short")
    if len(password) > LONGEST:
        raise WeakPasswordError("long")
    if login.lower() in password.lower():
        raise WeakPasswordError("login")


def hash_password(password: str) -> str:
    """Return the hash to store. Takes about 50 ms."""
    return _hasher.hash(password)


def generate_password() -> str:
    """Return a random password that can be read aloud, of some 98 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


class Passwords:
    """Hashes and verifies in worker threads, a few at once. One to an event loop."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; without a hash it never does, and takes as long."""
        stored = password_hash or _nobodys_hash()
        fits = await run_sync(partial(_verify, stored, password), limiter=self._limiter)
        return fits and password_hash is not None

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        return await run_sync(partial(hash_password, password), limiter=self._limiter)


def _verify(password_hash: str, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex())
