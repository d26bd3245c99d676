"""The aftercare plan of a patient, from the chat's link on: against the real processes."""

import re

import pytest
from ical.calendar_stream import IcsCalendarStream
from playwright.sync_api import Browser, Page

from bot.cli.client import Chat
from tests.stack import Saphena

LINK = re.compile(r"http\S+/plan/\S+")
NARROW = 320
TOLD = "I had my spider veins treated yesterday"


def told(saphena: Saphena, clinic: str) -> tuple[Chat, str]:
    """A patient who told the treatment, and the link to the plan in the reply."""
    chat = saphena.open(clinic)
    replies = chat.say(TOLD)
    found = [link for reply in replies for link in LINK.findall(reply["text"])]
    assert len(found) == 1, replies
    return chat, found[0]


def opened(chromium: Browser, link: str) -> Page:
    context = chromium.new_context(viewport={"width": NARROW, "height": 640}, bypass_csp=True)
    page = context.new_page()
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 200
    return page


@pytest.mark.parametrize(
    "clinic", ["asclera-medispa", "glamour", "harmony-laser", "smokey-point", "true-jewel"]
)
def test_the_page_is_accessible_narrow_and_prints_on_one_sheet(
    saphena: Saphena, chromium: Browser, axe: str, clinic: str
) -> None:
    _, link = told(saphena, clinic)
    page = opened(chromium, link)
    assert "Treatment on Monday, November 23" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    page.evaluate(axe)
    broken = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in broken] == []
    sheet = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
    page.context.close()


def test_the_page_tells_rules_days_and_the_way_to_help(saphena: Saphena, chromium: Browser) -> None:
    _, link = told(saphena, "glamour")
    page = opened(chromium, link)
    row = page.get_by_role("row").filter(has_text="Avoid flying")
    assert "2 to 3 days" in row.inner_text()
    assert "Thursday, November 26" in row.inner_text()
    text = page.inner_text("main")
    assert "Today is Tuesday, November 24, day 1." in text
    assert "From today: compression stockings as needed." in text
    assert "In an emergency call 911" in text
    page.context.close()


def test_the_calendar_has_the_same_days(saphena: Saphena) -> None:
    _, link = told(saphena, "harmony-laser")
    path = "/plan/" + link.rsplit("/plan/", 1)[1]
    answer = saphena.http.get(f"{path}/plan.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    days = {str(e.start) for e in IcsCalendarStream.calendar_from_ics(answer.text).events}
    assert days == {"2026-11-25", "2026-12-21", "2027-01-18"}


def test_a_corrected_date_moves_the_plan_and_a_deleted_chat_ends_it(saphena: Saphena) -> None:
    chat, link = told(saphena, "glamour")
    path = "/plan/" + link.rsplit("/plan/", 1)[1]
    chat.say("sorry, it was on Saturday")
    assert "Saturday, November 21" in saphena.http.get(path).text
    chat.request("DELETE", "").raise_for_status()
    gone = saphena.http.get(path)
    assert gone.status_code == 404
    assert "Ask the assistant for your plan again" in gone.text


@pytest.mark.parametrize("path", ["/plan/made-up", "/plan/made-up/plan.ics"])
def test_a_link_that_was_made_up_shows_nothing(saphena: Saphena, path: str) -> None:
    assert saphena.http.get(path).status_code == 404


def test_a_chat_without_a_treatment_day_gets_no_link(saphena: Saphena) -> None:
    chat = saphena.open("glamour")
    for text in ("what do I do after the treatment?", "what are spider veins"):
        for reply in chat.say(text):
            assert not LINK.search(reply["text"])
