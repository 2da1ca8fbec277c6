"""The SQL database: opened by URL, brought to the current version by its migrations."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

BUSY_SECONDS = 120
"""How long a writer waits for its turn in SQLite before it gives up."""

CONNECT_SECONDS = 10
"""How long we wait for a PostgreSQL server to answer."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_WRITES = "uitkomst_writes"
_TURN_TO_MIGRATE = 84673


class DatabaseNewerError(Exception):
    """The database was made by a newer Uitkomst than this one: an operator must upgrade the program."""


class DatabaseUnreachableError(Exception):
    """The database does not answer or is none: an operator must look at the URL and the server."""


def open_database(url: str) -> Engine:
    """Open the database at `url` and bring its tables up to date.

    SQLite runs in WAL mode, so that readers and one writer do not wait for each other. Raises
    DatabaseNewerError where the tables are of a version unknown here, DatabaseUnreachableError where it
    cannot be reached; the URL's password is never in the message.
    """
    address = _address(url)
    shown = address.render_as_string(hide_password=True)
    engine = _engine(address)
    with ExitStack() as unless_opened:
        unless_opened.callback(engine.dispose)
        _prepare(engine, shown=shown)
        unless_opened.pop_all()
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that changes the database: all of it is kept at the end, or nothing after an error."""
    with _transaction(engine) as connection, Session(connection) as session:
        yield session
        session.flush()


def migrations(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations, on a connection where there is one."""
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    return configuration


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.drivername.split("+")[0] not in _DRIVERS:
        # The text may hold a password, so it is not repeated.
        message = (
            "UITKOMST_DATABASE_URL is no address of a database we know. "
            "Write sqlite:////folder/file.db or postgresql://user:password@host/name, or leave it empty."
        )
        raise DatabaseUnreachableError(message) from None
    return address.set(drivername=_DRIVERS[address.drivername.split("+")[0]])


def _engine(address: URL) -> Engine:
    if address.get_backend_name() == "postgresql":
        return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS})
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare(engine: Engine, *, shown: str) -> None:
    try:
        with _alone(engine.url):
            if _is_behind(engine, shown=shown):
                with _transaction(engine) as connection:
                    _upgrade(connection)
    except DBAPIError as error:
        raise DatabaseUnreachableError(_unreachable(engine, shown, error)) from error
    except OSError as error:
        message = (
            f"database {shown}: its folder cannot be used ({error.strerror}). "
            "Check UITKOMST_DATABASE_URL and UITKOMST_DATA, and who may write there."
        )
        raise DatabaseUnreachableError(message) from error


def _is_behind(engine: Engine, *, shown: str) -> bool:
    script = ScriptDirectory.from_config(migrations())
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if found is not None and found not in known:
        message = (
            f"database {shown}: its tables are of version {found}, which this program does not know. "
            f"It knows up to {script.get_current_head()}. Install the newer Uitkomst that made it, or use another "
            "database."
        )
        raise DatabaseNewerError(message)
    return found != script.get_current_head()


def _upgrade(connection: Connection) -> None:
    # Two processes that start at once would both make the tables; in SQLite they already take turns.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN_TO_MIGRATE})")
    command.upgrade(migrations(connection), "head")


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        marked = connection.execution_options(**{_WRITES: True})
        with marked.begin():
            yield marked


@contextmanager
def _alone(address: URL) -> Iterator[None]:
    """Let processes that open one SQLite file take turns: changing to WAL does not wait for another."""
    name = address.database
    if address.get_backend_name() != "sqlite" or not name or name == ":memory:":
        yield
        return
    folder = Path(name).resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # We begin transactions ourselves: Python's own way leaves changes of tables outside them.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _unreachable(engine: Engine, shown: str, error: DBAPIError) -> str:
    if engine.dialect.name == "sqlite":
        return (
            f"database {shown}: cannot be used ({error.orig}). It must be a file made by Uitkomst, or none yet. "
            "Check UITKOMST_DATABASE_URL and who may write there."
        )
    # What the server says may repeat what it was given, so only the kind of error is told.
    return (
        f"database {shown}: cannot be used ({type(error.orig).__name__}). "
        "Check UITKOMST_DATABASE_URL, whether the server runs, and whether this user may use this database."
    )
