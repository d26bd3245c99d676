"""What a turn leaves for the records: the treatment as told, and the steps of tasks."""

from datetime import date

import pytest

from bot.care.answer import Answer
from bot.care.booking.request import ContactRequest, Kind
from bot.care.flows.task import Task, Tasks
from bot.care.happened import TreatmentTold, task_steps, treatment_told
from bot.care.memory import Memory, Screened
from bot.care.moments import Moment
from bot.care.screening import Answers, Outcome, Result
from bot.care.turn import Effect, ScreeningDone
from bot.care.turn import Outcome as TurnOutcome

FRIDAY = Moment(date(2026, 11, 20))
SATURDAY = Moment(date(2026, 11, 21))
NOTHING = Memory()
TOLD = Memory(treated=FRIDAY, treatment_kind="sclerotherapy", vein_kind="spider")

TREATMENTS = [
    ("nothing told", NOTHING, NOTHING, None),
    ("a date", NOTHING, Memory(treated=FRIDAY), TreatmentTold(None, FRIDAY, None)),
    ("veins only", NOTHING, Memory(vein_kind="spider"), TreatmentTold(None, None, "spider")),
    ("all at once", NOTHING, TOLD, TreatmentTold("sclerotherapy", FRIDAY, "spider")),
    ("told before", TOLD, TOLD, None),
    ("another topic", TOLD, Memory(FRIDAY, "sclerotherapy", "spider", last_topic="pain"), None),
    (
        "a corrected date",
        TOLD,
        Memory(SATURDAY, "sclerotherapy", "spider"),
        TreatmentTold("sclerotherapy", SATURDAY, "spider"),
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [row[1:] for row in TREATMENTS],
    ids=[row[0] for row in TREATMENTS],
)
def test_treatment(before: Memory, after: Memory, expected: TreatmentTold | None) -> None:
    assert treatment_told(before, after) == expected


SCREENING, BOOKING = Task("candidate", "veins"), Task("book", "name")
NONE = Tasks()
RESULT = ScreeningDone(Answers(), Result(Outcome.NEEDS_CLINICIAN, (), ()))
CALL = ContactRequest(Kind.CALL_BACK, "+13605550199")
CANCEL = ContactRequest(Kind.CANCEL, "+13605550199")

STEPS: list[tuple[str, Tasks, Tasks, tuple[Effect, ...], list[tuple[str, str]]]] = [
    ("no task", NONE, NONE, (), []),
    ("begun", NONE, Tasks(SCREENING), (), [("started", "candidate")]),
    ("goes on", Tasks(SCREENING), Tasks(SCREENING), (), []),
    ("result", Tasks(SCREENING), NONE, (RESULT,), [("finished", "candidate")]),
    (
        "all told at once",
        NONE,
        NONE,
        (RESULT,),
        [("started", "candidate"), ("finished", "candidate")],
    ),
    (
        "stopped for now",
        Tasks(SCREENING),
        Tasks(None, (SCREENING,)),
        (),
        [("abandoned", "candidate")],
    ),
    ("declined", Tasks(SCREENING), NONE, (), [("abandoned", "candidate")]),
    ("taken up again", Tasks(None, (SCREENING,)), Tasks(SCREENING), (), []),
    (
        "another in between",
        Tasks(SCREENING),
        Tasks(BOOKING, (SCREENING,)),
        (),
        [("started", "book")],
    ),
    (
        "the one in between is over",
        Tasks(BOOKING, (SCREENING,)),
        Tasks(None, (SCREENING,)),
        (CALL,),
        [("finished", "book")],
    ),
    (
        "a visit cancelled",
        NONE,
        NONE,
        (CANCEL,),
        [("started", "reschedule"), ("finished", "reschedule")],
    ),
]


@pytest.mark.parametrize(
    ("was", "now", "effects", "expected"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS]
)
def test_steps(
    was: Tasks, now: Tasks, effects: tuple[Effect, ...], expected: list[tuple[str, str]]
) -> None:
    outcome = TurnOutcome((Answer("All right.", "affirm"),), Memory(tasks=now), effects)
    found = task_steps(Memory(tasks=was), outcome)
    assert [(one.step, one.task) for one in found] == expected


def test_a_corrected_result_is_no_new_task() -> None:
    before = Memory(screening=Screened(Answers(), done=True))
    outcome = TurnOutcome((Answer("All right.", "candidate"),), before, (RESULT,))
    assert task_steps(before, outcome) == ()
