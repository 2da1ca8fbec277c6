"""The address of a database: what is allowed in it, and where a file that it names is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from connectors.connector import SourceRefusedError
from connectors.web.reach import Origin

_EXAMPLES = "postgresql://reader@host/name, sqlite:///file.db, duckdb:///file.duckdb, duckdb:///rows/*.parquet"
_DRIVERS: Mapping[str, str] = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_ENCRYPTED = ("require", "verify-ca", "verify-full")
_FILES = ("sqlite", "duckdb", "spark")
_OF_POSTGRESQL = ("sslmode", "sslrootcert")
_ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_SECRET_WORDS = ("pass", "pwd", "secret", "token", "key", "credential")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a database is: `kind` is the first word of its address, `file` the file or glob that it names."""

    url: URL
    kind: str
    file: Path | None = None

    @classmethod
    def of(cls, url: str, folder: Path) -> Address:
        """Read an address that has no problems; three slashes are relative to `folder`, four are not."""
        read = make_url(url)
        named = read.drivername.partition("+")[0]
        kind = "postgresql" if named in _DRIVERS else named
        if kind in _FILES:
            return cls(url=read, kind=kind, file=folder / (read.database or ""))
        return cls(url=_encrypted(read.set(drivername=_DRIVERS.get(read.drivername, read.drivername))), kind=kind)

    @property
    def shown(self) -> str:
        """Name the database for people: no user, no password."""
        if self.file is not None:
            return f"{self.kind} {self.url.database}"
        return f"{self.kind} {self.url.host or ''}/{self.url.database or ''}"

    def file_is_there(self) -> bool:
        """Tell whether the file or folder is there; SourceRefusedError where we may not even look."""
        try:
            return self.file is not None and self.file.exists()
        except PermissionError:
            sentence = "we may not look into the folder of this file. Give the account that runs Uitkomst the right to."
            raise SourceRefusedError(self.shown, sentence) from None


def address_problems(url: str) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with an address; what may be a secret is not repeated."""
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        yield f"`url` is no address of a database. Write it as one of: {_EXAMPLES}."
        return
    if read.password is not None:
        yield "`url` holds no password: it would end up in logs. Give the secret by itself."
    kind = read.drivername.partition("+")[0]
    yield from _file_problems(read, kind) if kind in _FILES else _server_problems(read)


def _file_problems(read: URL, kind: str) -> Iterator[str]:
    if not read.database or read.database.startswith(":memory:"):
        yield f"`url` names no file. Write it as '{kind}:///file', from the folder of the programme file."
    if read.query:
        yield "leave out what follows the ? in `url`."


def _server_problems(read: URL) -> Iterator[str]:
    try:
        read.set(drivername=_DRIVERS.get(read.drivername, read.drivername)).get_dialect()
    except (NoSuchModuleError, ImportError):
        yield f"there is no driver for '{read.drivername}'. Install one for SQLAlchemy, or use one of: {_EXAMPLES}."
    if not read.host or not read.database:
        yield f"`url` lacks a host or the name of a database. Write it as one of: {_EXAMPLES}."
    elif _forbidden(read.host):
        yield f"'{read.host}' is an address that no source has. Give the host of the database."
    yield from _query_problems(read)


def _query_problems(read: URL) -> Iterator[str]:
    if read.drivername.partition("+")[0] in _DRIVERS:
        wrong = [name for name in read.query if name not in _OF_POSTGRESQL]
        yield from (f"`url` may not hold '{name}'. Allowed are: {', '.join(_OF_POSTGRESQL)}." for name in wrong)
        if read.query.get("sslmode", _ENCRYPTED[0]) not in _ENCRYPTED:
            yield f"sslmode in `url` leaves the line open. Allowed are: {', '.join(_ENCRYPTED)}."
        return
    secret = [name for name in read.query if any(word in name.lower() for word in _SECRET_WORDS)]
    yield from (f"`url` may not hold '{name}': it would end up in logs." for name in secret)


def _encrypted(read: URL) -> URL:
    """Ask PostgreSQL for an encrypted line, unless it is on this machine."""
    here = (read.host or "") in _ON_THIS_MACHINE
    if read.get_backend_name() != "postgresql" or here or "sslmode" in read.query:
        return read
    return read.update_query_dict({"sslmode": _ENCRYPTED[0]})


def _forbidden(host: str) -> bool:
    try:
        Origin.of(f"https://[{host}]" if ":" in host else f"https://{host}")
    except ValueError:
        return True
    return False
