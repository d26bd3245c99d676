"""A request while it is being put together: what is known, and what is still to ask."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from bot.care.booking.request import ContactRequest, Kind

Field = Literal["name", "reach", "times", "reason", "share", "appointment"]

_ORDER: Mapping[Kind, tuple[Field, ...]] = {
    Kind.CONSULTATION: ("name", "reach", "times", "reason", "share"),
    Kind.CALL_BACK: ("name", "reach", "times", "reason", "share"),
    Kind.RESCHEDULE: ("appointment", "times", "name", "reach"),
    Kind.CANCEL: ("appointment", "name", "reach"),
}


@dataclass(frozen=True, slots=True)
class Preferred:
    """When it suits: the patient's words, what was understood as JSON, and that in a sentence."""

    words: str = ""
    understood: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request so far. None is not told yet, "" is left open on purpose.

    `second` is another way to reach the patient, `share` whether the screening's summary may go
    along, `replaces` the reach of the stored request that this one corrects.
    """

    kind: Kind
    name: str | None = None
    reach: str | None = None
    second: str = ""
    times: Preferred | None = None
    reason: str | None = None
    topic: str | None = None
    appointment: str | None = None
    share: bool | None = None
    replaces: str | None = None

    def fields(self) -> tuple[Field, ...]:
        """Return what a request of this kind consists of, in the order to ask."""
        return _ORDER[self.kind]

    def missing(self, *, screened: bool) -> Field | None:
        """Return the next thing to ask; None once all is told. `screened`: there is a summary."""
        for one in self.fields():
            if one == "share" and not screened:
                continue
            if one == "reason" and self.topic is not None:
                continue
            if getattr(self, one) is None:
                return one
        return None

    @property
    def begun(self) -> bool:
        """Whether the patient told anything of their own."""
        return any((self.name, self.reach, self.times, self.reason, self.appointment))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self) | {"kind": str(self.kind)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Build a draft from `to_json`'s values. Raises KeyError or ValueError on others."""
        times = plain.get("times")
        read = cls(**{**plain, "kind": Kind(plain["kind"]), "times": None})
        return replace(read, times=Preferred(**times)) if times else read

    def request(self, screening: Mapping[str, Any] | None) -> ContactRequest:
        """Return the request to store. Raises ValueError while there is no way to reach anyone."""
        if not self.reach:
            raise ValueError("a request needs a phone number or an e-mail address")
        times = self.times or Preferred()
        return ContactRequest(
            self.kind,
            self.reach,
            name=self.name or "",
            other_reach=self.second,
            appointment=self.appointment or "",
            preferred=times.words,
            times=dict(times.understood) or None,
            topic=self.topic,
            reason=self.reason or "",
            screening=screening if self.share else None,
            replaces=self.replaces,
        )
