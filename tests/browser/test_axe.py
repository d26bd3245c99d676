"""axe-core finds nothing in any state, whatever the look (WCAG 2.2 A and AA, best practice)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.replies import answering, asks_date, by_message, question, verdict
from tests.browser.staff import staff_writes
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import PHONE, Gateway
from tests.channels.standin import StandIn, custom

LOOKS = [
    pytest.param({}, id="plain"),
    pytest.param({"theme": "dark"}, id="dark"),
    pytest.param({"accent": "#ffe14d"}, id="pale accent"),
    pytest.param({"accent": "#ffe14d", "theme": "dark"}, id="pale accent, dark"),
    pytest.param({"accent": "#120818", "theme": "dark"}, id="black accent, dark"),
    pytest.param({"accent": "#d4488e"}, id="middling accent"),
    pytest.param({"language": "es"}, id="Spanish"),
]
STATES = ["avoid", "caution", "ok", "keep", "may_stop", "no_rule", "ask"]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_a_conversation_with_everything(
    visitor: Visitor, site: Website, rasa: StandIn, gateway: Gateway, look: dict[str, str]
) -> None:
    visitor.visit(site.page(privacy="https://clinic.example/privacy", look=look))
    assert visitor.axe() == []
    visitor.launcher.click()
    expect(visitor.messages.first).to_be_visible()
    box = visitor.chat.get_by_role("textbox")
    rasa.answering = answering(
        *[custom("So.", "exercise", verdict=verdict(state, "2026-11-27")) for state in STATES],
        custom(f"Call {PHONE}, see https://x.example", known=False, general=True),
    )
    for text, count in (("tell me", 10), ("I can't breathe and my chest hurts", 12)):
        box.fill(text)
        box.press("Enter")
        expect(visitor.messages).to_have_count(count)
    staff_writes(gateway, visitor.conversation(), "Hello from the clinic.")
    expect(visitor.messages).to_have_count(13)
    assert visitor.axe() == []


def test_axe_finds_nothing_while_options_or_a_date_are_asked(
    patient: Visitor, rasa: StandIn
) -> None:
    rasa.answering = by_message({"one": question("Which of these?"), "two": asks_date("When?")})
    patient.ask("one", "Which of these")
    patient.button("Continue").click()
    assert patient.axe() == []
    patient.ask("two", "When")
    patient.button("Send date").click()
    assert patient.axe() == []


def test_axe_finds_nothing_in_the_menu_and_the_questions_it_asks(patient: Visitor) -> None:
    patient.button("More options").click()
    assert patient.axe() == []
    patient.button("Delete my data").click()
    assert patient.axe() == []
    patient.button("Delete for good").click()
    expect(patient.button("Start the chat")).to_be_visible()
    assert patient.axe() == []


def test_axe_finds_nothing_when_things_go_wrong(
    patient: Visitor, page: Page, rasa: StandIn, site: Website
) -> None:
    rasa.status = 500
    patient.ask("how much?", "I cannot answer right now")
    page.route("**/messages", lambda route: route.abort())
    patient.say("waiting")
    patient.input.fill("x" * 1200)
    assert patient.axe() == []
    page.route("**/api/**", lambda route: route.abort())
    page.evaluate("localStorage.clear()")
    patient.visit(site.page("/down")).launcher.click()
    expect(patient.chat.get_by_text("There is no connection")).to_be_visible()
    assert patient.axe() == []


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_axe_finds_nothing_on_a_phone(patient: Visitor) -> None:
    patient.ask("how much?")
    assert patient.axe() == []


def test_axe_finds_nothing_in_the_inline_form(visitor: Visitor, site: Website) -> None:
    visitor.visit(site.page(script="", body=inline(site)))
    assert visitor.axe() == []
    visitor.button("Start the chat").click()
    expect(visitor.messages).to_have_count(1)
    assert visitor.axe() == []


def inline(site: Website) -> str:
    script = f'<script src="{site.server}/widget.js" async></script>'
    return f'{script}<saphena-chat clinic="glamour" inline></saphena-chat>'
