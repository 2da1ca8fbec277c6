"""A database opened for reading, and nothing else; its errors told without what stands in it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from connectors.connector import SourceChangedError, SourceError, SourceRefusedError, SourceUnavailableError
from connectors.sql.address import Address
from connectors.web.client import Limits
from connectors.web.secret import Secret

_STEPS = 10_000
"""Steps of SQLite's own machine between two looks at the clock."""

_AS_TEXT = ("date", "timestamp", "timestamptz", "numeric", "uuid")
"""Types of PostgreSQL taken as it writes them: Python has no infinite day, no year 0 and no cheap exact number."""

_REFUSED = ("28", "42501")
_PASSES = ("08", "40", "53", "55", "57", "58")
_CHECK = "Check the query and the settings of this source."
_LATER = "Try again later, or ask who runs the database."
_RIGHTS = "Renew the secret of this source, or give its account the rights that docs/sources/sql.md names."


@dataclass(slots=True)
class Deadline:
    """Until when the database may work on what was asked last."""

    seconds: float
    until: float = field(default=float("inf"))

    def begin(self) -> None:
        """Begin anew."""
        self.until = time.monotonic() + self.seconds

    def passed(self) -> bool:
        """Tell whether it took too long."""
        return time.monotonic() > self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The database of a source."""

    address: Address
    secret: Secret | None
    limits: Limits
    deadline: Deadline

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in one transaction that only reads; nothing is ever kept of it."""
        engine = self._engine()
        try:
            with self.told(), self._connected(engine) as connection:
                yield connection
                connection.rollback()
        finally:
            engine.dispose()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn the errors of a database into ours. Theirs repeat values, so that none of their words is kept."""
        try:
            yield
        except SQLAlchemyError as error:
            raise self._error(error.orig if isinstance(error, DBAPIError) and error.orig else error) from None
        except sqlite3.Error as error:
            raise self._error(error) from None

    def _connected(self, engine: Engine) -> Connection:
        """Connect; what may pass by itself is tried again, a refused password is not."""
        attempts = Retrying(
            stop=stop_after_attempt(self.limits.attempts),
            retry=retry_if_exception_type(SourceUnavailableError),
            wait=wait_exponential(self.limits.first_pause_seconds, max=self.limits.longest_pause_seconds),
            reraise=True,
        )
        return attempts(self._once, engine)

    def _once(self, engine: Engine) -> Connection:
        with self.told():
            connection = engine.connect()
            if self.address.kind != "postgresql":
                return connection
            read_only = connection.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            milliseconds = int(self.limits.answer_seconds * 1000)
            read_only.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")
            read_only.exec_driver_sql("SET LOCAL timezone = 'UTC'")
            read_only.exec_driver_sql("SET LOCAL datestyle = 'ISO, YMD'")
            return read_only

    def _engine(self) -> Engine:
        if self.address.file is not None:
            return self._sqlite(self.address.file)
        password = self.secret.value if self.secret else None
        url = self.address.url.set(password=password) if password else self.address.url
        try:
            if self.address.kind != "postgresql":
                return create_engine(url, poolclass=NullPool)
            seconds = max(2, int(self.limits.connect_seconds))
            engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": seconds})
        except ImportError as error:
            sentence = f"the driver for this database is not installed ({error.name}). Install it beside Uitkomst."
            raise SourceChangedError(self.address.shown, sentence) from None
        return _with_plain_text(engine)

    def _sqlite(self, file: Path) -> Engine:
        if not self.address.file_is_there() or file.is_dir():
            sentence = "this file is not there. Put it there, or change `url` of this source."
            raise SourceUnavailableError(self.address.shown, sentence)
        address = f"file:{quote(str(file.resolve()))}?mode=ro"

        def opened() -> sqlite3.Connection:
            connection = sqlite3.connect(address, uri=True, timeout=self.limits.connect_seconds)
            connection.set_progress_handler(self.deadline.passed, _STEPS)
            connection.text_factory = _text_or_bytes
            connection.execute("PRAGMA query_only = ON")
            return connection

        return create_engine("sqlite://", creator=opened, poolclass=NullPool)

    def _error(self, error: BaseException) -> SourceError:
        where = self.address.shown
        code = _code(error)
        if isinstance(error, sqlite3.Error):
            return _of_sqlite(where, code)
        state = getattr(error, "sqlstate", None) or ""
        if state.startswith(_REFUSED) or _password_refused(error):
            return SourceRefusedError(where, f"we are not let in, or may not read this ({code}). {_RIGHTS}")
        if state.startswith(_PASSES) or (not state and _is_about_the_line(error)):
            return SourceUnavailableError(where, f"the database does not answer, or stopped ({code}). {_LATER}")
        return SourceChangedError(where, f"the database does not take the question ({code}). {_CHECK}")


def _with_plain_text(engine: Engine) -> Engine:
    from psycopg.types.string import TextLoader  # noqa: PLC0415 - only where PostgreSQL is read

    def prepared(connection: Any, _record: object) -> None:  # noqa: ANN401 - of the driver
        for name in _AS_TEXT:
            connection.adapters.register_loader(name, TextLoader)

    event.listen(engine, "connect", prepared)
    return engine


def _text_or_bytes(raw: bytes) -> str | bytes:
    """Read a text of SQLite; what is no UTF-8 stays as it is, so that its row is rejected and no other."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _code(error: BaseException) -> str:
    """Return the machine's code of an error; its sentence may repeat values."""
    for name in ("sqlstate", "sqlite_errorname"):
        code = getattr(error, name, None)
        if code:
            return f"SQLSTATE {code}" if name == "sqlstate" else str(code)
    return type(error).__name__


def _of_sqlite(where: str, code: str) -> SourceError:
    made, sentence = _SQLITE.get(code.partition("_")[2].partition("_")[0], (SourceChangedError, _NOT_TAKEN))
    return made(where, f"{sentence.format(code=code)}")


def _password_refused(error: BaseException) -> bool:
    # Before there is a connection PostgreSQL's library gives no SQLSTATE, but it tells how far it came.
    line = getattr(error, "pgconn", None)
    return bool(line is not None and (line.used_password or line.needs_password))


def _is_about_the_line(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {OperationalError.__name__, InterfaceError.__name__})


_NOT_TAKEN = f"the database does not take the question ({{code}}). {_CHECK}"
_Made = Callable[[str, str], SourceError]
_SQLITE: Mapping[str, tuple[_Made, str]] = {
    "BUSY": (SourceUnavailableError, f"the file is in use by another program ({{code}}). {_LATER}"),
    "LOCKED": (SourceUnavailableError, f"the file is in use by another program ({{code}}). {_LATER}"),
    "INTERRUPT": (SourceUnavailableError, f"the question took too long ({{code}}). {_LATER}"),
    "IOERR": (SourceUnavailableError, f"the file cannot be read ({{code}}). {_LATER}"),
    "CANTOPEN": (SourceRefusedError, "the file cannot be opened ({code}). Give our account the right to read it."),
    "PERM": (SourceRefusedError, "the file cannot be opened ({code}). Give our account the right to read it."),
    "NOTADB": (SourceChangedError, "this is no SQLite file ({code}). Change `url` of this source."),
    "CORRUPT": (SourceChangedError, "the file is damaged ({code}). Ask for the file again."),
}
