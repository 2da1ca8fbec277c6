"""Bootstrap interval of a mean (BCa), exact from counts: a check on small or skewed samples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri

from metrics.estimators.intervals import LEVEL, z_of

FEW_ANSWERS = 30
"""Below this number the t interval leans on an assumption that answers on a short scale do not meet."""

CROWDED = 0.6
"""Where more than this share gave the lowest or the highest answer, the answers are too skewed for t alone."""

MOST_ANSWERS = 100_000
"""Beyond this number the t interval and the bootstrap cannot be told apart, and the bootstrap is not computed."""


def crowded(n: pl.Expr, at_lowest: pl.Expr, at_highest: pl.Expr) -> pl.Expr:
    """Whether a mean should be checked by bootstrap: few answers, or most of them at one end of the scale."""
    # Compared as whole numbers: 6 of 10 is not more than 60 %.
    at_end = pl.max_horizontal(at_lowest, at_highest)
    return (n > 0) & ((n < FEW_ANSWERS) | (at_end * 10 > n * round(CROWDED * 10)))


def bootstrap_mean(counts: Mapping[int, int], *, level: float = LEVEL) -> tuple[float, float] | None:
    """Return the limits of the mean of whole values, given how often each was seen.

    Bias-corrected and accelerated: Efron and Tibshirani (1993), section 14.3. Drawing again and again would come near
    the distribution of the resampled sum. It is computed here, as the n-th power of the distribution of one answer,
    so that there is no seed and no chance left in the limits. None where all values are the same, for fewer than
    two, and beyond `MOST_ANSWERS`.
    """
    seen = {value: n for value, n in counts.items() if n}
    n = sum(seen.values())
    if len(seen) < 2 or n > MOST_ANSWERS:  # noqa: PLR2004 - equal answers have no spread
        return None
    lowest = min(seen)
    # From the lowest value up: the sum of n answers is then a place in the list.
    values = np.array(list(seen)) - lowest
    times = np.array(list(seen.values()))
    reached = _resampled(values, times, n)
    total = int(values @ times)
    # Resamples that give the very sum count half, as SciPy has it.
    bias = float(ndtri((reached[total] + reached[total - 1]) / 2))
    acceleration = _acceleration(values, times, n)
    ends = (_shifted(side * z_of(level), bias, acceleration) for side in (-1, 1))
    low, high = (min(int(np.searchsorted(reached, share)), len(reached) - 1) for share in ends)
    return lowest + low / n, lowest + high / n


def _resampled(values: np.ndarray, times: np.ndarray, n: int) -> np.ndarray:
    """Return the chance that the sum of n answers, drawn with replacement, is at most 0, 1, 2 and so on."""
    longest = n * int(values.max()) + 1
    one = np.bincount(values, weights=times / n)
    return np.cumsum(np.fft.irfft(np.fft.rfft(one, longest) ** n, longest))


def _acceleration(values: np.ndarray, times: np.ndarray, n: int) -> float:
    """Return a sixth of the skewness of the mean when each answer is left out in turn."""
    off = values - values @ times / n
    return float((times @ off**3) / (6 * (times @ off**2) ** 1.5))


def _shifted(z: float, bias: float, acceleration: float) -> float:
    moved = bias + z
    return float(ndtr(bias + moved / (1 - acceleration * moved)))
