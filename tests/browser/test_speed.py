"""Main-thread time and smoothness, in the time of the thread: a busy machine does not count."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect
from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.records.exchanges import record_exchange
from bot.records.plain import Outcome, PatientMessage, Reply
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import Gateway

type Record = Callable[[str, object], None]

MOST_SECONDS = 0.050
FRAME_SECONDS = 0.016
FRAMES = 120
MESSAGES = 500


@pytest.fixture
def busy(page: Page, context: BrowserContext) -> Callable[[], float]:
    """Returns the seconds that the page's main thread has worked so far."""
    devtools: CDPSession = context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    return seconds


def test_loading_it_takes_less_than_50_ms(
    site: Website, page: Page, busy: Callable[[], float], record_property: Record
) -> None:
    def load(path: str) -> float:
        page.goto("about:blank")
        before = busy()
        page.goto(path)
        page.wait_for_timeout(500)
        return busy() - before

    without, with_it = site.page("/without", script=""), site.page("/with")
    load(without), load(with_it)  # both are compiled and cached once
    plain = min(load(without) for _ in range(5))
    shown = min(load(with_it) for _ in range(5))
    record_property("loading ms", f"{1000 * (shown - plain):.0f}")
    assert shown - plain < MOST_SECONDS


def fill(session: Session, conversation_id: str, gateway: Gateway) -> None:
    now = gateway.services.clock.now()
    for number in range(MESSAGES // 2):
        said = PatientMessage(f"question {number}", Outcome.ANSWERED)
        reply = Reply(Answer(f"answer {number}. " + "Some words. " * 20, "cost"))
        record_exchange(session, conversation_id, now, said, [reply])


def test_500_messages_scroll_smoothly(
    patient: Visitor,
    gateway: Gateway,
    page: Page,
    busy: Callable[[], float],
    record_property: Record,
) -> None:
    conversation = patient.conversation()
    gateway.run(
        gateway.services.database.writing(
            partial(fill, conversation_id=conversation, gateway=gateway)
        )
    )
    page.reload()
    patient.open()
    expect(patient.messages).to_have_count(60)
    expect(patient.messages.last).to_be_in_viewport()
    while patient.button("Show earlier messages").count():
        patient.button("Show earlier messages").click()
    expect(patient.messages).to_have_count(MESSAGES + 1)
    before = busy()
    page.evaluate(
        """(frames) => new Promise((done) => {
          const box = document.querySelector("saphena-chat").shadowRoot.querySelector(".scroller");
          box.scrollTop = 0;
          const step = (left) => {
            box.scrollTop += 200;
            if (left) requestAnimationFrame(() => step(left - 1));
            else done();
          };
          requestAnimationFrame(() => step(frames));
        })""",
        FRAMES,
    )
    a_frame = (busy() - before) / FRAMES
    record_property("frame ms", f"{1000 * a_frame:.1f}")
    assert a_frame < FRAME_SECONDS


def test_showing_earlier_messages_does_not_move_what_is_read(
    patient: Visitor, gateway: Gateway, page: Page
) -> None:
    conversation = patient.conversation()
    gateway.run(
        gateway.services.database.writing(
            partial(fill, conversation_id=conversation, gateway=gateway)
        )
    )
    page.reload()
    patient.open()
    expect(patient.messages).to_have_count(60)
    first = patient.messages.first
    text = first.locator(".text").inner_text()
    first.scroll_into_view_if_needed()
    here = patient.log.locator(".message").filter(has_text=text).first
    before = here.evaluate("one => one.getBoundingClientRect().y")
    patient.button("Show earlier messages").evaluate("one => one.click()")
    expect(patient.messages).to_have_count(120)
    after = here.evaluate("one => one.getBoundingClientRect().y")
    assert abs(after - before) < 60
