"""`python -m bot mail check`: a test mail goes out, or the cause and the cure are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.mail import check
from bot.cli.ports import LOOPBACK
from bot.cli.progress import StepError
from tests.channels.serving import CLINICS
from tests.mailbox import FROM, Mailbox, mail_server

YOU = "you@example.com"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    """A mail server that the settings name; no .env of this machine takes part."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLINICS_DIR", str(CLINICS))
    with mail_server() as box:
        monkeypatch.setenv("SMTP_URL", box.url)
        yield box


def test_a_test_mail_goes_out(mailbox: Mailbox, capsys: pytest.CaptureFixture[str]) -> None:
    check(YOU)
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Subject"]) == (YOU, "A test mail")
    assert f"Sent to {YOU} by {LOOPBACK}:{mailbox.port}, from {FROM}." in capsys.readouterr().out


def test_what_is_wrong_is_told(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    with pytest.raises(StepError, match=r"is not an e-mail address"):
        check("you")
    mailbox.to_recipients = {YOU: "550 no such user"}
    with pytest.raises(StepError, match=r"refuses the recipient"):
        check(YOU)
    monkeypatch.setenv("SMTP_URL", f"smtp://u:secret@{LOOPBACK}:{unused_port}?from={FROM}")
    with pytest.raises(StepError, match=r"did not take the mail") as caught:
        check(YOU)
    assert "secret" not in str(caught.value)
    monkeypatch.setenv("SMTP_URL", "")
    with pytest.raises(StepError, match=r"No mail server is set"):
        check(YOU)
