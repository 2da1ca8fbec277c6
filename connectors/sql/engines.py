"""Counting by DuckDB and Spark, where they are installed: both are handed to `metrics.counting`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from connectors.connector import SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.sql.asking import Counting
from connectors.sql.database import Database
from connectors.sql.dialects import Holds, literal
from connectors.table import require
from metrics.counting import count

_DUCKDB = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_LOCAL_MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_NTZ")
_TEXT = ("VARCHAR", "STRING")
_NO_CELLS = ("BLOB", "BINARY", "BIT", "TIME", "INTERVAL", "STRUCT", "MAP", "UNION", "ARRAY", "LIST", "VARIANT")


def by_duckdb(counting: Counting, database: Database) -> pl.DataFrame:
    """Let DuckDB count a file of its own, or Parquet files."""
    duckdb = _installed("duckdb", database, "uitkomst[duckdb]")
    file = _found(database)
    parquet = file.suffix != ".duckdb"
    with _told(database, duckdb.Error), _opened(duckdb, None if parquet else file) as connection:
        if parquet:
            rows = f"read_parquet({literal(_glob(file))}, union_by_name = true)"
            connection.execute(f"CREATE VIEW rows AS SELECT * FROM {rows}")  # noqa: S608 - a path of the programme
        asked = connection.sql(counting.query)
        holds = dict(zip(asked.columns, map(_held_by_duckdb, asked.types), strict=True))
        require(counting.theirs(), asked.columns, where=database.address.shown)
        stop = threading.Timer(database.limits.answer_seconds, connection.interrupt)
        stop.daemon = True
        stop.start()
        try:
            counted: pl.DataFrame = count(connection.sql(counting.rows("duckdb", holds)), counting.record).pl()
        finally:
            stop.cancel()
    return counted


def by_spark(counting: Counting, database: Database) -> pl.DataFrame:
    """Let Spark count Parquet files or a Delta table; its driver runs here unless the address names a host."""
    sql = _installed("pyspark.sql", database, "uitkomst[spark]")
    errors = _installed("pyspark.errors", database, "uitkomst[spark]")
    file = _found(database)
    with _told(database, errors.PySparkException):
        session = _session(sql.SparkSession, database, counting.zone)
        layout = "delta" if (file / "_delta_log").is_dir() else "parquet"
        session.read.format(layout).load(str(file)).createOrReplaceTempView("rows")
        asked = session.sql(counting.query)
        holds = {name: _held(told) for name, told in asked.dtypes}
        require(counting.theirs(), asked.columns, where=database.address.shown)
        counted = count(session.sql(counting.rows("spark", holds)), counting.record).toArrow()
    found = pl.from_arrow(counted)
    return found if isinstance(found, pl.DataFrame) else found.to_frame()


@contextmanager
def _told(database: Database, kind: type[Exception]) -> Iterator[None]:
    where = database.address.shown
    try:
        yield
    except PermissionError:
        raise SourceRefusedError(where, "we may not read this. Give our account the right to read it.") from None
    except kind as error:
        # What they say repeats values and the query.
        name = type(error).__name__
        if name in ("InterruptException", "IOException", "OutOfMemoryException"):
            sentence = f"it cannot be read now, or took too long ({name}). Try again later, or ask who runs it."
            raise SourceUnavailableError(where, sentence) from None
        sentence = f"the question is not taken ({name}). Check the query and the settings of this source."
        raise SourceChangedError(where, sentence) from None


def _installed(name: str, database: Database, extra: str) -> Any:  # noqa: ANN401 - an optional package
    try:
        return import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        sentence = f"{package} is not installed, and counts this source. Install it with: pip install '{extra}'."
        raise SourceChangedError(database.address.shown, sentence) from None


@contextmanager
def _opened(duckdb: Any, file: Path | None) -> Iterator[Any]:  # noqa: ANN401 - an optional package
    options = {**_DUCKDB, "enable_external_access": "false"} if file else _DUCKDB
    place = {"database": str(file), "read_only": True} if file else {}
    with duckdb.connect(**place, config=options) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
        yield connection


def _session(builder: Any, database: Database, zone: str) -> Any:  # noqa: ANN401 - an optional package
    url = database.address.url
    master = f"spark://{url.host}:{url.port or 7077}" if url.host else "local[*]"
    started = builder.builder.master(master).appName("uitkomst").config("spark.ui.enabled", "false").getOrCreate()
    session = started.newSession()
    session.conf.set("spark.sql.session.timeZone", zone)
    return session


def _found(database: Database) -> Path:
    file = database.address.file or Path()
    there = any(file.parent.glob(file.name)) if "*" in file.name else database.address.file_is_there()
    if not there and "*" not in str(file.parent):
        sentence = "there is no such file or folder. Put it there, or change `url` of this source."
        raise SourceUnavailableError(database.address.shown, sentence)
    return file


def _glob(file: Path) -> str:
    return f"{file}/**/*.parquet" if file.is_dir() else str(file)


def _held_by_duckdb(kind: object) -> Holds:
    return _held(str(kind))


def _held(kind: str) -> Holds:
    """Return what a column of this type holds."""
    plain = kind.upper()
    word = plain.partition("(")[0].partition("<")[0]
    if plain.endswith("]") or word in _NO_CELLS or word.startswith(("TIME ", "INTERVAL")):
        return Holds.UNREADABLE
    if word == "DATE":
        return Holds.DAYS
    if word in _TEXT or word == "ENUM":
        return Holds.TEXT
    return _held_moment(kind, plain)


def _held_moment(kind: str, plain: str) -> Holds:
    # In Spark, which writes types small, a `timestamp` is a moment; in DuckDB a `TIMESTAMP` has no zone.
    if plain == "TIMESTAMP WITH TIME ZONE" or kind == "timestamp":
        return Holds.MOMENTS
    return Holds.LOCAL_MOMENTS if plain in _LOCAL_MOMENTS else Holds.OTHER
