"""A visitor with a screen reader: knows a page by its accessibility tree only, never by its DOM."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.sync_api import CDPSession, Page

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Thing:
    """What a screen reader knows of something: role, name, and states such as `checked`."""

    role: str
    name: str
    states: dict[str, Any]
    handle: int


@dataclass(frozen=True)
class Reader:
    """A page as a screen reader has it."""

    page: Page

    @cached_property
    def _browser(self) -> CDPSession:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Accessibility.enable")
        return session

    def things(self, within: str | None = None) -> list[Thing]:
        """Return what is on the page, in reading order; or what is within things of a role."""
        nodes = {
            node["nodeId"]: node
            for node in self._browser.send("Accessibility.getFullAXTree")["nodes"]
        }
        roots = [one for one in nodes.values() if "parentId" not in one]
        return [
            Thing(_value(one, "role"), _value(one, "name"), _states(one), one["backendDOMNodeId"])
            for root in roots
            for one, inside in _walk(root, nodes, within, within is None)
            if inside and not one.get("ignored") and "backendDOMNodeId" in one
        ]

    def find(self, role: str, name: str, **states: object) -> Thing:
        """Wait until there is such a thing; `name` is how it begins."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            there = self.things()
            for one in there:
                alike = one.role == role and one.name.startswith(name)
                if alike and states.items() <= one.states.items():
                    return one
            if time.monotonic() > end:
                seen = [(one.role, one.name) for one in there if one.role != "InlineTextBox"]
                raise AssertionError(f"no {role} {name!r} {states or ''} in {seen}")
            self.page.wait_for_timeout(100)

    def names(self, role: str) -> list[str]:
        """Return the names of all things of a role."""
        return [one.name for one in self.things() if one.role == role]

    def press(self, role: str, name: str) -> None:
        """Do what a screen reader's "activate" does: focus, and click."""
        self._call(self.find(role, name), "function () { this.focus(); this.click(); }")

    def write(self, name: str, text: str) -> None:
        """Type into a text field, and send it."""
        self._call(self.find("textbox", name), "function () { this.focus(); }")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def log(self) -> str:
        """Return the words of the transcript, as they are read out."""
        return " ".join(one.name for one in self.things("log") if one.role == "StaticText")

    def hears(self, words: str) -> None:
        """Wait until the transcript has these words."""
        end = time.monotonic() + PATIENCE_SECONDS
        while words not in self.log():
            if time.monotonic() > end:
                raise AssertionError(f"{words!r} is not in: {self.log()}")
            self.page.wait_for_timeout(100)

    def _call(self, thing: Thing, function: str) -> None:
        found = self._browser.send("DOM.resolveNode", {"backendNodeId": thing.handle})
        target = {"objectId": found["object"]["objectId"], "functionDeclaration": function}
        self._browser.send("Runtime.callFunctionOn", {**target, "userGesture": True})


def _walk(
    node: dict[str, Any], nodes: dict[str, Any], within: str | None, inside: bool
) -> Iterator[tuple[dict[str, Any], bool]]:
    inside = inside or _value(node, "role") == within
    yield node, inside
    for child in node.get("childIds", ()):
        if child in nodes:
            yield from _walk(nodes[child], nodes, within, inside)


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))


def _states(node: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
