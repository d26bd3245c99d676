"""A client of the public API, for the terminal and for tests."""

from dataclasses import dataclass, field
from typing import Any

import httpx

type Reply = dict[str, Any]


@dataclass
class Chat:
    """One conversation. `said` holds every reply so far, the greeting first."""

    http: httpx.Client
    id: str
    token: str
    said: list[Reply] = field(default_factory=list)

    @classmethod
    def open(cls, http: httpx.Client, clinic: str) -> "Chat":
        """Begin a conversation with a clinic. Raises httpx.HTTPStatusError for an unknown one."""
        answer = http.post("/api/conversations", json={"clinic": clinic}).raise_for_status().json()
        return cls(http, answer["id"], answer["token"], list(answer["replies"]))

    def say(self, text: str) -> list[Reply]:
        """Send a text; return the replies in order. Raises httpx.HTTPStatusError on an error."""
        return self._send({"text": text})

    def press(self, button: str) -> list[Reply]:
        """Press the button with this id; return the replies in order."""
        return self._send({"button": button})

    def check(self, choices: list[str]) -> list[Reply]:
        """Check the options with these ids; return the replies in order."""
        return self._send({"choices": choices})

    def choices(self) -> dict[str, str]:
        """Return the ids of the last reply's options to check by their titles."""
        last = self.said[-1]["choices"] if self.said else []
        return {choice["title"]: choice["id"] for choice in last}

    def buttons(self) -> dict[str, str]:
        """Return the ids of the last reply's buttons by their titles."""
        last = self.said[-1]["buttons"] if self.said else []
        return {button["title"]: button["id"] for button in last}

    def request(self, method: str, path: str = "", **options: Any) -> httpx.Response:
        """Call the API below this conversation's address, with its token."""
        return self.http.request(
            method,
            f"/api/conversations/{self.id}{path}",
            headers={"Authorization": f"Bearer {self.token}"},
            **options,
        )

    def _send(self, body: dict[str, str | list[str]]) -> list[Reply]:
        replies: list[Reply] = (
            self.request("POST", "/messages", json=body).raise_for_status().json()["replies"]
        )
        self.said += replies
        return replies
