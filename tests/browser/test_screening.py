"""A whole screening in the browser, against the real processes: without a mouse, without eyes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import Reader
from tests.browser.visitor import Visitor
from tests.stack import Saphena

pytestmark = pytest.mark.timeout(300)  # the first test of a run waits for the processes to start


@pytest.fixture
def arrived(visitor: Visitor, saphena: Saphena) -> Visitor:
    """A visitor of the site of a clinic, with the chat closed."""
    return visitor.visit(f"{saphena.address}/demo/harmony-laser")


def by_keyboard(visitor: Visitor, *titles: str) -> None:
    """Check options and go on, with the keys only."""
    for title in titles:
        visitor.reach(title, "Shift+Tab")
        visitor.page.keyboard.press("Space")
        expect(visitor.chat.get_by_role("checkbox", name=title)).to_be_checked()
        visitor.reach("Your message")
    visitor.reach("Continue", "Shift+Tab")
    visitor.page.keyboard.press("Enter")


def begin_by_keyboard(visitor: Visitor) -> None:
    visitor.reach("Ask a question")
    visitor.page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(1)
    visitor.page.keyboard.type("am I suitable for the laser?")
    visitor.page.keyboard.press("Enter")
    expect(visitor.button("Yes, go ahead")).to_be_visible()
    visitor.reach("Yes, go ahead", "Shift+Tab")
    visitor.page.keyboard.press("Enter")
    expect(visitor.messages.last).to_contain_text("Question 1")


def test_by_keyboard_only(arrived: Visitor) -> None:
    begin_by_keyboard(arrived)
    by_keyboard(arrived, "Thin red or purple lines", "On the face")
    expect(arrived.messages.last).to_contain_text("pregnant")
    by_keyboard(arrived, "None of these")
    expect(arrived.messages.last).to_contain_text("clot")
    by_keyboard(arrived, "None of these")
    expect(arrived.messages.last).to_contain_text("medicines")
    by_keyboard(arrived, "A retinoid")
    expect(arrived.messages.last).to_contain_text("another illness")
    by_keyboard(arrived, "None of these")
    expect(arrived.messages.last).to_contain_text("tanned")
    by_keyboard(arrived, "Not sure")
    expect(arrived.messages.last).to_contain_text("now is not the time")
    assert arrived.axe() == []


def test_by_the_accessibility_tree_only(arrived: Visitor) -> None:
    reader = Reader(arrived.page)
    reader.press("button", "Ask a question")
    reader.find("dialog", "Chat with")
    reader.write("Your message", "am I suitable for the laser?")
    reader.hears("You")
    reader.press("button", "Yes, go ahead")
    reader.hears("Question 1")
    reader.find("group", "Check all that apply")
    for title in ("Thin red or purple lines", "On the face"):
        reader.press("checkbox", title)
        reader.find("checkbox", title, checked="true")
    reader.press("button", "Continue")
    for words in ("pregnant", "clot", "medicines", "another illness", "tanned"):
        reader.hears(words)
        reader.press("checkbox", "None of these" if words != "tanned" else "Not sure")
        reader.press("button", "Continue")
    reader.hears("not a diagnosis")
    assert reader.names("checkbox") == []
    assert all(reader.names("button"))


def test_a_reload_in_the_middle_goes_on_with_the_same_question(
    arrived: Visitor, page: Page
) -> None:
    begin_by_keyboard(arrived)
    by_keyboard(arrived, "Thin red or purple lines", "On the face")
    expect(arrived.messages.last).to_contain_text("pregnant")
    before = arrived.texts()
    page.reload()
    arrived.open()
    expect(arrived.messages).to_have_count(len(before))
    assert arrived.texts() == before
    arrived.reach("Your message")
    by_keyboard(arrived, "None of these")
    expect(arrived.messages.last).to_contain_text("clot")


def test_a_red_flag_in_the_middle_by_keyboard_only(arrived: Visitor, page: Page) -> None:
    begin_by_keyboard(arrived)
    assert arrived.focused() == "Your message"
    page.keyboard.type("my leg is hot and swollen and now I can't breathe")
    page.keyboard.press("Enter")
    expect(arrived.messages.last).to_contain_text("911")
    arrived.reach("Call 911", "Shift+Tab")
    alarm = arrived.chat.get_by_role("alert").filter(has_text="911")
    expect(alarm).to_have_count(1)


def test_without_consent_nothing_on_health_is_asked(arrived: Visitor) -> None:
    arrived.open().say("am I suitable for the laser?")
    arrived.button(re.compile("^No")).click()
    expect(arrived.messages.last).to_contain_text("will not ask")
    expect(arrived.chat.get_by_role("checkbox")).to_have_count(0)
