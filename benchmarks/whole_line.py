"""The whole line at 1 and 10 million answers: in, evaluated, changed, shown, printed; with yardsticks beside it.

Run: .venv/bin/python -m benchmarks.whole_line [--answers 1000000 10000000]
Each size runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.generated import LAST_DAY, PROJECTS, answers, changed, programme
from benchmarks.memory import most_memory_mb
from benchmarks.pages import measure_pages
from config.load import load_programme
from dashboard.evaluating import look
from dashboard.jobs import Workplace
from dashboard.printing import open_reader
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.records import Kind
from metrics.store.counted import counted_records
from metrics.store.database import open_database
from metrics.store.looks import Question
from metrics.store.records import RecordStore

SIZES = (1_000_000, 10_000_000)
CHANGED = 10_000
_KEYS = "service, month, item, channel, customer, value"


def main() -> None:
    """Measure every size asked for and print the figures side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(_measured(arguments.one)))
        return
    found = {rows: _in_own_process(rows) for rows in arguments.answers}
    for name in next(iter(found.values())):
        print(f"{name:<58}" + "".join(f"{_shown(found[rows][name]):>16}" for rows in found))


def _in_own_process(rows: int) -> dict[str, float]:
    print(f"measuring {rows:,} answers", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.whole_line", "--one", str(rows)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _measured(rows: int) -> dict[str, float]:
    folder = Path(tempfile.mkdtemp(prefix="uitkomst-benchmark-"))
    try:
        return _measure(rows, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(rows: int, folder: Path) -> dict[str, float]:
    data = folder / "answers" / "answers.parquet"
    data.parent.mkdir()
    frame = answers(rows)
    frame.write_parquet(data)
    late = changed(frame, min(CHANGED, rows // 100))
    del frame
    path = programme(folder)
    place = Workplace(
        engine=open_database(f"sqlite:///{folder / 'uitkomst.db'}"),
        records=RecordStore(location=str(folder / "records"), pseudonym_key="benchmark"),
        clock=lambda: datetime.now(UTC),
    )
    found: dict[str, float] = {"answers": float(rows)}
    read = load_programme(path)
    question = Question(programme=read.name, grain=Grain.MONTH)
    found["rows a second in, new"] = rows / _seconds(lambda: list(sync(place, read, path)))
    found["rows a second in, the same again"] = rows / _seconds(lambda: list(sync(place, read, path)))
    counting = _seconds(lambda: _counted(place, read.name))
    rest = _seconds(lambda: look(place, read, question))
    found["seconds, full evaluation of 100 projects"] = counting + rest
    found["  of which counting"] = counting
    found["  of which estimating 103,600 figures and saving them"] = rest
    found["  yardstick: seconds, bare Polars scan and count"] = _seconds(lambda: _polars(data))
    found["  yardstick: seconds, DuckDB group-by of the same keys"] = _seconds(lambda: _duckdb(data))
    data.unlink()
    late.write_parquet(data.with_name("late.parquet"))
    found["seconds, 10,000 changed rows in"] = _seconds(lambda: list(sync(place, read, path)))
    found["seconds, evaluation after them"] = _seconds(lambda: look(place, read, question))
    found |= _printed(place)
    found["peak memory, MB"] = most_memory_mb()
    place.engine.dispose()
    found |= measure_pages(folder, project="/project/benchmark/project-0")
    return found


def _printed(place: Workplace) -> dict[str, float]:
    with open_reader(place, "nl") as reader:
        cold = _seconds(lambda: reader.report("benchmark", "project-0", {}))
        warm = _seconds(lambda: reader.report("benchmark", "project-1", {}))
    return {"seconds, report cold": cold, "seconds, report warm": warm}


def _counted(place: Workplace, programme: str) -> pl.DataFrame:
    services = [f"service-{number}" for number in range(PROJECTS)]
    version = place.records.version()
    return counted_records(place.records, programme, Kind.ANSWERS, version=version, services=services, until=LAST_DAY)


def _polars(data: Path) -> pl.DataFrame:
    month = pl.col("answered_on").dt.truncate("1mo").alias("month")
    keys = [month, *(pl.col(name) for name in ("service", "item", "channel", "customer", "value"))]
    return pl.scan_parquet(data).group_by(keys).agg(pl.len()).collect()


def _duckdb(data: Path) -> object:
    query = (
        f"SELECT {_KEYS}, count(*) FROM (SELECT *, date_trunc('month', answered_on) AS month FROM '{data}') "  # noqa: S608
        f"GROUP BY {_KEYS}"
    )
    return duckdb.connect().execute(query).fetchall()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3f}"  # noqa: PLR2004 - three digits are enough


if __name__ == "__main__":
    main()
