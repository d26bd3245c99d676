"""What a page may ask of it: to open and close, to stand elsewhere, to look different."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import Gateway
from tests.channels.standin import StandIn


def test_the_page_can_open_close_and_ask(
    visitor: Visitor, site: Website, page: Page, rasa: StandIn
) -> None:
    visitor.visit(site.page())
    page.evaluate(
        """() => {
          window.heard = [];
          for (const what of ["open", "close", "message"])
            document.addEventListener(`saphena:${what}`, ({ type, detail }) =>
              window.heard.push([type, detail]));
          Saphena.ask("Does it hurt?");
        }"""
    )
    expect(visitor.messages).to_have_count(3)
    assert rasa.said_in(visitor.conversation()) == ["Does it hurt?"]
    page.evaluate("Saphena.close()")
    expect(visitor.panel).to_be_hidden()
    heard = page.evaluate("window.heard")
    assert heard[0] == ["saphena:open", {"clinic": "glamour"}]
    assert heard[-1] == ["saphena:close", {"clinic": "glamour"}]
    assert [detail["from"] for _, detail in heard[1:-1]] == ["assistant", "patient", "assistant"]
    assert "hurt" not in str(heard)


def test_the_page_hears_when_it_may_call(page: Page, site: Website) -> None:
    early = """<script>document.addEventListener("saphena:ready", () => Saphena.open());</script>"""
    page.goto(site.page(head=early))
    expect(page.locator("saphena-chat").get_by_role("log")).to_be_visible()


def test_an_element_shows_it_in_the_flow_of_the_page(
    visitor: Visitor, site: Website, page: Page
) -> None:
    script = f'<script src="{site.server}/widget.js" async></script>'
    element = '<saphena-chat clinic="glamour" inline></saphena-chat><p id="after">After</p>'
    visitor.visit(site.page(script="", body=script + element))
    visitor.button("Start the chat").click()
    expect(visitor.messages).to_have_count(1)
    visitor.ask("how much?")
    box, after = visitor.chat.bounding_box(), page.locator("#after").bounding_box()
    assert box
    assert after
    assert box["height"] >= 400
    assert after["y"] >= box["y"] + box["height"]
    expect(visitor.panel).to_have_count(0)


def test_colours_come_from_attributes_and_properties(
    visitor: Visitor, site: Website, page: Page
) -> None:
    colour = "one => getComputedStyle(one).backgroundColor"
    visitor.visit(site.page("/attribute", accent="#7a1f5c"))
    assert visitor.launcher.evaluate(colour) == "rgb(122, 31, 92)"
    style = (
        "<style>saphena-chat { --saphena-accent: oklch(0.9 0.1 100); --saphena-radius: 0; }</style>"
    )
    visitor.visit(site.page("/property", head=style))
    expect(visitor.launcher).to_be_visible()
    visitor.visit(site.page("/rgb", head="<style>:root { --saphena-accent: #fc0; }</style>"))
    assert visitor.launcher.evaluate(colour) == "rgb(255, 204, 0)"
    assert visitor.launcher.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    visitor.chat.evaluate("one => one.setAttribute('accent', 'navy')")
    assert visitor.launcher.evaluate(colour) == "rgb(0, 0, 128)"


def test_light_and_dark_follow_the_device_or_the_page(
    visitor: Visitor, site: Website, page: Page
) -> None:
    paper = "one => getComputedStyle(one).backgroundColor"
    page.emulate_media(color_scheme="dark")
    visitor.visit(site.page("/auto")).open()
    dark = visitor.messages.first.evaluate(paper)
    visitor.visit(site.page("/light", theme="light")).open()
    light = visitor.messages.first.evaluate(paper)
    page.emulate_media(color_scheme="light")
    visitor.visit(site.page("/dark", theme="dark")).open()
    assert visitor.messages.first.evaluate(paper) == dark != light


def test_it_may_stand_on_the_left(visitor: Visitor, site: Website) -> None:
    visitor.visit(site.page(position="left"))
    box = visitor.launcher.bounding_box()
    assert box
    assert box["x"] < 40


def test_the_page_s_shortcuts_do_not_eat_what_is_typed(patient: Visitor, page: Page) -> None:
    page.evaluate(
        """() => document.addEventListener("keydown", (event) => {
          if (event.key === "/" || event.key === "s") event.preventDefault();
        })"""
    )
    patient.input.focus()
    page.keyboard.type("s/s")
    expect(patient.input).to_have_value("s/s")


def test_a_page_that_replaces_its_body_can_show_it_again(
    patient: Visitor, page: Page, site: Website
) -> None:
    patient.ask("how much?")
    page.evaluate(
        """() => {
          const old = document.querySelector("saphena-chat");
          document.body.replaceChildren();
          document.body.append(old);
        }"""
    )
    patient.ask("and now?")
    page.evaluate(
        """() => {
          document.querySelector("saphena-chat").remove();
          setTimeout(() => {
            const fresh = document.createElement("saphena-chat");
            fresh.setAttribute("clinic", "glamour");
            document.body.append(fresh);
          }, 100);
        }"""
    )
    expect(patient.panel).to_be_hidden()
    patient.open()
    expect(patient.messages).to_have_count(5)


def test_a_modal_dialog_of_the_page_comes_before_it(
    visitor: Visitor, site: Website, page: Page
) -> None:
    body = "<dialog id='modal'><button>Inside</button></dialog>"
    visitor.visit(site.page(body=body))
    page.evaluate("modal.showModal()")
    page.get_by_role("button", name="Inside").click()
    page.keyboard.press("Escape")
    visitor.open()


def test_it_is_not_on_paper(visitor: Visitor, site: Website, page: Page) -> None:
    visitor.visit(site.page()).open()
    page.emulate_media(media="print")
    expect(visitor.panel).to_be_hidden()


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"], indirect=True)
def test_the_launcher_stays_within_the_screen(
    visitor: Visitor, site: Website, page: Page, gateway: Gateway
) -> None:
    visitor.visit(site.page(label="A rather long label for the button of a chat on this page, yes"))
    button = visitor.button(re.compile("A rather long label"))
    box = button.bounding_box()
    width = page.viewport_size
    assert box
    assert width
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width["width"]
    expect(button).to_be_in_viewport(ratio=1)
