"""Notices to the clinic's people: that there is something in the console, and nothing of what."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.care.booking.request import Status
from bot.gateway.outbox.posting import drop, post
from bot.gateway.services import Services
from bot.gateway.staff.pages import moment_in_words
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.knowledge.texts import Texts
from bot.mail.message import Mail
from bot.records.outbox import Sending, State
from bot.records.requests import StoredRequest, requests_of_conversation


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says: `what` names its subject, `sentence` holds {at} for the moment."""

    what: str
    sentence: str
    at: datetime


async def send_alert_notice(one: Sending, services: Services, now: datetime) -> None:
    """Tell the clinic that somebody wrote something that needs a look now."""
    texts = services.texts
    level = texts.say(f"mail.notice.alert.level.{one.detail['about']}")
    sentence = texts.say("mail.notice.alert.text", level=level, at="{at}")
    at = datetime.fromisoformat(one.detail["at"])
    await _send(one, Notice("alert", sentence, at), services, now)


async def send_request_notice(one: Sending, services: Services, now: datetime) -> None:
    """Tell the clinic which requests of a conversation wait, unless they are dealt with by now."""
    read = partial(_open_requests, conversation_id=one.conversation_id)
    waiting = await services.database.reading(read)
    if not waiting:
        await drop(one, State.CANCELLED, "nothing_open", services, now)
        return
    kinds = [f"mail.notice.request.kind.{request.kind}" for request in waiting]
    named = ", ".join(dict.fromkeys(map(services.texts.say, kinds)))
    sentence = services.texts.say("mail.notice.request.text", kinds=named, at="{at}")
    at = max(request.changed_at for request in waiting)
    await _send(one, Notice("request", sentence, at), services, now)


def _open_requests(session: Session, conversation_id: str) -> list[StoredRequest]:
    found = requests_of_conversation(session, conversation_id)
    return [request for request in found if request.status == Status.OPEN]


async def _send(one: Sending, notice: Notice, services: Services, now: datetime) -> None:
    """Send a notice. Where it may be lost it is sent again: twice is better than never."""
    find = partial(get_clinic, clinic_id=one.clinic_id)
    clinic = await services.database.reading(find)
    to = services.settings.notify.get(one.clinic_id)
    if not to or clinic is None:
        await drop(one, State.CANCELLED, "nobody_to_tell", services, now)
        return
    mail = as_mail(one, notice, clinic, services.settings.public_url, services.texts)
    await post(one, mail, to, services, now, at_most_once=False)


def as_mail(one: Sending, notice: Notice, clinic: ClinicCard, base: str, texts: Texts) -> Mail:
    """Return a notice as a mail: what waits, since when, and where to look.

    `base` is the gateway's public address; without, there is no link.
    """
    link = f"{base}/staff/conversations/{one.conversation_id}"
    return Mail(
        about=f"{one.conversation_id} {one.kind} {one.key}",
        from_name=texts.say("mail.notice.from", clinic=clinic.name),
        subject=texts.say(f"mail.notice.{notice.what}.subject"),
        paragraphs=(
            notice.sentence.format(at=moment_in_words(notice.at, ZoneInfo(clinic.time_zone))),
            texts.say("mail.notice.link", link=link) if base else texts.say("mail.notice.no_link"),
            texts.say("mail.notice.why", clinic=clinic.name),
        ),
    )
