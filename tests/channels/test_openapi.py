"""The API against its own description: every answer is one that is documented."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema

from tests.channels.serving import Gateway

STREAM = "/api/conversations/{conversation_id}/events"  # never ends; see test_events.py
EXAMPLES = 20
EVERY_CALL = {
    "GET /api/clinics",
    "GET /api/clinics/{clinic_id}",
    "POST /api/conversations",
    "DELETE /api/conversations/{conversation_id}",
    "GET /api/conversations/{conversation_id}/export",
    "GET /api/conversations/{conversation_id}/messages",
    "POST /api/conversations/{conversation_id}/messages",
    "GET /api/conversations/{conversation_id}/events",
    "GET /healthz",
    "GET /readyz",
}


@pytest.fixture
def described(gateway: Gateway) -> BaseSchema:
    schema = schemathesis.openapi.from_url(f"{gateway.address}/openapi.json")
    # What is valid by its form can still be empty once control characters are gone.
    schema.config.checks.positive_data_acceptance.expected_statuses = [
        "2xx",
        "404",
        "408",
        "409",
        "422",
    ]
    return schema


def operations(schema: BaseSchema) -> dict[str, APIOperation[Any, Any, Any, Any]]:
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {operation.label: operation for operation in found}


def test_every_call_is_described(described: BaseSchema) -> None:
    assert set(operations(described)) == EVERY_CALL


def test_errors_and_access_are_described(described: BaseSchema) -> None:
    raw = described.raw_schema
    say = raw["paths"]["/api/conversations/{conversation_id}/messages"]["post"]
    assert sorted(say["responses"]) == [
        *("200", "400", "401", "404", "408", "409", "413", "415", "422", "429", "500", "503")
    ]
    assert say["security"] == [{"HTTPBearer": []}]
    assert raw["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert "security" not in raw["paths"]["/api/clinics"]["get"]
    assert "HTTPValidationError" not in raw["components"]["schemas"]


@pytest.mark.parametrize("label", sorted(EVERY_CALL - {f"GET {STREAM}"}))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_described(
    described: BaseSchema, gateway: Gateway, label: str, mode: GenerationMode
) -> None:
    operation = operations(described)[label]
    if mode.is_negative and not operation.body and not list(operation.path_parameters):
        return

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=operation.as_strategy(generation_mode=mode), opened=st.booleans())
    def check(case: Case[Any], opened: bool) -> None:
        patient = gateway.open()
        if opened and case.path_parameters:
            case.path_parameters["conversation_id"] = patient.id
        if opened and mode.is_positive and label == "POST /api/conversations":
            case.body = {"clinic": "glamour"}
        case.call_and_validate(headers=patient.headers)

    check()
