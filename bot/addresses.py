"""E-mail addresses that a mail can be sent to."""

from email_validator import EmailNotValidError, validate_email


def deliverable(address: str) -> str | None:
    """Return the address as every mail server takes it, in ASCII; None if there is no such form."""
    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None


def masked(address: str) -> str:
    """Return an address so that its owner knows it: d...@example.com."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}...@{domain}"
