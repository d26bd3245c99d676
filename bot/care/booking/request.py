"""A request to the clinic as plain data: who, how to reach them, when, and what about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_NAME = 80
MOST_REASON = 300
# Two people who share a phone stand on one request: "Dana Fox / Tom Fox".
BESIDE = " / "
MOST_NAMES = 200


class Kind(StrEnum):
    """What is asked of the clinic."""

    CONSULTATION = "consultation"
    CALL_BACK = "call_back"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"

    @property
    def family(self) -> "Family":
        """Requests of one family by one person on one day are one request."""
        changes = self in (Kind.RESCHEDULE, Kind.CANCEL)
        return Family.APPOINTMENT if changes else Family.CONTACT


class Family(StrEnum):
    """To be contacted, or to have an appointment that exists changed."""

    CONTACT = "contact"
    APPOINTMENT = "appointment"


class Status(StrEnum):
    """What became of a request: `done` by staff, `withdrawn` by the patient."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """What a patient asks of the clinic, once they agreed to be contacted about it.

    `reach` is a phone number in international form or an e-mail address; `other_reach` the e-mail
    address where both were told. `appointment` says which one is to be changed, and `preferred`
    when, both in the patient's own words; `times` is what was understood of that, as JSON.
    `screening` is the summary of a screening, only if the patient agreed to share it. `replaces`
    is the reach of an earlier request of this conversation that this one corrects.
    """

    kind: Kind
    reach: str
    name: str = ""
    other_reach: str = ""
    appointment: str = ""
    preferred: str = ""
    times: Mapping[str, Any] | None = None
    topic: str | None = None
    reason: str = ""
    screening: Mapping[str, Any] | None = None
    replaces: str | None = None


def beside(known: str, told: str) -> str:
    """Return the names of one reach when another conversation tells `told`; none gets lost.

    The fuller of two forms of a name counts: "Dana", then "Dana Fox".
    """
    kept: list[str] = []
    for name in (*known.split(BESIDE), told):
        words = set(name.casefold().split())
        others = [one for one in kept if not set(one.casefold().split()) <= words]
        if not any(words <= set(one.casefold().split()) for one in others):
            kept = [*others, name]
    joined = BESIDE.join(kept)
    return joined if len(joined) <= MOST_NAMES else told
