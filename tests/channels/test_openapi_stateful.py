"""The API in sequences that nobody thought of: begin, say, read, export and delete in any order."""

from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.channels.serving import Gateway, Patient
from tests.channels.test_openapi import EVERY_CALL, STREAM, described, operations

SEQUENCES = 8
STEPS = 10
BEGIN = "POST /api/conversations"
DELETE = "DELETE /api/conversations/{conversation_id}"
CALLS = sorted(EVERY_CALL - {f"GET {STREAM}", "GET /readyz"})
__all__ = ["described"]  # the fixture, for pytest


def test_any_sequence_of_calls_is_answered_as_described(
    described: schemathesis.BaseSchema, gateway: Gateway
) -> None:
    calls = operations(described)
    answered: Counter[tuple[str, int]] = Counter()

    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # the sequence that fails is short enough
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        patients = [gateway.open(), gateway.open()]
        deleted: set[str] = set()
        for label in data.draw(st.lists(st.sampled_from(CALLS), min_size=STEPS, max_size=STEPS)):
            mode = data.draw(st.sampled_from([*GenerationMode]))
            call = calls[label]
            if mode.is_negative and not call.body and not list(call.path_parameters):
                mode = GenerationMode.POSITIVE
            case = data.draw(call.as_strategy(generation_mode=mode))
            patient = data.draw(st.sampled_from(patients))
            if case.path_parameters and "conversation_id" in case.path_parameters:
                case.path_parameters["conversation_id"] = patient.id
            if label == BEGIN and mode.is_positive:
                case.body = {"clinic": "glamour"}
            answer = case.call_and_validate(headers=patient.headers)
            answered[label, answer.status_code] += 1
            if answer.status_code == 201:
                begun = answer.json()
                patients.append(Patient(gateway, begun["id"], begun["token"], begun["replies"]))
            if "{conversation_id}" in label and patient.id in deleted:
                # 401: an invalid request may come without the token.
                assert answer.status_code in (400, 401, 404, 413, 415, 422), label
            if (label, answer.status_code) == (DELETE, 204):
                deleted.add(patient.id)

    check()
    assert {label for label, _ in answered} == set(CALLS)
    assert answered[DELETE, 204] and answered[DELETE, 404]
    assert not {status for _, status in answered if status >= 500}
