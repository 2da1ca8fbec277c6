"""Complementary hiding: what it costs where nothing is small, and where everything is.

Run: .venv/bin/python -m benchmarks.disclosure
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import polars as pl

from metrics.disclosure.cells import CELLS, protect
from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.periods import Grain, period_of

PROJECTS = 200
POPULATIONS = 5
"""Answers to two items, and cases received, due and decided: what the KPIs look at."""

MONTHS = 36
CHANNELS = ("website", "telephone", "desk", "post")
SEGMENTS = ("resident", "business", None)
_FIRST = date(2023, 1, 1)
_BASELINE = (date(2023, 1, 1), date(2023, 12, 31))
_SATISFIED = 0.75
_SEED = 7


def main() -> None:
    """Measure the cases and print them."""
    large = _cells(np.random.default_rng(_SEED).integers(40, 200, _shape(PROJECTS)))
    every = pl.concat([large.with_columns(population=pl.lit(f"population-{number}")) for number in range(POPULATIONS)])
    _print(f"{PROJECTS} projects, {MONTHS} months, {POPULATIONS} populations, nothing small", every)
    for most in (1, 2, 9):
        small = _cells(np.random.default_rng(_SEED).integers(0, most + 1, _shape(1)))
        _print(f"1 project, {MONTHS} months, 0 to {most} answers for each channel and segment", small)


def _print(what: str, cells: pl.DataFrame) -> None:
    hidden: list[pl.DataFrame] = []
    seconds = _seconds(lambda: hidden.append(protect(cells)))
    secrets = hidden[0]["secret"].is_not_null().sum()
    small = cells.filter(pl.col("n") < FEWEST_SHOWN).height
    print(f"{what:<75}{cells.height:>9,} cells{small:>6} below {FEWEST_SHOWN}{secrets:>6} secrets", end="")
    print(f"{hidden[0].height - secrets:>6} hidden with them{seconds:>8.3f} s")


def _shape(projects: int) -> tuple[int, int, int, int]:
    return projects, MONTHS, len(CHANNELS), len(SEGMENTS)


def _cells(persons: np.ndarray) -> pl.DataFrame:
    """Return the cells of every grain and breakdown of so many persons per project, month, channel and segment."""
    hits = np.random.default_rng(_SEED).binomial(persons, _SATISFIED)
    parts = [
        pl.DataFrame(
            {
                "project": [f"project-{number}" for number in range(len(persons))],
                "population": "population-0",
                "grain": grain.value,
                "period_start": start,
                "period_end": end,
                "breakdown": breakdown,
                "n": persons[:, months][where].reshape(len(persons), -1).sum(axis=1),
                "hits": hits[:, months][where].reshape(len(persons), -1).sum(axis=1),
                "withheld": False,
            },
            schema=CELLS,
        )
        for (grain, start, end), months in _periods().items()
        for breakdown, where in _breakdowns()
    ]
    return pl.concat(parts).filter(pl.col("n") > 0)


def _periods() -> dict[tuple[Grain, date, date], list[int]]:
    """Return which months make up every period."""
    days = [date(_FIRST.year + month // 12, month % 12 + 1, 1) for month in range(MONTHS)]
    found: dict[tuple[Grain, date, date], list[int]] = {}
    for number, day in enumerate(days):
        for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR):
            period = period_of(day, grain)
            found.setdefault((grain, period.start, period.end), []).append(number)
    last = period_of(days[-1], Grain.MONTH).end
    found[Grain.ALL, _FIRST, last] = list(range(MONTHS))
    found[Grain.BASELINE, *_BASELINE] = [number for number, day in enumerate(days) if day <= _BASELINE[1]]
    return found


def _breakdowns() -> Iterator[tuple[str, tuple[slice | int, ...]]]:
    every = slice(None)
    yield "all", (every, every, every, every)
    for number, channel in enumerate(CHANNELS):
        yield f"channel={channel}", (every, every, number, every)
    for number, segment in enumerate(SEGMENTS):
        if segment is not None:
            yield f"customer={segment}", (every, every, every, number)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
