"""A real web server on loopback for tests: answers as an application says, and fails on request."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from connectors.web.client import Limits

QUICK = Limits(
    connect_seconds=2,
    read_seconds=1.0,
    answer_seconds=5,
    attempts=2,
    first_pause_seconds=0.01,
    longest_pause_seconds=0.05,
)
"""Limits for tests: a stall is over in a second, which a busy machine still needs for an answer."""

FAULTS = ("drop", "stall", "429", "502", "truncated", "html", "refused")


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer: `body` is sent as JSON unless it is bytes."""

    body: object = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


App = Callable[[Asked], Told]


@dataclass
class Site:
    """A server at work: where it is, what it was asked, and which faults come next (`ok` is none)."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def serving(app: App, *, faults: list[str] | None = None) -> Iterator[Site]:
    """Serve `app` on a free port for as long as the block lasts; the faults are used up one a request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    site = Site(url=f"http://127.0.0.1:{server.server_address[1]}", faults=list(faults or []))
    server.app, server.site = app, site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def _do(self):
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )
        site = self.server.site
        site.asked.append(asked)
        fault = site.faults.pop(0) if site.faults else "ok"
        told = self.server.app(asked)
        if fault in ("drop", "stall"):
            time.sleep(QUICK.read_seconds * 1.5 if fault == "stall" else 0)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self._send(_WITH_FAULT[fault](told))

    # The names that http.server looks for.
    do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815 - http.server asks for these

    def _send(self, told: Told) -> None:
        content = told.content()
        self.send_response(told.status)
        for name, value in {"Content-Type": "application/json", **told.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


_PAGE = {"Content-Type": "text/html"}
_WITH_FAULT = {
    "ok": lambda told: told,
    "429": lambda _: Told({"detail": "slow down"}, 429, {"Retry-After": "0"}),
    "502": lambda _: Told(b"<html>Bad Gateway</html>", 502, _PAGE),
    "truncated": lambda told: Told(told.content()[: len(told.content()) // 2], told.status),
    "html": lambda _: Told(b"<!doctype html><html><body>Onderhoud</body></html>", 200, _PAGE),
    "refused": lambda _: Told({"detail": "Login failed"}, 401),
}
