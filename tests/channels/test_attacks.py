"""What somebody hostile would try and no other file here does; docs/security.md has the list."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.gateway.plan.links import plan_tokens
from bot.gateway.tokens import secret_key
from tests.channels.desk import PASSWORD, Desk
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@contextmanager
def listening() -> Iterator[tuple[str, list[Any]]]:
    """A server somewhere inside, and who connected to it."""
    visitors: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            try:
                while True:
                    connection, who = server.accept()
                    visitors.append(who)
                    connection.close()
            except OSError:
                pass  # closed: the test is over

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", visitors
        server.shutdown(socket.SHUT_RDWR)


def test_no_address_that_is_told_is_ever_fetched(patient: Patient, rasa: StandIn) -> None:
    with listening() as (inside, visitors):
        host = inside.removeprefix("http://")
        headers = {
            "Host": host,
            "Origin": inside,
            "Referer": f"{inside}/",
            "X-Forwarded-Host": host,
            "X-Forwarded-For": host,
            "Forwarded": f"host={host};for={host}",
            "X-Original-URL": f"{inside}/",
        }
        http = patient.gateway.http
        patient.say(f"look at {inside}/ and ![x]({inside}/x.png) <img src={inside}/y>")
        http.post(
            f"{patient.path}/messages",
            json={"text": f"{inside} send me my data"},
            headers={**headers, **patient.headers},
        )
        http.post("/api/conversations", json={"clinic": inside}, headers=headers)
        http.get(f"/demo/{inside}", headers=headers)
        http.get(f"/staff/login?next={inside}", headers=headers)
        http.get(f"//{host}/", headers=headers)
        assert visitors == []
        with pytest.raises(httpx.TransportError):
            httpx.get(inside, trust_env=False)
        assert len(visitors) == 1  # so it would have been noticed
    assert rasa.messages


@pytest.mark.parametrize("mount", ["/site", "/staff/static"])
@pytest.mark.parametrize(
    "path",
    [
        "../rendering.py",
        "%2e%2e/rendering.py",
        "..%2frendering.py",
        "..%5crendering.py",
        "....//rendering.py",
        "looks/../../rendering.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "clinic.js%00.css",
        "%c0%ae%c0%ae/rendering.py",
        "",
        "looks",
        "looks/",
    ],
)
def test_static_files_are_those_of_their_folder(gateway: Gateway, mount: str, path: str) -> None:
    host, port = gateway.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        # By hand: a client would tidy the path up.
        head = f"GET {mount}/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        told = b"".join(iter(lambda: connection.recv(65536), b""))
    assert told.split(b" ")[1] in (b"404", b"400"), told
    assert b"import" not in told
    assert b"\r\nlocation:" not in told.lower()


def test_a_session_that_was_planted_is_not_the_one_after_login(desk: Desk) -> None:
    attacker, victim = desk.browser(desk.paul), desk.browser()
    planted = attacker.http.cookies["staff"]
    victim.http.cookies.set("staff", planted, domain="127.0.0.1", path="/")
    attacker.post("/staff/logout")
    victim.log_in(desk.maria.login)
    own = [c.value for c in victim.http.cookies.jar if c.name == "staff" and c.value != planted]
    assert own
    attacker.http.cookies.clear()
    attacker.http.cookies.set("staff", planted)
    assert attacker.get("/staff").url.path == "/staff/login"


def test_made_up_session_and_form_cookies_are_not_taken_over(desk: Desk) -> None:
    browser = desk.browser()
    browser.http.cookies.set("staff", "chosen-by-the-attacker")
    browser.get("/staff/login")
    login = {"csrf": browser.csrf, "login": desk.maria.login, "password": PASSWORD}
    answer = browser.http.post("/staff/login", data=login, follow_redirects=False)
    cookies = answer.headers.get_list("set-cookie")
    assert not any("chosen-by-the-attacker" in cookie for cookie in cookies)
    assert any(cookie.startswith("staff=") for cookie in cookies)


@pytest.mark.parametrize("path", ["/metrics", "/admin", "/.env", "/.git/config", "/webhooks/rest/"])
def test_the_public_port_has_no_figures_and_no_insides(gateway: Gateway, path: str) -> None:
    assert gateway.http.get(path).status_code == 404


def test_nothing_a_client_sends_begins_a_line_of_the_log(
    patient: Patient, rasa: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    forged = "%0d%0a2026-11-22 ERROR bot forged"
    http = patient.gateway.http
    rasa.status = 500  # so that more than usual is logged
    headers = {**patient.headers, "User-Agent": "forged", "X-Request-ID": "forged%0aforged"}
    for address in (
        f"/api/conversations/{forged}/messages",
        f"/demo/{forged}",
        f"/plan/{forged}",
        f"/staff/conversations/{forged}",
        f"/api/clinics/{forged}",
        f"/telegram/{forged}",
    ):
        http.get(address, headers=headers)
        http.post(address, json={"text": "x"}, headers=headers)
    patient.post({"text": "how much?\n2026-11-22 ERROR bot forged", "client_id": "x"})
    http.post("/api/conversations", json={"clinic": "x\n2026 ERROR bot forged"})
    http.post("/staff/login", data={"login": "x\n2026 ERROR bot forged", "csrf": "x\ny"})
    written = [logging.Formatter("%(message)s").format(one) for one in caplog.records]
    assert written
    assert [line for line in written if "forged" in line] == []


DEEP = 4_000


@pytest.mark.parametrize(
    "body",
    [
        '{"text": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"text": ' + '{"a":' * 2_500 + "1" + "}" * 2_500 + "}",
        '{"choices": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"text": "a", "text": "b", "__proto__": {}}',
        '{"text": 1' + "0" * 12_000 + "}",
        '{"text": 1e999999}',
        '{"text": NaN}',
        '{"text": "\\ud800\\udc00\\udc00"}',
        '{"client_id": "a\\nb", "text": "x"}',
        '\ufeff{"text": "x"}',
    ],
)
def test_odd_json_is_refused_or_read(patient: Patient, body: str) -> None:
    answer = patient.gateway.http.post(
        f"{patient.path}/messages",
        content=body.encode(),
        headers={**patient.headers, "Content-Type": "application/json"},
    )
    assert answer.status_code in (200, 400, 422)
    assert patient.say("how much?")


def test_overlong_utf8_is_no_text(patient: Patient) -> None:
    for raw in (b"\xc0\xafcost", b"\xe0\x80\xaf", b"\xf8\x88\x80\x80\x80", b"\xed\xa0\x80"):
        answer = patient.gateway.http.post(
            f"{patient.path}/messages",
            content=b'{"text": "' + raw + b'"}',
            headers={**patient.headers, "Content-Type": "application/json"},
        )
        assert answer.status_code in (400, 422)  # half a surrogate pair is left out, as typed


def test_no_page_shows_what_a_patient_wrote_as_markup(patient: Patient) -> None:
    patient.say(EVIL)
    services = patient.gateway.services
    token = services.data_links.issue(patient.id)
    page = patient.gateway.http.post(f"/my-data/{token}")
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text
    file = patient.gateway.http.post(f"/my-data/{token}/file")
    assert file.headers["Content-Type"] == "application/json"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert EVIL in json.dumps(file.json())


@pytest.mark.parametrize("what", ["/plan/{}", "/my-data/{}", "/demo/{}", "/staff/login?next={}"])
def test_nothing_of_an_address_is_shown_as_markup(gateway: Gateway, what: str) -> None:
    for evil in (EVIL, "%3Cscript%3E", "'\"><script>", "javascript:alert(1)"):
        page = gateway.http.get(what.format(evil))
        assert "<script>" not in page.text
        assert "javascript:" not in page.text
        assert "<img" not in page.text


def test_links_open_one_thing_only(patient: Patient) -> None:
    http, services = patient.gateway.http, patient.gateway.services
    plan = plan_tokens(secret_key(services.settings)).issue(patient.id)
    data = services.data_links.issue(patient.id)
    for token in (plan, data):
        headers = {"Authorization": f"Bearer {token}"}
        assert http.get(f"{patient.path}/messages", headers=headers).status_code == 401
    assert http.post(f"/my-data/{plan}").status_code == 404
    assert http.get(f"/plan/{data}").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "a@evil.example", '"><b>'])
def test_a_host_header_makes_no_link_where_the_address_is_set(
    state: Path, rasa: StandIn, host: str
) -> None:
    settings = settings_for(state, rasa_url=rasa.address, public_url="https://chat.example")
    prepare(settings)
    with serving(settings) as gateway:
        patient = gateway.open()
        answer = gateway.http.post(
            f"{patient.path}/messages",
            json={"text": "send me my data"},
            headers={**patient.headers, "Host": host, "X-Forwarded-Host": host},
        )
    assert "https://chat.example/my-data/" in answer.text
    assert "evil" not in answer.text
