"""What people expect of a chat."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.replies import answering, asks_date, by_message, question, verdict
from tests.browser.staff import staff_writes
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import PHONE, Gateway
from tests.channels.standin import StandIn, custom

ALL_SIZES = pytest.mark.parametrize("size", ["phone", "tablet", "desktop"], indirect=True)
PHONE_ONLY = pytest.mark.parametrize("size", ["phone"], indirect=True)


def test_a_launcher_with_a_label_waits_on_the_page(visitor: Visitor, site: Website) -> None:
    visitor.visit(site.page())
    expect(visitor.launcher).to_have_text("Ask a question")
    expect(visitor.panel).to_be_hidden()
    visitor.visit(site.page(label="Questions? Ask us"))
    expect(visitor.button("Questions? Ask us")).to_be_visible()


@ALL_SIZES
def test_it_greets_with_the_clinic_and_four_questions_to_start_with(patient: Visitor) -> None:
    expect(patient.panel.get_by_role("heading", name="Chat with Glamour")).to_be_visible()
    expect(patient.messages.first).to_contain_text("automated assistant of Glamour")
    starters = patient.chat.get_by_role("group", name="Suggested replies").get_by_role("button")
    expect(starters).to_have_count(4)
    patient.input.click()
    patient.ask("does it hurt?")


@PHONE_ONLY
def test_on_a_phone_it_fills_the_screen(patient: Visitor) -> None:
    assert patient.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}


def test_on_a_desktop_it_leaves_the_page_usable(patient: Visitor) -> None:
    patient.page.get_by_role("button", name="Own button").click()
    box = patient.panel.bounding_box()
    assert box
    assert box["width"] < 450
    assert box["x"] + box["width"] <= 1280


def test_a_quick_reply_is_pressed_once_and_makes_room(patient: Visitor, rasa: StandIn) -> None:
    patient.button("What does it cost?").click()
    expect(patient.messages).to_have_count(3)
    assert rasa.said_in(patient.conversation()) == ["/cost"]
    assert patient.texts()[1] == "What does it cost?"
    expect(patient.button("Does it hurt?")).to_have_count(0)


def test_options_are_checked_together_or_alone(patient: Visitor, rasa: StandIn) -> None:
    rasa.answering = by_message({"am I a candidate?": question("Which of these apply?")})
    patient.ask("am I a candidate?", "Which of these")
    box = patient.chat.get_by_role("checkbox")
    patient.button("Continue").click()
    expect(patient.chat.get_by_text("Please check at least one.")).to_be_visible()
    box.nth(2).check()
    box.nth(0).check()
    expect(box.nth(2)).not_to_be_checked()
    box.nth(1).check()
    patient.button("Continue").click()
    expect(patient.messages).to_have_count(5)
    assert patient.texts()[3] == "Pregnant; Having IVF"
    assert rasa.said_in(patient.conversation())[-1] == '/affirm{"picked": ["pregnant", "ivf"]}'
    expect(box).to_have_count(0)


def test_a_date_is_picked(patient: Visitor, rasa: StandIn) -> None:
    rasa.answering = by_message({"gym?": asks_date("Which day was your treatment?")})
    patient.ask("gym?", "Which day")
    patient.button("Send date").click()
    expect(patient.chat.get_by_text("Please choose a date.")).to_be_visible()
    patient.chat.get_by_label("Choose a date").fill("2026-11-20")
    patient.button("Send date").click()
    expect(patient.messages).to_have_count(5)
    assert rasa.said_in(patient.conversation())[-1] == "2026-11-20"


def test_typing_is_shown_while_the_assistant_thinks(patient: Visitor, rasa: StandIn) -> None:
    rasa.delay = 1.0
    patient.say("hello?")
    expect(patient.chat.get_by_text("The assistant is typing")).to_be_visible()
    expect(patient.messages).to_have_count(3)
    expect(patient.chat.get_by_text("The assistant is typing")).to_be_hidden()


def test_each_message_says_who_and_when(patient: Visitor) -> None:
    patient.ask("hello")
    for message, who in zip(patient.messages.all(), ("Assistant", "You", "Assistant"), strict=True):
        expect(message.locator(".who")).to_have_text(who)
        shown = message.locator("time")
        expect(shown).to_have_text(re.compile(r"^\d{1,2}:\d\d.[AP]M$"))
        at = datetime.fromisoformat(shown.get_attribute("datetime") or "")
        assert at.tzinfo


def test_a_long_answer_is_shown_from_its_beginning(patient: Visitor, rasa: StandIn) -> None:
    paragraphs = "\n\n".join(f"Paragraph {number}. " + "Words. " * 40 for number in range(9))
    rasa.answering = answering(custom(paragraphs))
    patient.ask("tell me everything", "Paragraph 0")
    expect(patient.messages.last.get_by_text("Paragraph 0.")).to_be_in_viewport()
    assert patient.messages.last.locator(".text p").count() == 9


def test_links_and_numbers_can_be_tapped(patient: Visitor, rasa: StandIn) -> None:
    text = f"See https://clinic.example/care. Call {PHONE} or mail desk@clinic.example."
    rasa.answering = answering(custom(text))
    patient.ask("how?", "See")
    links = patient.messages.last.locator(".text a")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://clinic.example/care",
        "tel:3605550142",
        "mailto:desk@clinic.example",
    ]
    assert links.first.get_attribute("rel") == "noopener noreferrer"
    assert links.first.get_attribute("target") == "_blank"


def test_sources_are_a_small_line_that_opens(patient: Visitor) -> None:
    patient.ask("how much?")
    line = patient.messages.last.locator("details")
    expect(line.get_by_text("Sclerotherapy FAQ: Pricing")).to_be_hidden()
    line.locator("summary").click()
    expect(line.get_by_text("Sclerotherapy FAQ: Pricing")).to_be_visible()


@pytest.mark.parametrize(
    ("state", "until", "words"),
    [
        ("avoid", "2026-11-27", "Not yet, until Friday, Nov 27"),
        ("avoid", None, "Not yet"),
        ("caution", "2026-11-27", "Safer to wait until Friday, Nov 27"),
        ("ok", None, "Allowed"),
        ("keep", "2026-11-27", "Keep it up until Friday, Nov 27"),
        ("may_stop", None, "You may stop"),
        ("no_rule", None, "No rule from this clinic"),
        ("ask", None, "One more detail is needed"),
    ],
)
def test_a_verdict_is_words_and_a_shape(
    patient: Visitor, rasa: StandIn, state: str, until: str | None, words: str
) -> None:
    patient.page.clock.set_fixed_time("2026-11-24T20:00:00-08:00")
    rasa.answering = answering(custom("So.", "exercise", verdict=verdict(state, until)))
    patient.ask("may I run?", "So.")
    band = patient.messages.last.locator(".verdict")
    expect(band.locator("strong")).to_have_text(words)
    expect(band.locator("svg")).to_be_visible()


def test_a_disputed_verdict_says_to_confirm(patient: Visitor, rasa: StandIn) -> None:
    both = verdict("keep", "2026-11-27", disputed=True, phase="day and night")
    rasa.answering = answering(custom("So.", "compression", verdict=both))
    patient.ask("stockings?", "So.")
    band = patient.messages.last.locator(".verdict")
    expect(band).to_contain_text("day and night")
    expect(band).to_contain_text("Please confirm with the clinic")


def test_a_red_flag_stands_out_and_offers_the_call(patient: Visitor) -> None:
    patient.ask("I can't breathe and my chest hurts", "911")
    alarm = patient.messages.last
    expect(alarm.get_by_text("Emergency", exact=True)).to_be_visible()
    call = alarm.get_by_role("link", name="Call 911")
    assert call.get_attribute("href") == "tel:911"
    box = call.bounding_box()
    assert box
    assert box["height"] >= 44


def test_thoughts_of_suicide_offer_the_crisis_line_first(patient: Visitor) -> None:
    patient.ask("I want to kill myself", "988")
    calls = patient.messages.last.locator("a.call")
    expect(calls.first).to_have_text("Call 988")


def test_general_knowledge_is_marked(patient: Visitor, rasa: StandIn) -> None:
    rasa.answering = answering(custom("Veins are common.", "causes", known=False, general=True))
    patient.ask("why?", "Veins are common.")
    expect(patient.messages.last).to_contain_text("General information, not from this clinic")


def test_a_clinic_that_is_closed_says_when_staff_read(
    visitor: Visitor, site: Website, page: Page
) -> None:
    closed = {"open": False, "opens_at": "2026-11-30T09:00:00-08:00"}

    def shut(route: "object") -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(response=answer, json={**answer.json(), **closed})  # type: ignore[attr-defined]

    page.route("**/api/clinics/office", shut)
    visitor.visit(site.page(clinic="office")).open()
    told = visitor.panel.get_by_text("The clinic is closed now. Staff read messages from Monday")
    expect(told).to_be_visible()
    expect(told).to_contain_text("9:00")
    visitor.button("More options").click()
    hours = visitor.chat.get_by_role("region", name="Opening hours")
    expect(hours).to_contain_text("Monday")
    expect(hours).to_contain_text("9:00")
    expect(hours).to_contain_text("closed")


def test_without_published_hours_none_are_made_up(patient: Visitor) -> None:
    patient.button("More options").click()
    expect(patient.button("Print")).to_be_visible()
    expect(patient.chat.get_by_text("Opening hours")).to_have_count(0)
    expect(patient.chat.get_by_text(re.compile("is (open|closed) now"))).to_have_count(0)


def test_it_says_what_it_is_at_all_times(patient: Visitor) -> None:
    standing = patient.panel.locator(".footer")
    expect(standing).to_contain_text(
        "Automated assistant, not a clinician. In an emergency call 911."
    )


def test_the_clinic_s_privacy_page_is_linked(visitor: Visitor, site: Website) -> None:
    visitor.visit(site.page(privacy="https://clinic.example/privacy")).open()
    link = visitor.panel.get_by_role("link", name="Privacy")
    assert link.get_attribute("href") == "https://clinic.example/privacy"


def test_markup_and_emoji_in_messages_are_text(patient: Visitor, rasa: StandIn, page: Page) -> None:
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> <b>x</b> 🩺 &amp;'
    rasa.answering = answering(
        custom(evil, sources=[{"document": evil, "section": evil}], verdict=verdict("ok"))
    )
    patient.ask(evil, "🩺 &amp;")
    assert patient.texts()[1:] == [evil, evil]
    assert page.evaluate("window.hit") is None
    assert patient.messages.locator("img, b, script").count() == 0


def test_what_is_too_long_is_neither_cut_nor_sent(patient: Visitor, rasa: StandIn) -> None:
    patient.input.fill("x" * 5000)
    expect(patient.chat.get_by_text("5000 of 1000 characters. Please shorten")).to_be_visible()
    patient.input.press("Enter")
    assert patient.input.input_value() == "x" * 5000
    assert rasa.messages == []
    patient.input.fill("🩺" * 1000)
    patient.input.press("Enter")
    expect(patient.messages).to_have_count(3)


def test_a_paste_of_5000_characters_is_quick(patient: Visitor, page: Page) -> None:
    patient.input.focus()
    page.evaluate("window.started = performance.now()")
    page.keyboard.insert_text("word " * 1000)
    expect(patient.chat.get_by_text("of 1000 characters")).to_be_visible()
    assert page.evaluate("performance.now() - window.started") < 1000


def test_enter_sends_and_shift_enter_is_a_new_line(patient: Visitor, rasa: StandIn) -> None:
    patient.input.focus()
    patient.page.keyboard.type("one")
    patient.page.keyboard.press("Shift+Enter")
    patient.page.keyboard.type("two")
    patient.page.keyboard.press("Enter")
    expect(patient.messages).to_have_count(3)
    assert rasa.said_in(patient.conversation()) == ["one\ntwo"]


def test_a_reader_of_older_messages_is_left_there(patient: Visitor, gateway: Gateway) -> None:
    for number in range(8):
        patient.ask(f"question {number}")
    conversation = patient.conversation()
    scroller = patient.chat.locator(".scroller")
    scroller.evaluate("box => box.scrollTop = 0")
    patient.page.wait_for_timeout(100)
    staff_writes(gateway, conversation, "Something new.")
    latest = patient.button("Go to the newest message")
    expect(latest).to_be_visible()
    assert scroller.evaluate("box => box.scrollTop") == 0
    latest.click()
    expect(patient.messages.last).to_be_in_viewport()
    expect(latest).to_be_hidden()


def test_times_are_the_server_s_even_when_the_device_s_clock_is_wrong(
    visitor: Visitor, site: Website, context: BrowserContext
) -> None:
    context.clock.install(time="2031-01-01T00:00:00Z")
    visitor.visit(site.page()).open()
    visitor.ask("hello")
    years = {
        (message.get_attribute("datetime") or "")[:4]
        for message in visitor.log.locator("time").all()
    }
    assert "2031" not in years


def test_the_hour_that_comes_twice_keeps_the_order(
    patient: Visitor, page: Page, site: Website
) -> None:
    patient.ask("first")
    patient.ask("second")
    twice = ["2026-11-01T01:50:00-07:00", "2026-11-01T01:10:00-08:00"]

    def shift(route: "object") -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        body = answer.json()
        for number, message in enumerate(body["messages"]):
            message["at"] = twice[number > 2]
        route.fulfill(response=answer, json=body)  # type: ignore[attr-defined]

    page.route("**/messages", shift)
    patient.visit(site.page("/again")).open()
    assert [text for text in patient.texts() if "ou said" not in text][1:] == ["first", "second"]
    shown = patient.log.locator("time").all_inner_texts()
    assert ["1:50" in time for time in shown] == [True, True, True, False, False]
