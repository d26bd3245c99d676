"""The clinic's people get a mail on requests and red flags; it holds nothing of what was said."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.effects import Case, carry_out
from bot.care.booking.request import ContactRequest, Family, Kind, Status
from bot.care.turn import RequestWithdrawn
from bot.records.requests import close_request, requests_of_conversation
from tests.channels.desk import open_desk
from tests.channels.posting import DESK, PUBLIC, Post, posting
from tests.channels.serving import Patient
from tests.channels.standin import StandIn
from tests.mailbox import FROM, Mailbox

RED_FLAG = "I can't breathe and my chest hurts"
SOON = timedelta(minutes=3)
WORDS = ("breathe", "chest", "Dana", "Fox", "5550147", "vein", "leg", "stocking")


def ask(post: Post, patient: Patient, kind: Kind = Kind.CALL_BACK) -> None:
    """A request as the actions store it."""
    wanted = ContactRequest(kind, "+12125550147", "Dana Fox", reason="my leg veins hurt")
    with post.gateway.services.database.write() as session:
        about = Case("glamour", patient.id, 2, datetime.now(UTC), notified=True)
        carry_out([wanted], session, about)


def test_a_red_flag_is_told_at_once(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient()
    patient.say(RED_FLAG)
    post.work()
    (mail,) = mailbox.mails
    assert mailbox.received[0].rcpt_tos == list(DESK)
    assert FROM in mail["From"]
    assert mail["Subject"] == "Please look at the console now"
    text = mail.get_content()
    assert "Level: emergency." in text
    assert f"{PUBLIC}/staff/conversations/{patient.id}" in text
    assert not [word for word in WORDS if word in mail.as_string()]
    post.work(timedelta(hours=1))
    assert len(mailbox.received) == 1


def test_red_flags_of_a_conversation_are_bundled_and_of_another_not(
    post: Post, mailbox: Mailbox
) -> None:
    first, second = post.patient(), post.patient()
    for _ in range(3):
        first.say(RED_FLAG)
    second.say(RED_FLAG)
    post.work()
    assert len(mailbox.received) == 2


def test_a_red_flag_is_told_though_staff_hold_the_conversation(
    post: Post, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds it may have left the desk."""
    desk = open_desk(post.gateway)
    monkeypatch.setitem(post.gateway.settings.notify, desk.clinic, DESK[:1])
    patient = desk.patient()
    desk.take(patient, desk.maria)
    patient.say(RED_FLAG)
    post.work()
    assert [envelope.rcpt_tos for envelope in mailbox.received] == [[DESK[0]]]


def test_what_needs_no_look_now_is_not_told(post: Post) -> None:
    patient = post.patient()
    patient.say("how much is a session?")
    assert post.sendings(patient) == []


def test_nobody_is_told_of_a_clinic_that_set_no_address(post: Post) -> None:
    patient = post.gateway.open("silent")
    patient.say(RED_FLAG)
    assert post.sendings(patient) == []


def test_a_request_is_told_after_a_moment_without_what_it_says(
    post: Post, mailbox: Mailbox
) -> None:
    patient = post.patient()
    ask(post, patient)
    ask(post, patient, Kind.RESCHEDULE)
    post.work()
    assert mailbox.received == []
    post.work(SOON)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "A new request waits in the console"
    text = mail.get_content()
    assert "a call back, to move a visit" in text
    assert not [word for word in WORDS if word in mail.as_string()]


@pytest.mark.parametrize("how", ["withdrawn", "done", "deleted"])
def test_a_request_that_is_over_is_not_told(post: Post, mailbox: Mailbox, how: str) -> None:
    patient = post.patient()
    ask(post, patient)
    with post.gateway.services.database.write() as session:
        if how == "withdrawn":
            about = Case("glamour", patient.id, 4, datetime.now(UTC), notified=True)
            carry_out([RequestWithdrawn(Family.CONTACT)], session, about)
        elif how == "done":
            (known,) = requests_of_conversation(session, patient.id)
            close_request(session, "glamour", known.id, Status.DONE, now=datetime.now(UTC))
    if how == "deleted":
        patient.gateway.http.delete(patient.path, headers=patient.headers).raise_for_status()
    post.work(SOON)
    assert mailbox.received == []
    expected = [] if how == "deleted" else [("cancelled", "nothing_open")]
    assert post.outcomes(patient) == expected


def test_while_the_mail_server_is_down_nothing_is_lost(post: Post, mailbox: Mailbox) -> None:
    patient = post.patient()
    mailbox.to_message = "451 come back later"
    patient.say(RED_FLAG)
    for minutes in (0, 2, 10, 50):
        post.work(timedelta(minutes=minutes))
        assert post.outcomes(patient) == [("scheduled", None)]
    assert patient.say("how much is a session?")[0]["text"].startswith("You said")
    mailbox.to_message = "250 taken"
    post.work(timedelta(hours=4))
    assert post.outcomes(patient) == [("sent", None)]
    assert len(mailbox.received) == 1


def test_a_notice_that_may_be_lost_is_sent_again_as_the_same_mail(
    post: Post, mailbox: Mailbox
) -> None:
    patient = post.patient()
    patient.say(RED_FLAG)
    mailbox.hangs_up = True
    post.work()
    assert post.outcomes(patient) == [("scheduled", None)]
    mailbox.hangs_up = False
    post.work(timedelta(minutes=5))
    assert post.outcomes(patient) == [("sent", None)]
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_public_address_the_notice_says_where_to_look(
    tmp_path_factory: pytest.TempPathFactory, rasa: StandIn
) -> None:
    """The worker runs by itself here, as in a real gateway."""
    state = tmp_path_factory.mktemp("alone")
    with posting(state, rasa, by_itself=True, public_url="") as post:
        post.patient().say(RED_FLAG)
        (mail,) = post.mailbox.wait()
        assert "log in to the console." in mail.get_content()


def test_a_clinic_that_does_not_exist_is_named_at_the_start(
    tmp_path_factory: pytest.TempPathFactory, rasa: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path_factory.mktemp("unknown")
    notify = {"glamour": DESK, "glamor": DESK}
    with posting(state, rasa, by_itself=True, notify=notify):
        pass
    (line,) = [line for line in caplog.messages if "NOTIFY" in line]
    assert "no clinic glamor " in line
