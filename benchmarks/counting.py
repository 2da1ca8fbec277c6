"""The same counting on Polars, DuckDB and PySpark, from the same tables in one run; the frames must be equal.

Run: .venv/bin/python -m benchmarks.counting [--rows 10000000] [--rounds 3]
DuckDB is in the dependency group `dev`. PySpark is the optional extra `spark` and needs Java 17 or newer:

    uv pip install --python .venv/bin/python --editable ".[spark]"

Half the rows are answers, half are cases. They are saved in a store; each engine reads the data files of that store by
itself, counts them with `metrics.counting` and hands the outcome over as a Polars frame: the seconds are for all three.
The engines take turns, and the first turn is told apart from the middle one of the rest. Every engine must find the
same rows, values and types as Polars does: the run ends with an AssertionError where one does not. An engine that is
not installed is named and left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from benchmarks.stored import answers, cases
from metrics.counting import KEYS, count
from metrics.records import Kind
from metrics.store.datafiles import PARTITIONS, DataFile, StoredPart
from metrics.store.records import RecordStore

ROWS = 10_000_000
ROUNDS = 3
FEWEST_ROUNDS = 2
PROJECTS = 200
_SEED = 11
_NAME = "counting"
_KINDS = (Kind.ANSWERS, Kind.CASES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The data files of one kind of record."""

    location: str
    kind: Kind
    files: Sequence[DataFile]

    @property
    def paths(self) -> list[str]:
        """Return where the files are; the name of the folder says the month."""
        return [f"{self.location}/{file.path}" for file in self.files]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A way to count a table; `start_seconds` passed before it could begin."""

    name: str
    counted: Callable[[Table], pl.DataFrame]
    start_seconds: float
    seconds: dict[Kind, list[float]] = field(default_factory=dict)


def main() -> None:
    """Save the records, let the engines take turns, and print their seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    if arguments.rounds < FEWEST_ROUNDS:
        parser.error(f"--rounds: {arguments.rounds} is too few. Give {FEWEST_ROUNDS} or more: the first is told apart.")
    folder = Path(tempfile.mkdtemp(prefix="uitkomst-benchmark-"))
    try:
        print(f"saving {arguments.rows:,} records of {PROJECTS} projects", file=sys.stderr)
        tables = _tables(folder, arguments.rows)
        with _engines(folder) as engines:
            rows = _in_turns(engines, tables, arguments.rounds)
        _print(engines, rows, arguments.rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tables(folder: Path, rows: int) -> Sequence[Table]:
    store = RecordStore(location=str(folder / "records"), pseudonym_key="benchmark")
    chance = np.random.default_rng(_SEED)
    for kind, make in zip(_KINDS, (answers, cases), strict=True):
        part = StoredPart(programme=_NAME, kind=kind, source=kind.value)
        store.save(part, make(rows // len(_KINDS), PROJECTS, chance))
    return [Table(location=store.location, kind=kind, files=store.files(_NAME, kind)) for kind in _KINDS]


@contextmanager
def _engines(folder: Path) -> Iterator[Sequence[Engine]]:
    """Start the engines that are here; say which are not."""
    engines = [Engine(name=f"Polars {version('polars')}", counted=_polars, start_seconds=0.0)]
    if find_spec("duckdb") is None:
        print("DuckDB is not installed: left out. It is in the dependency group dev.")
    else:
        engines.append(Engine(name=f"DuckDB {version('duckdb')}", counted=_duckdb, start_seconds=0.0))
    lacking = _lacking_for_spark()
    if lacking:
        print(f"PySpark is left out: {lacking}")
        yield engines
        return
    start = time.perf_counter()
    session = _spark_session(folder)
    started = time.perf_counter() - start
    engines.append(
        Engine(
            name=f"PySpark {version('pyspark')}", counted=lambda table: _spark(session, table), start_seconds=started
        )
    )
    try:
        yield engines
    finally:
        session.stop()


def _lacking_for_spark() -> str | None:
    if find_spec("pyspark") is None:
        return "it is not installed. It is the optional extra spark."
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "it needs Java 17 or newer, which is not installed."
    return None


def _polars(table: Table) -> pl.DataFrame:
    placed = dict.fromkeys(PARTITIONS, pl.String())
    rows = pl.scan_parquet(table.paths, hive_partitioning=True, hive_schema=placed, glob=False)
    frame: pl.DataFrame = count(rows, table.kind).collect()
    return frame


def _duckdb(table: Table) -> pl.DataFrame:
    import duckdb  # noqa: PLC0415 - only where it is installed

    options = "hive_partitioning = true, hive_types = {'month': VARCHAR}"
    with duckdb.connect() as connection:
        rows = connection.sql(f"SELECT * FROM read_parquet({table.paths}, {options})")  # noqa: S608 - our own paths
        frame: pl.DataFrame = count(rows, table.kind).pl()
    return frame


def _spark_session(folder: Path) -> Any:  # noqa: ANN401 - only where it is installed
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where it is installed

    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.maxResultSize": "0",
        "spark.driver.memory": "6g",
        "spark.local.dir": str(folder / "spark"),
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    session = SparkSession.builder.master("local[*]").appName(_NAME).config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _spark(session: Any, table: Table) -> pl.DataFrame:  # noqa: ANN401 - only where it is installed
    rows = session.read.option("basePath", table.location).parquet(*table.paths)
    found = pl.from_arrow(count(rows, table.kind).toArrow())
    return found if isinstance(found, pl.DataFrame) else found.to_frame()


def _in_turns(engines: Sequence[Engine], tables: Sequence[Table], rounds: int) -> Mapping[Kind, int]:
    """Let the engines count each table so often, compare what they found first, and return its rows."""
    found: dict[Kind, int] = {}
    for table in tables:
        first, *others = [_ordered(_timed(engine, table), table.kind) for engine in engines]
        for other in others:
            assert_frame_equal(other, first)
        found[table.kind] = first.height
        print(f"{table.kind}: {' and '.join(engine.name for engine in engines)} are equal", file=sys.stderr)
        for _ in range(rounds - 1):
            for engine in engines:
                _timed(engine, table)
    return found


def _timed(engine: Engine, table: Table) -> pl.DataFrame:
    start = time.perf_counter()
    outcome = engine.counted(table)
    engine.seconds.setdefault(table.kind, []).append(time.perf_counter() - start)
    return outcome


def _ordered(counted: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the frame in an order that does not depend on the engine, with the labels as text."""
    plain = counted.cast({pl.Categorical: pl.String}).select(*KEYS[kind], "n", "newest")
    return plain.sort(pl.all(), nulls_last=True)


def _print(engines: Sequence[Engine], rows: Mapping[Kind, int], records: int) -> None:
    print(f"seconds to read, count and hand over {records:,} records, {records // len(_KINDS):,} of each kind")
    print(f"{'':<16}{'':>10}" + "".join(f"{f'{kind}: {number:,} rows':>28}" for kind, number in rows.items()))
    print(f"{'':<16}{'to start':>10}" + f"{'first time':>16}{'after that':>12}" * len(rows))
    for engine in engines:
        columns = "".join(
            f"{first:>16.2f}{statistics.median(others):>12.2f}"
            for first, *others in (engine.seconds[kind] for kind in rows)
        )
        print(f"{engine.name:<16}{engine.start_seconds:>10.1f}{columns}")
    print(f"equal frames: {', '.join(engine.name for engine in engines)}")


if __name__ == "__main__":
    main()
