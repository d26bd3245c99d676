"""In and out of the staff console: passwords, cookies, tokens of forms, throttling, sessions."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.cli.ports import LOOPBACK
from bot.gateway.staff.passwords import hash_password
from bot.records.staff import StaffSessionRow, forget_failed_logins, set_password
from tests.channels.desk import PASSWORD, Browser, Desk, open_desk
from tests.channels.serving import Gateway, prepare, serving, settings_for
from tests.channels.standin import StandIn

NEW = "another eight veins"


def age_sessions(desk: Desk, **moments: timedelta) -> None:
    """Set the times of all sessions of the desk's people to so long ago."""
    values = {name: datetime.now(UTC) - ago for name, ago in moments.items()}
    people = [desk.olga.id, desk.maria.id, desk.paul.id]
    with desk.gateway.services.database.write() as session:
        session.execute(
            update(StaffSessionRow).where(StaffSessionRow.account_id.in_(people)).values(**values)
        )


def test_without_login_every_page_leads_to_the_login(desk: Desk) -> None:
    patient = desk.patient()
    browser = desk.browser()
    for path in (
        "/staff",
        f"/staff/conversations/{patient.id}",
        "/staff/requests.csv",
        "/staff/audit",
        "/staff/accounts",
        "/staff/password",
        "/staff/events",
    ):
        page = browser.get(path)
        assert page.url.path == "/staff/login", path
        assert "What was said" not in page.text
    taken = browser.post(f"/staff/conversations/{patient.id}/take")
    assert taken.url.path == "/staff/login"
    assert len(patient.transcript()) == 1


def test_login_leads_on_to_the_page_that_was_wanted(desk: Desk) -> None:
    browser = desk.browser()
    wanted = browser.get("/staff/password")
    assert wanted.url.params["next"] == "/staff/password"
    page = browser.post(
        "/staff/login", login=desk.maria.login, password=PASSWORD, next="/staff/password"
    )
    assert page.url.path == "/staff/password"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/staff//evil", "/staff\\evil", "/", "/staff/login"],
)
def test_login_leads_nowhere_else(desk: Desk, elsewhere: str) -> None:
    page = desk.browser().log_in(desk.maria.login, next=elsewhere)
    assert str(page.url) == f"{desk.gateway.address}/staff"


def test_login_names_ignore_case(desk: Desk) -> None:
    assert "Open now" in desk.browser().log_in(f"  {desk.maria.login.upper()} ").text


def test_the_cookie_is_for_this_site_and_no_script(desk: Desk) -> None:
    browser = desk.browser()
    browser.get("/staff/login")
    answer = browser.http.post(
        "/staff/login",
        data={"csrf": browser.csrf, "login": desk.maria.login, "password": PASSWORD},
        follow_redirects=False,
    )
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("staff="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_behind_https_the_cookie_is_secure_and_tied_to_the_host(desk: Desk) -> None:
    https = {"X-Forwarded-Proto": "https"}
    answer = desk.gateway.http.get("/staff/login", headers=https)
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-staff_form=")
    assert "Secure" in cookie


def test_a_wrong_password_says_no_more_than_an_unknown_name(desk: Desk) -> None:
    wrong = desk.browser().log_in(desk.maria.login, "not the password")
    unknown = desk.browser().log_in("nobody-of-this-name", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    problem = re.compile(r'role="alert">([^<]+)')
    assert problem.findall(wrong.text) == problem.findall(unknown.text) != []
    assert ("login_failed", desk.maria.login) in desk.audit()


@pytest.mark.parametrize("csrf", ["", "guessed"])
def test_a_login_without_its_form_s_token_is_refused(desk: Desk, csrf: str) -> None:
    browser = desk.browser()
    browser.get("/staff/login")
    page = browser.post("/staff/login", csrf=csrf, login=desk.maria.login, password=PASSWORD)
    assert page.status_code == 403
    assert browser.get("/staff").url.path == "/staff/login"


@pytest.mark.parametrize("csrf", ["", "guessed"])
def test_no_form_does_anything_without_its_token(desk: Desk, csrf: str) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    browser = desk.browser(desk.olga)
    chat = f"/staff/conversations/{patient.id}"
    for path in (
        *(f"{chat}/{act}" for act in ("take", "messages", "give-back", "end-wait", "flags-done")),
        "/staff/requests/any/done",
        f"/staff/accounts/{desk.maria.id}/disable",
        "/staff/password",
        "/staff/logout",
    ):
        page = browser.post(path, csrf=csrf, text="hello")
        assert page.status_code == 403, path
        assert "The form had expired" in page.text
    assert len(patient.transcript()) == 1
    assert browser.get("/staff").url.path == "/staff"


def test_another_session_s_token_is_no_good(desk: Desk) -> None:
    maria, paul = desk.browser(desk.maria), desk.browser(desk.paul)
    assert maria.post("/staff/logout", csrf=paul.csrf).status_code == 403


def test_logout_ends_the_session_on_the_server(desk: Desk) -> None:
    browser = desk.browser(desk.maria)
    token = browser.http.cookies["staff"]
    browser.post("/staff/logout")
    browser.http.cookies.set("staff", token)
    assert browser.get("/staff").url.path == "/staff/login"
    assert desk.audit()[-1] == ("logged_out", desk.maria.login)


def test_logout_gives_conversations_back(desk: Desk) -> None:
    patient = desk.patient()
    browser = desk.browser(desk.maria)
    browser.post(f"/staff/conversations/{patient.id}/take", holder="")
    browser.post("/staff/logout")
    assert "has left this chat" in patient.transcript()[-1][1]


def test_the_token_itself_is_not_stored(desk: Desk) -> None:
    token = desk.browser(desk.maria).http.cookies["staff"]
    with desk.gateway.services.database.read() as session:
        stored = {row.token_hash for row in session.query(StaffSessionRow)}
    assert stored
    assert token not in stored


@pytest.mark.parametrize(
    ("moments", "ended"),
    [
        ({"created_at": timedelta(hours=11)}, False),
        ({"created_at": timedelta(hours=13)}, True),
        ({"active_at": timedelta(minutes=119)}, False),
        ({"active_at": timedelta(minutes=121)}, True),
    ],
)
def test_sessions_end(desk: Desk, moments: dict[str, timedelta], ended: bool) -> None:
    browser = desk.browser(desk.maria)
    age_sessions(desk, **moments)
    assert (browser.get("/staff").url.path == "/staff/login") is ended


def test_an_open_page_that_refreshes_itself_is_no_activity(desk: Desk) -> None:
    browser = desk.browser(desk.maria)
    age_sessions(desk, active_at=timedelta(minutes=119))
    browser.get("/staff", **{"X-Live": "1"})
    age = timedelta(minutes=2)
    with desk.gateway.services.database.read() as session:
        rows = session.query(StaffSessionRow).filter_by(account_id=desk.maria.id)
        assert all(row.active_at < datetime.now(UTC) - age for row in rows)


def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    here, elsewhere = desk.browser(desk.maria), desk.browser(desk.maria)
    here.get("/staff/password")
    page = here.post("/staff/password", current=PASSWORD, new=NEW, again=NEW)
    assert "Your password is changed" in page.text
    assert elsewhere.get("/staff").url.path == "/staff/login"
    assert desk.browser().log_in(desk.maria.login).status_code == 401
    assert "Open now" in desk.browser().log_in(desk.maria.login, NEW).text


@pytest.mark.parametrize(
    ("current", "new", "again", "says"),
    [
        ("wrong one", NEW, NEW, "does not fit"),
        (PASSWORD, NEW, f"{NEW}s", "not the same"),
        (PASSWORD, PASSWORD, PASSWORD, "is the old one"),
        (PASSWORD, "short", "short", "too easy to guess"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "too easy to guess"),
        (PASSWORD, "v" * 90 + "eins" * 40, "v" * 90 + "eins" * 40, "longer than 200"),
    ],
)
def test_a_password_that_cannot_be(
    desk: Desk, current: str, new: str, again: str, says: str
) -> None:
    browser = desk.browser(desk.maria)
    page = browser.post("/staff/password", current=current, new=new, again=again)
    assert page.status_code == 400
    assert says in page.text
    assert "Open now" in desk.browser().log_in(desk.maria.login).text


def test_a_generated_password_has_to_be_changed_first(desk: Desk) -> None:
    with desk.gateway.services.database.write() as session:
        set_password(session, desk.maria.id, hash_password(NEW), temporary=True)
    browser = desk.browser()
    page = browser.log_in(desk.maria.login, NEW)
    assert page.url.path == "/staff/password"
    assert browser.get("/staff/requests.csv").url.path == "/staff/password"
    changed = browser.post("/staff/password", current=NEW, new=PASSWORD, again=PASSWORD)
    assert "Open now" in changed.text


def test_a_disabled_account_is_out_at_once(desk: Desk) -> None:
    maria, olga = desk.browser(desk.maria), desk.browser(desk.olga)
    page = olga.get("/staff/accounts")
    assert desk.maria.login in page.text
    olga.post(f"/staff/accounts/{desk.maria.id}/disable")
    assert maria.get("/staff").url.path == "/staff/login"
    assert desk.browser().log_in(desk.maria.login).status_code == 401
    assert ("account_disabled", desk.olga.login) in desk.audit()


def test_an_owner_cannot_disable_themselves_or_another_clinic_s_people(desk: Desk) -> None:
    other = open_desk(desk.gateway, "Elsewhere")
    olga = desk.browser(desk.olga)
    for account in (desk.olga, other.maria):
        assert olga.post(f"/staff/accounts/{account.id}/disable").status_code == 404
        assert "Open now" in desk.browser().log_in(account.login).text


def test_only_owners_see_audit_and_accounts(desk: Desk) -> None:
    maria = desk.browser(desk.maria)
    for path in ("/staff/audit", "/staff/accounts"):
        assert maria.get(path).status_code == 403
    assert maria.post(f"/staff/accounts/{desk.paul.id}/disable").status_code == 403
    assert "Audit log" in desk.browser(desk.olga).get("/staff/audit").text


def throttled(state: Path, rasa: StandIn, **values: Any) -> Any:
    settings = settings_for(
        state,
        rasa_url=rasa.address,
        login_account_limit="3/15minute",
        login_address_limit="8/15minute",
        **values,
    )
    prepare(settings)
    return serving(settings)


def fail_until_throttled(desk: Desk) -> None:
    for _ in range(3):
        assert desk.browser().log_in(desk.maria.login, "wrong").status_code == 401
    page = desk.browser().log_in(desk.maria.login)
    assert page.status_code == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 900
    assert "Too many tries" in page.text


def test_an_account_is_throttled_and_no_other(state: Path, rasa: StandIn) -> None:
    with throttled(state, rasa) as gateway:
        desk = open_desk(gateway)
        fail_until_throttled(desk)
        assert desk.browser().log_in(desk.maria.login.upper()).status_code == 429
        assert "Open now" in desk.browser().log_in(desk.paul.login).text
        with gateway.services.database.write() as session:
            forget_failed_logins(session, desk.maria.id)
        assert "Open now" in desk.browser().log_in(desk.maria.login).text


def test_a_login_that_succeeds_gives_the_account_its_tries_back(state: Path, rasa: StandIn) -> None:
    with throttled(state, rasa) as gateway:
        desk = open_desk(gateway)
        for _ in range(2):
            desk.browser().log_in(desk.maria.login, "wrong")
            assert desk.browser().log_in(desk.maria.login).status_code == 200


def test_an_address_is_throttled_whatever_the_names(state: Path, rasa: StandIn) -> None:
    with throttled(state, rasa) as gateway:
        browser = Browser(gateway.address)
        seen = [browser.log_in(f"nobody{n}", "wrong").status_code for n in range(9)]
        assert seen == [401] * 8 + [429]


def test_the_throttle_in_redis_outlives_a_restart(
    state: Path, rasa: StandIn, redis_url: str
) -> None:
    with throttled(state, rasa, redis_url=redis_url) as gateway:
        desk = open_desk(gateway)
        fail_until_throttled(desk)
    with throttled(state / "again", rasa, redis_url=redis_url) as gateway:
        assert Browser(gateway.address).log_in(desk.maria.login).status_code == 429


def test_without_redis_logins_are_throttled_in_memory(
    state: Path, rasa: StandIn, unused_port: int
) -> None:
    url = f"redis://{LOOPBACK}:{unused_port}/0"
    with throttled(state, rasa, redis_url=url) as gateway:
        fail_until_throttled(open_desk(gateway))


def test_the_console_takes_forms_and_the_api_does_not(gateway: Gateway) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    json = {"Content-Type": "application/json"}
    assert gateway.http.post("/staff/login", content="{}", headers=json).status_code == 415
    answer = gateway.http.post("/api/conversations", content="clinic=glamour", headers=form)
    assert answer.status_code == 415
    huge = "login=" + "x" * 20_000
    assert gateway.http.post("/staff/login", content=huge, headers=form).status_code == 413
