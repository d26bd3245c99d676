"""HTTP as such: headers, sizes, types, origins, pages, health, and the program itself."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.gateway.site import routes as site
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "path", ["/", "/api/clinics", "/healthz", "/demo/glamour", "/site/clinic.js"]
)
def test_every_answer_has_security_headers(gateway: Gateway, path: str) -> None:
    headers = gateway.http.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_what_patients_say_is_not_cached(patient: Patient) -> None:
    assert patient.get("messages").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not_found"),
        ("/api/conversations/x/nowhere", 404, "not_found"),
        ("/api/conversations", 405, "method_not_allowed"),
        ("/site/../app.py", 404, "not_found"),
        ("/site/..%2fapp.py", 404, "not_found"),
        ("/docs", 404, "not_found"),
    ],
)
def test_errors_have_one_form(gateway: Gateway, path: str, status: int, code: str) -> None:
    answer = gateway.http.get(path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_taken(patient: Patient, content_type: str) -> None:
    answer = patient.gateway.http.post(
        f"{patient.path}/messages",
        content=b'{"text": "hello"}',
        headers={**patient.headers, "Content-Type": content_type},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_json_with_a_character_set_is_taken(patient: Patient) -> None:
    answer = patient.gateway.http.post(
        f"{patient.path}/messages",
        content=b'{"text": "hello"}',
        headers={**patient.headers, "Content-Type": "Application/JSON; charset=utf-8"},
    )
    assert answer.status_code == 200


def test_a_huge_body_is_refused_without_being_read(gateway: Gateway) -> None:
    def chunks() -> "list[bytes]":
        return [b"x" * 4096] * 64

    headers = {"Content-Type": "application/json"}
    for content in (b"x" * 5_000_000, iter(chunks())):
        try:
            answer = gateway.http.post("/api/conversations", content=content, headers=headers)
        except httpx.WriteError:
            continue  # the server closed while the client was still sending
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


def test_other_origins_are_let_in_by_the_list_only(state: Path, rasa: StandIn) -> None:
    allowed = "https://www.clinic.example"
    settings = settings_for(state, allowed_origins=(allowed,), rasa_url=rasa.address)
    prepare(settings)
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    with serving(settings) as gateway:
        for origin, let_in in ((allowed, True), ("https://evil.example", False)):
            headers = {"Origin": origin}
            preflight = gateway.http.options("/api/conversations", headers={**headers, **asks})
            assert (preflight.status_code == 200) is let_in
            answer = gateway.http.get("/api/clinics", headers=headers)
            assert answer.headers.get("Access-Control-Allow-Origin") == (origin if let_in else None)


def test_a_clinic_s_website_shows_that_clinic_only(state: Path, rasa: StandIn) -> None:
    own, any_clinic = "https://glamour.example", "https://saphena.example"
    settings = settings_for(
        state,
        allowed_origins=(any_clinic,),
        clinic_origins={"glamour": (own,)},
        rasa_url=rasa.address,
    )
    prepare(settings)
    with serving(settings) as gateway:
        for origin, clinic, status in (
            *((own, "glamour", 201), (own, "silent", 403)),
            *((any_clinic, "glamour", 201), (any_clinic, "silent", 201)),
        ):
            answer = gateway.http.post(
                "/api/conversations", json={"clinic": clinic}, headers={"Origin": origin}
            )
            assert (origin, clinic, answer.status_code) == (origin, clinic, status)
            assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.json()["replies"]


def test_the_widget_is_one_script_for_any_site(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tmp_path / "widget.js"
    monkeypatch.setattr(site, "WIDGET", built)
    missing = gateway.http.get("/widget.js")
    assert (missing.status_code, missing.json()["error"]["code"]) == (503, "widget_missing")
    built.write_text("'use strict';")
    served = gateway.http.get("/widget.js")
    assert served.headers["Content-Type"].startswith("text/javascript")
    assert served.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=300" in served.headers["Cache-Control"]
    assert served.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "links"), [("/", 4), ("/demo/glamour", 5), ("/demo/office", 5), ("/embed", 3)]
)
def test_the_site_s_pages_need_nothing_inline_or_from_elsewhere(
    gateway: Gateway, path: str, links: int
) -> None:
    page = gateway.http.get(path)
    assert page.headers["Content-Type"].startswith("text/html")
    assert not re.search(r"\son\w+=|style=|<script>|<style", page.text)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert [one for one in addresses if not one.startswith(("/", "#", "tel:"))] == []
    linked = {one.partition("#")[0] for one in addresses if one.startswith("/")} - {"/widget.js"}
    assert len(linked) >= links
    for address in sorted(linked):
        assert gateway.http.get(address).status_code == 200, address


def test_there_is_no_page_for_an_unknown_clinic(gateway: Gateway) -> None:
    for clinic in ("nowhere", "..%2fembed", "%00", "\u00e9"):
        assert gateway.http.get(f"/demo/{clinic}").status_code == 404


def test_alive_and_ready(gateway: Gateway) -> None:
    assert gateway.http.get("/healthz").json() == {"status": "alive"}
    ready = gateway.http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "database": "ok", "rasa": "ok", "actions": "ok"}


def test_the_log_holds_no_words_of_a_patient(
    patient: Patient, rasa: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    patient.say("a very private worry")
    rasa.answering = lambda message: message["message"].encode()
    patient.post({"text": "another private worry"})
    patient.post({"text": "private" * 200})
    assert patient.id in caplog.text
    assert "private" not in caplog.text


@contextmanager
def run_gateway(state: Path, **values: str) -> "Iterator[subprocess.Popen[str]]":
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "NOW"}
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot.gateway"],
        cwd=ROOT,
        env={**environment, "STATE_DIR": str(state), "PORT": "8199", **values},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_production_without_a_key_does_not_start(state: Path) -> None:
    with run_gateway(state, ENVIRONMENT="production") as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "SECRET_KEY" in output
    assert "Traceback" not in output


def test_a_database_that_is_not_migrated_stops_the_start(state: Path) -> None:
    with run_gateway(state, ENVIRONMENT="test") as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "python -m bot db upgrade" in output


def test_the_program_serves_and_stops_with_streams_open(state: Path, unused_port: int) -> None:
    settings = settings_for(state)
    prepare(settings)
    address = f"http://127.0.0.1:{unused_port}"
    waiting = httpx.HTTPTransport(retries=8)  # with growing pauses, until it is up
    with (
        run_gateway(state, ENVIRONMENT="test", PORT=str(unused_port)) as process,
        httpx.Client(base_url=address, transport=waiting) as http,
    ):
        begun = http.post("/api/conversations", json={"clinic": "glamour"}, timeout=30).json()
        headers = {"Authorization": f"Bearer {begun['token']}"}
        with http.stream("GET", f"/api/conversations/{begun['id']}/events", headers=headers):
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=15)
    assert process.returncode in {0, -signal.SIGTERM}, output
    assert (state / "secret_key").stat().st_mode & 0o777 == 0o600
