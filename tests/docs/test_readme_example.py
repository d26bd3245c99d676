"""The conversation in the README is what Saphena says."""

import re
from pathlib import Path

from tests.stack import Saphena

README = Path(__file__).parents[2] / "README.md"
CLINIC = "glamour"
_TURN = re.compile(r"^    (you|Saphena) +(.+)$")
_MORE = re.compile(r"^ {14}(\S.*)$")


def turns() -> list[tuple[str, str]]:
    """Who says what in the example, each turn in one line."""
    found: list[tuple[str, str]] = []
    for line in README.read_text("utf-8").splitlines():
        if turn := _TURN.match(line):
            found.append((turn[1], turn[2]))
        elif found and (more := _MORE.match(line)):
            who, text = found[-1]
            found[-1] = (who, f"{text} {more[1]}")
    return found


def test_the_example_is_a_real_conversation(saphena: Saphena) -> None:
    said = turns()
    assert [who for who, _ in said] == ["you", "Saphena"] * 3
    chat = saphena.open(CLINIC)
    for (_, message), (_, shown) in zip(said[::2], said[1::2], strict=True):
        (reply,) = chat.say(message)
        text, _, source = shown.partition(" (")
        cut = text.endswith(" ...")
        assert reply["text"].startswith(text.removesuffix(" ...")) if cut else reply["text"] == text
        if source:
            one = reply["sources"][0]
            assert source == f"{one['document']}: {one['section']})"
