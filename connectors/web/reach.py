"""Reach: which addresses a source may be asked at, and which never."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from connectors.connector import SourceChangedError

NEVER = tuple(
    ip_network(one)
    for one in (
        "169.254.0.0/16",  # link-local; 169.254.169.254 gives out the keys of a cloud machine
        "fe80::/10",
        "fd00:ec2::254/128",  # the same, by IPv6
        "100.100.100.200/32",  # the same, in another cloud
        "0.0.0.0/8",
        "::/128",
        "224.0.0.0/4",
        "ff00::/8",
    )
)
"""Addresses that no source has: nothing is ever sent there, whatever a name resolves to."""

_DEFAULT_PORTS: Mapping[str, int] = {"https": 443, "http": 80}


class ForbiddenAddressError(HTTPError):
    """The host led to an address of `NEVER`; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The one scheme, host and port of a source, and the path that all its addresses begin with."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Origin:
        """Read the address of a source; ValueError says what is wrong with it."""
        parts = _split(url)
        host = parts.hostname or ""
        shown = f"{parts.scheme}://{host}{parts.path}"
        problems = (
            (
                parts.scheme not in _DEFAULT_PORTS or not host,
                f"'{shown}' is no address. Write it as 'https://host/path'.",
            ),
            (
                bool(parts.username or parts.password),
                "an address holds no user or password: those would end up in logs. Give the secret by itself.",
            ),
            (bool(parts.query or parts.fragment), f"leave out what follows the ? or # in '{shown}'."),
            (
                parts.scheme == "http" and not _is_this_machine(host),
                f"'{shown}' is not encrypted. Write https; http is for this machine alone.",
            ),
            (_never(host), f"'{host}' is an address that no source has. Give the host of the source."),
        )
        for wrong, sentence in problems:
            if wrong:
                raise ValueError(sentence)
        return cls(parts.scheme, host, _port(parts), parts.path.rstrip("/"))

    def url(self, path: str) -> str:
        """Return the address of a path below the source's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}/{path.lstrip('/')}"

    def holds(self, url: str) -> bool:
        """Tell whether an address is of this scheme, host and port."""
        parts = _split(url)
        return (parts.scheme, parts.hostname, _port(parts)) == (self.scheme, self.host, self.port)


def pool(*, ca_file: str | None = None) -> PoolManager:
    """Return connections that check certificates, reuse what is open and never speak to an address of `NEVER`."""
    connections = PoolManager(ssl_context=ssl.create_default_context(cafile=ca_file), maxsize=4, retries=False)
    connections.pool_classes_by_scheme = {"http": _Plain, "https": _Encrypted}
    return connections


def query_of(url: str) -> str:
    """Return what follows the question mark: all that is taken from an address that a source itself gives."""
    return _split(url).query


class _PlainConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _check(self)


class _EncryptedConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _check(self)


class _Plain(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _Encrypted(HTTPSConnectionPool):
    ConnectionCls = _EncryptedConnection


def _check(connection: HTTPConnection) -> None:
    # After connecting, so that a name cannot resolve to one address here and to another a moment later.
    reached = connection.sock.getpeername()[0] if connection.sock is not None else ""
    if _never(reached):
        connection.close()
        message = f"{connection.host} led to {reached}"
        raise ForbiddenAddressError(message)


def _never(host: str) -> bool:
    address = _address(host)
    return address is not None and any(address in network for network in NEVER)


def _is_this_machine(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    # ::ffff:169.254.169.254 is the same address, written in another way.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _port(parts: SplitResult) -> int:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def elsewhere(where: str, url: str) -> SourceChangedError:
    """Return the error of an answer that sends us on to another host."""
    host = _split(url).hostname or "an address we cannot read"
    sentence = f"it sends us on to another host ({host}), and we do not follow. Give the address of the source itself."
    return SourceChangedError(where, sentence)
