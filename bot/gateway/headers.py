"""The security headers that every answer carries."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PRIVATE_PATHS = ("/api/", "/staff")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A year, for this host only: what else runs on a clinic's domain is not ours to decide.
ENCRYPTED_ONLY = "max-age=31536000"
SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": PAGE_POLICY,
}


def is_https(scope: Scope, public_url: str) -> bool:
    """Tell whether people reach us encrypted: so says a trusted proxy, or PUBLIC_URL."""
    return scope["scheme"] == "https" or public_url.startswith("https://")


def add_security_headers(headers: MutableHeaders, path: str, *, https: bool) -> None:
    """Add what every answer carries, unless the answer says otherwise itself."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if https:
        headers.setdefault("Strict-Transport-Security", ENCRYPTED_ONLY)
    if path.startswith(PRIVATE_PATHS):
        headers.setdefault("Cache-Control", "no-store")


class SecurityHeaders:
    """Adds security headers; what the API and the console say is kept by no cache."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        https = is_https(scope, self._public_url)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_security_headers(MutableHeaders(scope=message), scope["path"], https=https)
            await send(message)

        await self.app(scope, receive, send_with_headers)
