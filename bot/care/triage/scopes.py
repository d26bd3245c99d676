"""Where a message speaks of something that is not so, not now, or not hers: negation, the past,
questions about what might be."""

from __future__ import annotations

from dataclasses import dataclass

from bot.care.triage.lexicon import Presence
from bot.care.triage.patterns import Patterns
from bot.care.triage.words import bits


@dataclass(frozen=True)
class Scope:
    """How far a cue ("no", "years ago", "what if") reaches.

    `stops` end it ("but", "now"), `restarts` only after a comma ("my"); `unless` in the same
    sentence takes the cue away ("today"). `forward` and `backward` count words. The cue's own
    words are within the scope only if `itself` is set.
    """

    name: str
    cues: Patterns
    stops: Patterns
    unless: Patterns
    restarts: Patterns
    forward: int = 0
    backward: int = 0
    itself: bool = False

    def positions(self, presence: Presence) -> int:
        """Return the position set that the scope covers in a message."""
        cues = self.cues.positions(presence)
        if cues:
            cues &= ~_sentences(self.unless.positions(presence), presence)
        if not cues:
            return 0
        message = presence.message
        # A stop inside a cue ("what if i") does not end the cue's own reach.
        stops = self.stops.positions(presence, cues)
        stops |= self.restarts.positions(presence, cues) & message.after_pause
        reached = _reach(cues, self.forward, self.backward, stops, message.after_stop)
        return reached if self.itself else reached & ~cues


def _sentences(positions: int, presence: Presence) -> int:
    """The sentences in which the positions are."""
    if not positions:
        return 0
    inside = start = 0
    for end in (*bits(presence.message.after_stop), len(presence.message.words)):
        sentence = (1 << end) - (1 << start)
        inside |= sentence if sentence & positions else 0
        start = end
    return inside


def _reach(cues: int, forward: int, backward: int, stops: int, walls: int) -> int:
    ahead = behind = cues
    for _ in range(forward):
        ahead |= (ahead << 1) & ~walls & ~stops
    for _ in range(backward):
        behind |= ((behind & ~walls) >> 1) & ~stops
    return ahead | behind
