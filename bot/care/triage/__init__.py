"""Red flags by pattern: pure, standard library only, no I/O; for both environments.

    findings = compile_findings(data)          # once; see bot.knowledge.triage.load_findings
    alert = screen(text, findings)             # Alert or None; never raises, linear in the text

The clinical content is data (clinics/triage/); docs/triage.md explains it.
"""

from bot.care.triage.alert import LEVELS, Alert, is_higher
from bot.care.triage.findings import Findings, FindingsError, compile_findings
from bot.care.triage.screening import screen

__all__ = [
    "LEVELS",
    "Alert",
    "Findings",
    "FindingsError",
    "compile_findings",
    "is_higher",
    "screen",
]
