"""How often Fieller's limits hold the true ratio, beside the bootstrap, and how long the ranges of a score take.

Run: .venv/bin/python -m benchmarks.funding [--runs 2000]
A limit of 95 % should hold the true ratio in 95 % of the runs.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from decimal import Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from metrics.funding.achievement import Achievement
from metrics.funding.bootstrap import BootstrapMethod, bootstrap_ratio
from metrics.funding.composite import ScorePart
from metrics.funding.cost import paired_ratio
from metrics.funding.operating_curve import operating_curve
from metrics.funding.sensitivity import score_range

SEED = 42
TRUE_RATIO = 400.0
SETTINGS = (
    ("40 districts, normal, outcomes far from 0", 40, 20.0, "normal"),
    ("10 districts, normal, outcomes far from 0", 10, 20.0, "normal"),
    ("10 districts, normal, outcomes may be 0", 10, 1.5, "normal"),
    ("10 districts, skewed", 10, 20.0, "skewed"),
    ("14 districts, few outcomes, many zeros", 14, 1.0, "counts"),
)
BOOTSTRAP_RUNS = 300
"""Fewer, because a bootstrap takes much longer."""


def main() -> None:
    """Print the coverage of each setting, then the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print(f"{'coverage of 95 % limits, in %':<46}{'Fieller':>9}{'bounded':>9}{'BCa':>9}{'percentile':>12}")
    for name, districts, mean, kind in SETTINGS:
        print(f"{name:<46}" + _coverage(districts, mean, kind=kind, runs=runs))
    for measures in (3, 6):
        print(f"{f'seconds, range of a score of {measures} measures':<46}{_ranged(measures):>9.3f}")
    print(f"{'seconds, operating curve of 1,000 answers':<46}{_curved():>9.3f}")


def _coverage(districts: int, mean: float, *, kind: str, runs: int) -> str:
    generator = np.random.default_rng(SEED)
    held: Counter[str] = Counter()
    for run in range(runs):
        rows = _districts(generator, districts, mean=mean, kind=kind)
        limits = paired_ratio(rows).limits
        held["fieller"] += limits is not None and limits.holds(TRUE_RATIO)
        held["bounded"] += limits is not None and limits.form == "bounded"
        if run < BOOTSTRAP_RUNS:
            for method in BootstrapMethod:
                found = bootstrap_ratio(rows, method=method)
                held[method.value] += found is not None and found[0] <= TRUE_RATIO <= found[1]
    tried = min(runs, BOOTSTRAP_RUNS)
    shares = [held["fieller"] / runs, held["bounded"] / runs, held["bca"] / tried, held["percentile"] / tried]
    return "".join(f"{100 * share:>{width}.1f}" for share, width in zip(shares, (9, 9, 9, 12), strict=True))


def _districts(generator: np.random.Generator, districts: int, *, mean: float, kind: str) -> pl.DataFrame:
    outcomes = _outcomes(generator, districts, mean=mean, kind=kind)
    # Cost follows the outcomes, and has an error of its own of which the mean is 0.
    cost = TRUE_RATIO * (mean + 0.5 * (outcomes - mean)) + generator.normal(0, 0.3 * TRUE_RATIO * mean, districts)
    return pl.DataFrame({"numerator": cost, "denominator": outcomes}).with_columns(n=pl.lit(1, dtype=pl.Int64))


def _outcomes(generator: np.random.Generator, districts: int, *, mean: float, kind: str) -> NDArray[np.float64]:
    if kind == "counts":
        return generator.poisson(mean, districts).astype(np.float64)
    if kind == "skewed":
        return generator.gamma(1.5, mean / 1.5, districts)
    return generator.normal(mean, 3.0, districts)


def _ranged(measures: int) -> float:
    parts = [
        ScorePart(
            name=str(one), weight=1, achieved=Achievement(percent=40 + 9 * one, low=30 + 9 * one, high=52 + 9 * one)
        )
        for one in range(measures)
    ]
    start = time.perf_counter()
    score_range(parts)
    return time.perf_counter() - start


def _curved() -> float:
    start = time.perf_counter()
    operating_curve([1000], [share / 100 for share in range(101)], threshold=Decimal("0.75"))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
