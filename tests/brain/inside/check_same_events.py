"""Rasa with what is put in does the same as without: replies, events, and calls of the action."""

import asyncio
import json
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import rasa.model_training
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig
from turns import plain

from bot.brain.__main__ import put_in

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: test
language: en
pipeline: [{name: KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
""",
    "domain.yml": """
version: "3.1"
intents: [greet, ask, book, stop, broken]
entities: [place]
actions: [action_answer, action_broken]
slots:
  topic: {type: text, influence_conversation: true, mappings: [{type: custom}]}
  day:
    type: text
    influence_conversation: true
    mappings: [{type: from_text, conditions: [{active_loop: booking}]}]
forms: {booking: {required_slots: [day]}}
responses:
  utter_ask_day: [{text: which day}]
  utter_booked: [{text: booked}]
  utter_stopped: [{text: stopped}]
  utter_default: [{text: what}]
""",
    "data/all.yml": """
version: "3.1"
nlu:
- {intent: greet, examples: "- hello\\n- hi"}
- {intent: ask, examples: "- gym\\n- sauna"}
- {intent: book, examples: "- book\\n- appointment"}
- {intent: stop, examples: "- stop\\n- cancel"}
- {intent: broken, examples: "- broken\\n- kaputt"}
rules:
- {rule: greet, conversation_start: true, steps: [{intent: greet}, {action: action_answer}]}
- {rule: ask, steps: [{intent: ask}, {action: action_answer}]}
- {rule: broken, steps: [{intent: broken}, {action: action_broken}]}
- {rule: book, steps: [{intent: book}, {action: booking}, {active_loop: booking}]}
- rule: booked
  condition: [{active_loop: booking}]
  steps: [{action: booking}, {active_loop: null}, {action: utter_booked}]
- rule: stop
  condition: [{active_loop: booking}]
  steps:
  - intent: stop
  - action: utter_stopped
  - action: action_deactivate_loop
  - active_loop: null
""",
}
CONVERSATION = (
    *("hello", "gym", "hello", "unheard of", "sauna", "/ask", '/ask{"place": "leg"}', "book"),
    *("monday", "gym", "book", "stop", "broken", "gym", "/restart", "hi", "/no_such", "gym"),
    *("gym", "sauna"),
)


class Actions(BaseHTTPRequestHandler):
    """An action server that remembers what it was sent, and from which connections."""

    protocol_version = "HTTP/1.1"
    calls: list[dict[str, Any]] = []  # noqa: RUF012
    connections: set[Any] = set()  # noqa: RUF012

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.calls.append(call)
        self.connections.add(self.client_address)
        told = call["tracker"]["latest_message"]["text"]
        answer: dict[str, Any] = {
            "events": [{"event": "slot", "name": "topic", "value": told, "timestamp": None}],
            "responses": [{"text": f"about {told}", "custom": {"n": len(self.calls)}}],
        }
        if call["next_action"] == "action_broken":
            answer["events"] = [{"event": "slot"}]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def trained(folder: Path) -> str:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    result = rasa.model_training.train(
        str(folder / "domain.yml"),
        str(folder / "config.yml"),
        [str(folder / "data")],
        output=str(folder / "models"),
    )
    return str(result.model)


async def talked(model: str, url: str) -> tuple[list[Any], list[list[dict[str, Any]]]]:
    """What is said to each message of the conversation, and all that has happened then."""
    agent = Agent.load(model, action_endpoint=EndpointConfig(url))
    agent.tracker_store = InMemoryTrackerStore(agent.domain)
    agent.processor.tracker_store = agent.tracker_store
    said, happened = [], []
    for text in CONVERSATION:
        said.append(await agent.handle_text(text, sender_id="one"))
        happened.append(plain(await agent.tracker_store.retrieve("one"), 10_000))
    return said, happened


def called(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls without what differs between two runs, and without past events."""
    for tracker in (call["tracker"] for call in calls):
        for name in ("events", "latest_event_time"):
            tracker.pop(name)
        tracker["latest_message"].pop("message_id", None)
    return calls


class SameEvents(unittest.TestCase):
    def test_a_conversation_is_the_same_with_and_without(self) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Actions)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_port}/webhook"
        with tempfile.TemporaryDirectory() as folder:
            model = trained(Path(folder))
            rasas = asyncio.run(talked(model, url))
            calls, connections = called(Actions.calls), len(Actions.connections)
            Actions.calls, Actions.connections = [], set()
            put_in()
            ours = asyncio.run(talked(model, url))
        self.assertEqual(rasas, ours)
        self.assertEqual(calls, called(Actions.calls))
        self.assertGreater(len(calls), 8)
        self.assertEqual((connections, len(Actions.connections)), (len(calls), 1))
        names = {event.get("name", event["event"]) for told in ours[1] for event in told}
        self.assertLessEqual(
            {"action_default_fallback", "booking", "utter_booked", "rewind"}, names
        )
