"""A clinic's website for the tests: pages at an origin of its own, which is not the gateway's."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A clinic</title>
{head}
</head>
<body>
<header>Our clinic</header>
<main><h1>A clinic</h1><p>We treat veins.</p><button id="own">Own button</button>{body}</main>
<footer>Where we are</footer>
{script}
</body>
</html>"""


@dataclass
class Website:
    """A running site. `origin` is a secure context; `insecure` is the same site, but is none.

    `pages` holds by path the text and the headers.
    """

    origin: str
    insecure: str
    server: str
    pages: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    def tag(self, clinic: str = "glamour", **attributes: str) -> str:
        """The embedding, as a clinic copies it into its page."""
        given = {"clinic": clinic, **attributes}
        data = " ".join(f'data-{name}="{value}"' for name, value in given.items())
        return f'<script src="{self.server}/widget.js" {data} async></script>'

    def page(
        self,
        path: str = "/",
        *,
        head: str = "",
        body: str = "",
        script: str | None = None,
        language: str = "en",
        headers: Mapping[str, str] | None = None,
        look: Mapping[str, str] | None = None,
        **attributes: str,
    ) -> str:
        """Put a page with the widget on the site; returns its address."""
        tag = self.tag(**{**attributes, **(look or {})}) if script is None else script
        text = PAGE.format(head=head, body=body, script=tag, language=language)
        self.pages[path] = (text, headers or {})
        return self.origin + path


@contextmanager
def running(server: str) -> Iterator[Website]:
    """Serve until the end of the block; `server` is the gateway's address."""
    pages: dict[str, tuple[str, Mapping[str, str]]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, headers = pages.get(self.path.partition("?")[0], ("", {}))
            self.send_response(200 if text else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.daemon_threads = True
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    port = site.server_port
    try:
        yield Website(f"http://localhost:{port}", f"http://clinic.test:{port}", server, pages)
    finally:
        site.shutdown()
        site.server_close()
        thread.join()
