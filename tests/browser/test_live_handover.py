"""A patient and a person of the clinic in two browsers, against the real processes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stack import Saphena

PATIENCE_MS = 20_000
PASSWORD = "seven veins in one leg"
PHONE = {"width": 390, "height": 844}


@dataclass
class Window:
    """A page in a browser of its own, and what went wrong in it."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, chromium: Browser, stack: ExitStack, address: str, **options: object) -> "Window":
        context = chromium.new_context(base_url=address, **options)  # type: ignore[arg-type]
        stack.callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        window = cls(context.new_page())
        window.page.on("pageerror", lambda error: window.wrong.append(str(error)))
        window.page.on(
            "console",
            lambda line: window.wrong.append(line.text) if line.type == "error" else None,
        )
        return window


@pytest.fixture
def staff_password(saphena: Saphena) -> str:
    """The generated password of a new account, as the command line prints it."""
    command = [sys.executable, "-m", "bot", "staff", "add", "glamour", "maria.lopez"]
    made = subprocess.run(
        [*command, "--name", "Maria Lopez", "--owner", "--generate"],
        env=os.environ | {"STATE_DIR": str(saphena.state), "ENVIRONMENT": "test"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"shown only now: (\S+)", made.stdout)
    assert found, made.stdout
    return found[1]


@pytest.fixture
def windows(chromium: Browser, saphena: Saphena) -> Iterator[tuple[Window, Window]]:
    """The patient's page on a desk, and the staff's on a phone."""
    expect.set_options(timeout=PATIENCE_MS)
    with ExitStack() as stack:
        patient = Window.open(chromium, stack, saphena.address)
        staff = Window.open(chromium, stack, saphena.address, viewport=PHONE)
        yield patient, staff
        assert patient.wrong == []
        assert staff.wrong == []


def log_in(page: Page, password: str) -> None:
    """Log in with the generated password, and choose an own one."""
    page.goto("/staff")
    page.get_by_label("Login name").fill("maria.lopez")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Current password").fill(password)
    page.get_by_label("New password, at least 12 characters").fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Open now")).to_be_visible()


def open_now(page: Page) -> int:
    """How many the title of the first page counts: red flags, and people who wait."""
    counted = re.match(r"\((\d+)\)", page.title())
    return int(counted[1]) if counted else 0


def choose_clinic(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("Glamour")).click()


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()


@pytest.mark.timeout(300)  # the first test of a run waits for the processes to start
def test_a_handover_live(windows: tuple[Window, Window], staff_password: str) -> None:
    patient, staff = windows[0].page, windows[1].page
    log_in(staff, staff_password)
    before = open_now(staff)  # other tests on the same processes leave red flags behind
    heard = patient.get_by_role("log")
    choose_clinic(patient)

    ask(patient, "Can I talk to a real person please?")
    waiting = staff.get_by_role("region", name="Waiting for a person").get_by_role("listitem")
    waiting = waiting.filter(has_text="Can I talk to a real person please?")
    expect(waiting).to_be_visible()
    expect(staff).to_have_title(re.compile(rf"^\({before + 1}\) Open now"))

    waiting.get_by_role("link", name="Open the chat").click()
    seen = staff.get_by_role("log")
    staff.get_by_role("button", name="Take over").click()
    expect(heard).to_contain_text("Maria Lopez from Glamour")

    ask(patient, "Is it normal that my leg itches?")
    expect(seen).to_contain_text("Is it normal that my leg itches?")
    staff.get_by_label("Your message to the patient").fill("Yes, for a few days. <b>Rest</b> it.")
    staff.get_by_role("button", name="Send").click()
    expect(heard).to_contain_text("Yes, for a few days. <b>Rest</b> it.")
    expect(seen).to_contain_text("Yes, for a few days. <b>Rest</b> it.")

    typed = "I was about to say"
    staff.get_by_label("Your message to the patient").fill(typed)
    ask(patient, "I can't breathe and my chest hurts")
    expect(heard).to_contain_text("Call 911 now")
    expect(staff.get_by_text("Emergency:")).to_be_visible()
    expect(staff.get_by_label("Your message to the patient")).to_have_value(typed)

    staff.get_by_role("button", name="Give back to the assistant").click()
    expect(heard).to_contain_text("has left this chat")
    ask(patient, "I have help, it was a mistake. How long do I wear stockings?")
    expect(heard.get_by_role("listitem").last).to_contain_text(re.compile("stocking", re.I))
    expect(seen).to_contain_text("How long do I wear stockings?")

    staff.get_by_role("button", name="Red flags are dealt with").click()
    staff.get_by_role("link", name="Audit log").click()
    expect(staff.get_by_role("table")).to_contain_text("took over a chat")
    assert_fits(staff)


def assert_fits(page: Page) -> None:
    """Nothing of the page is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
