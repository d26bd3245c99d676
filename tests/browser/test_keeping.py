"""One conversation over page loads, tabs and a hand-over; a copy of it, and its deletion."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.replies import answering, by_message, question, verdict
from tests.browser.staff import staff_writes, system_writes
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import Gateway
from tests.channels.standin import StandIn, custom


def test_a_conversation_outlives_a_page_load(patient: Visitor, site: Website) -> None:
    patient.ask("how much?")
    before = patient.texts()
    patient.visit(site.page("/prices")).open()
    expect(patient.messages).to_have_count(3)
    assert patient.texts() == before


def test_a_reload_in_the_middle_of_a_screening_goes_on_there(
    patient: Visitor, rasa: StandIn
) -> None:
    rasa.answering = by_message({"am I a candidate?": question("Which of these apply?")})
    patient.ask("am I a candidate?", "Which of these")
    patient.page.reload()
    patient.open()
    patient.chat.get_by_role("checkbox", name="None of these").check()
    patient.button("Continue").click()
    expect(patient.messages).to_have_count(5)
    assert rasa.said_in(patient.conversation())[-1] == '/affirm{"picked": ["none"]}'


def test_two_tabs_are_one_conversation_in_step(
    patient: Visitor, site: Website, new_tab: Callable[[str], Visitor], rasa: StandIn
) -> None:
    other = new_tab(site.page("/other")).open()
    patient.ask("from the first")
    expect(other.messages).to_have_count(3)
    other.ask("from the second")
    expect(patient.messages).to_have_count(5)
    assert patient.texts() == other.texts()
    assert patient.conversation() == other.conversation()


def test_two_tabs_opened_at_once_begin_one_conversation(
    visitor: Visitor, site: Website, new_tab: Callable[[str], Visitor]
) -> None:
    visitor.visit(site.page())
    other = new_tab(site.page("/other"))
    visitor.launcher.click()
    other.launcher.click()
    for one in (visitor, other):
        expect(one.messages).to_have_count(1)
    visitor.ask("hello")
    expect(other.messages).to_have_count(3)


def test_a_message_that_nobody_asked_for_shows_in_both_tabs_once(
    patient: Visitor, site: Website, gateway: Gateway, new_tab: Callable[[str], Visitor]
) -> None:
    other = new_tab(site.page("/other")).open()
    staff_writes(gateway, patient.conversation(), "Come by at nine.")
    for one in (patient, other):
        expect(one.messages).to_have_count(2)
        expect(one.messages.last).to_contain_text("Come by at nine.")


def test_news_while_closed_are_counted_until_seen(patient: Visitor, gateway: Gateway) -> None:
    conversation = patient.conversation()
    patient.button("Close the chat").click()
    expect(patient.launcher).to_be_visible()
    staff_writes(gateway, conversation, "One.")
    staff_writes(gateway, conversation, "Two.")
    expect(patient.launcher).to_have_accessible_name("Ask a question , 2 new messages")
    expect(patient.launcher.locator(".badge")).to_contain_text("2")
    patient.page.reload()
    expect(patient.launcher.locator(".badge")).to_contain_text("2")
    patient.open()
    patient.button("Close the chat").click()
    expect(patient.launcher.locator(".badge")).to_have_count(0)


def test_a_hand_over_shows_who_writes_now(patient: Visitor, gateway: Gateway) -> None:
    conversation = patient.conversation()
    system_writes(gateway, conversation, "Dana of Glamour writes with you now.")
    staff_writes(gateway, conversation, "Hello, this is Dana.")
    expect(patient.messages.last.locator(".who")).to_have_text("Clinic staff")
    expect(patient.messages.nth(1).locator(".who")).to_have_text("Notice")
    here = patient.panel.get_by_text("A person at the clinic is writing with you.")
    expect(here).to_be_visible()
    patient.ask("thank you")
    expect(here).to_be_hidden()


def test_a_new_conversation_is_begun_on_request(patient: Visitor) -> None:
    patient.ask("how much?")
    first = patient.conversation()
    patient.menu("New conversation")
    expect(patient.chat.get_by_text("This one stays stored")).to_be_visible()
    patient.button("Start new").click()
    expect(patient.messages).to_have_count(1)
    assert patient.conversation() != first
    patient.ask("and now?")


def test_the_transcript_is_downloaded_as_text(
    patient: Visitor, tmp_path: Path, rasa: StandIn
) -> None:
    avoid = verdict("avoid", "2026-11-27")
    rasa.answering = answering(custom("Please wait.", "exercise", verdict=avoid))
    patient.ask("may I run?", "Please wait.")
    with patient.page.expect_download() as download:
        patient.menu("Download as text")
    download.value.save_as(tmp_path / "transcript.txt")
    text = (tmp_path / "transcript.txt").read_text("utf-8")
    assert text.startswith("Conversation with Glamour\n")
    assert "\nmay I run?\n" in text
    assert "Please wait.\n[Sclerotherapy FAQ: Pricing]" in text
    assert "Not yet, until Friday, Nov 27" in text


def test_all_data_are_downloaded(patient: Visitor, tmp_path: Path) -> None:
    patient.ask("how much?")
    with patient.page.expect_download() as download:
        patient.menu("Download all my data")
    download.value.save_as(tmp_path / "all.json")
    everything = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert everything["conversation"]["id"] == patient.conversation()
    assert [message["text"] for message in everything["messages"]][1] == "how much?"


def test_the_transcript_is_printed_without_the_page(patient: Visitor) -> None:
    patient.ask("how much?")
    printed = patient.prints()
    assert "Conversation with Glamour" in printed
    assert "how much?" in printed
    assert "Own button" not in printed


def test_deleting_asks_first_and_is_for_good(
    patient: Visitor, gateway: Gateway, site: Website, new_tab: Callable[[str], Visitor]
) -> None:
    other = new_tab(site.page("/other")).open()
    patient.page.bring_to_front()
    patient.ask("how much?")
    kept = patient.kept()
    assert kept
    patient.menu("Delete my data")
    patient.button("Keep it").click()
    expect(patient.messages).to_have_count(3)
    patient.menu("Delete my data")
    patient.button("Delete for good").click()
    gone = "Your conversation and the data in it are deleted."
    expect(patient.chat.get_by_text(gone)).to_be_visible()
    expect(other.chat.get_by_text(gone)).to_be_visible()
    assert patient.kept() is None
    headers = {"Authorization": f"Bearer {kept['conversation']['token']}"}
    path = f"/api/conversations/{kept['conversation']['id']}/messages"
    assert gateway.http.get(path, headers=headers).status_code == 404
    patient.button("Start the chat").click()
    expect(patient.messages).to_have_count(1)


def delete_in_words(patient: Visitor) -> None:
    patient.say("delete my data")
    patient.button("Yes, delete it all").click()


def test_deleting_in_words_clears_the_chat_in_all_tabs(
    patient: Visitor, site: Website, new_tab: Callable[[str], Visitor]
) -> None:
    other = new_tab(site.page("/other")).open()
    patient.page.bring_to_front()
    patient.ask("how much?")
    delete_in_words(patient)
    for one in (patient, other):
        expect(one.chat.get_by_text("the data in it are deleted.")).to_be_visible()
        expect(one.log).to_have_count(0)
    assert patient.kept() is None
    assert patient.focused() == "Start the chat"
    patient.page.keyboard.press("Enter")
    expect(patient.messages).to_have_count(1)
    expect(patient.input).to_be_focused()
    patient.ask("does it hurt?")


def test_deleting_elsewhere_clears_the_chat_here(patient: Visitor, gateway: Gateway) -> None:
    patient.ask("how much?")
    kept = patient.kept()
    assert kept
    headers = {"Authorization": f"Bearer {kept['conversation']['token']}"}
    gateway.http.delete(f"/api/conversations/{kept['conversation']['id']}", headers=headers)
    expect(patient.chat.get_by_text("the data in it are deleted.")).to_be_visible()
    assert patient.kept() is None
    patient.page.reload()
    patient.open()
    expect(patient.messages).to_have_count(1)


def test_deleting_in_words_while_messages_wait_sends_none_of_them(
    patient: Visitor, rasa: StandIn
) -> None:
    patient.say("delete my data")
    expect(patient.button("Yes, delete it all")).to_be_visible()
    patient.page.evaluate(
        """() => {
          const root = document.querySelector("saphena-chat").shadowRoot;
          const all = [...root.querySelectorAll("button")];
          all.find((one) => /Yes, delete/.test(one.innerText)).click();
          window.Saphena.ask("one more thing");
        }"""
    )
    expect(patient.chat.get_by_text("the data in it are deleted.")).to_be_visible()
    patient.button("Start the chat").click()
    expect(patient.messages).to_have_count(1)
    patient.page.wait_for_timeout(500)
    expect(patient.messages).to_have_count(1)
    assert rasa.said_in(patient.conversation()) == []
