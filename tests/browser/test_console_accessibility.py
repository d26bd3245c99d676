"""The staff console on a phone: axe-core finds nothing on any page, in either color scheme."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.channels import standin
from tests.channels.desk import PASSWORD, Desk, open_desk
from tests.channels.serving import prepare, serving, settings_for
from tests.channels.test_staff_console import add_request

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def busy_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A clinic with something of every kind."""
    with standin.running() as rasa:
        state = tmp_path_factory.mktemp("console")
        settings = settings_for(state, rasa_url=rasa.address, actions_url=rasa.address)
        prepare(settings)
        with serving(settings) as gateway:
            yield open_desk(gateway)


def found(page: Page, axe: str) -> list[str]:
    """What axe-core has to say of a page: the rule, and where."""
    page.evaluate(axe)
    result = page.evaluate("axe.run()")
    return [
        f"{rule['id']}: {node['target']}" for rule in result["violations"] for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    chromium: Browser, busy_desk: Desk, axe: str, scheme: Literal["light", "dark"]
) -> None:
    held, waiting = busy_desk.patient(), busy_desk.patient()
    held.say("I can't breathe and my chest hurts")
    busy_desk.take(held, busy_desk.olga)
    busy_desk.ask_for_person(waiting)
    add_request(busy_desk, waiting, name="Dana Fox", preferred="mornings", reason=scheme)
    # The page's policy allows no script but its own; axe is put in from outside.
    context = chromium.new_context(
        base_url=busy_desk.gateway.address, viewport=PHONE, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/staff/login")
    assert found(page, axe) == []
    page.get_by_label("Login name").fill(busy_desk.olga.login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Open now").wait_for()
    for path in (
        "/staff",
        f"/staff/conversations/{held.id}",
        f"/staff/conversations/{waiting.id}",
        "/staff/audit",
        "/staff/accounts",
        "/staff/password",
        "/staff/conversations/no-such",
    ):
        page.goto(path)
        assert found(page, axe) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    context.close()
