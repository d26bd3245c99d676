"""It adapts to the reader: size of screen and text, zoom, colors, motion, direction, language."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.replies import answering, by_message, question, verdict
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.standin import StandIn, custom


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
