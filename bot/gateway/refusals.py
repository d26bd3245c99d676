"""Why a request or a message is not accepted, whatever the channel."""

from enum import StrEnum


class Code(StrEnum):
    """Machine-readable reasons; the words stand in clinics/texts under `errors`."""

    ASSISTANT_UNAVAILABLE = "assistant_unavailable"
    BAD_REQUEST = "bad_request"
    BODY_TOO_LARGE = "body_too_large"
    CLIENT_ID_REUSED = "client_id_reused"
    CONVERSATION_NOT_FOUND = "conversation_not_found"
    DATABASE_UNAVAILABLE = "database_unavailable"
    EMPTY_TEXT = "empty_text"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105
    INTERNAL_ERROR = "internal_error"
    INVALID_TOKEN = "invalid_token"  # noqa: S105
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_FOUND = "not_found"
    NOT_READY = "not_ready"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    OUT_OF_TURN = "out_of_turn"
    REQUEST_TIMEOUT = "request_timeout"
    TEXT_TOO_LONG = "text_too_long"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_STREAMS = "too_many_streams"
    UNKNOWN_BUTTON = "unknown_button"
    UNKNOWN_CLINIC = "unknown_clinic"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    WIDGET_MISSING = "widget_missing"


class Refusal(Exception):  # noqa: N818
    """A request or message that is not accepted.

    `retry_after` is in seconds; `values` fill the placeholders of the code's text.
    """

    def __init__(self, code: Code, *, retry_after: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.values = values
