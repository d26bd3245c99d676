"""What every answer of every address carries for the browser's own defences."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from bot.gateway.app import create_app
from bot.gateway.headers import ENCRYPTED_ONLY
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn

HTTPS = {"X-Forwarded-Proto": "https"}
HSTS = "Strict-Transport-Security"

# Pages that have a form which posts to this same site; on all others nothing can be sent.
FORMS = ("/staff", "/my-data/")


def addresses(patient: Patient) -> Iterator[tuple[str, str]]:
    """Every method and address of the application, with something in each placeholder."""
    gateway = patient.gateway
    data = gateway.services.data_links.issue(patient.id)
    plan = gateway.services.plan_links.issue(patient.id)
    for route in _routes(create_app(gateway.settings).routes):
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/nothing.css"
            continue
        assert isinstance(route, Route)
        token = data if route.path.startswith("/my-data") else plan
        path = (
            route.path.replace("{conversation_id}", patient.id)
            .replace("{clinic_id}", "glamour")
            .replace("{token}", token)
        )
        for name in ("request_id", "account_id"):
            path = path.replace(f"{{{name}}}", "1")
        assert "{" not in path, path
        yield from ((method, path) for method in sorted(route.methods or ()))
    yield "GET", "/nowhere"
    yield "TRACE", "/"


def _routes(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes, with those of routers in place of the routers."""
    for route in routes:
        router = getattr(route, "original_router", None)
        yield from _routes(router.routes) if router else (route,)


def check(headers: httpx.Headers, path: str) -> None:
    assert headers["x-content-type-options"] == "nosniff", path
    assert headers["x-frame-options"] == "DENY", path
    assert headers["referrer-policy"] == "no-referrer", path
    assert headers["cross-origin-opener-policy"] == "same-origin", path
    assert "camera=()" in headers["permissions-policy"], path
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'", path
    assert policy["base-uri"] == "'none'", path
    assert policy["frame-ancestors"] == "'none'", path
    assert policy["form-action"] in ("'none'", "'self'"), path
    assert policy["form-action"] == "'none'" or path.startswith(FORMS), path
    allowed = {word for sources in policy.values() for word in sources.split()}
    assert allowed <= {"'none'", "'self'"}, path
    assert "server" not in headers, path


def test_every_address_has_them(patient: Patient) -> None:
    seen = set()
    for method, path in addresses(patient):
        with patient.gateway.http.stream(method, path, headers=patient.headers) as answer:
            check(answer.headers, path)
            private = path.startswith(("/api/", "/staff", "/my-data/", "/plan/"))
            if private and not path.endswith(".css"):
                assert answer.headers["cache-control"] == "no-store", path
            seen.add(answer.status_code)
    assert {200, 303, 404, 405} <= seen


def test_a_crash_has_them(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash() -> bool:
        raise RuntimeError("something of the inside")

    monkeypatch.setattr(gateway.services.brain, "alive", crash)
    answer = gateway.http.get("/readyz", headers=HTTPS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    check(answer.headers, "/readyz")
    assert answer.headers[HSTS] == ENCRYPTED_ONLY
    assert "inside" not in answer.text


@pytest.mark.parametrize("path", ["/", "/api/clinics", "/staff/login", "/nowhere", "/widget.js"])
def test_reached_encrypted_browsers_are_told_to_stay_so(gateway: Gateway, path: str) -> None:
    assert gateway.http.get(path, headers=HTTPS).headers[HSTS] == ENCRYPTED_ONLY
    assert HSTS not in gateway.http.get(path).headers


def test_a_public_address_with_https_is_enough(state: Path, rasa: StandIn) -> None:
    settings = settings_for(state, rasa_url=rasa.address, public_url="https://chat.example")
    prepare(settings)
    with serving(settings) as gateway:
        assert gateway.http.get("/").headers[HSTS] == ENCRYPTED_ONLY
