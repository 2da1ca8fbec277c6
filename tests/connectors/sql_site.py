"""Databases for tests: made-up answers in SQLite, PostgreSQL, DuckDB and Parquet, and the source that reads them.

`TABLE` has an odd name and odd columns, and holds `SECRET` in every column that a person could have written in.
"""

# ruff: noqa: S608 - the names and values in these statements are our own

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime, timedelta

import psycopg
from pydantic import TypeAdapter

from connectors.connector import EVERYTHING
from connectors.sql import Sql
from tests.connectors.contract import SECRET
from tests.connectors.serving import QUICK

TABLE = 'antw"oorden; --'
"""As it must be quoted: a quote, a ; and what looks like a comment."""

QUOTED = '"antw""oorden; --"'
ADAPTER = TypeAdapter(Sql)
COLUMNS = {
    "source_id": "nr",
    "service": 'Soort "zaak"; DROP TABLE x',
    "channel": "kanaal %s",
    "value": "score :after",
    "answered_on": "moment",
}
CONSTANTS = {"item": "satisfaction", "scale": "1-5"}
SEGMENTS = {"customer": "groep", "district": "wijk"}
NAMES = (*COLUMNS.values(), *SEGMENTS.values(), "toelichting", "gewijzigd")
TYPES = ("bigint", "text", "text", "text", "timestamptz", "text", "text", "text", "timestamptz")
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def rows(number: int, *, seed: int = 5) -> list[tuple]:
    """Return so many answers; the score of every tenth cannot be read, and that of every hundredth is not there."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    return [
        (
            each,
            chance.choice(["paspoort", "verhuizing", " paspoort "]),
            chance.choice(["website", "balie", None]),
            _score(each, chance),
            _FIRST + timedelta(minutes=chance.randrange(60 * 24 * 90)),
            chance.choice(["resident", "business", None]),
            chance.choice(["noord", "zuid", None, "a=b"]) if each % 50 == 0 else chance.choice(["noord", None]),
            SECRET,
            _FIRST + timedelta(days=each),
        )
        for each in range(1, number + 1)
    ]


def broken(answers: list[tuple]) -> int:
    """Count, by Python's own means, the answers that cannot be read; without a score they are read and not accepted."""
    return sum(each[3] == SECRET or each[6] == "a=b" for each in answers)


def _score(each: int, chance: random.Random) -> str | None:
    if each % 100 == 0:
        return None
    return SECRET if each % 10 == 0 else str(chance.randint(1, 5))


def sqlite_file(folder, answers, name="antwoorden.db"):
    """Write the answers to a SQLite file, moments as the text that Python makes of them."""
    with sqlite3.connect(folder / name) as connection:
        columns = ", ".join(_quoted(each) for each in NAMES)
        connection.execute(f"CREATE TABLE {QUOTED} ({columns})")
        written = [tuple(each.isoformat() if isinstance(each, datetime) else each for each in row) for row in answers]
        marks = ", ".join("?" * len(NAMES))
        connection.executemany(f"INSERT INTO {QUOTED} VALUES ({marks})", written)
    connection.close()
    return "sqlite:///" + name


def postgres_table(server, answers, database="postgres"):
    """Write the answers to a table of a database, and make the account `reader`, that may only read it."""
    with psycopg.connect(f"{server}/{database}", autocommit=True) as connection:
        columns = ", ".join(f"{_quoted(name)} {kind}" for name, kind in zip(NAMES, TYPES, strict=True))
        connection.execute(f"DROP TABLE IF EXISTS {QUOTED}")
        connection.execute(f"CREATE TABLE {QUOTED} ({columns})")
        with connection.cursor() as cursor, cursor.copy(f"COPY {QUOTED} FROM STDIN") as copy:
            for row in answers:
                copy.write_row(row)
    return f"{server}/{database}"


def sql(folder, url, **changed) -> Sql:
    given = {
        "record": "answers",
        "query": f"SELECT * FROM {QUOTED}",
        "columns": COLUMNS,
        "constants": CONSTANTS,
        "segments": SEGMENTS,
        "limits": QUICK,
        **changed,
    }
    return ADAPTER.validate_python({"folder": folder, "timezone": "Europe/Amsterdam", "url": url, **given})


def small(folder, name="small.db", *, table="(id, day, score)", values=(), **changed) -> Sql:
    """A source with a small SQLite table of the test's own."""
    with sqlite3.connect(folder / name) as connection:
        connection.execute(f"CREATE TABLE t {table}")
        for row in values:
            connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
    connection.close()
    given = {
        "query": "SELECT * FROM t",
        "columns": {"source_id": "id", "answered_on": "day", "value": "score"},
        "constants": {"service": "passports", **CONSTANTS},
        "segments": {},
        **changed,
    }
    return sql(folder, f"sqlite:///{name}", **given)


def only(connector: Sql):
    (page,) = connector.fetch(EVERYTHING)
    return connector.parse(page)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
