"""A listener on loopback that says exactly the bytes of a test, encrypted or not, and keeps what it heard."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Listener:
    """Where it listens, how many connections it had, and what each request was."""

    port: int
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)


Script = Callable[[socket.socket, Listener], None]


@contextmanager
def listening(script: Script, *, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Run the script for each connection, in a thread of its own, for as long as the block lasts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        listener = Listener(port=server.getsockname()[1])

        def serve(line: socket.socket) -> None:
            with suppress(OSError), line:
                if context is None:
                    script(line, listener)
                else:
                    with context.wrap_socket(line, server_side=True) as inside:
                        script(inside, listener)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = server.accept()
                    listener.connections += 1
                    threading.Thread(target=serve, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def hear(line: socket.socket, listener: Listener) -> bool:
    """Keep one request; False where the other side has gone."""
    told = b""
    while b"\r\n\r\n" not in told:
        piece = line.recv(65536)
        listener.heard += [told] if told and not piece else []
        if not piece:
            return False
        told += piece
    listener.heard.append(told)
    return True


def saying(*pieces: bytes, then: Callable[[], object] = lambda: None) -> Script:
    """Answer one request of each connection with these pieces, wait for `then`, and hang up."""

    def script(line: socket.socket, listener: Listener) -> None:
        if hear(line, listener):
            for piece in pieces:
                line.sendall(piece)
            then()

    return script


def answer(
    body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None, last: bool = True
) -> bytes:
    """Return an answer in bytes; `length` lies about the size of the body, `last` says that the line is closed."""
    headers = (*headers, "Connection: close") if last else headers
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {size}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


@dataclass(frozen=True)
class Certificate:
    """A certificate that nobody trusts, signed by itself, and the server's side of it."""

    file: Path
    context: ssl.SSLContext


def certificate(folder: Path, *, names: str = "DNS:localhost,IP:127.0.0.1", ended: bool = False) -> Certificate:
    """Make one that is good for these names, until the day after tomorrow or until yesterday."""
    file, key = folder / "certificate.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    told = ["-subj", "/CN=test", "-addext", f"subjectAltName={names}", "-days", "2"]
    subprocess.run([*made, *told, "-keyout", key, "-out", file], check=True, capture_output=True)
    if ended:
        signed = ["openssl", "x509", "-in", file, "-signkey", key, "-days", "-1", "-out", folder / "ended.pem"]
        subprocess.run(signed, check=True, capture_output=True)
        file = folder / "ended.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return Certificate(file=file, context=context)
