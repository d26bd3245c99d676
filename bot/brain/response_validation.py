"""The action server's responses are checked against a schema that is compiled once.

Rasa checks each response with `jsonschema.validate`, which first checks the schema itself, and
makes a validator, again at every call: more than half the time of a message with an action. The
schema never changes while Rasa runs.
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

    error = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, make sure your response from the "
        "Action endpoint is valid. For more information about the format visit "
        f"{DOCS_BASE_URL}/custom-actions"
    )
    raise error


@cache
def _validator() -> Any:
    """Return the validator that `jsonschema.validate` would choose for the schema."""
    from jsonschema.validators import validator_for  # noqa: PLC0415
    from rasa.core.actions.action import RemoteAction  # noqa: PLC0415

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)
