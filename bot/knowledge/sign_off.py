"""Whether a clinician has read what the assistant says and acts on, and signed it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.models import ClinicRow


def unsigned_clinics(session: Session) -> list[str]:
    """Return the ids of the clinics whose pack nobody has signed."""
    rows = select(ClinicRow.id).where(ClinicRow.signed_off_by.is_(None)).order_by(ClinicRow.id)
    return list(session.scalars(rows))


def warning(clinics: Collection[str]) -> str | None:
    """Return what to tell of clinics that nobody has signed; None if there are none."""
    if not clinics:
        return None
    return (
        f"No clinician has signed off the pack and the red flags of: {', '.join(clinics)}. "
        "Not for patients until `sign_off` in the pack says who and when (docs/triage.md)."
    )
