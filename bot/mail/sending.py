"""Hands a message to the mail server, and tells apart what may be tried again."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.mail.server import MailServer

# Seconds for each step, and for the server's last word, which changes nothing.
TIMEOUT: Final = 15.0
GOODBYE: Final = 1.0
_FIRST_PERMANENT: Final = 500


class MailError(Exception):
    """A mail did not get out. Its text is one word, the reason, without anybody's address."""


class NotSentError(MailError):
    """It surely was not sent, and may be later: the server is away, busy, or wants other access."""


class RefusedError(MailError):
    """The server will never take it."""


class UnsureError(MailError):
    """The connection broke while the message was handed over: nobody knows whether it was taken."""


async def send(
    message: EmailMessage, to: Sequence[str], server: MailServer, *, seconds: float = TIMEOUT
) -> None:
    """Send a message; one recipient who is refused does not keep it from the others.

    Raises NotSentError, RefusedError or UnsureError.
    """
    async with _connected(server, seconds) as smtp:
        try:
            await smtp.mail(server.sender)
            await _address(smtp, to)
        except SMTPResponseException as error:
            raise _by_code(error, "sender") from None
        except (SMTPException, OSError) as error:
            raise NotSentError(type(error).__name__) from None
        try:
            await smtp.data(message.as_bytes())
        except SMTPResponseException as error:
            raise _by_code(error, "message") from None
        except (SMTPTimeoutError, SMTPServerDisconnected, OSError) as error:
            raise UnsureError(type(error).__name__) from None
        except SMTPException as error:
            raise NotSentError(type(error).__name__) from None
        with suppress(SMTPException, OSError):
            await smtp.quit(timeout=GOODBYE)


async def _address(smtp: SMTP, to: Sequence[str]) -> None:
    """Name the recipients. Raises when there is none whom the server takes."""
    refused: list[SMTPRecipientRefused] = []
    for one in to:
        try:
            await smtp.rcpt(one)
        except SMTPRecipientRefused as error:
            refused.append(error)
    if len(refused) == len(to):
        # Greylisting and full mailboxes pass: as long as one may be taken later, it is not over.
        codes = [one.code for one in refused]
        if min(codes) < _FIRST_PERMANENT:
            raise NotSentError("recipient")
        raise RefusedError("recipient")


def _by_code(error: SMTPResponseException, what: str) -> MailError:
    return RefusedError(what) if error.code >= _FIRST_PERMANENT else NotSentError(what)


@asynccontextmanager
async def _connected(server: MailServer, seconds: float) -> AsyncIterator[SMTP]:
    """Connect, encrypt and log in. Raises NotSentError: the settings may be mended meanwhile."""
    smtp = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.encryption == "at_once",
        start_tls={"at_once": False, "required": True, "offered": None}[server.encryption],
        # Encryption that anybody in between may take away is not made safer by a certificate.
        validate_certs=server.encryption != "offered",
        timeout=seconds,
    )
    try:
        await smtp.connect()
    except (SMTPException, OSError, ssl.SSLError) as error:
        raise NotSentError(type(error).__name__) from None
    try:
        yield smtp
    finally:
        smtp.close()
