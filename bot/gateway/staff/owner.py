"""What only an owner may: read the audit log, and disable accounts of the clinic."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.gateway.access import ServicesDep
from bot.gateway.handover.acting import give_all_back
from bot.gateway.staff.access import CheckedForm, ConsoleError, OwnerDep
from bot.gateway.staff.board import SEE_OTHER
from bot.gateway.staff.pages import render
from bot.records.audit import Action, add_audit, list_audit
from bot.records.staff import disable_account, list_accounts

router = APIRouter(include_in_schema=False)

PAGE_LINES = 100


@router.get("/staff/audit")
async def audit_page(
    request: Request,
    services: ServicesDep,
    visit: OwnerDep,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Show who saw and did what, newest first."""
    look = partial(list_audit, clinic_id=visit.clinic.id, limit=PAGE_LINES, before=before)
    lines = await services.database.reading(look)
    older = lines[-1][0] if len(lines) == PAGE_LINES else None
    entries = [entry for _, entry in lines]
    return render(request, "audit.html", visit=visit, entries=entries, older=older)


@router.get("/staff/accounts")
async def accounts_page(request: Request, services: ServicesDep, visit: OwnerDep) -> Response:
    """Show the clinic's accounts."""
    accounts = await services.database.reading(partial(list_accounts, clinic_id=visit.clinic.id))
    return render(request, "accounts.html", visit=visit, accounts=accounts)


@router.post("/staff/accounts/{account_id}/disable", dependencies=[CheckedForm])
async def disable(account_id: str, services: ServicesDep, visit: OwnerDep) -> Response:
    """Disable an account of the clinic, but not one's own; what it holds is given back."""
    accounts = await services.database.reading(partial(list_accounts, clinic_id=visit.clinic.id))
    account = next((one for one in accounts if one.id == account_id), None)
    if account is None or account.id == visit.account.id:
        raise ConsoleError(404, "no_account")
    clinic, owner = visit.clinic.id, visit.account

    def change(session: Session) -> None:
        now = services.clock.now()
        disable_account(session, clinic, account.id, now)
        add_audit(
            session,
            clinic,
            Action.ACCOUNT_DISABLED,
            now,
            who=owner.login,
            subject=account.login,
        )

    await services.database.writing(change)
    await give_all_back(services, visit.clinic, account)
    return RedirectResponse("/staff/accounts?notice=disabled", SEE_OTHER)
