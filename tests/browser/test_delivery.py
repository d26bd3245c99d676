"""No message is lost, none is sent twice, and the order stays, whatever fails."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from bot.records.privacy import delete_conversation
from tests.browser.replies import answering
from tests.browser.staff import staff_writes
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import Gateway
from tests.channels.standin import StandIn, custom

LONG = 45_000  # ms: the widget waits longer and longer between its tries


def fail_sending(page: Page) -> None:
    page.route("**/messages", lambda route: route.abort() if is_post(route) else route.continue_())


def is_post(route: Route) -> bool:
    return route.request.method == "POST"


def test_a_message_shows_at_once_as_sending_then_sent(patient: Visitor, rasa: StandIn) -> None:
    rasa.delay = 1.0
    patient.say("how much?")
    expect(patient.said.last).to_contain_text("Sending")
    expect(patient.said.last).to_contain_text("how much?")
    expect(patient.messages).to_have_count(3)
    expect(patient.said.last).not_to_contain_text("Sending")


def test_a_message_that_never_got_out_is_tried_again_by_itself(
    patient: Visitor, page: Page, rasa: StandIn
) -> None:
    fail_sending(page)
    patient.say("how much?")
    expect(patient.said.last).to_contain_text("Waiting for a connection")
    page.unroute("**/messages")
    expect(patient.messages).to_have_count(3, timeout=LONG)
    assert rasa.said_in(patient.conversation()) == ["how much?"]


def test_after_many_tries_a_person_decides(
    visitor: Visitor, site: Website, page: Page, rasa: StandIn
) -> None:
    page.clock.install()
    visitor.visit(site.page()).open()
    page.route("**/conversations/**", lambda route: route.abort())
    visitor.say("first")
    visitor.say("second")
    for _ in range(12):
        page.clock.run_for(15_000)
    failed = visitor.log.get_by_role("button", name="Try again")
    expect(failed).to_have_count(2)
    expect(visitor.said.last).to_contain_text("Not sent.")
    page.unroute("**/conversations/**")
    failed.first.click()
    for _ in range(3):
        page.clock.run_for(1_000)
    expect(visitor.messages).to_have_count(5)
    assert rasa.said_in(visitor.conversation()) == ["first", "second"]


def test_an_answer_lost_on_its_way_is_fetched_without_asking_twice(
    patient: Visitor, page: Page, rasa: StandIn
) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if is_post(route) and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose)
    patient.say("how much?")
    expect(patient.messages).to_have_count(3, timeout=LONG)
    assert lost == [200]
    assert rasa.said_in(patient.conversation()) == ["how much?"]
    assert patient.texts()[1:] == ["how much?", "You said: how much?"]


def test_offline_messages_go_out_in_order_when_the_network_is_back(
    patient: Visitor, context: BrowserContext, rasa: StandIn
) -> None:
    context.set_offline(True)
    for text in ("one", "two", "three"):
        patient.say(text)
    expect(patient.said).to_have_count(3)
    context.set_offline(False)
    expect(patient.messages).to_have_count(7, timeout=LONG)
    assert rasa.said_in(patient.conversation()) == ["one", "two", "three"]


def test_messages_keep_their_order_though_the_network_comes_back_between_them(
    patient: Visitor, page: Page, rasa: StandIn
) -> None:
    tried: list[str] = []

    def lose_until_the_third_is_tried(route: Route) -> None:
        if is_post(route):
            tried.append(json.loads(route.request.post_data or "{}")["text"])
        if "three" in tried:
            route.continue_()
        else:
            route.abort()

    page.route("**/messages", lose_until_the_third_is_tried)
    for text in ("one", "two", "three"):
        patient.say(text)
    expect(patient.messages).to_have_count(7, timeout=LONG)
    assert tried.index("three") < len(tried) - 1 - tried[::-1].index("one")
    assert rasa.said_in(patient.conversation()) == ["one", "two", "three"]


def test_quick_messages_keep_their_order(patient: Visitor, rasa: StandIn) -> None:
    rasa.delay = 0.2
    for number in range(5):
        patient.say(f"message {number}")
    expect(patient.messages).to_have_count(11)
    expected = [f"message {number}" for number in range(5)]
    assert rasa.said_in(patient.conversation()) == expected
    assert [text for text in patient.texts()[1:] if "You said" not in text] == expected


def test_a_message_under_way_survives_a_reload(patient: Visitor, page: Page, rasa: StandIn) -> None:
    fail_sending(page)
    patient.say("how much?")
    expect(patient.said.last).to_contain_text("Waiting")
    page.unroute("**/messages")
    page.reload()
    patient.launcher.click()
    expect(patient.messages).to_have_count(3)
    assert rasa.said_in(patient.conversation()) == ["how much?"]


def test_a_message_written_before_the_first_connection_is_not_lost(
    visitor: Visitor, site: Website, page: Page, rasa: StandIn
) -> None:
    page.route("**/api/**", lambda route: route.abort())
    visitor.visit(site.page())
    visitor.launcher.click()
    expect(visitor.chat.get_by_text("There is no connection to the assistant.")).to_be_visible()
    visitor.say("how much?")
    page.unroute("**/api/**")
    page.reload()
    visitor.launcher.click()
    expect(visitor.messages).to_have_count(3)
    assert rasa.said_in(visitor.conversation()) == ["how much?"]


def test_what_the_server_refuses_says_why_and_can_be_corrected(
    patient: Visitor, page: Page
) -> None:
    refusal = {"error": {"code": "text_too_long", "message": "It is too long."}}
    page.route("**/messages", lambda route: route.fulfill(status=413, json=refusal))
    patient.say("how much?")
    expect(patient.said.last).to_contain_text("Not sent. It is too long.")
    page.unroute("**/messages")
    patient.button("Edit").click()
    expect(patient.input).to_have_value("how much?")
    expect(patient.said).to_have_count(0)
    patient.input.press("Enter")
    expect(patient.messages).to_have_count(3)


def test_too_many_requests_wait_as_long_as_asked(
    patient: Visitor, page: Page, rasa: StandIn
) -> None:
    refused: list[float] = []

    def busy(route: Route) -> None:
        if is_post(route) and not refused:
            refused.append(time.monotonic())
            headers = {"Retry-After": "2", "Access-Control-Allow-Origin": "*"}
            headers["Access-Control-Expose-Headers"] = "Retry-After"
            route.fulfill(status=429, json={"error": {"code": "x", "message": ""}}, headers=headers)
        else:
            route.continue_()

    page.route("**/messages", busy)
    patient.ask("how much?")
    assert time.monotonic() - refused[0] >= 2
    assert rasa.said_in(patient.conversation()) == ["how much?"]


def test_while_the_assistant_is_down_the_clinic_s_phone_is_told_and_trying_again_works(
    patient: Visitor, rasa: StandIn
) -> None:
    rasa.status = 500
    patient.ask("how much?", "call Glamour at 360-555-0142")
    expect(patient.said.last).to_contain_text("Not answered yet.")
    rasa.reset()
    patient.button("Try again").click()
    expect(patient.messages.last).to_contain_text("You said: how much?")
    expect(patient.said).to_have_count(1)
    expect(patient.chat.get_by_text("Not answered yet.")).to_have_count(0)


def past_its_time(gateway: Gateway, conversation: str) -> None:
    """Remove a conversation as the clinic's retention does, and end its streams."""
    remove = partial(delete_conversation, conversation_id=conversation)
    gateway.run(gateway.services.database.writing(remove))
    gateway.loop.call_soon_threadsafe(gateway.services.hub.close, conversation)


def test_a_conversation_that_is_gone_is_said_so_and_a_new_one_takes_the_message(
    patient: Visitor, gateway: Gateway, rasa: StandIn
) -> None:
    patient.ask("how much?")
    gone = patient.conversation()
    past_its_time(gateway, gone)
    expect(patient.chat.get_by_text("no longer stored. Write a message")).to_be_visible()
    expect(patient.messages).to_have_count(3)
    patient.say("does it hurt?")
    expect(patient.messages.last).to_contain_text("You said: does it hurt?")
    expect(patient.messages).to_have_count(3)
    assert patient.conversation() != gone


def test_a_conversation_that_is_gone_unnoticed_loses_no_message(
    patient: Visitor, gateway: Gateway
) -> None:
    patient.ask("how much?")
    remove = partial(delete_conversation, conversation_id=patient.conversation())
    gateway.run(gateway.services.database.writing(remove))
    patient.say("does it hurt?")
    expect(patient.messages.last).to_contain_text("You said: does it hurt?")
    expect(patient.chat.get_by_text("This is a new one.")).to_be_visible()


def test_what_staff_wrote_while_the_stream_was_down_comes_after(
    patient: Visitor, context: BrowserContext, gateway: Gateway
) -> None:
    conversation = patient.conversation()
    context.set_offline(True)
    staff_writes(gateway, conversation, "One.")
    staff_writes(gateway, conversation, "Two.")
    context.set_offline(False)
    expect(patient.messages).to_have_count(3, timeout=LONG)
    assert patient.texts()[1:] == ["One.", "Two."]


def test_the_tab_that_listens_is_closed_and_another_takes_over(
    patient: Visitor, site: Website, gateway: Gateway, new_tab: Callable[[str], Visitor]
) -> None:
    conversation = patient.conversation()
    other = new_tab(site.page("/other")).open()
    patient.page.close()
    staff_writes(gateway, conversation, "Still here?")
    expect(other.messages.last).to_contain_text("Still here?", timeout=LONG)


def test_without_locks_and_https_it_works_too(
    visitor: Visitor, site: Website, gateway: Gateway
) -> None:
    site.page()
    visitor.visit(f"{site.insecure}/").open()
    assert visitor.page.evaluate("[isSecureContext, 'locks' in navigator]") == [False, False]
    visitor.ask("how much?")
    staff_writes(gateway, visitor.conversation(), "Hello.")
    expect(visitor.messages.last).to_contain_text("Hello.")


def test_more_tabs_than_streams_all_get_their_answers(
    patient: Visitor, site: Website, gateway: Gateway, new_tab: Callable[[str], Visitor]
) -> None:
    tabs = [new_tab(site.page(f"/{number}")) for number in range(6)]
    for tab in tabs:
        tab.open()
    staff_writes(gateway, patient.conversation(), "To all of you.")
    for tab in tabs:
        expect(tab.messages.last).to_contain_text("To all of you.")


def test_no_connection_is_said_and_mends_itself(
    visitor: Visitor, site: Website, page: Page
) -> None:
    page.route("**/api/**", lambda route: route.abort())
    visitor.visit(site.page())
    visitor.launcher.click()
    told = visitor.chat.get_by_role("alert").filter(has_text="There is no connection")
    expect(told).to_be_visible()
    expect(told).to_contain_text("In an emergency do not wait")
    page.unroute("**/api/**")
    expect(visitor.messages).to_have_count(1, timeout=LONG)
    expect(told).to_have_count(0)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_page_of_a_proxy_is_no_answer(
    patient: Visitor, page: Page, rasa: StandIn, status: int
) -> None:
    failed: list[int] = []

    def proxy(route: Route) -> None:
        if is_post(route) and not failed:
            failed.append(status)
            route.fulfill(status=status, body="<h1>Bad gateway</h1>", content_type="text/html")
        else:
            route.continue_()

    page.route("**/messages", proxy)
    rasa.answering = answering(custom("All is well."))
    patient.ask("how much?", "All is well.")
    assert failed == [status]


@pytest.mark.parametrize("hours", [-24, 24], ids=["back", "forward"])
def test_a_clock_that_is_set_does_not_hide_a_dead_stream(
    visitor: Visitor, site: Website, page: Page, hours: int
) -> None:
    page.clock.install()
    visitor.visit(site.page())
    with page.expect_response("**/events"):
        visitor.launcher.click()
    expect(visitor.messages).to_have_count(1)
    page.clock.set_system_time(datetime.now(UTC) + timedelta(hours=hours))
    with page.expect_request("**/events"):
        # Longer than the gateway is ever silent.
        page.clock.run_for(70_000)
    visitor.ask("how much?")
