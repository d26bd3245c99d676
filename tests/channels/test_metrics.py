"""Figures and request ids: what whoever runs it sees, without words or ids of patients."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.cli.ports import any_free_port
from bot.logs import JsonLines, keep_words_out
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn

GRAVE = "I can't breathe and my chest hurts"


@pytest.fixture
def watched(state: Path, rasa: StandIn) -> Iterator[Gateway]:
    """A gateway with a port for its figures."""
    settings = settings_for(
        state,
        rasa_url=rasa.address,
        actions_url=rasa.address,
        metrics_port=any_free_port(),
    )
    prepare(settings)
    with serving(settings) as gateway:
        yield gateway


def figures(gateway: Gateway) -> dict[str, float]:
    port = gateway.settings.metrics_port
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_messages_replies_and_stages_are_counted(watched: Gateway, rasa: StandIn) -> None:
    patient = watched.open()
    patient.say("how much?")
    rasa.status = 500
    patient.post({"text": "and how long?"})
    patient.say(GRAVE)
    seen = figures(watched)
    assert seen['saphena_messages_total{channel="web",outcome="answered"}'] == 2
    assert seen['saphena_messages_total{channel="web",outcome="unavailable"}'] == 1
    assert seen['saphena_red_flags_total{layer="pattern",level="emergency"}'] == 1
    # The second tells how to reach the clinic while the assistant is down.
    assert seen['saphena_replies_total{channel="web",kind="faq",known="true"}'] == 2
    assert seen['saphena_replies_total{channel="web",kind="safety",known="true"}'] == 1
    assert seen['saphena_stage_seconds_count{stage="brain"}'] == 2
    assert seen['saphena_stage_seconds_count{stage="record"}'] == 3
    assert seen['saphena_message_seconds_count{channel="web"}'] == 3
    assert seen["saphena_conversations_under_way"] == 0
    assert seen['saphena_outbox_due{kind="reminder"}'] == 0
    assert seen["process_resident_memory_bytes"] > 0


def test_refusals_are_counted_by_their_code(watched: Gateway) -> None:
    assert watched.open().post({"text": " "}).status_code == 422
    assert figures(watched)['saphena_refusals_total{code="empty_text"}'] == 1


def test_the_figures_name_nobody(watched: Gateway) -> None:
    patient = watched.open()
    patient.say("how much for Quillfeather?")
    text = str(figures(watched))
    assert patient.id not in text
    assert "Quillfeather" not in text


def test_the_public_port_has_no_figures(watched: Gateway) -> None:
    assert watched.http.get("/metrics").status_code == 404


def test_a_taken_port_is_said_and_patients_are_answered(
    watched: Gateway, rasa: StandIn, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(
        tmp_path / "second",
        rasa_url=rasa.address,
        actions_url=rasa.address,
        metrics_port=watched.settings.metrics_port,
    )
    prepare(settings)
    with serving(settings) as second:
        assert second.open().say("how much?")
    assert f"METRICS_PORT {settings.metrics_port} can't be used" in caplog.text


def test_each_request_has_an_id_that_goes_with_the_message(patient: Patient, rasa: StandIn) -> None:
    answer = patient.post({"text": "how much?"})
    own = answer.headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", own)
    assert rasa.messages[-1]["metadata"]["request"] == own


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0a1b2c3d4e5f", True), ("x", False), ("a b\tc: <script>", False), ("a" * 65, False)],
)
def test_a_proxy_s_id_is_kept_if_it_is_one(gateway: Gateway, given: str, kept: bool) -> None:
    answer = gateway.http.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_lines_for_programs() -> None:
    before = logging.getLogRecordFactory()
    keep_words_out()
    try:
        record = logging.getLogRecordFactory()(
            "bot.x", logging.INFO, __file__, 1, 'said "%s"\n', ("so",), None
        )
    finally:
        logging.setLogRecordFactory(before)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert '"level": "INFO"' in line
    assert '"message": "said \\"so\\"\\n"' in line
