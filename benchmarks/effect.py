"""Interrupted series and panels: how fast they are worked out, how often they cry wolf, and what they see.

Run: .venv/bin/python -m benchmarks.effect [--series 4000]
Speed is for one processor core: set OMP_NUM_THREADS=1 for a fair figure.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from metrics.effect.clustered import regressed
from metrics.effect.effects import SHOWN, STRICT
from metrics.effect.interrupted import Interrupted, beyond_own_trend, interrupted
from metrics.effect.monthly_series import MonthlySeries
from metrics.effect.panel import DifferenceInDifferences, difference_in_differences, two_sided

SERIES = 4_000
PANELS = 400
TIMED_SERIES, TIMED_MONTHS = 1_200, 36
LENGTHS = (24, 36, 48)
CORRELATIONS = (0.0, 0.6)
TREND = 0.1
STEPS = (2.0, 3.0, 4.0)
_SEED = 11

Numbers = NDArray[np.float64]


def main() -> None:
    """Print the speed, the rates of false alarms, and the power."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES)
    parser.add_argument("--panels", type=int, default=PANELS)
    arguments = parser.parse_args()
    _print_speed()
    _print_false_alarms(arguments.series)
    _print_power(arguments.series)
    _print_pre_trends(arguments.panels)


def _print_speed() -> None:
    series = list(_series(_noise(TIMED_SERIES, TIMED_MONTHS, correlation=0.3)))
    start = time.perf_counter()
    interrupted(series)
    seconds = time.perf_counter() - start
    print(f"{TIMED_SERIES:,} series of {TIMED_MONTHS} months with all placebo starts: {seconds:.2f} seconds\n")


def _print_false_alarms(series: int) -> None:
    print("false alarms of the effect at the latest month, nothing having happened; noise of 1")
    print(
        f"{'months':>8}{'corr.':>8}{'trend':>8}{'95 %':>8}{'99 %':>8}{'stands out':>12}{'robust':>8}{'whole rule':>12}"
    )
    for months in LENGTHS:
        for correlation in CORRELATIONS:
            for trend in (0.0, TREND):
                noise = _noise(series, months, correlation=correlation) + trend * np.arange(months)
                print(f"{months:>8}{correlation:>8}{trend:>8}" + _rates(noise))


def _print_power(series: int) -> None:
    months = 36
    print("\nseen of a jump after 18 of 36 months, in noise of 1")
    print(f"{'jump':>8}{'corr.':>8}{'':>8}{'95 %':>8}{'99 %':>8}{'stands out':>12}{'robust':>8}{'whole rule':>12}")
    for correlation in CORRELATIONS:
        for step in STEPS:
            noise = _noise(series, months, correlation=correlation) + step * (np.arange(months) >= months // 2)
            print(f"{step:>8}{correlation:>8}{'':>8}" + _rates(noise))


def _rates(values: Numbers) -> str:
    found = [one for one in interrupted(list(_series(values))) if isinstance(one, Interrupted)]
    rates = (
        (8, [one.effect.excludes_zero(SHOWN) for one in found]),
        (8, [one.effect.excludes_zero(STRICT) for one in found]),
        (12, [one.stands_out for one in found]),
        (8, [one.robust for one in found]),
        (12, [beyond_own_trend(one) for one in found]),
    )
    return "".join(f"{np.mean(rate):>{width}.1%}" for width, rate in rates)


def _print_pre_trends(panels: int) -> None:
    print("\npre-trends found at 5 % where there are none: slopes by service (ours), and clustered regression")
    print(f"{'treated':>8}{'others':>8}{'corr.':>8}{'ours':>8}{'clustered':>11}")
    for treated, others in ((1, 4), (1, 19), (5, 5), (3, 12)):
        for correlation in CORRELATIONS:
            ours, theirs = _pre_trends(panels, treated, others=others, correlation=correlation)
            print(f"{treated:>8}{others:>8}{correlation:>8}{ours:>8.1%}{theirs:>11.1%}")


def _pre_trends(panels: int, treated: int, *, others: int, correlation: float) -> tuple[float, float]:
    months, services = 24, treated + others
    noise = _noise(panels * services, months, correlation=correlation).reshape(panels, services, months)
    start = _months(months)[months // 2]
    keys = pl.DataFrame(
        {
            "service": np.repeat([f"service-{number:02}" for number in range(services)], months),
            "month": _months(months) * services,
            "treated": np.repeat(np.arange(services) < treated, months),
        }
    )
    ours, theirs = [], []
    for values in noise:
        rows = keys.with_columns(value=pl.Series(values.reshape(-1)))
        found = difference_in_differences(rows, start)
        if isinstance(found, DifferenceInDifferences):
            ours.append(not found.alike_before)
            theirs.append(regressed(two_sided(rows, start)).pre_trend.excludes_zero())
    return float(np.mean(ours)), float(np.mean(theirs))


def _noise(series: int, months: int, *, correlation: float) -> Numbers:
    """Return series x months of AR(1) noise with a standard deviation of 1."""
    fresh = np.random.default_rng(_SEED).normal(size=(series, months))
    found = fresh.copy()
    for month in range(1, months):
        found[:, month] = correlation * found[:, month - 1] + np.sqrt(1 - correlation**2) * fresh[:, month]
    return found


def _series(values: Numbers) -> Iterator[MonthlySeries]:
    months = tuple(_months(values.shape[1]))
    for row in values.tolist():
        yield MonthlySeries(months=months, values=tuple(row), started_on=months[len(months) // 2])


def _months(count: int) -> list[date]:
    return [date(2022 + number // 12, number % 12 + 1, 1) for number in range(count)]


if __name__ == "__main__":
    main()
