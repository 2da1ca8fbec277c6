"""Lead time with open cases at a million cases, beside a bare fit of lifelines on the same cases in the same run.

Run: .venv/bin/python -m benchmarks.lead_time [--cases 1000000] [--rounds 9]
lifelines is in the dependency group `peers`; nothing but this command imports it.

Ours gives the curve with its limits and three percentiles with theirs; lifelines gives the curve with its limits. The
same cases come in three forms: a row each; counted as the store counts them, by day of receipt and of decision; and
counted by the number of days they took. The two take turns, and the middle time of each is printed. The last column
holds ours in each form against theirs on a row for each case, the form in which lifelines is mostly given its cases.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl
from lifelines import KaplanMeierFitter

from metrics.estimators.survival import curve, percentile

CASES = 1_000_000
ROUNDS = 9
SHARES = (0.5, 0.85, 0.9)
_DAYS = 3 * 365
_SEED = 7
_BY = ["project"]


def main() -> None:
    """Measure each form of the cases and print it, with how much the two curves differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    print(f"{'':<42}{'rows':>10}{'ours, ms':>10}{'theirs, ms':>12}{'times':>7}{'apart':>9}{'times, a row each':>19}")
    each = None
    for name, rows in _forms(arguments.cases).items():
        ours, theirs = _in_turns(lambda rows=rows: _ours(rows), _theirs(rows), rounds=arguments.rounds)
        each = each or theirs
        figures = f"{ours:>10.1f}{theirs:>12.1f}{theirs / ours:>7.1f}{_difference(rows):>9.0e}{each / ours:>19.1f}"
        print(f"{name:<42}{rows.height:>10,}{figures}")


def _forms(cases: int) -> dict[str, pl.DataFrame]:
    """Return cases of one service over three years, seen on the last day, in three forms."""
    rng = np.random.default_rng(_SEED)
    received = rng.integers(0, _DAYS, cases)
    took = rng.gamma(2, 30, cases).astype(np.int64)
    followed = _DAYS - received
    each = pl.DataFrame({"received": received, "days": np.minimum(took, followed), "closed": took <= followed})
    single = each.with_columns(project=pl.lit("project-1"), n=pl.lit(1, dtype=pl.Int64))
    return {
        "a row for each case": single,
        "counted by day of receipt and of decision": _counted(single, "received", "days", "closed"),
        "counted by days": _counted(single, "days", "closed"),
    }


def _counted(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    return rows.group_by(*_BY, *keys).agg(pl.col("n").sum())


def _ours(rows: pl.DataFrame) -> list[pl.DataFrame]:
    drawn = curve(rows, _BY)
    return [drawn, *(percentile(drawn, _BY, share=share) for share in SHARES)]


def _theirs(rows: pl.DataFrame) -> Callable[[], object]:
    durations, closed, n = (rows[name].to_numpy() for name in ("days", "closed", "n"))
    weights = None if (n == 1).all() else n
    return lambda: KaplanMeierFitter().fit(durations, closed, weights=weights)


def _difference(rows: pl.DataFrame) -> float:
    """Return how much the two curves differ at most, over all days."""
    drawn = curve(rows, _BY)
    theirs = _theirs(rows)().survival_function_at_times(drawn["days"].to_numpy()).to_numpy()
    return float(np.abs(drawn["waiting"].to_numpy() - theirs).max())


def _in_turns(*works: Callable[[], object], rounds: int) -> list[float]:
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            times.append(1000 * (time.perf_counter() - start))
    return [statistics.median(times) for times in taken]


if __name__ == "__main__":
    main()
