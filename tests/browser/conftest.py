"""A real Chromium, a real gateway before a stand-in for Rasa, and a clinic's website.

Where there is no Chromium the tests are skipped with the reason; in CI (CI=true) they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import update

from bot.cli.widget import ensure_tools, ensure_widget
from bot.database import Database
from bot.knowledge.models import ClinicRow
from bot.settings import Settings
from tests.browser import website
from tests.browser.visitor import LOOKED, Visitor, axe_source
from tests.browser.website import Website
from tests.channels import standin
from tests.channels.serving import Gateway, prepare, serving, settings_for
from tests.channels.standin import StandIn

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP clinic.test 127.0.0.1",
]
PATIENCE_MS = 20_000  # a busy machine is slow, which is no fault of the widget
SIZES = {"desktop": (1280, 800), "tablet": (820, 1180), "phone": (390, 844)}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, with a profile of its own.

    It ends with its module: while Playwright is open its event loop counts as running, and a test
    of another folder in the same process could run none of its own.
    """
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "Chromium: not installed (Debian, Ubuntu: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _widget(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_widget(tmp_path_factory.mktemp("widget"))


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, which comes with the widget's tools."""
    ensure_tools(tmp_path_factory.mktemp("log"))
    return axe_source()


@pytest.fixture(scope="session")
def _rasa() -> Iterator[StandIn]:
    with standin.running() as server:
        yield server


@pytest.fixture(scope="session")
def _served(
    tmp_path_factory: pytest.TempPathFactory, _rasa: StandIn, _widget: Path
) -> Iterator[tuple[Gateway, Website]]:
    state = tmp_path_factory.mktemp("gateway")
    with ExitStack() as stack:
        site = stack.enter_context(website.running(""))
        settings = settings_for(
            state,
            rasa_url=_rasa.address,
            actions_url=_rasa.address,
            allowed_origins=(site.origin, site.insecure),
        )
        prepare(settings)
        add_crisis_line(settings)
        gateway = stack.enter_context(serving(settings))
        site.server = gateway.address
        yield gateway, site


def add_crisis_line(settings: Settings) -> None:
    database = Database(settings.database)
    with database.write() as session:
        session.execute(update(ClinicRow).values(crisis_line="988"))
    database.close()


@pytest.fixture(autouse=True)
def _axe_states(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Records how many states axe-core looked at, for the table in docs/widget.md."""
    LOOKED.clear()
    yield
    if LOOKED:
        record_property("axe", LOOKED[0])
        record_property("axe states", len(LOOKED))


@pytest.fixture
def rasa(_rasa: StandIn) -> Iterator[StandIn]:
    """Rasa's stand-in, answering as usual at the start of each test."""
    _rasa.reset()
    yield _rasa
    _rasa.reset()


@pytest.fixture
def gateway(_served: tuple[Gateway, Website], rasa: StandIn) -> Gateway:
    """The gateway that the website's widget talks to."""
    return _served[0]


@pytest.fixture
def site(_served: tuple[Gateway, Website], rasa: StandIn) -> Iterator[Website]:
    """A clinic's website, with no pages yet."""
    yield _served[1]
    _served[1].pages.clear()


@pytest.fixture(params=["desktop"])
def size(request: pytest.FixtureRequest) -> str:
    """The kind of screen; a test asks for others by @on("phone", ...)."""
    name: str = request.param
    return name


@pytest.fixture
def context(chromium: Browser, size: str) -> Iterator[BrowserContext]:
    """One visitor's browser: cookies, storage and tabs of its own."""
    width, height = SIZES[size]
    made = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=size != "desktop",
        is_mobile=size == "phone",
        locale="en-US",
        timezone_id="America/Los_Angeles",
    )
    made.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab that fails the test when the page throws."""
    errors: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []


@pytest.fixture
def visitor(page: Page) -> Visitor:
    """A visitor who has not come to a page yet."""
    return Visitor(page)


@pytest.fixture
def patient(visitor: Visitor, site: Website) -> Visitor:
    """A visitor of a plain page of the clinic, with the chat open."""
    return visitor.visit(site.page()).open()


@pytest.fixture
def new_tab(context: BrowserContext) -> Callable[[str], Visitor]:
    """Open an address in another tab of the same browser."""

    def open_tab(address: str) -> Visitor:
        return Visitor(context.new_page()).visit(address)

    return open_tab
