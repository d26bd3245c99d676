"""Patients who write without pause while something breaks, and an account of what came of it.

with enduring("the database is stopped", address):
    ...  # break something, and mend it

Each patient is treated at another clinic or on another day, so that a reply shows whose it is. As
the chat does, they send a message again under the same id until it is answered; the next one
follows only then. Others write nothing but red flags, each once: no answer is waited for twice.
"""

import asyncio
import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.gateway.alarm import ACTED_ON

# Of these clinics each counts the same rule from another day, and by another document.
CLINICS = ("glamour", "smokey-point", "asclera-medispa")
TREATED = ("I was treated on Sunday", "I was treated yesterday", "I was treated today")
QUESTION = "may I go to the gym?"
RED_FLAG = "I can't breathe and my chest hurts"
FLAG_PATIENTS = 4
# How long patients think, and how long a message that was not answered is kept before the next try.
PAUSE, AGAIN, FLAG_PAUSE = 0.15, 0.25, 0.5
# So soon a red flag has to be answered, whatever fails. Most of it is room for a busy machine.
FLAG_SECONDS = 5.0
# So long patients write undisturbed before and after; so long anything may take at all.
CALM, PATIENCE = 1.0, 60.0
NO_ANSWER, OK = 0, 200

type Said = dict[str, Any]


@dataclass(frozen=True)
class Sending:
    """One try to send a message: when (monotonic), for how long, what came back.

    `status` is 0 where no answer came.
    """

    at: float
    seconds: float
    message: str
    status: int
    replies: tuple[Said, ...]


@dataclass
class Patient:
    """A patient in a conversation of their own, and all that they sent in it."""

    clinic: str
    id: str
    headers: dict[str, str]
    treated: str | None
    answer: Said = field(default_factory=dict)
    sendings: list[Sending] = field(default_factory=list)

    @property
    def flags(self) -> bool:
        """Whether this one writes red flags only."""
        return self.treated is None

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    def by_message(self) -> list[list[Sending]]:
        """Return the tries to send each message."""
        return [list(tries) for _, tries in itertools.groupby(self.sendings, lambda s: s.message)]

    @property
    def acknowledged(self) -> list[Sending]:
        return [one for one in self.sendings if one.status == OK]


@dataclass(frozen=True)
class Figures:
    """What is told of a fault.

    `lasted`: its seconds; `slowest_flag`: from the first try to the answer; `recovered_after`: from
    its end until every patient was answered again.
    """

    lasted: float
    messages: int
    acknowledged: int
    refused: dict[int, int]
    red_flags: int
    flags_answered: int
    slowest_flag: float
    recovered_after: float

    def row(self, name: str) -> str:
        """Return a line of the table in docs/reliability.md."""
        refused = ", ".join(f"{n:,} x {code or 'no answer'}" for code, n in self.refused.items())
        return (
            f"| {name} | {self.lasted:.0f} | {self.messages:,} | {self.acknowledged:,} "
            f"| {refused or 'none'} | {self.flags_answered} of {self.red_flags} "
            f"| {self.slowest_flag:.1f} | {self.recovered_after:.1f} |"
        )


@dataclass
class Account:
    """What the patients sent and got; complete when the block of `_writing` is left."""

    address: str
    clinics: tuple[str, ...]
    treated: tuple[str, ...]
    patients: list[Patient] = field(default_factory=list)
    broken_at: float = 0.0
    mended_at: float = 0.0
    over: bool = False

    def figures(self) -> Figures:
        """Return what came of it."""
        ordinary = [p for p in self.patients if not p.flags]
        flags = [p for p in self.patients if p.flags]
        sent = [one for p in ordinary for one in p.sendings]
        waits = [_wait(message) for p in flags for message in p.by_message()]
        return Figures(
            lasted=self.mended_at - self.broken_at,
            messages=sum(len(p.by_message()) for p in ordinary),
            acknowledged=sum(len(p.acknowledged) for p in ordinary),
            refused=dict(sorted(Counter(one.status for one in sent if one.status != OK).items())),
            red_flags=len(waits),
            flags_answered=sum(len([s for s in p.acknowledged if _is_alarm(s)]) for p in flags),
            slowest_flag=max(waits),
            recovered_after=max(self._answered_again(p) for p in ordinary),
        )

    def _answered_again(self, patient: Patient) -> float:
        ends = [one.at + one.seconds - self.mended_at for one in patient.acknowledged]
        return min(end for end in ends if end >= 0)


def _wait(tries: list[Sending]) -> float:
    """Return how long a message waited for its answer, over all tries."""
    return tries[-1].at + tries[-1].seconds - tries[0].at


@contextmanager
def enduring(
    fault: str,
    address: str,
    *,
    within: float = 10.0,
    gateway_dies: bool = False,
    clinics: tuple[str, ...] = CLINICS,
    treated: tuple[str, ...] = TREATED,
) -> Iterator[Account]:
    """Let patients write while the block breaks something; at its end it has to be mended.

    Fails if anything acknowledged is lost, doubled or in another conversation, if a red flag was
    not answered at once, or if not everybody is answered again `within` so many seconds. Where the
    gateway itself dies, red flags are sent again until it is back.
    """
    with _writing(Account(address, clinics, treated)) as account:
        time.sleep(CALM)
        account.broken_at = time.monotonic()
        yield account
        account.mended_at = time.monotonic()
        time.sleep(CALM)
    figures = account.figures()
    print(f"\n{figures.row(fault)}")
    assert_unharmed(account)
    assert figures.flags_answered == figures.red_flags
    flags = Counter(one.status for p in account.patients if p.flags for one in p.sendings)
    assert flags.keys() <= ({OK, NO_ANSWER} if gateway_dies else {OK}), flags
    assert gateway_dies or figures.slowest_flag < FLAG_SECONDS
    assert figures.recovered_after < within


@contextmanager
def _writing(account: Account) -> Iterator[Account]:
    """Let patients write until the end of the block, and until the last message is answered.

    They have begun, and been answered once, when the block begins.
    """
    begun, failure = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            asyncio.run(_all_write(account, begun))
        except BaseException as error:
            failure.append(error)
            begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(PATIENCE)
    try:
        if not failure:
            yield account
    finally:
        account.over = True
        thread.join()
        if failure:
            raise failure[0]


async def _all_write(account: Account, begun: threading.Event) -> None:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(
        base_url=account.address, timeout=PATIENCE, limits=limits, trust_env=False
    ) as client:
        for clinic, treated in itertools.product(account.clinics, account.treated):
            account.patients.append(await _begin(client, clinic, treated))
        account.patients += [
            await _begin(client, account.clinics[0], None) for _ in range(FLAG_PATIENTS)
        ]
        own = [_of_whom(one.answer) for one in account.patients if not one.flags]
        assert len(set(own)) == len(own), f"replies do not tell whose they are: {own}"
        begun.set()
        async with asyncio.TaskGroup() as group:
            for one in account.patients:
                group.create_task(_write(client, one, account))


async def _begin(client: httpx.AsyncClient, clinic: str, treated: str | None) -> Patient:
    """Begin a conversation, and be answered once."""
    opened = (await client.post("/api/conversations", json={"clinic": clinic})).json()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    patient = Patient(clinic, opened["id"], headers, treated)
    for text in (treated, QUESTION) if treated else (RED_FLAG,):
        sending = await _send(client, patient, text, os.urandom(8).hex())
        assert sending.status == OK, sending
        patient.sendings.append(sending)
        patient.answer = sending.replies[-1]
    return patient


async def _write(client: httpx.AsyncClient, patient: Patient, account: Account) -> None:
    pause = FLAG_PAUSE if patient.flags else PAUSE
    while not account.over:
        await _send_until_answered(client, patient, account)
        await asyncio.sleep(pause)


async def _send_until_answered(
    client: httpx.AsyncClient, patient: Patient, account: Account
) -> None:
    message, text = os.urandom(8).hex(), RED_FLAG if patient.flags else QUESTION
    while True:
        sending = await _send(client, patient, text, message)
        patient.sendings.append(sending)
        if sending.status == OK:
            return
        stuck = account.over and time.monotonic() - account.mended_at > PATIENCE
        assert not stuck, f"not answered after it was mended: {sending}"
        await asyncio.sleep(AGAIN)


async def _send(client: httpx.AsyncClient, patient: Patient, text: str, message: str) -> Sending:
    status, replies, began = NO_ANSWER, (), time.monotonic()
    try:
        answer = await client.post(
            f"{patient.path}/messages",
            json={"text": text, "client_id": message},
            headers=patient.headers,
        )
    except httpx.TransportError:
        pass
    else:
        status, replies = answer.status_code, tuple(answer.json().get("replies", ()))
    return Sending(began, time.monotonic() - began, message, status, replies)


def _of_whom(reply: Said) -> tuple[Any, Any]:
    """Return by what a reply shows whose it is: the day until when, and the clinic's document."""
    verdict, sources = reply.get("verdict") or {}, reply.get("sources") or [{}]
    return verdict.get("until"), sources[0].get("document")


def _is_alarm(sending: Sending) -> bool:
    return (
        sending.status == OK
        and len(sending.replies) == 1
        and sending.replies[0]["urgency"] in ACTED_ON
        and "911" in sending.replies[0]["text"]
    )


def assert_unharmed(account: Account, seconds: float = 30.0) -> None:
    """Hold the transcripts against what was acknowledged.

    So long a red flag may take to get into the transcript after its answer.
    """
    with httpx.Client(base_url=account.address, timeout=30, trust_env=False) as client:
        for patient in account.patients:
            end = time.monotonic() + seconds
            while (wrong := _wrong_with(patient, client)) and time.monotonic() < end:
                time.sleep(0.5)
            assert not wrong, f"{patient.clinic}, {patient.treated}: {wrong}"


def _wrong_with(patient: Patient, client: httpx.Client) -> str:
    """Return what of a patient's messages was lost, doubled or mixed up; empty: nothing."""
    answer = client.get(f"{patient.path}/messages", headers=patient.headers)
    messages: list[Said] = answer.raise_for_status().json()["messages"]
    stored = [one["client_id"] for one in messages if one["from"] == "patient"]
    sent = list(dict.fromkeys(one.message for one in patient.sendings))
    if stored != sent:
        return f"stored {len(stored)} of {len(sent)} messages, or in another order"
    told = {one["text"] for one in messages if one["from"] != "patient"}
    missing = [r for one in patient.acknowledged for r in one.replies if r["text"] not in told]
    if missing:
        return f"{len(missing)} replies were shown and are not stored, the first: {missing[0]}"
    # The greeting and the answer to the day come before the first question.
    own = [one for one in messages if one["from"] == "assistant"][1 if patient.flags else 2 :]
    strange = [one for one in own if _of_whom(one) != _of_whom(patient.answer)]
    if strange:
        return f"{len(strange)} replies are another patient's, the first: {strange[0]}"
    return ""
