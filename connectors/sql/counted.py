"""Rows counted where they are: which sources can, and who does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection, CursorResult

from connectors.settings import COUNTED
from connectors.sql.asking import Counting
from connectors.sql.database import Database
from connectors.sql.dialects import Holds
from connectors.sql.engines import by_duckdb, by_spark
from connectors.sql.statement import closed
from connectors.sql.streaming import columns_of
from connectors.table import require
from metrics.counting import KEYS
from metrics.records import DAY

_WITHOUT_SERVER = ("duckdb", "spark")
_KINDS = ("postgresql", "sqlite", *_WITHOUT_SERVER)


def counted_rows(counting: Counting, database: Database) -> pl.DataFrame:
    """Return what was counted, its cells as they stand in the source."""
    count = _COUNTED.get(database.address.kind, _by_server)
    return counting.opened(count(counting, database))


def counting_problems(url: str, record: str, given: Collection[str], pages: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each reason why a source cannot be counted where it is."""
    kind = _kind(url)
    if kind not in _KINDS:
        yield f"counted: {kind} is not counted where it is. Allowed are: {', '.join(_KINDS)}. Leave `counted` out."
    kinds = {one.value: one for one in COUNTED}
    if record not in kinds:
        yield f"counted: {record} are not counted. Allowed are: {', '.join(kinds)}."
        return
    kept = (*KEYS[kinds[record]], DAY[kinds[record]])
    lost = ", ".join(sorted(name for name in given if name not in kept))
    if lost:
        yield f"counted: {lost} cannot be given, for rows are counted by {', '.join(kept)}. Leave it out."
    yield from (f"counted: everything is counted anew each time. Leave out {name}." for name in pages)


def streaming_problems(url: str) -> Iterator[str]:
    """Yield a sentence when a source can only be counted."""
    if _kind(url) in _WITHOUT_SERVER:
        yield f"a source of {_kind(url)} is counted where it is. Set counted = true."


def has_rows_without_query(url: str) -> bool:
    """Tell whether a source consists of files that are one table."""
    return _kind(url) in _WITHOUT_SERVER


def _kind(url: str) -> str:
    named = url.partition(":")[0].partition("+")[0]
    return "postgresql" if named == "postgres" else named


def _by_server(counting: Counting, database: Database) -> pl.DataFrame:
    """Let PostgreSQL or SQLite count."""
    kind = database.address.kind
    with database.reading() as connection:
        database.deadline.begin()
        require(counting.theirs(), columns_of(connection, counting.query), where=database.address.shown)
        holds = _HOLDS[kind](connection, counting.query)
        database.deadline.begin()
        with _asked(connection, counting.counts(kind, holds)) as result:
            names, rows = list(result.keys()), result.fetchall()
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    types = [pl.Int64() if name == "n" else pl.String() for name in names]
    made = zip(names, columns, types, strict=True)
    return pl.DataFrame([pl.Series(name, values, dtype=dtype) for name, values, dtype in made])


def _asked(connection: Connection, statement: str) -> CursorResult[Any]:
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _of_postgresql(connection: Connection, query: str) -> Mapping[str, Holds]:
    from psycopg.postgres import types  # noqa: PLC0415 - only where PostgreSQL is read

    with _none_of(connection, query) as result:
        described = result.cursor.description or ()
        codes: Mapping[str, int] = {str(one[0]): int(str(one[1])) for one in described}
    # What is no type of PostgreSQL itself (an enumeration, say) it writes as text.
    known = {name: types.get(code) for name, code in codes.items()}
    names = {name: "text" if found is None else found.name for name, found in known.items()}
    arrays = {name for name, found in known.items() if found is not None and found.oid != codes[name]}
    return {
        name: Holds.UNREADABLE if name in arrays else _PLAIN.get(told, Holds.UNREADABLE) for name, told in names.items()
    }


def _of_sqlite(connection: Connection, query: str) -> Mapping[str, Holds]:
    with _none_of(connection, query) as result:
        return dict.fromkeys(result.keys(), Holds.TEXT)


def _none_of(connection: Connection, query: str) -> CursorResult[Any]:
    return _asked(connection, f"SELECT * FROM ({closed(query)}\n) AS rows_of_source LIMIT 0")  # noqa: S608 - the setting


_PLAIN: Mapping[str, Holds] = {
    **dict.fromkeys(("bool", "int2", "int4", "int8", "float4", "float8", "numeric", "uuid"), Holds.OTHER),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", '"char"', "unknown"), Holds.TEXT),
    "date": Holds.DAYS,
    "timestamp": Holds.LOCAL_MOMENTS,
    "timestamptz": Holds.MOMENTS,
}
_HOLDS: Mapping[str, Callable[[Connection, str], Mapping[str, Holds]]] = {
    "postgresql": _of_postgresql,
    "sqlite": _of_sqlite,
}
_COUNTED: Mapping[str, Callable[[Counting, Database], pl.DataFrame]] = {"duckdb": by_duckdb, "spark": by_spark}
