"""The line: a connection that goes to no forbidden address, and an answer that is whole in time or not at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from functools import partial
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from urllib3 import BaseHTTPResponse
from urllib3 import HTTPResponse as Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

NEVER = tuple(
    ip_network(one)
    for one in (
        "169.254.0.0/16",  # link-local; 169.254.169.254 gives out the keys of a cloud machine
        "fe80::/10",
        "fd00:ec2::254/128",  # the same, by IPv6
        "fd20:ce::254/128",  # the same, in other clouds
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
        "0.0.0.0/8",
        "::/128",
        "224.0.0.0/4",
        "ff00::/8",
    )
)
"""Addresses that no source has: nothing is ever sent there, whatever a name resolves to."""

_BY_TRANSLATION = (ip_network("64:ff9b::/96"), ip_network("::/96"))
"""IPv6 addresses that end in an IPv4 address to which they lead."""


class ForbiddenAddressError(HTTPError):
    """The host led to an address that we do not speak to; nothing was sent."""


class TooLongError(TimeoutError):
    """The whole answer took longer than it may."""


def is_forbidden(host: str) -> bool:
    """Tell whether a host is written as an address of `NEVER`, in whatever way."""
    address = address_of(host)
    return address is not None and any(one in network for one in _ways(address) for network in NEVER)


def is_this_machine(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    address = address_of(host)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return host == "localhost" or (address is not None and (mapped or address).is_loopback)


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is written as; None where it is a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _ways(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the address and, where an IPv6 address holds the IPv4 address that it leads to, that one behind it."""
    if isinstance(address, IPv4Address):
        return (address,)
    translated = any(address in network for network in _BY_TRANSLATION) and int(address) > 1
    last = IPv4Address(int(address) & 0xFFFFFFFF) if translated else None
    inner = address.ipv4_mapped or address.sixtofour or last
    return (address,) if inner is None else (address, inner)


class _Incoming(RawIOBase):
    """What comes in over a socket, until a moment: a trickle is never a stall, but ends all the same."""

    def __init__(self, line: socket.socket, until: float) -> None:
        super().__init__()
        self._line, self._until, self._patience = line, until, line.gettimeout()
        self._raw = line.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any buffer
        left = self._until - time.monotonic()
        if left <= 0:
            raise TooLongError
        patience = left if self._patience is None else min(self._patience, left)
        self._line.settimeout(patience)
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            if patience == left:
                raise TooLongError from None
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """Head and body of one answer, which together are there by `until`."""

    def __init__(self, sock: socket.socket, *, until: float, method: str | None = None) -> None:
        super().__init__(sock, method=method)
        self.fp.close()
        self.fp = BufferedReader(_Incoming(sock, until))

    def begin(self) -> None:
        super().begin()
        # Of lines that are no header urllib3 would write a warning that repeats them, and the address that was asked.
        self.msg.defects.clear()
        self.msg.set_payload("")


class _PlainConnection(HTTPConnection):
    """Unencrypted, and so to this machine alone, whatever `localhost` is said to be."""

    until = float("inf")
    encrypted = False

    def _new_conn(self) -> socket.socket:
        for found in _resolved(self.host, self.port):
            self._check(found)
        line = super()._new_conn()
        # Again after connecting, for a name can resolve to one address now and to another a moment later; and before
        # anything is said, the handshake of TLS included.
        try:
            self._check(str(line.getpeername()[0]))
        except BaseException:
            line.close()
            raise
        return line

    def _check(self, address: str) -> None:
        if is_forbidden(address) or not (self.encrypted or is_this_machine(address)):
            message = f"{self.host} led to {address}"
            raise ForbiddenAddressError(message)

    def getresponse(self) -> Response:  # type: ignore[override]
        self.response_class = partial(_TimedResponse, until=self.until)  # type: ignore[assignment]
        return super().getresponse()


class _EncryptedConnection(_PlainConnection, HTTPSConnection):
    encrypted = True


def _resolved(host: str, port: int) -> list[str]:
    try:
        return [str(where[0]) for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        # Connecting will tell.
        return []


def _until(named: Mapping[str, Any]) -> float:
    total = named["timeout"].total
    return float("inf") if total is None else time.monotonic() + float(total)


class Plain(HTTPConnectionPool):
    """Connections without encryption; `Timeout.total` bounds the whole of an answer."""

    ConnectionCls = _PlainConnection

    def _make_request(self, conn: Any, *args: Any, **named: Any) -> BaseHTTPResponse:  # noqa: ANN401 - as they come
        conn.until = _until(named)
        return super()._make_request(conn, *args, **named)


class Encrypted(HTTPSConnectionPool):
    """Connections with encryption; `Timeout.total` bounds the whole of an answer."""

    ConnectionCls = _EncryptedConnection

    def _make_request(self, conn: Any, *args: Any, **named: Any) -> BaseHTTPResponse:  # noqa: ANN401 - as they come
        conn.until = _until(named)
        return super()._make_request(conn, *args, **named)
