"""It fits any page: the page can't break it, it can't break the page, and it asks for nothing."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.visitor import Visitor
from tests.browser.website import Website

HOSTILE: dict[str, str] = {
    "everything unset": "* { all: unset !important; }",
    "everything hidden": "saphena-chat { display: none; visibility: hidden; opacity: 0; }",
    "everything huge": "* { font-size: 60px; line-height: 3; letter-spacing: 2em; color: red; }",
    "transformed body": "body { transform: scale(0.2) rotate(30deg); overflow: hidden; }",
    "filtered and clipped body": "body { filter: blur(3px); clip-path: circle(9%); contain: paint}",
    "z-index war": "main { position: fixed; inset: 0; z-index: 2147483647; background: white; }",
    "buttons restyled": "button, textarea, dialog, p { display: none !important; float: left; }",
    "box model": "* { box-sizing: content-box !important; padding: 40px; border: 9px solid; }",
    "right to left": "html { direction: rtl; writing-mode: vertical-rl; text-align: right; }",
    "all pointer events off": "body, body * { pointer-events: none; user-select: none; }",
    "uppercase": "* { text-transform: uppercase; word-spacing: 3em; text-indent: 99px; }",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_page_s_styles_do_not_break_it(visitor: Visitor, site: Website, name: str) -> None:
    plain = look_of(visitor.visit(site.page("/plain")))
    visitor.visit(site.page("/hostile", head=f"<style>{HOSTILE[name]}</style>"))
    assert look_of(visitor) == plain


def look_of(visitor: Visitor) -> Mapping[str, object]:
    """Open the chat, use it, and return where and how its parts are shown."""
    visitor.open()
    visitor.input.click()
    count = visitor.messages.count()
    visitor.say("how much?")
    expect(visitor.messages).to_have_count(count + 2)
    look: Mapping[str, object] = visitor.page.evaluate(
        """() => {
          const root = document.querySelector("saphena-chat").shadowRoot;
          const parts = [".panel", ".header", "h2", ".message.assistant", "textarea", ".send"];
          return Object.fromEntries(parts.map((part) => {
            const one = root.querySelector(part);
            const style = getComputedStyle(one);
            const box = one.getBoundingClientRect();
            return [part, [Math.round(box.x), Math.round(box.width), style.fontSize, style.color,
              style.textTransform, style.letterSpacing, style.direction, style.visibility]];
          }));
        }"""
    )
    return look


def test_it_does_not_change_the_page(visitor: Visitor, site: Website, page: Page) -> None:
    picture = """() => [document.body.innerText, [...document.querySelectorAll("main, main *")].map(
      (one) => [one.tagName, JSON.stringify(one.getBoundingClientRect()),
                getComputedStyle(one).cssText.length])]"""
    visitor.page.goto(site.page("/without", script=""))
    before = page.evaluate(picture)
    globals_before = set(page.evaluate("Object.keys(window)"))
    visitor.visit(site.page("/with")).open()
    assert page.evaluate(picture) == before
    assert set(page.evaluate("Object.keys(window)")) - globals_before <= {"Saphena", "own"}
    assert page.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 0


POLICY = (
    "default-src 'none'; script-src {server}; connect-src {server}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def test_a_strict_content_security_policy_is_kept(
    visitor: Visitor, site: Website, page: Page
) -> None:
    policy = POLICY.format(server=site.server)
    address = site.page(headers={"Content-Security-Policy": policy})
    page.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', (event) =>"
        " window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"
    )
    visitor.visit(address).open()
    visitor.ask("how much?")
    with page.expect_download():
        visitor.menu("Download as text")
    assert "how much?" in visitor.prints()
    visitor.menu("New conversation")
    visitor.button("Start new").click()
    expect(visitor.messages).to_have_count(1)
    broken = [one for one in page.evaluate("window.broken") if "favicon" not in one]
    assert broken == []
    assert visitor.panel.evaluate("one => getComputedStyle(one).position") == "fixed"


BOOTSTRAP_LIKE = """
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; font-family: serif; font-size: 1rem; line-height: 1.5; }
.btn, button { display: inline-block; padding: .375rem .75rem; border-radius: 0; }
.modal, dialog { display: none; position: fixed; z-index: 1055; }
.hidden { display: none !important; } .row { display: flex; margin: 0 -12px; }
.panel, .header, .footer, .message, .status { background: magenta !important; display: none; }
"""
WORDPRESS_LIKE = """
html { font-size: 62.5%; } body { font: 1.8rem/1.8 Georgia; }
.entry-content > * { max-width: 58rem; margin: 0 auto 1.25em; }
button, input[type=submit] { background: #cd2653; text-transform: uppercase; letter-spacing: .1em; }
a { color: #cd2653; } ol, ul { margin: 0 0 3rem 3rem; list-style: square; }
#wpadminbar { position: fixed; top: 0; height: 32px; width: 100%; z-index: 99999; }
"""


@pytest.mark.parametrize("theme", [BOOTSTRAP_LIKE, WORDPRESS_LIKE], ids=["framework", "cms theme"])
def test_common_themes_leave_it_alone(
    visitor: Visitor, site: Website, theme: str, page: Page
) -> None:
    body = '<div id="wpadminbar">Bar</div><div class="entry-content row"><p>Text</p></div>'
    visitor.visit(site.page(head=f"<style>{theme}</style>", body=body)).open()
    visitor.ask("how much?")
    style = "one => [getComputedStyle(one).textTransform, getComputedStyle(one).letterSpacing]"
    assert visitor.button("Send").evaluate(style) == ["none", "normal"]
    assert visitor.messages.last.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 16
    assert visitor.axe(without=["region", "color-contrast", "landmark-one-main"]) == []


def test_it_works_inside_an_iframe(page: Page, site: Website) -> None:
    inner = site.page("/inner")
    page.goto(site.page("/outer", script="", body=f'<iframe src="{inner}" height="700"></iframe>'))
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Ask a question").click()
    box = frame.get_by_role("textbox", name="Your message")
    box.fill("how much?")
    box.press("Enter")
    expect(frame.locator(".message")).to_have_count(3)


def test_it_does_not_throw_in_a_sandboxed_iframe(page: Page, site: Website) -> None:
    inner = site.page("/inner")
    frame = f'<iframe src="{inner}" sandbox="allow-scripts" height="700"></iframe>'
    page.goto(site.page("/outer", script="", body=frame))
    shown = page.frame_locator("iframe").get_by_role("button", name="Ask a question")
    shown.click()
    # Its origin is none, so no list can let it in; that is said, and nothing breaks.
    said = page.frame_locator("iframe").get_by_text("There is no connection")
    expect(said).to_be_visible()


def test_two_widgets_live_side_by_side(visitor: Visitor, site: Website, page: Page) -> None:
    both = site.tag("glamour") + site.tag("office", position="left", label="Ask the office")
    visitor.visit(site.page(script=both))
    expect(page.locator("saphena-chat")).to_have_count(2)
    other = page.locator("saphena-chat[clinic=office]")
    other.get_by_role("button", name="Ask the office").click()
    expect(other.get_by_role("heading", name="Chat with Office")).to_be_visible()
    page.keyboard.press("Escape")
    one = page.locator("saphena-chat[clinic=glamour]")
    one.get_by_role("button", name="Ask a question").click()
    expect(one.get_by_role("heading", name="Chat with Glamour")).to_be_visible()
    expect(other.get_by_role("dialog")).to_be_hidden()
    # The heading needs the clinic's card only; the conversation it keeps may come after it.
    page.wait_for_function("Object.keys(localStorage).length === 2")


def test_two_widgets_at_the_same_edge_do_not_cover_each_other(
    visitor: Visitor, site: Website, page: Page
) -> None:
    visitor.visit(site.page(script=site.tag("glamour") + site.tag("office", label="The office")))
    expect(page.locator("saphena-chat")).to_have_count(2)
    boxes = [box.bounding_box() for box in page.locator("#launcher").all()]
    first, second = (box or {"y": 0, "height": 0} for box in sorted(boxes, key=str))
    tops = sorted([first["y"], second["y"]])
    assert tops[1] - tops[0] >= 44


def test_nothing_is_asked_or_kept_before_it_is_opened(
    visitor: Visitor, site: Website, page: Page, context: BrowserContext
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visitor.visit(site.page())
    expect(visitor.launcher).to_be_visible()
    page.wait_for_timeout(1500)
    asked = [url for url in asked if "favicon" not in url]
    assert asked == [f"{site.origin}/", f"{site.server}/widget.js"]
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(kept) == [0, 0, ""]
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert context.cookies() == []


def test_nothing_is_ever_asked_of_anybody_else(
    visitor: Visitor, site: Website, page: Page, context: BrowserContext
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visitor.visit(site.page()).open()
    visitor.ask("how much?")
    visitor.ask("I can't breathe and my chest hurts", "911")
    others = [
        url for url in asked if not url.startswith((site.server, site.origin, "data:", "blob:"))
    ]
    assert others == []
    assert context.cookies() == []


def test_a_visitor_who_comes_back_is_looked_up_one_who_never_opened_is_not(
    patient: Visitor, site: Website, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/messages"):
        patient.visit(site.page("/again"))
    # Emptied where no chat runs: one that is still loading would write its state back.
    page.goto(site.page("/elsewhere", script=""))
    page.evaluate("localStorage.clear()")
    asked.clear()
    patient.visit(site.page("/third"))
    page.wait_for_timeout(800)
    assert [url for url in asked if "/api/" in url] == []


def test_a_server_that_is_down_does_not_break_the_page(page: Page, site: Website) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    dead = '<script src="http://127.0.0.1:9/widget.js" data-clinic="glamour" async></script>'
    page.goto(site.page(script=dead))
    page.get_by_role("button", name="Own button").click()
    assert errors == []


def test_a_clinic_that_does_not_exist_does_not_break_the_page(
    visitor: Visitor, site: Website
) -> None:
    visitor.visit(site.page(clinic="nowhere"))
    visitor.launcher.click()
    expect(visitor.chat.get_by_text("There is no connection to the assistant.")).to_be_visible()


def test_a_website_that_is_not_on_the_list_gets_no_conversation(
    visitor: Visitor, site: Website, page: Page
) -> None:
    site.page("/")
    visitor.visit(f"{site.origin.replace('localhost', 'other.localhost')}/")
    visitor.launcher.click()
    expect(visitor.chat.get_by_text("There is no connection to the assistant.")).to_be_visible()
    assert visitor.kept() is None
