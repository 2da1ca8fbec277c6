"""The SQL database: opened by URL, brought to the current version by its migrations."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 30_000


class DatabaseNewerError(Exception):
    """The database was made by a newer Uitkomst than this one: an operator must upgrade the program."""


class DatabaseUnreachableError(Exception):
    """The database does not answer: an operator must look at the URL and the server."""


def open_database(url: str) -> Engine:
    """Open the database at `url` and bring its tables up to date.

    SQLite runs in WAL mode, so that readers and one writer do not wait for each other. Raises
    DatabaseNewerError where the tables are of a version unknown here, DatabaseUnreachableError where it
    cannot be reached; the URL's password is never in the message.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, pool_pre_ping=True)
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    try:
        with engine.begin() as connection:
            _upgrade(connection, shown=address.render_as_string(hide_password=True))
    except OperationalError as error:
        message = (
            f"database {address.render_as_string(hide_password=True)}: cannot be reached "
            f"({type(error.orig).__name__}). Check UITKOMST_DATABASE_URL and whether the server runs."
        )
        raise DatabaseUnreachableError(message) from error
    return engine


def migrations(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations, on a connection where there is one."""
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS))
    configuration.attributes["connection"] = connection
    return configuration


def _upgrade(connection: Connection, *, shown: str) -> None:
    configuration = migrations(connection)
    script = ScriptDirectory.from_config(configuration)
    known = {revision.revision for revision in script.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        message = (
            f"database {shown}: its tables are of version {found}, which this program does not know. "
            f"It knows up to {script.get_current_head()}. Install the newer Uitkomst that made it, or use another database."
        )
        raise DatabaseNewerError(message)
    if found != script.get_current_head():
        _take_turn(connection)
        command.upgrade(configuration, "head")


def _take_turn(connection: Connection) -> None:
    # Two processes that start at once would both create the tables.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(84673)")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
