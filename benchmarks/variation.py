"""Control charts: seconds for many series at once, and how often chance alone gives a signal.

Run: .venv/bin/python -m benchmarks.variation [--series 1000] [--points 36] [--simulated 200000]
The rates of false alarms are the evidence for `metrics.variation.false_alarms`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from metrics.periods import Grain
from metrics.variation.proportions import proportion_chart
from metrics.variation.signals import Signal
from metrics.variation.xmr import xmr

SEED = 20261
"""Of the simulation; another seed moves the rates by at most .001."""

ROUNDS = 5
AUTOCORRELATIONS = (0.0, 0.3, 0.6)
POINTS_SIMULATED = 24
BY = ["project", "kpi"]


def main() -> None:
    """Print the seconds that charts take and the rates of false alarms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=1_000)
    parser.add_argument("--points", type=int, default=36)
    parser.add_argument("--simulated", type=int, default=200_000)
    arguments = parser.parse_args()
    _speed(arguments.series, arguments.points)
    print(f"\nSignals by chance alone, {arguments.simulated:,} series of {POINTS_SIMULATED} points, seed {SEED}")
    for autocorrelation in AUTOCORRELATIONS:
        latest, anywhere = _false_alarms(arguments.simulated, autocorrelation)
        print(f"autocorrelation {autocorrelation}: latest point {latest:.4f}, any point {anywhere:.4f}")


def _speed(series: int, points: int) -> None:
    values = np.random.default_rng(SEED).normal(size=(series, points))
    rows = _rows(values).with_columns(direction=pl.lit("up"), target=pl.lit(1.0))
    counted = rows.with_columns(
        denominator=pl.lit(400), numerator=(pl.col("value") * 8 + 300).round().cast(pl.Int64).clip(0, 400)
    ).drop("value")
    print(f"{series:,} series of {points} points, best of {ROUNDS}")
    print(f"{'seconds, XmR charts':<40}{_seconds(lambda: xmr(rows, BY, grain=Grain.MONTH)):.3f}")
    laney = _seconds(lambda: proportion_chart(counted, BY, grain=Grain.MONTH, laney=True))
    print(f"{'seconds, p-prime charts':<40}{laney:.3f}")


def _false_alarms(series: int, autocorrelation: float) -> tuple[float, float]:
    """Return the shares of series, without any change in them, whose latest and whose any point is flagged."""
    noise = np.random.default_rng(SEED).normal(size=(series, POINTS_SIMULATED))
    values = noise.copy()
    # A series in its long-run state: every point has variance 1 and the given correlation with the one before.
    for point in range(1, POINTS_SIMULATED):
        values[:, point] = autocorrelation * values[:, point - 1] + noise[:, point] * (1 - autocorrelation**2) ** 0.5
    charts = xmr(_rows(values), BY, grain=Grain.MONTH)
    flagged = pl.col("signal") != Signal.NONE.value
    found = charts.points.group_by(BY).agg(latest=flagged.last(), anywhere=flagged.any())
    shares = found.select(pl.col("latest", "anywhere").mean()).row(0)
    return float(shares[0]), float(shares[1])


def _rows(values: np.ndarray) -> pl.DataFrame:
    series, points = values.shape
    months = [date(2020 + month // 12, month % 12 + 1, 1) for month in range(points)]
    return pl.DataFrame(
        {
            "project": np.repeat([f"project-{number // 20}" for number in range(series)], points),
            "kpi": np.repeat([f"kpi-{number % 20}" for number in range(series)], points),
            "period_start": months * series,
            "value": values.ravel(),
        }
    )


def _seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(once() for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
