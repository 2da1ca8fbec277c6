"""Syncing: reading the sources of a programme, each from where the last run left it, several side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue

from config.load import connectors_of
from config.programme import Programme
from dashboard.jobs import Workplace, remember, today
from dashboard.source_run import SourceRun, run_source

_SIDE_BY_SIDE = 4


def sync(
    place: Workplace, programme: Programme, path: Path, *, only: frozenset[str] | None = None, full: bool = False
) -> Iterator[SourceRun]:
    """Read the sources of the programme, some side by side, and yield how far each is.

    `only` names the sources to read, None all; `full` reads them from the start. A source that fails keeps the pages
    saved so far and does not stop the others; the next run goes on from there.
    """
    remember(place, programme, path)
    latest = max(today(place, programme), programme.as_of or date.min)
    every = connectors_of(programme, path, place.secrets, place.limits)

    def work(name: str) -> Callable[[], Iterator[SourceRun]]:
        return lambda: run_source(place, programme, name, every[name], latest=latest, full=full)

    yield from _side_by_side({name: work(name) for name in every if only is None or name in only})


@dataclass(frozen=True, slots=True)
class _End:
    """The end of the work on a source, with an error of our own where it had one."""

    error: BaseException | None


def _side_by_side(works: Mapping[str, Callable[[], Iterator[SourceRun]]]) -> Iterator[SourceRun]:
    """Yield what each work yields, as it comes; an error of our own is raised once the others are done."""
    told: SimpleQueue[SourceRun | _End] = SimpleQueue()
    busy, broken = len(works), None
    with ThreadPoolExecutor(min(_SIDE_BY_SIDE, max(1, busy))) as threads:
        for work in works.values():
            threads.submit(_put, work, told)
        while busy:
            one = told.get()
            if isinstance(one, SourceRun):
                yield one
                continue
            busy, broken = busy - 1, one.error or broken
    if broken is not None:
        raise broken


def _put(work: Callable[[], Iterator[SourceRun]], told: SimpleQueue[SourceRun | _End]) -> None:
    error: BaseException | None = None
    try:
        for one in work():
            told.put(one)
    except BaseException as caught:  # noqa: BLE001 - handed over to whoever waits for it
        error = caught
    told.put(_End(error))
