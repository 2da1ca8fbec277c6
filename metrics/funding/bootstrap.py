"""The bootstrap limits of a ratio of sums: a check on Fieller's, which lean on the normal distribution."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from metrics.estimators.intervals import LEVEL

RESAMPLES = 20_000
"""500 of them lie beyond a 95 % limit; the reference results have as many."""

SEED = 1997
"""Fixed, so that the same rows give the same limits: the year of Davison and Hinkley, Bootstrap Methods."""

TOGETHER = 2_000_000
"""How many counts are drawn at a time, so that many units do not take much memory."""

Floats = NDArray[np.float64]


class BootstrapMethod(StrEnum):
    """How limits are read from the resamples: bias-corrected and accelerated, or plain percentiles."""

    BCA = "bca"
    PERCENTILE = "percentile"


def bootstrap_ratio(
    rows: pl.DataFrame,
    *,
    method: BootstrapMethod = BootstrapMethod.BCA,
    level: float = LEVEL,
    seed: int = SEED,
) -> tuple[float, float] | None:
    """Return the limits of a ratio of sums when whole units are drawn anew.

    Takes the counted rows of `metrics.funding.cost.paired_ratio`. BCa as in Efron (1987) with the acceleration from
    the empirical influence of each unit, n - r d (Davison and Hinkley 1997, section 5.3.2); a jackknife, as scipy
    has it, can get another sign where few units differ much in size. None where the limits say nothing: fewer than two
    units with an outcome, the same ratio for all, or a limit beyond every finite ratio.
    """
    pair = ["numerator", "denominator"]
    # In one order, so that the seed gives the same limits however the rows were split.
    known = rows.drop_nulls(pair).filter(pl.col("n") > 0).group_by(pair).agg(pl.col("n").sum()).sort(pair)
    times = known["n"].to_numpy()
    numerator, denominator = (known[name].cast(pl.Float64).to_numpy() for name in pair)
    if times[denominator != 0].sum() < 2:  # noqa: PLR2004 - see above
        return None
    ratio = (times @ numerator) / (times @ denominator)
    if np.allclose(numerator, ratio * denominator, rtol=1e-12, atol=0):
        return None
    found = _resampled(times, numerator, denominator=denominator, seed=seed)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if method is BootstrapMethod.BCA:
        tails = _corrected(
            tails, found, ratio=ratio, acceleration=_acceleration(times, numerator - ratio * denominator)
        )
    # Between two infinite resamples a limit cannot be interpolated: it comes out as no number, and as None.
    with np.errstate(invalid="ignore"):
        low, high = (float(end) for end in np.quantile(found, tails))
    return (low, high) if np.isfinite(low) and np.isfinite(high) else None


def _resampled(times: NDArray[np.int64], numerator: Floats, *, denominator: Floats, seed: int) -> Floats:
    """Return the ratio in each resample; infinite where it has no outcome: nothing was reached for the money."""
    generator = np.random.default_rng(seed)
    total = int(times.sum())
    found = []
    for start in range(0, RESAMPLES, size := max(1, TOGETHER // len(times))):
        counts = generator.multinomial(total, times / total, size=min(size, RESAMPLES - start))
        below = counts @ denominator
        found.append(np.divide(counts @ numerator, below, out=np.full(below.shape, np.inf), where=below != 0))
    return np.concatenate(found)


def _acceleration(times: NDArray[np.int64], influence: Floats) -> float:
    return float((times @ influence**3) / (6 * (times @ influence**2) ** 1.5))


def _corrected(tails: Floats, found: Floats, *, ratio: float, acceleration: float) -> Floats:
    """Return which tails of the resamples to read, so that the limits lie right for a skewed ratio."""
    # Half of the resamples that give the very same ratio lie below it.
    below = ((found < ratio).mean() + (found <= ratio).mean()) / 2
    away = ndtri(below) + ndtri(tails)
    return np.asarray(ndtr(ndtri(below) + away / (1 - acceleration * away)))
