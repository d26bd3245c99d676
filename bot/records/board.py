"""What a clinic's people see: what is open, gravest first, and one conversation as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.care.booking.request import Status
from bot.records.alerts import AlertRow
from bot.records.conversations import find_conversation, find_message, transcript
from bot.records.handover import Handover, HandoverRow, find_handover
from bot.records.models import MessageRow
from bot.records.plain import Author, Conversation, Message
from bot.records.requests import StoredRequest, list_requests, requests_of_conversation
from bot.records.screenings import StoredScreening, screenings_of
from bot.records.staff import StaffAccountRow
from bot.records.treatments import Treatment, treatments_of

LEVELS = ("emergency", "urgent", "soon")


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag in message `seq`; `settled`: the patient said that it is taken care of.

    `words` of an entry of the board are the patient's: the message with the flag, or their last.
    """

    conversation_id: str
    seq: int
    flag: str
    level: str
    raised_at: datetime
    settled: bool
    handled: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A patient who waits for a person; `told`: they know that nobody came."""

    conversation_id: str
    reason: str
    asked_at: datetime
    told: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation that staff hold; `patient_at`: since when the patient has no answer."""

    conversation_id: str
    staff: str
    held_at: datetime | None
    patient_at: datetime | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """What is open at a clinic: red flags first, one a conversation, then who waits, then calls."""

    flags: tuple[Flag, ...]
    waiting: tuple[Wish, ...]
    held: tuple[Held, ...]
    requests: tuple[StoredRequest, ...]

    @property
    def pressing(self) -> int:
        """How many patients need somebody now."""
        open_flags = sum(not flag.settled for flag in self.flags)
        return open_flags + sum(not wish.told for wish in self.waiting)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One conversation for staff. `holder` is the name of who holds it, if somebody does.

    Of treatments and screenings, the last counts.
    """

    conversation: Conversation
    messages: Sequence[Message]
    handover: Handover | None
    holder: str | None
    flags: Sequence[Flag]
    requests: Sequence[StoredRequest]
    treatments: Sequence[Treatment]
    screenings: Sequence[StoredScreening]

    @property
    def screening(self) -> StoredScreening | None:
        """The last screening; None if the patient sent a request and left it out."""
        left_out = bool(self.requests) and not any(one.screening for one in self.requests)
        return None if left_out or not self.screenings else self.screenings[-1]


def read_board(session: Session, clinic_id: str) -> Board:
    """Return what is open at a clinic."""
    open_alerts = select(AlertRow).where(
        AlertRow.clinic_id == clinic_id, AlertRow.handled_at.is_(None)
    )
    handovers = (
        select(HandoverRow, StaffAccountRow.name)
        .outerjoin(StaffAccountRow, StaffAccountRow.id == HandoverRow.held_by)
        .where(HandoverRow.clinic_id == clinic_id, HandoverRow.state != "ended")
        .order_by(HandoverRow.asked_at)
    )
    rows = session.execute(handovers).all()
    said = _last_words(session, [row.conversation_id for row, _ in rows])
    flags = _gravest(_flag(row) for row in session.scalars(open_alerts))
    return Board(
        flags=tuple(
            replace(one, words=find_message(session, one.conversation_id, one.seq) or "")
            for one in flags
        ),
        waiting=tuple(_wish(row, said) for row, _ in rows if row.state == "waiting"),
        held=tuple(_held(row, name, said) for row, name in rows if row.state == "held"),
        requests=tuple(list_requests(session, clinic_id, (Status.OPEN,))),
    )


def read_case(session: Session, clinic_id: str, conversation_id: str) -> CaseFile | None:
    """Return a conversation of the clinic for its staff, or None if the clinic has none such."""
    conversation = find_conversation(session, conversation_id)
    if conversation is None or conversation.clinic_id != clinic_id:
        return None
    handover = find_handover(session, conversation_id)
    holder = None
    if handover is not None and handover.held_by is not None:
        holder = session.scalar(
            select(StaffAccountRow.name).where(StaffAccountRow.id == handover.held_by)
        )
    alerts = select(AlertRow).where(AlertRow.conversation_id == conversation_id)
    return CaseFile(
        conversation=conversation,
        messages=transcript(session, conversation_id),
        handover=handover,
        holder=holder,
        flags=[_flag(row) for row in session.scalars(alerts.order_by(AlertRow.seq))],
        requests=[
            request
            for request in requests_of_conversation(session, conversation_id)
            if request.status != Status.WITHDRAWN
        ],
        treatments=treatments_of(session, clinic_id, conversation_id),
        screenings=screenings_of(session, clinic_id, conversation_id),
    )


def _gravest(flags: Iterable[Flag]) -> list[Flag]:
    """Return one flag a conversation: unsettled before settled, then by level, then the oldest."""
    ordered = sorted(
        flags, key=lambda flag: (flag.settled, LEVELS.index(flag.level), flag.raised_at)
    )
    first: dict[str, Flag] = {}
    for flag in ordered:
        first.setdefault(flag.conversation_id, flag)
    return list(first.values())


def _flag(row: AlertRow) -> Flag:
    return Flag(
        conversation_id=row.conversation_id,
        seq=row.seq,
        flag=row.flag,
        level=row.level,
        raised_at=row.raised_at,
        settled=row.settled_at is not None,
        handled=row.handled_at is not None,
    )


def _wish(row: HandoverRow, said: Mapping[str, str]) -> Wish:
    told = row.told_at is not None
    words = said.get(row.conversation_id, "")
    return Wish(row.conversation_id, row.reason, row.asked_at, told, words)


def _held(row: HandoverRow, name: str | None, said: Mapping[str, str]) -> Held:
    words = said.get(row.conversation_id, "")
    return Held(row.conversation_id, name or "", row.held_at, row.patient_at, words)


def _last_words(session: Session, conversation_ids: Sequence[str]) -> dict[str, str]:
    """Return each patient's last message, by conversation."""
    newest = (
        select(MessageRow.conversation_id, func.max(MessageRow.seq).label("seq"))
        .where(
            MessageRow.conversation_id.in_(conversation_ids),
            MessageRow.author == Author.PATIENT,
        )
        .group_by(MessageRow.conversation_id)
        .subquery()
    )
    rows = session.execute(
        select(MessageRow.conversation_id, MessageRow.text).join(
            newest,
            (MessageRow.conversation_id == newest.c.conversation_id)
            & (MessageRow.seq == newest.c.seq),
        )
    )
    return {row.conversation_id: row.text for row in rows}
