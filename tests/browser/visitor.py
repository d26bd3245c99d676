"""A visitor of a clinic's website, who finds things as a person does: by role, name and words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

AXE = Path(__file__).parents[2] / "widget" / "node_modules" / "axe-core" / "axe.min.js"
# The axe-core that looked, once for each state it looked at.
LOOKED: list[str] = []
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAUNCHER = re.compile("^Open the chat|Ask a question|Haga una pregunta")


@cache
def axe_source() -> str:
    return AXE.read_text("utf-8")


@dataclass(frozen=True)
class Visitor:
    """A page with the widget on it; `chat` is the widget (the first of several)."""

    page: Page

    @property
    def chat(self) -> Locator:
        return self.page.locator("saphena-chat").first

    @property
    def launcher(self) -> Locator:
        return self.chat.get_by_role("button", name=LAUNCHER)

    @property
    def panel(self) -> Locator:
        return self.chat.get_by_role("dialog")

    @property
    def input(self) -> Locator:
        return self.chat.get_by_role("textbox", name="Your message")

    @property
    def log(self) -> Locator:
        return self.chat.get_by_role("log")

    @property
    def messages(self) -> Locator:
        return self.log.locator(".message")

    @property
    def said(self) -> Locator:
        return self.log.locator(".message.patient")

    def visit(self, address: str) -> "Visitor":
        self.page.goto(address)
        expect(self.chat).to_be_attached()
        return self

    def open(self) -> "Visitor":
        self.launcher.click()
        expect(self.messages.first).to_be_visible()
        return self

    def say(self, text: str) -> "Visitor":
        self.input.fill(text)
        self.input.press("Enter")
        return self

    def ask(self, text: str, *answer: str) -> "Visitor":
        """Say something and wait until an answer with these words is there."""
        count = self.messages.count()
        self.say(text)
        expect(self.messages).to_have_count(count + 2)
        for words in answer or ("You said",):
            expect(self.messages.last).to_contain_text(words)
        return self

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.chat.get_by_role("button", name=name)

    def menu(self, name: str) -> None:
        self.button("More options").click()
        self.button(name).click()

    def prints(self) -> str:
        """Print the conversation; returns what is on the paper."""
        self.page.evaluate(
            """() => {
              const append = document.body.append.bind(document.body);
              document.body.append = (frame) => {
                append(frame);
                frame.contentWindow.print = () => {
                  window.printed = frame.contentDocument.body.textContent;
                };
              };
            }"""
        )
        self.menu("Print")
        return str(self.page.evaluate("window.printed"))

    def texts(self) -> list[str]:
        """What each message says, without who, when and status."""
        return [text.strip() for text in self.log.locator(".message .text").all_inner_texts()]

    def kept(self) -> dict[str, Any] | None:
        """What the browser's storage holds of the conversation."""
        found: dict[str, Any] | None = self.page.evaluate(
            """() => {
              const key = Object.keys(localStorage).find((one) => one.startsWith("saphena:"));
              return key ? JSON.parse(localStorage.getItem(key)) : null;
            }"""
        )
        return found

    def conversation(self) -> str:
        """The id of the conversation."""
        kept = self.kept()
        assert kept
        found: str = kept["conversation"]["id"]
        return found

    def focused(self) -> str:
        """The name, or else the tag, of what has the focus, also within the widget."""
        found: str = self.page.evaluate(
            """() => {
              let at = document.activeElement;
              while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
              const words = at?.labels?.[0]?.innerText || at?.innerText;
              return at?.getAttribute("aria-label") || words?.trim() || at?.tagName || "";
            }"""
        )
        return found

    def reach(self, name: str, key: str = "Tab") -> "Visitor":
        """Press a key until what has this name has the focus."""
        for _ in range(40):
            if self.focused().startswith(name):
                return self
            self.page.keyboard.press(key)
        raise AssertionError(f"no way to {name} by the keyboard; the focus is on {self.focused()}")

    def axe(self, *, without: Sequence[str] = ()) -> list[str]:
        """Return what axe-core finds wrong on the whole page, none of which may be."""
        self.page.evaluate(axe_source())
        options = {
            "runOnly": {"type": "tag", "values": RULES},
            "resultTypes": ["violations"],
            "rules": {rule: {"enabled": False} for rule in without},
        }
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        LOOKED.append(f"{found['testEngine']['name']} {found['testEngine']['version']}")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
