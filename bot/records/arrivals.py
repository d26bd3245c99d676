"""All that has to be known of a conversation when a message comes in, found at once.

One statement, made once, instead of one for each table: every message pays for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from bot.knowledge.models import ClinicRow
from bot.knowledge.repository import ClinicCard, to_card
from bot.records.conversations import find_buttons, find_by_client_id, replies_to, to_conversation
from bot.records.handover import Handover, HandoverRow, to_handover
from bot.records.models import ConversationRow
from bot.records.plain import Conversation, Message, StoredButton
from bot.records.staff import StaffAccountRow, StaffSessionRow

_SOMEBODY_ONLINE: Final = (
    exists()
    .where(
        StaffAccountRow.clinic_id == ConversationRow.clinic_id,
        StaffAccountRow.disabled_at.is_(None),
        StaffSessionRow.account_id == StaffAccountRow.id,
        StaffSessionRow.seen_at > bindparam("seen_after"),
    )
    .correlate(ConversationRow)
)
_FIND: Final = (
    select(ConversationRow, ClinicRow, HandoverRow, _SOMEBODY_ONLINE)
    .outerjoin(ClinicRow, ClinicRow.id == ConversationRow.clinic_id)
    .outerjoin(HandoverRow, HandoverRow.conversation_id == ConversationRow.id)
    .where(ConversationRow.id == bindparam("conversation"))
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the records hold as a message comes in.

    `clinic` is None when its pack was removed. `staff_seen`: somebody of the clinic has the console
    open. `buttons`: those pressed that this conversation was offered. `earlier`: the message that
    was sent with the same id before, and the replies to it.
    """

    conversation: Conversation
    clinic: ClinicCard | None
    handover: Handover | None = None
    staff_seen: bool = False
    buttons: tuple[StoredButton, ...] = ()
    earlier: Message | None = None
    earlier_replies: tuple[Message, ...] = ()


def find_arrival(
    session: Session,
    conversation_id: str,
    *,
    seen_after: datetime,
    pressed: Sequence[str] = (),
    client_id: str | None = None,
) -> Arrival | None:
    """Return what is known, or None when the conversation does not exist (any more)."""
    values = {"conversation": conversation_id, "seen_after": seen_after}
    found = session.execute(_FIND, values).one_or_none()
    if found is None:
        return None
    conversation, clinic, handover, staff_seen = found
    earlier = find_by_client_id(session, conversation_id, client_id) if client_id else None
    return Arrival(
        conversation=to_conversation(conversation),
        clinic=to_card(clinic) if clinic else None,
        handover=to_handover(handover) if handover else None,
        staff_seen=bool(staff_seen),
        buttons=tuple(find_buttons(session, conversation_id, pressed)) if pressed else (),
        earlier=earlier,
        earlier_replies=tuple(replies_to(session, conversation_id, earlier.seq) if earlier else ()),
    )
