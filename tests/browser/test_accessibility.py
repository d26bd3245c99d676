"""WCAG 2.2 AA: axe-core finds nothing in any state, and everything works without a mouse."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

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


def tab_to(patient: Visitor, name: str, key: str = "Tab") -> None:
    """Press a key until what has this name has the focus."""
    for _ in range(40):
        if patient.focused().startswith(name):
            return
        patient.page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached by the keyboard; the focus is {patient.focused()}")


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
    tab_to(visitor, "Ask a question")
    page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(1)
    page.keyboard.type("am I a candidate?")
    page.keyboard.press("Enter")
    expect(visitor.chat.get_by_role("checkbox")).to_have_count(3)
    tab_to(visitor, "Continue", "Shift+Tab")
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(visitor.chat.get_by_role("checkbox", name="Pregnant")).to_be_checked()
    tab_to(visitor, "Continue")
    page.keyboard.press("Enter")
    expect(visitor.chat.get_by_label("Choose a date")).to_be_visible()
    assert visitor.focused() == "Your message"
    tab_to(visitor, "Send date", "Shift+Tab")
    visitor.chat.get_by_label("Choose a date").focus()
    page.keyboard.type("03052027")
    tab_to(visitor, "Send date")
    page.keyboard.press("Enter")
    expect(visitor.messages.last).to_contain_text("Please wait until after.")
    assert rasa.said_in(visitor.conversation())[-1] == "2027-03-05"


def test_a_red_flag_by_keyboard_only(visitor: Visitor, site: Website, page: Page) -> None:
    visitor.visit(site.page())
    tab_to(visitor, "Ask a question")
    page.keyboard.press("Space")
    expect(visitor.messages).to_have_count(1)
    page.keyboard.type("I can't breathe and my chest hurts")
    page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(3)
    tab_to(visitor, "Call 911", "Shift+Tab")
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


@pytest.mark.parametrize("size", ["desktop", "phone"], indirect=True)
def test_what_is_pressed_is_at_least_44_pixels(patient: Visitor, rasa: StandIn) -> None:
    rasa.answering = by_message({"one": question("Which of these?")})
    patient.ask("I can't breathe and my chest hurts", "911")
    patient.ask("it was a mistake", "Thank you")
    patient.ask("one", "Which of these")
    patient.button("More options").click()
    small = patient.page.evaluate(
        """() => {
          const root = document.querySelector("saphena-chat").shadowRoot;
          return [...root.querySelectorAll("button, a.call, summary, label.choice, textarea")]
            .map((one) => [one.innerText || one.ariaLabel, one.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
            .map(([name, box]) => `${name} ${box.width}x${box.height}`);
        }"""
    )
    assert small == []


@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 640), (640, 360), (256, 400)])
def test_everything_fits_at_320_pixels_and_at_400_percent(
    patient: Visitor, page: Page, rasa: StandIn, width: int, height: int
) -> None:
    rasa.answering = answering(custom("Word " * 60 + "https://x.example/" + "long" * 30))
    patient.ask("how much?", "Word")
    page.set_viewport_size({"width": width, "height": height})
    overflow = page.evaluate(
        """() => {
          const root = document.querySelector("saphena-chat").shadowRoot;
          const wide = [".panel", ".scroller", ".composer", ".header"].filter((one) => {
            const box = root.querySelector(one);
            return box.scrollWidth > box.clientWidth + 1;
          });
          return [wide, document.documentElement.scrollWidth <= innerWidth];
        }"""
    )
    assert overflow == [[], True]
    expect(patient.input).to_be_in_viewport()
    expect(patient.button("Send")).to_be_in_viewport()
    assert patient.chat.locator(".scroller").evaluate("box => box.clientHeight") >= 80


def test_larger_text_of_the_browser_is_followed(
    patient: Visitor, page: Page, context: BrowserContext
) -> None:
    size = "one => parseFloat(getComputedStyle(one).fontSize)"
    assert patient.messages.first.evaluate(size) == 16
    devtools = context.new_cdp_session(page)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    page.wait_for_function("getComputedStyle(document.body).fontSize === '32px'")
    assert patient.messages.first.evaluate(size) == 32
    expect(patient.button("Send")).to_be_in_viewport()
    patient.ask("how much?")


def test_text_spacing_can_be_widened(patient: Visitor, page: Page) -> None:
    page.evaluate(
        """() => {
          const root = document.querySelector("saphena-chat").shadowRoot;
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
            word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
          root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
        }"""
    )
    patient.ask("how much?")
    expect(patient.input).to_be_in_viewport()
    expect(patient.button("Send")).to_be_in_viewport()


def test_forced_colours_keep_the_edges(
    visitor: Visitor, site: Website, page: Page, rasa: StandIn
) -> None:
    page.emulate_media(forced_colors="active")
    visitor.visit(site.page()).open()
    rasa.answering = answering(custom("So.", "exercise", verdict=verdict("avoid", "2026-11-27")))
    visitor.ask("may I run?", "So.")
    for part in (".message.assistant", ".message.patient", ".verdict", "textarea", ".send"):
        box = visitor.chat.locator(part).first
        style = box.evaluate("one => [getComputedStyle(one).borderTopStyle, one.clientTop]")
        assert style[0] in {"solid", "dashed"}
        assert style[1] >= 1


def test_reduced_motion_stands_still(patient: Visitor, page: Page, rasa: StandIn) -> None:
    moving = "() => document.querySelector('saphena-chat').shadowRoot.getAnimations().length"
    rasa.delay = 1.5
    patient.say("hello")
    expect(patient.chat.locator(".dots")).to_be_visible()
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0


def test_it_is_ready_to_be_read_from_right_to_left(patient: Visitor, page: Page) -> None:
    patient.ask("מה המחיר?")
    assert patient.said.last.locator(".text").evaluate(
        "one => getComputedStyle(one).direction"
    ) == ("rtl")
    page.evaluate(
        "document.querySelector('saphena-chat').shadowRoot.querySelector('.saphena').dir = 'rtl'"
    )
    left = "one => one.getBoundingClientRect().x"
    close, title = patient.button("Close the chat"), patient.panel.get_by_role("heading")
    assert close.evaluate(left) < title.evaluate(left)
    assert patient.said.last.evaluate(left) < patient.messages.first.evaluate(left)


def test_the_language_of_the_widget_is_marked(visitor: Visitor, site: Website) -> None:
    visitor.visit(site.page(language="es"))
    expect(visitor.launcher).to_have_text("Haga una pregunta")
    expect(visitor.chat.locator(".saphena")).to_have_attribute("lang", "es")
    visitor.launcher.click()
    expect(visitor.chat.get_by_role("textbox", name="Su mensaje")).to_be_focused()
    expect(visitor.panel).to_have_accessible_name("Chat con Glamour")
    visitor.button("Más opciones").click()
    expect(visitor.button("Borrar mis datos")).to_be_visible()
    english = re.compile(r"\b(the|Close|Send|Type|More|Print|delete)\b")
    labels = visitor.page.evaluate(
        """() => [...document.querySelector("saphena-chat").shadowRoot.querySelectorAll(
          "button, .footer, h2, legend, .with")].map((one) => one.ariaLabel || one.innerText)"""
    )
    starters = {"When can I exercise?", "What does it cost?", "Does it hurt?", "Ask for a call"}
    assert [one for one in labels if english.search(one) and one not in starters] == []


def test_the_page_s_own_zoom_and_context_are_left_alone(
    visitor: Visitor, site: Website, context: BrowserContext
) -> None:
    visitor.visit(site.page())
    before = visitor.page.evaluate("document.head.innerHTML")
    visitor.open()
    assert visitor.page.evaluate("document.head.innerHTML") == before
    assert len(context.pages) == 1
