"""The action server's responses are checked against a schema that is compiled once.

Rasa checks each response with `jsonschema.validate`, which first checks the schema itself, and
makes a validator, again at every call: more than half the time of a message with an action. The
schema never changes while Rasa runs. And an event has to fit exactly one of two dozen kinds, of
which only the one that it says it is can fit.
"""

from functools import cache
from typing import Any


def compile_once() -> None:
    """Let `RemoteAction` use one compiled validator; it accepts and refuses the same responses."""
    from rasa.core.actions.action import RemoteAction  # noqa: PLC0415

    RemoteAction._validate_action_result = _validate_action_result


def _validate_action_result(_action: Any, result: Any) -> bool:
    """Return True, or raise the error that Rasa raises for a response it can't use."""
    from jsonschema.exceptions import best_match  # noqa: PLC0415
    from rasa.shared.constants import DOCS_BASE_URL  # noqa: PLC0415

    if _fits(result):
        return True
    error = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, make sure your response from the "
        "Action endpoint is valid. For more information about the format visit "
        f"{DOCS_BASE_URL}/custom-actions"
    )
    raise error


def _fits(result: Any) -> bool:
    """Tell whether it surely is a valid response; of others the whole schema says what is wrong."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(one, dict) for one in responses)
        and all(_event_fits(one) for one in events)
    )


def _event_fits(event: Any) -> bool:
    kind = _kinds().get(str(event.get("event"))) if isinstance(event, dict) else None
    return kind is not None and bool(kind.is_valid(event))


@cache
def _kinds() -> dict[str, Any]:
    """Return a validator for each kind of event: what holds for all, and its own part."""
    from rasa.shared.utils.schemas.events import EVENT_SCHEMA  # noqa: PLC0415

    common = {name: part for name, part in EVENT_SCHEMA.items() if name != "oneOf"}
    kinds = {part["properties"]["event"]["const"]: part for part in EVENT_SCHEMA["oneOf"]}
    return {name: _compiled({**common, "allOf": [part]}) for name, part in kinds.items()}


@cache
def _validator() -> Any:
    """Return the validator that `jsonschema.validate` would choose for the schema."""
    from rasa.core.actions.action import RemoteAction  # noqa: PLC0415

    return _compiled(RemoteAction.action_response_format_spec())


def _compiled(schema: Any) -> Any:
    from jsonschema.validators import validator_for  # noqa: PLC0415

    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)
