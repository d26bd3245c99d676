"""What staff do with a conversation: take it, write in it, give it back.

Each is pushed to the patient and written to the audit in one transaction. They raise
ChangedMeanwhileError when somebody else was first, and Refusal when the conversation is gone.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.gateway.context import Alongside
from bot.gateway.handover import lines
from bot.gateway.pipeline import ChangedMeanwhileError, only_if, push
from bot.gateway.refusals import Refusal
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard
from bot.records import handover as records
from bot.records.audit import Action, add_audit
from bot.records.handover import Handover, find_handover
from bot.records.plain import Author, Reply
from bot.records.staff import Account


async def take(
    services: Services,
    clinic: ClinicCard,
    account: Account,
    conversation_id: str,
    holder: str | None,
) -> None:
    """Take a conversation that `holder` (an account's id, None: nobody) is seen to hold."""

    def change(session: Session, now: datetime) -> bool:
        return records.take(session, clinic.id, conversation_id, account.id, holder=holder, now=now)

    line = lines.taken(clinic, account.name, services.texts)
    await _act(services, account, conversation_id, Action.TOOK, change, line)


async def write(
    services: Services, account: Account, conversation_id: str, text: str, form: str
) -> None:
    """Send the patient a message; `form` is the id of the form, which counts once."""

    def change(session: Session, now: datetime) -> bool:
        return records.note_staff_message(session, conversation_id, account.id, form, now)

    reply = Reply(Answer(text, lines.TOPIC), Author.STAFF)
    await _act(services, account, conversation_id, Action.ANSWERED, change, reply)


async def give_back(
    services: Services, clinic: ClinicCard, account: Account, conversation_id: str
) -> None:
    """Let the assistant answer again in a conversation that the account holds."""

    def change(session: Session, _now: datetime) -> bool:
        return records.give_back(session, conversation_id, account.id)

    line = lines.given_back(clinic, account.name, services.texts)
    await _act(services, account, conversation_id, Action.GAVE_BACK, change, line)


async def give_all_back(services: Services, clinic: ClinicCard, account: Account) -> None:
    """Let the assistant answer again wherever the account holds a conversation; raises nothing."""
    held = await services.database.reading(partial(records.held_by, account_id=account.id))
    for conversation_id in held:
        with suppress(ChangedMeanwhileError, Refusal):
            await give_back(services, clinic, account, conversation_id)


async def end_wait(
    services: Services, clinic: ClinicCard, account: Account, conversation_id: str
) -> None:
    """Close a wish for a person unanswered; a patient who was not told yet that nobody is free is.

    Raises ChangedMeanwhileError when nobody waits there.
    """
    handover = await services.database.reading(
        partial(find_handover, conversation_id=conversation_id)
    )

    def change(session: Session, _now: datetime) -> bool:
        return records.end_waiting(session, conversation_id)

    replies = [lines.nobody_free(clinic, services.texts)] if _is_untold(handover) else []
    await _act(services, account, conversation_id, Action.DONE, change, *replies)


def _is_untold(handover: Handover | None) -> bool:
    return handover is not None and handover.told_at is None


async def _act(
    services: Services,
    account: Account,
    conversation_id: str,
    action: Action,
    change: Callable[[Session, datetime], bool],
    *replies: Reply,
) -> None:
    def audit(session: Session, now: datetime) -> None:
        add_audit(
            session, account.clinic_id, action, now, who=account.login, subject=conversation_id
        )

    work: list[Alongside] = [only_if(change), audit]
    await push(services, conversation_id, replies, alongside=work)
