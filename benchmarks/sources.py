"""Rows a second of every kind of source: what `parse` makes of its pages, and the whole way into the records.

Run: .venv/bin/python -m benchmarks.sources [--kind zgw ...] [--rows 20000] [--memory 1000000]

Pages are as large as the connector asks for by default. `to the records` reads, checks and merges as a run does: from
a system on loopback in a process of its own where there is one (`loopback`), else from pages in memory (`pages`). That
of a survey is ours for tests, and slow: it writes every export anew.

`--memory` reads so many rows, made while they are read, and prints the most memory in use after a tenth and at the end,
each size in a process of its own; 0 leaves it out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from benchmarks import sites
from benchmarks.memory import most_memory_mb
from config.programme import Programme, Text
from connectors.connector import Batch, Connector, Page, Reads, Start
from connectors.sync import Progress
from dashboard.jobs import Workplace, remember
from dashboard.source_run import run_source
from metrics.store.database import open_database
from metrics.store.records import RecordStore

ROUNDS = 3
_LATEST = date(2027, 1, 1)
_ADDRESS = "https://source.example.org"
_KINDS = sorted(path.stem for path in (Path(__file__).parent / "pages_of").glob("*.py") if path.stem != "__init__")
_USUAL = 1000
_PAGE: Mapping[str, int] = {
    "limesurvey": 9000,
    "open_klant": 500,
    "rest": 100,
    "sql": 50_000,
    "touchpoints": 2000,
    "zgw": 500,
}
"""Rows on a page as the connector asks by default (of a survey: three answers of each of 3,000 responses)."""

_SITES: Mapping[str, Callable[[int, Path], AbstractContextManager[Connector]]] = {
    "limesurvey": sites.responses,
    "sql": sites.database,
    "zgw": sites.zaken,
}
_MEMORY = ("limesurvey", "sql", "zgw")
_NAME = "benchmark"
_PROGRAMME = Programme(name=_NAME, title=Text(nl="Meting", en="Benchmark"), sources={_NAME: {}})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """A source of which the pages are there already; what is measured of it is everything behind `fetch`."""

    connector: Connector
    pages: Iterable[Page]
    reads: ClassVar[Reads] = Reads.SNAPSHOT

    def fetch(self, start: Start) -> Iterator[Page]:  # noqa: ARG002 - every run reads all
        """Yield the pages."""
        yield from self.pages

    def parse(self, page: Page) -> Batch:
        """Parse as the connector does."""
        return self.connector.parse(page)


def main() -> None:
    """Print a line a kind, then the memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", nargs="+", choices=_KINDS, default=_KINDS)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--memory", type=int, default=1_000_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_most_memory(given.kind[0], given.one)))
        return
    _print_speed(given.kind, given.rows)
    if given.memory:
        _print_memory([kind for kind in _MEMORY if kind in given.kind], given.memory)


def _print_speed(kinds: Iterable[str], rows: int) -> None:
    print(f"{'rows a second':<14}{'a page':>8}{'parse, wall':>14}{'parse, CPU':>13}{'to the records':>17}")
    for kind in kinds:
        wall, cpu = _parsed(kind, rows)
        kept, way = _kept(kind, rows)
        print(f"{kind:<14}{_page(kind):>8,}{wall:>14,.0f}{cpu:>13,.0f}{kept:>17,.0f} {way}", flush=True)


def _parsed(kind: str, rows: int) -> tuple[float, float]:
    """Return rows a second by the clock and by our processor time, the best of three rounds."""
    module = import_module(f"benchmarks.pages_of.{kind}")
    connector, pages = module.connector(_ADDRESS), list(module.pages(rows, _page(kind)))
    taken = []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        for page in pages:
            connector.parse(page)
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    return rows / min(wall for wall, _ in taken), rows / min(cpu for _, cpu in taken)


def _kept(kind: str, rows: int) -> tuple[float, str]:
    """Return records a second from the source into the records, and which way they came."""
    with tempfile.TemporaryDirectory(prefix="uitkomst-benchmark-") as folder:
        place = Path(folder)
        if kind in _SITES:
            with _SITES[kind](rows, place) as connector:
                return _timed(connector, place), "loopback"
        module = import_module(f"benchmarks.pages_of.{kind}")
        pages = list(module.pages(rows, _page(kind)))
        return _timed(Fed(connector=module.connector(_ADDRESS), pages=pages), place), "pages"


def _timed(connector: Connector, folder: Path) -> float:
    with _workplace(folder) as place:
        start = time.perf_counter()
        return _run(place, connector).found / (time.perf_counter() - start)


@contextmanager
def _workplace(folder: Path) -> Iterator[Workplace]:
    place = Workplace(
        engine=open_database(f"sqlite:///{folder / 'uitkomst.db'}"),
        records=RecordStore(location=str(folder / "records"), pseudonym_key="benchmark"),
        clock=lambda: datetime.now(UTC),
    )
    remember(place, _PROGRAMME, folder / "programme.toml")
    yield place
    place.engine.dispose()


def _run(place: Workplace, connector: Connector) -> Progress:
    """Run a source as `uitkomst sync` does, with its records and its state kept."""
    (last,) = deque(run_source(place, _PROGRAMME, _NAME, connector, latest=_LATEST, full=True), maxlen=1)
    if last.failure is not None:
        raise last.failure
    return last.progress


def _print_memory(kinds: Iterable[str], rows: int) -> None:
    print(f"\n{'most memory, MB':<20}{f'{rows // 10:,} rows':>18}{f'{rows:,} rows':>18}")
    for kind in kinds:
        tenth, whole = (_in_own_process(kind, number) for number in (rows // 10, rows))
        print(f"{kind:<20}{tenth:>18,.0f}{whole:>18,.0f}", flush=True)


def _in_own_process(kind: str, rows: int) -> float:
    command = [sys.executable, "-m", "benchmarks.sources", "--kind", kind, "--one", str(rows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(json.loads(done.stdout))


def _most_memory(kind: str, rows: int) -> float:
    module = import_module(f"benchmarks.pages_of.{kind}")
    source = Fed(connector=module.connector(_ADDRESS), pages=module.pages(rows, _page(kind)))
    with tempfile.TemporaryDirectory(prefix="uitkomst-benchmark-") as folder, _workplace(Path(folder)) as place:
        last = _run(place, source)
    if last.found < rows - _page(kind):
        sys.exit(f"{kind}: {last.found:,} of {rows:,} rows were read")
    return most_memory_mb()


def _page(kind: str) -> int:
    return _PAGE.get(kind, _USUAL)


if __name__ == "__main__":
    main()
