"""Reach: which addresses a source may be asked at, and which never."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from urllib3 import PoolManager

from connectors.connector import SourceChangedError
from connectors.web.line import Encrypted, Plain, address_of, is_forbidden, is_this_machine

_DEFAULT_PORTS: Mapping[str, int] = {"https": 443, "http": 80}
_NAME = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_KEPT_OPEN = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """The one scheme, host and port of a source, and the path that all its addresses begin with."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Origin:
        """Read the address of a source; ValueError says what is wrong with it, without what may be a secret."""
        parts = _split(url)
        host = _host(parts)
        shown = f"{parts.scheme}://{host}{parts.path}"
        problems = (
            (
                bool(parts.username or parts.password),
                "an address holds no user or password: those would end up in logs. Give the secret by itself.",
            ),
            (
                parts.scheme not in _DEFAULT_PORTS or not host,
                f"'{shown}' is no address. Write it as 'https://host/path'.",
            ),
            (bool(parts.query or parts.fragment), f"leave out what follows the ? or # in '{shown}'."),
            (
                parts.scheme == "http" and not is_this_machine(host),
                f"'{shown}' is not encrypted. Write https; http is for this machine alone.",
            ),
            (is_forbidden(host), f"'{host}' is an address that no source has. Give the host of the source."),
        )
        for wrong, sentence in problems:
            if wrong:
                raise ValueError(sentence)
        return cls(parts.scheme, host, _port(parts), parts.path.rstrip("/"))

    def url(self, path: str) -> str:
        """Return the address of a path below the source's own."""
        return f"{self._root}{self.path}/{path.lstrip('/')}"

    def holds(self, url: str) -> bool:
        """Tell whether an address is of this scheme, host and port."""
        parts = _split(url)
        return (parts.scheme, parts.hostname, _port(parts)) == (self.scheme, self.host, self.port)

    def taken(self, url: str) -> str:
        """Return an address that the source gave, with the host from our settings.

        Two readers of one address may see two hosts in it: of what others write we take the path and the query alone.
        """
        parts = _split(url)
        return f"{self._root}/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")

    @property
    def _root(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def pool(*, ca_file: str | None = None) -> PoolManager:
    """Return connections that check certificates, reuse what is open and never speak to a forbidden address.

    They know no proxy. Certificates are trusted as this machine does, or as `SSL_CERT_FILE` says; with `ca_file` as
    that file says alone.
    """
    context = ssl.create_default_context(cafile=ca_file)
    connections = PoolManager(ssl_context=context, maxsize=_KEPT_OPEN, retries=False)
    connections.pool_classes_by_scheme = {"http": Plain, "https": Encrypted}
    return connections


def address_problems(url: str, *, name: str = "url") -> Iterator[str]:
    """Yield a sentence where the address in a setting is none that we may ask; `name` is that of the setting."""
    try:
        Origin.of(url)
    except ValueError as error:
        yield f"{name}: {error}"


def query_of(url: str) -> str:
    """Return what follows the question mark: all that is taken from an address that a source itself gives."""
    return _split(url).query


def elsewhere(where: str, url: str, *, status: int | None = None) -> SourceChangedError:
    """Return the error of an answer that sends us on to another host, port or scheme."""
    parts = _split(url)
    host = _host(parts)
    shown = f"{parts.scheme}://{host}:{_port(parts)}" if host else "an address we cannot read"
    sentence = f"it sends us on to another host ({shown}), and we do not follow. Give the address of the source itself."
    return SourceChangedError(where, sentence, status=status)


def _host(parts: SplitResult) -> str:
    """Return the host where it is a name or an address, and no text that somebody put in its place."""
    host = parts.hostname or ""
    return host if _NAME.fullmatch(host) or address_of(host) is not None else ""


def _port(parts: SplitResult) -> int:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts
