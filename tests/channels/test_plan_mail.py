"""A patient's dates by mail: read back by other libraries, sent at most once, then forgotten."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import update

from bot.knowledge.models import ClinicRow
from bot.mail import sending as mail_sending
from bot.mail.message import compose
from bot.records.outbox import Kind, claim_due, note_trying
from bot.records.privacy import delete_conversation
from tests.channels.posting import DANA, Post, posting, quiet
from tests.channels.standin import StandIn, custom
from tests.mailbox import FROM, Mailbox, text_of

MINUTE = timedelta(minutes=1)


def treated(days_ago: int = 2) -> date:
    return datetime.now(UTC).date() - timedelta(days=days_ago)


def test_the_dates_come_as_a_text_and_as_a_calendar(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    post.work()
    (mail,) = mailbox.mails
    assert mailbox.received[0].rcpt_tos == [DANA]
    assert mail["Subject"] == "Your dates from Glamour Medical Aesthetics"
    assert str(mail["From"]) == f"Glamour Medical Aesthetics <{FROM}>"
    text = str(text_of(mail).get_content())
    assert "From today the clinic no longer asks you to avoid" in text
    assert "no other mail will follow" in text
    assert "call 911" in text
    assert "://" not in text
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "dates.ics")
    calendar = IcsCalendarStream.calendar_from_ics(str(file.get_content()))
    assert len(calendar.events) >= 3
    assert all(event.start > treated() for event in calendar.events)


@pytest.mark.parametrize(
    ("published", "reply_to"),
    [("desk@glamour.example", "desk@glamour.example"), ("by phone only", None), (None, None)],
)
def test_an_answer_to_it_goes_to_the_clinic(
    post: Post, mailbox: Mailbox, published: str | None, reply_to: str | None
) -> None:
    with post.gateway.services.database.write() as session:
        session.execute(update(ClinicRow).values(email=published))
    post.ask_for_plan(post.patient(treated()))
    post.work()
    assert mailbox.mails[0]["Reply-To"] == reply_to


def test_the_address_is_kept_until_it_is_sent_and_no_longer(post: Post) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    assert [one.detail for one in post.sendings(patient)] == [{"to": DANA}]
    post.work()
    assert post.outcomes(patient) == [("sent", None)]
    assert [one.detail for one in post.sendings(patient)] == [{}]


def test_what_the_patient_wrote_is_not_in_it(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient(treated())
    patient.say("I am Dana and BUY PILLS at evil.example for my itchy leg")
    post.ask_for_plan(patient)
    post.work()
    (mail,) = mailbox.mails
    text = str(text_of(mail).get_content()) + str(next(mail.iter_attachments()).get_content())
    assert not [word for word in ("PILLS", "evil", "Dana", "itchy") if word in text]


def test_a_patient_without_a_treatment_day_gets_none(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient()
    post.ask_for_plan(patient)
    post.work()
    assert post.outcomes(patient) == [("cancelled", "no_dates")]
    assert mailbox.received == []


def test_a_deleted_chat_sends_nothing(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    post.gateway.http.delete(patient.path, headers=patient.headers).raise_for_status()
    post.work()
    assert (post.sendings(patient), mailbox.received) == ([], [])


def test_a_chat_deleted_at_the_last_moment_sends_nothing(
    post: Post, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claimed, read and composed, but not yet begun."""
    patient = post.patient(treated())
    post.ask_for_plan(patient)

    def deleting(*told: Any) -> EmailMessage:
        with post.gateway.services.database.write() as session:
            assert delete_conversation(session, patient.id)
        return compose(*told)

    monkeypatch.setattr("bot.gateway.outbox.posting.compose", deleting)
    post.work()
    assert mailbox.received == []


def test_a_refused_address_ends_it_and_is_not_logged(
    post: Post, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    mailbox.to_recipients = {DANA: f"550 {DANA} is not here"}
    post.work()
    assert post.outcomes(patient) == [("failed", "refused_recipient")]
    logged = quiet(caplog)
    assert "reason=refused_recipient" in logged
    assert "dana" not in logged


def test_a_server_that_is_down_is_tried_again_until_it_is_no_use(
    post: Post, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    mailbox.to_recipients = {DANA: "421 too busy"}
    post.work()
    post.work(2 * MINUTE)
    assert post.outcomes(patient) == [("scheduled", None)]
    post.work(timedelta(hours=30))
    assert post.outcomes(patient) == [("cancelled", "too_late")]
    assert [one.detail for one in post.sendings(patient)] == [{}]
    assert "dana" not in quiet(caplog)


def test_a_server_that_hangs_is_left_and_the_chat_goes_on(
    post: Post, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    mailbox.delay = 5.0
    impatient = partial(mail_sending.send, seconds=0.5)
    monkeypatch.setattr("bot.gateway.outbox.posting.send", impatient)
    working = threading.Thread(target=post.work)
    working.start()
    assert patient.say("how much is a session?")[0]["text"].startswith("You said")
    working.join()
    assert post.outcomes(patient) == [("scheduled", None)]


def test_where_nobody_knows_whether_it_got_out_it_is_not_sent_twice(
    post: Post, mailbox: Mailbox
) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    mailbox.hangs_up = True
    post.work()
    assert post.outcomes(patient) == [("failed", "unsure")]
    post.work(timedelta(hours=1))
    assert len(mailbox.received) == 1


def test_killed_while_it_was_sent_it_is_not_sent_again(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    now = datetime.now(UTC)
    with post.gateway.services.database.write() as session:
        (claimed,) = claim_due(session, now, [Kind.PLAN_MAIL])
        assert note_trying(session, claimed, now)
    # Here the process was killed.
    post.work(10 * MINUTE)
    assert post.outcomes(patient) == [("failed", "interrupted")]
    assert [one.detail for one in post.sendings(patient)] == [{}]
    assert mailbox.received == []


def test_without_a_mail_server_what_is_left_over_is_dropped(
    post: Post, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    monkeypatch.setattr(type(post.gateway.settings), "mail_server", None)
    post.work()
    assert post.outcomes(patient) == [("cancelled", "no_mail")]
    assert [one.detail for one in post.sendings(patient)] == [{}]


def says_so(rasa: StandIn) -> None:
    """Rasa's reply to an address, as the actions give it."""
    reply = custom("I am sending your dates to d...@example.com.", "reminders", effect="mail_plan")
    rasa.answering = lambda _message: json.dumps([reply]).encode()


def test_the_mail_goes_to_the_address_in_the_message(
    post: Post, mailbox: Mailbox, rasa: StandIn
) -> None:
    patient = post.patient(treated())
    says_so(rasa)
    (reply,) = patient.say(f"email my dates to {DANA}")
    assert reply["text"].startswith("I am sending")
    assert "effect" not in reply
    assert rasa.messages[-1]["metadata"]["can_mail"] is True
    post.work()
    assert [envelope.rcpt_tos for envelope in mailbox.received] == [[DANA]]


def test_the_same_message_sent_twice_is_one_mail(post: Post, rasa: StandIn) -> None:
    patient = post.patient(treated())
    says_so(rasa)
    for _ in range(2):
        patient.post({"text": DANA, "client_id": "one"}).raise_for_status()
    assert len(post.sendings(patient)) == 1


def test_only_so_many_mails_a_day(post: Post, mailbox: Mailbox, rasa: StandIn) -> None:
    patient = post.patient(treated())
    says_so(rasa)
    for number in range(3):
        assert patient.say(f"dana{number}@example.com")[0]["text"].startswith("I am sending")
        post.work()
    (reply,) = patient.say("dana4@example.com")
    assert reply["text"].startswith("I can send no more e-mails")
    post.work()
    assert len(mailbox.received) == 3


def test_only_so_many_mails_to_one_address(
    tmp_path_factory: pytest.TempPathFactory, rasa: StandIn
) -> None:
    """However many conversations are begun for it."""
    state = tmp_path_factory.mktemp("limited")
    says_so(rasa)
    with posting(state, rasa, rate_limits="on") as post:
        said = [post.patient(treated()).say(DANA.title())[0]["text"] for _ in range(4)]
        assert [text.startswith("I am sending") for text in said] == [True] * 3 + [False]
        (other,) = post.patient(treated()).say("fox@example.com")
        assert other["text"].startswith("I am sending")


def test_without_a_mail_server_nothing_is_put_into_the_outbox(
    tmp_path_factory: pytest.TempPathFactory, rasa: StandIn
) -> None:
    state = tmp_path_factory.mktemp("mute")
    says_so(rasa)
    with posting(state, rasa, smtp_url=None, notify={}) as post:
        patient = post.patient(treated())
        (reply,) = patient.say(DANA)
        assert reply["text"] == "I can't send e-mail from here."
        assert "can_mail" not in rasa.messages[-1]["metadata"]
        assert post.sendings(patient) == []


def test_the_copy_of_a_patient_s_data_names_the_mail(post: Post) -> None:
    patient = post.patient(treated())
    post.ask_for_plan(patient)
    (sending,) = patient.get("export").json()["outbox"]
    assert (sending["kind"], sending["detail"]) == ("plan_mail", {"to": DANA})
