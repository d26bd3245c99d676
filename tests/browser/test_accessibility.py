"""WCAG 2.2 AA: names, roles, announcements, the focus, and everything without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.replies import asks_date, by_message, question
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.standin import StandIn, custom


def test_the_parts_have_names_and_roles(patient: Visitor) -> None:
    patient.ask("how much?")
    tree = patient.panel.aria_snapshot()
    assert tree.startswith('- dialog "Chat with Glamour"')
    for part in (
        'heading "Chat with Glamour" [level=2]',
        'button "More options"',
        'button "Close the chat"',
        'log "Conversation"',
        'textbox "Your message"',
        'button "Send"',
        'group "Suggested replies"',
    ):
        assert part in tree
    patient.button("Close the chat").click()
    expect(patient.chat.get_by_role("region", name="Chat assistant")).to_be_visible()


def test_messages_are_announced_politely_and_red_flags_at_once(patient: Visitor) -> None:
    expect(patient.log).to_have_attribute("aria-live", "polite")
    alarm = patient.panel.get_by_role("alert").filter(has_text="911")
    patient.ask("how much?")
    expect(alarm).to_have_count(0)
    patient.ask("I can't breathe and my chest hurts", "911")
    expect(alarm).to_have_count(1)
    patient.page.reload()
    patient.open()
    expect(patient.messages).to_have_count(5)
    expect(alarm).to_have_count(0)  # what was said before is no news


def test_what_was_said_before_is_not_read_out(patient: Visitor, page: Page) -> None:
    patient.ask("how much?")
    page.reload()
    page.evaluate(
        """() => {
          // A screen reader speaks what is added to a log while it is live.
          const root = document.querySelector("saphena-chat").shadowRoot;
          window.spoken = [];
          new MutationObserver((changes) => {
            for (const { addedNodes, target } of changes) {
              const log = target.closest?.("[role=log]") ?? target.querySelector?.("[role=log]");
              if (log?.getAttribute("aria-live") !== "polite") continue;
              for (const node of addedNodes) window.spoken.push(node.textContent);
            }
          }).observe(root, { childList: true, subtree: true });
        }"""
    )
    patient.launcher.click()
    expect(patient.messages).to_have_count(3)
    expect(patient.log).to_have_attribute("aria-live", "polite")
    assert page.evaluate("window.spoken") == []
    patient.ask("does it hurt?")
    assert "You said: does it hurt?" in " ".join(page.evaluate("window.spoken"))


def test_the_focus_goes_in_and_comes_back(visitor: Visitor, site: Website, page: Page) -> None:
    visitor.visit(site.page())
    visitor.launcher.focus()
    page.keyboard.press("Enter")
    assert visitor.focused() == "Your message"
    expect(visitor.messages).to_have_count(1)
    page.keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    assert visitor.focused() == "Ask a question"


def test_opened_by_the_page_the_focus_goes_back_to_the_page(
    visitor: Visitor, site: Website, page: Page
) -> None:
    visitor.visit(site.page())
    page.evaluate("() => { own.onclick = () => Saphena.open(); }")
    page.get_by_role("button", name="Own button").press("Enter")
    assert visitor.focused() == "Your message"
    page.keyboard.press("Escape")
    assert visitor.focused() == "Own button"


def test_a_closed_panel_is_out_of_reach(visitor: Visitor, site: Website, page: Page) -> None:
    visitor.visit(site.page())
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(visitor.focused())
    assert seen[:2] == ["Own button", "Ask a question"]
    assert "Your message" not in seen


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_where_it_covers_the_page_the_focus_stays_within(patient: Visitor, page: Page) -> None:
    seen = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.add(patient.focused())
    assert {"Your message", "Close the chat", "More options"} <= seen
    assert "Own button" not in seen


def test_escape_closes_the_menu_first(patient: Visitor, page: Page) -> None:
    patient.button("More options").click()
    page.keyboard.press("Escape")
    expect(patient.button("Print")).to_be_hidden()
    assert patient.focused() == "More options"
    expect(patient.panel).to_be_visible()
    patient.menu("Delete my data")
    page.keyboard.press("Escape")
    expect(patient.button("Delete for good")).to_be_hidden()
    assert patient.focused() == "More options"
    page.keyboard.press("Escape")
    expect(patient.panel).to_be_hidden()


def test_a_question_that_the_browser_closes_is_called_off(patient: Visitor) -> None:
    # As a phone's "back" does, without asking when it is pressed twice.
    patient.menu("Delete my data")
    patient.chat.locator("dialog.confirm").evaluate("one => one.close()")
    expect(patient.chat.locator("dialog.confirm")).to_have_count(0)
    patient.menu("Delete my data")
    expect(patient.button("Delete for good")).to_be_visible()


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_a_panel_that_the_browser_closes_is_closed(patient: Visitor) -> None:
    patient.panel.evaluate("one => one.close()")
    expect(patient.launcher).to_be_visible()
    patient.open()


def test_a_question_does_not_outlive_the_panel(patient: Visitor, page: Page) -> None:
    patient.menu("Delete my data")
    page.evaluate("window.Saphena.close()")
    expect(patient.panel).to_be_hidden()
    page.locator("#own").click()
    patient.open()
    expect(patient.button("Delete for good")).to_have_count(0)


def test_a_whole_screening_by_keyboard_only(
    visitor: Visitor, site: Website, page: Page, rasa: StandIn
) -> None:
    rasa.answering = by_message(
        {
            "am I a candidate?": question("Which of these apply?"),
            '/affirm{"picked": ["pregnant"]}': asks_date("When is it due?"),
            "2027-03-05": custom("Please wait until after.", buttons=[]),
        }
    )
    visitor.visit(site.page())
    visitor.reach("Ask a question")
    page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(1)
    page.keyboard.type("am I a candidate?")
    page.keyboard.press("Enter")
    expect(visitor.chat.get_by_role("checkbox")).to_have_count(3)
    visitor.reach("Continue", "Shift+Tab")
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(visitor.chat.get_by_role("checkbox", name="Pregnant")).to_be_checked()
    visitor.reach("Continue")
    page.keyboard.press("Enter")
    expect(visitor.chat.get_by_label("Choose a date")).to_be_visible()
    assert visitor.focused() == "Your message"
    visitor.reach("Send date", "Shift+Tab")
    visitor.chat.get_by_label("Choose a date").focus()
    page.keyboard.type("03052027")
    visitor.reach("Send date")
    page.keyboard.press("Enter")
    expect(visitor.messages.last).to_contain_text("Please wait until after.")
    assert rasa.said_in(visitor.conversation())[-1] == "2027-03-05"


def test_a_red_flag_by_keyboard_only(visitor: Visitor, site: Website, page: Page) -> None:
    visitor.visit(site.page())
    visitor.reach("Ask a question")
    page.keyboard.press("Space")
    expect(visitor.messages).to_have_count(1)
    page.keyboard.type("I can't breathe and my chest hurts")
    page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(3)
    visitor.reach("Call 911", "Shift+Tab")
    assert visitor.chat.locator("a.call").get_attribute("href") == "tel:911"


def test_the_focus_is_always_visible(patient: Visitor, page: Page) -> None:
    patient.ask("how much?")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        outline = page.evaluate(
            """() => {
              const at = document.activeElement?.shadowRoot?.activeElement;
              const style = at && getComputedStyle(at);
              return style ? [style.outlineStyle, parseFloat(style.outlineWidth)] : null;
            }"""
        )
        if outline:
            assert outline[0] == "solid"
            assert outline[1] >= 2
