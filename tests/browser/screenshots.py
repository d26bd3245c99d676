"""Pictures of the main states, from the real processes: python -m tests.browser.screenshots"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.cli.background import running
from bot.cli.ports import LOOPBACK, any_free_port
from bot.cli.progress import StepError
from tests.browser.conftest import FLAGS, SIZES
from tests.browser.visitor import Visitor

NOW = "2026-11-24T20:00:00-08:00"
PATIENCE_MS = 60_000
COLORS = 128
KEPT = Path("docs/screenshots")
OTHERS = Path("var/screenshots")


def verdict(visitor: Visitor) -> None:
    """An answer counted from the patient's own day."""
    visitor.ask(
        "My spider veins were injected on Sunday. Can I go to the gym tomorrow?", "November"
    )


def red_flag(visitor: Visitor) -> None:
    """What comes before everything else."""
    visitor.ask("I can't breathe and my chest hurts", "911")


def screening(visitor: Visitor) -> None:
    """Options to check."""
    visitor.say("am I a candidate for this?")
    visitor.button("Yes, go ahead").click()
    visitor.chat.get_by_role("checkbox", name="Thin red or purple lines").check()


def plan(visitor: Visitor) -> None:
    """The aftercare plan behind the link that comes when the day is told."""
    visitor.ask("My spider veins were injected on Sunday", "Your plan")
    link = visitor.chat.get_by_role("link").last.get_attribute("href")
    assert link is not None
    visitor.page.goto(link)


def greeting(_visitor: Visitor) -> None:
    """The beginning."""


@dataclass(frozen=True)
class Shot:
    """A state on a clinic's site; those for the README are kept in the project."""

    clinic: str
    size: str
    act: Callable[[Visitor], None] | None
    readme: bool = False


SHOTS = {
    "verdict": Shot("glamour", "desktop", verdict, readme=True),
    "red-flag": Shot("true-jewel", "phone", red_flag, readme=True),
    "screening": Shot("smokey-point", "phone", screening, readme=True),
    "plan": Shot("glamour", "desktop", plan, readme=True),
    "greeting": Shot("harmony-laser", "tablet", greeting),
    "launcher": Shot("asclera-medispa", "desktop", None),
}


def main() -> int:
    """Take all pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="for all of them")
    chosen: Path | None = parser.parse_args().folder
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("error: Chromium is not installed (apt-get install chromium)", file=sys.stderr)
        return 1
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
                for name, shot in SHOTS.items():
                    folder = chosen or (KEPT if shot.readme else OTHERS)
                    print(take(browser, address, shot, folder / f"{name}.png"))
                browser.close()
        except StepError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0


def take(browser: Browser, address: str, shot: Shot, path: Path) -> Path:
    """Take one picture; returns its file."""
    width, height = SIZES[shot.size]
    page: Page = browser.new_page(
        viewport={"width": width, "height": height},
        locale="en-US",
        timezone_id="America/Los_Angeles",
    )
    page.clock.set_fixed_time(NOW)
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    visitor = Visitor(page).visit(f"{address}/demo/{shot.clinic}")
    if shot.act is not None:
        shot.act(visitor.open())
    page.wait_for_timeout(500)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    # A third of the size, and nobody sees it.
    Image.open(path).quantize(COLORS).save(path, optimize=True)
    page.close()
    return path


if __name__ == "__main__":
    sys.exit(main())
