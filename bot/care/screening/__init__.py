"""Screening: what a clinic asks before a first treatment, and what the answers come to. Pure.

    answers = merge(answers, read_answers(text, medicines, asked="medicines"))
    open_questions(protocol.screening, answers)     # what is still to ask, in order
    judge(protocol.screening, answers)              # Result: outcome, reasons, sources

docs/decisions/screening.md tells the rules.
"""

from bot.care.screening.answers import Answers, merge
from bot.care.screening.judging import (
    Ground,
    Question,
    Reason,
    Result,
    is_open,
    judge,
    open_questions,
    questions,
)
from bot.care.screening.medicines import Medicine, Medicines
from bot.care.screening.model import Contraindication, Outcome, Screening, Status
from bot.care.screening.reading import read_answers
from bot.care.screening.wording import option_texts, question_text, result_text, why_text

__all__ = [
    "Answers",
    "Contraindication",
    "Ground",
    "Medicine",
    "Medicines",
    "Outcome",
    "Question",
    "Reason",
    "Result",
    "Screening",
    "Status",
    "is_open",
    "judge",
    "merge",
    "open_questions",
    "option_texts",
    "question_text",
    "questions",
    "read_answers",
    "result_text",
    "why_text",
]
