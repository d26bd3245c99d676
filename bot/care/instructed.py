"""What the patient's own clinician said stands beside what the clinic's page says.

A page is for everybody. Somebody who was told to wait a week must not be told that three days are
over; and what was allowed sooner than the page says is for the clinic to confirm.
"""

import re
from dataclasses import replace
from typing import Final

from bot.care.answer import Answer, State
from bot.care.phrases import Phrases

_WHO: Final = (
    r"(?:(?:doctor|doc|dr|physician|surgeon|nurse|clinician|practitioner|provider|specialist|"
    r"dermatologist|phlebologist|aesthetician|technician|receptionist|clinic|office|np|pa)"
    r"(?:\.? (?!and|but|so|if)[a-z]+)?|they|she|he)"
)
_SAID: Final = (
    r"(?:said|says|told|tells|advised|advises|instructed|recommended|recommends|ordered|warned|"
    r"cleared|allowed|okayed|wants|wanted|asked me|let me|gave me (?:the )?(?:ok|okay|green light))"
)
_SHEET: Final = (
    r"(?:sheet|papers?|paperwork|handout|leaflet|flyer|pamphlet|instructions?|discharge notes?)"
    r" (?:i (?:got|have|was given) )?(?:says?|said|tells?)"
)
_TOLD: Final = re.compile(
    rf"\b(?:{_WHO} (?:also |just |had |has |only |specifically )?{_SAID}"
    rf"|i(?:'ve been| have been|'m| am| was| got|'d been) (?:also |just |only )?"
    rf"(?:told|advised|instructed|warned|cleared|allowed)|told me (?:to|not|no|i)|{_SHEET})\b"
)
_OVER: Final = frozenset({State.OK, State.MAY_STOP})


def was_told(text: str) -> bool:
    """Tell whether a message says what a clinician said to the patient: "my doctor said a week"."""
    return _TOLD.search(" ".join(text.lower().replace("\u2019", "'").split())) is not None


def beside_what_was_told(answer: Answer, text: str, texts: Phrases) -> Answer:
    """Return a timed answer to a message with how it stands to what was told in person, if it was.

    The verdict stays that of the clinic's rule. Before a yes the longer time comes first.
    """
    if answer.verdict is None or not was_told(text):
        return answer
    state = answer.verdict.state
    if state in _OVER:
        return replace(answer, text=f"{texts.say('instructed.longer')} {answer.text}")
    if answer.disputed:
        return answer  # it says to confirm it with the clinic already
    key = {State.NO_RULE: "silent", State.ASK: "longer"}.get(state, "other")
    return replace(answer, text=f"{answer.text} {texts.say(f'instructed.{key}')}")
