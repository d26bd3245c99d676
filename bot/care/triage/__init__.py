"""Red flags by pattern: pure, standard library only, no I/O; for both environments.

    findings = compile_findings(data)          # once; see bot.knowledge.triage.load_findings
    alert = screen(text, findings)             # Alert or None; never raises, linear in the text
    judgement = judge(text, findings, likeness)    # the same and what was learned from examples

The clinical content is data (clinics/triage/); docs/triage.md explains it.
"""

from bot.care.triage.alert import LEVELS, Alert, is_higher
from bot.care.triage.findings import Findings, FindingsError, compile_findings
from bot.care.triage.judging import Judgement, judge
from bot.care.triage.likeness import LIKENESS, Likeness
from bot.care.triage.screening import screen
from bot.care.triage.words import split_words

__all__ = [
    "LEVELS",
    "LIKENESS",
    "Alert",
    "Findings",
    "FindingsError",
    "Judgement",
    "Likeness",
    "compile_findings",
    "is_higher",
    "judge",
    "screen",
    "split_words",
]
