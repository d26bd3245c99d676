"""The demo sites and the page that makes the embedding, against the real packs."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.cli.prepare import import_packs, migrate
from tests.browser.visitor import Visitor
from tests.channels.serving import Gateway, serving, settings_for
from tests.channels.standin import StandIn

CLINICS = ["asclera-medispa", "glamour", "harmony-laser", "smokey-point", "true-jewel"]


@pytest.fixture(scope="session")
def packs(
    tmp_path_factory: pytest.TempPathFactory, _rasa: StandIn, _widget: Path
) -> Iterator[Gateway]:
    """A gateway with the clinics' own packs."""
    settings = settings_for(
        tmp_path_factory.mktemp("packs"), rasa_url=_rasa.address, actions_url=_rasa.address
    )
    migrate(settings)
    import_packs(settings)
    with ExitStack() as stack:
        yield stack.enter_context(serving(settings))


def test_a_clinic_is_chosen_and_the_widget_opens(
    visitor: Visitor, packs: Gateway, page: Page
) -> None:
    page.goto(packs.address)
    assert visitor.axe() == []
    page.get_by_role("link", name="True Jewel Cosmetic Center").click()
    expect(visitor.panel).to_have_accessible_name("Chat with True Jewel Cosmetic Center")
    expect(visitor.messages).to_have_count(1)


@pytest.mark.parametrize("clinic", CLINICS)
@pytest.mark.parametrize("size", ["phone", "desktop"], indirect=True)
def test_each_clinic_has_a_site_that_one_would_show(
    visitor: Visitor, packs: Gateway, page: Page, clinic: str
) -> None:
    visitor.visit(f"{packs.address}/demo/{clinic}")
    assert visitor.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("main h2").count() >= 3
    visitor.open()
    assert visitor.axe() == []


def test_the_five_sites_look_different(visitor: Visitor, packs: Gateway, page: Page) -> None:
    looks = set()
    for clinic in CLINICS:
        visitor.visit(f"{packs.address}/demo/{clinic}")
        looks.add(
            page.evaluate(
                """() => JSON.stringify([document.body, document.querySelector("h1"),
                  document.querySelector(".hero button")].map((one) => {
                  const style = getComputedStyle(one);
                  return [style.backgroundColor, style.color, style.fontFamily, style.borderRadius];
                }))"""
            )
        )
    assert len(looks) == len(CLINICS)


def test_the_site_s_own_buttons_speak_to_the_widget(
    visitor: Visitor, packs: Gateway, page: Page, rasa: StandIn
) -> None:
    visitor.visit(f"{packs.address}/demo/glamour")
    page.get_by_role("button", name="Ask a question now").click()
    expect(visitor.messages).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="When can I exercise?").click()
    expect(visitor.messages).to_have_count(3)
    assert visitor.texts()[1] == "When can I exercise?"


def test_the_embedding_is_made_with_a_live_preview(
    visitor: Visitor, packs: Gateway, page: Page
) -> None:
    page.goto(f"{packs.address}/embed")
    launcher = page.locator("saphena-chat:not([inline])").get_by_role("button")
    expect(launcher).to_be_visible()
    assert visitor.axe() == []
    page.get_by_label("Clinic", exact=True).select_option("glamour")
    page.get_by_label("Color").fill("#7a1f5c")
    page.get_by_label("Place of the button").select_option("left")
    page.get_by_label("Words on the button").fill('Ask "us" <now>')
    page.get_by_label("Address of your privacy page").fill("https://clinic.example/privacy")
    expect(launcher).to_have_text('Ask "us" <now>')
    assert launcher.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(122, 31, 92)"
    box = launcher.bounding_box()
    assert box
    assert box["x"] < 40
    snippet = page.locator("#snippet").inner_text()
    assert snippet == (
        f'<script src="{packs.address}/widget.js" data-clinic="glamour" data-accent="#7a1f5c" '
        'data-position="left" data-label="Ask &quot;us&quot; &lt;now>" '
        'data-privacy="https://clinic.example/privacy" async></script>'
    )


def test_the_snippet_works_as_it_is(visitor: Visitor, packs: Gateway, page: Page) -> None:
    page.goto(f"{packs.address}/embed")
    page.get_by_label("Clinic", exact=True).select_option("smokey-point")
    snippet = page.locator("#snippet").inner_text()
    html = f"<!doctype html><title>x</title><h1>x</h1>{snippet}"
    page.route("**/pasted", lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.visit(f"{packs.address}/pasted").open()
    expect(visitor.messages.first).to_contain_text("Advanced Skin Therapy of Smokey Point")
