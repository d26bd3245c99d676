"""Pictures of the main states, from the real processes: python -m tests.browser.screenshots"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.cli.background import running
from bot.cli.ports import LOOPBACK, any_free_port
from bot.cli.progress import StepError
from tests.browser.conftest import FLAGS, SIZES
from tests.browser.visitor import Visitor

NOW = "2026-11-24T20:00:00-08:00"
PATIENCE_MS = 60_000


def verdict(visitor: Visitor) -> None:
    """An answer counted from the patient's own day."""
    visitor.ask("had my spider veins injected on Sunday, gym tomorrow?", "November 25")


def red_flag(visitor: Visitor) -> None:
    """What comes before everything else."""
    visitor.ask("I can't breathe and my chest hurts", "911")


def screening(visitor: Visitor) -> None:
    """Options to check."""
    visitor.say("am I a candidate for this?")
    expect(visitor.messages).to_have_count(3)
    for _ in range(4):
        if visitor.chat.get_by_role("checkbox").count():
            return
        count = visitor.messages.count()
        visitor.chat.get_by_role("group", name="Suggested replies").get_by_role(
            "button"
        ).first.click()
        expect(visitor.messages).to_have_count(count + 2)


def greeting(_visitor: Visitor) -> None:
    """The beginning."""


SHOTS: dict[str, tuple[str, str, Callable[[Visitor], None] | None]] = {
    "verdict": ("glamour", "desktop", verdict),
    "red-flag": ("true-jewel", "phone", red_flag),
    "screening": ("smokey-point", "phone", screening),
    "greeting": ("harmony-laser", "tablet", greeting),
    "launcher": ("asclera-medispa", "desktop", None),
}


def main() -> int:
    """Take all pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/screenshots"))
    folder = parser.parse_args().folder
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("error: Chromium is not installed (apt-get install chromium)", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    port = any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    with tempfile.TemporaryDirectory() as state:
        environment = {
            "ENVIRONMENT": "test",
            "NOW": NOW,
            "PORT": str(port),
            "STATE_DIR": state,
            "RATE_LIMITS": "off",
            "ACTIONS_PORT": str(any_free_port()),
            "RASA_PORT": str(any_free_port()),
        }
        try:
            with running(address, environment), sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                for name in SHOTS:
                    print(take(browser, address, name, folder))
                browser.close()
        except StepError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0


def take(browser: Browser, address: str, name: str, folder: Path) -> Path:
    """Take one picture; returns its file."""
    clinic, size, act = SHOTS[name]
    width, height = SIZES[size]
    page: Page = browser.new_page(
        viewport={"width": width, "height": height},
        locale="en-US",
        timezone_id="America/Los_Angeles",
    )
    page.clock.set_fixed_time(NOW)
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    visitor = Visitor(page).visit(f"{address}/demo/{clinic}")
    if act is not None:
        act(visitor.open())
    page.wait_for_timeout(500)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    page.close()
    return path


if __name__ == "__main__":
    sys.exit(main())
