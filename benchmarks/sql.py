"""Reading a million answers from SQLite and PostgreSQL, and letting the database count them; memory stays flat.

Run: .venv/bin/python -m benchmarks.sql [--rows 1000000]
PostgreSQL is started for this on loopback, from the system's package; it is left out where there is none.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pydantic import TypeAdapter

from benchmarks.memory import most_memory_mb
from connectors.connector import EVERYTHING
from connectors.sql import Sql
from connectors.web.secret import Secret
from metrics.records import Kind
from tests.postgres import PASSWORD, postgres

ROWS = 1_000_000
_COLUMNS = ("id", "service", "channel", "score", "answered_at", "district")
_TYPES = ("bigint primary key", "text", "text", "integer", "timestamptz", "text")


def main() -> None:
    """Fill both databases, read them, and print rows a second and the most memory in use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    number = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="uitkomst-benchmark-"))
    try:
        _fill_sqlite(folder / "answers.db", number)
        _measure("SQLite", source(folder, "sqlite:///answers.db"), number)
        _measure("SQLite, counted", source(folder, "sqlite:///answers.db", counted=True), number)
        with _server() as url:
            if url is not None:
                _fill_postgresql(url, number)
                address = f"postgresql://uitkomst@{url.partition('@')[2]}/postgres"
                _measure("PostgreSQL", source(folder, address), number)
                _measure("PostgreSQL, counted", source(folder, address, counted=True), number)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def source(folder: Path, url: str, *, counted: bool = False) -> Sql:
    """Return a source of the answers."""
    read = {"service": "service", "channel": "channel", "value": "score", "answered_on": "answered_at"}
    way = {"counted": True, "columns": read} if counted else {"order_by": "id", "columns": {"source_id": "id", **read}}
    given = {
        "folder": folder,
        "timezone": "Europe/Amsterdam",
        "url": url,
        "record": "answers",
        "query": "SELECT * FROM answers",
        "constants": {"item": "satisfaction", "scale": "1-5"},
        "segments": {"district": "district"},
        "secret": Secret(variable="UITKOMST_SECRET_BENCHMARK", value=PASSWORD),
        **way,
    }
    return TypeAdapter(Sql).validate_python(given)


def answers(number: int) -> Iterator[tuple[int, str, str, int, str, str]]:
    """Yield answers of three years to fifty services."""
    for each in range(number):
        day = f"{2023 + each % 3}-{1 + each // 7 % 12:02}-{1 + each % 28:02} {each % 24:02}:15:00+00"
        yield each, f"service-{each % 50}", ("website", "desk")[each % 2], 1 + each % 5, day, f"d{each % 7}"


def _fill_sqlite(file: Path, number: int) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, service, channel, score, answered_at, district)")
    connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", answers(number))
    connection.commit()
    connection.close()


@contextmanager
def _server() -> Iterator[str | None]:
    try:
        with postgres() as url:
            yield url
    except FileNotFoundError:
        print("PostgreSQL is not installed: left out.")
        yield None


def _fill_postgresql(url: str, number: int) -> None:
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in zip(_COLUMNS, _TYPES, strict=True))
        connection.execute(f"CREATE TABLE answers ({columns})")
        with connection.cursor() as cursor, cursor.copy("COPY answers FROM STDIN") as copy:
            for row in answers(number):
                copy.write_row(row)
        connection.execute("ANALYZE answers")


def _measure(name: str, connector: Sql, number: int) -> None:
    before = _most_memory()
    begun = time.perf_counter()
    fetched, parsed, size, records = 0.0, 0.0, 0, 0
    after_ten: Sequence[float] = ()
    for place, page in enumerate(connector.fetch(EVERYTHING), 1):
        fetched += time.perf_counter() - begun
        begun = time.perf_counter()
        records += int(connector.parse(page).frames[Kind.ANSWERS]["n"].sum())
        parsed += time.perf_counter() - begun
        size += len(page.body) if isinstance(page.body, bytes) else 0
        after_ten = (_most_memory(),) if place == 10 else after_ten  # noqa: PLR2004 - a tenth of 100
        begun = time.perf_counter()
    if records != number:
        sys.exit(f"{name}: {records:,} of {number:,} answers were read")
    told = f"{name:<20} fetch {number / fetched:>12,.0f} rows/s   parse {number / parsed:>12,.0f} rows/s"
    both = f"   both {number / (fetched + parsed):>10,.0f} rows/s   {size / 1e6:>6.1f} MB sent on"
    flat = f", after 10 pages {after_ten[0]:.0f}" if after_ten else ""
    print(f"{told}{both}   most memory {before:.0f} MB before{flat}, {_most_memory():.0f} at the end")


def _most_memory() -> float:
    return most_memory_mb()


if __name__ == "__main__":
    main()
