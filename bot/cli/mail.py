"""`python -m bot mail check ADDRESS`: sends a test mail, and says what is wrong."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.addresses import deliverable
from bot.cli.progress import StepError
from bot.knowledge.texts import load_texts
from bot.mail.message import Mail, compose
from bot.mail.sending import NotSentError, RefusedError, UnsureError, send
from bot.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Mail to patients and to the clinics.")

NOT_SENT = "See that SMTP_URL names the right host and port, user and password, and encryption."
REFUSED = "See that the server may send as the address behind from= in SMTP_URL, and to this one."


@app.callback()
def mail() -> None:
    """Keep `check` a command of its own."""


@app.command()
def check(address: Annotated[str, typer.Argument(help="Where the test mail goes.")]) -> None:
    """Send a test mail to an address, and say what is wrong if it does not get out."""
    settings = load_settings()
    server, to = settings.mail_server, deliverable(address)
    if server is None:
        raise StepError("No mail server is set.", "Set SMTP_URL; docs/running.md says how.")
    if to is None:
        raise StepError(f"{address!r} is not an e-mail address.", "Write it as name@example.com.")
    texts, now = load_texts(settings.clinics_dir / "texts"), datetime.now(UTC)
    said = [texts.say("mail.check.text")]
    test = Mail(f"check {now}", texts.say("mail.check.from"), texts.say("mail.check.subject"), said)
    try:
        asyncio.run(send(compose(test, [to], server.sender, now), [to], server))
    except NotSentError as error:
        raise StepError(f"{server} did not take the mail ({error}).", NOT_SENT) from None
    except RefusedError as error:
        raise StepError(f"{server} refuses the {error}.", REFUSED) from None
    except UnsureError as error:
        cure = "Look whether it came in; try again."
        raise StepError(f"The connection to {server} broke at the end ({error}).", cure) from None
    print(f"Sent to {to} by {server}, from {server.sender}.")
