"""Differences between two independent figures: of two shares, of two means, and of any two with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

import polars as pl
from scipy.special import stdtr, stdtrit

from metrics.estimators.intervals import LEVEL, Limits, Z, wilson
from metrics.estimators.moments import Moments

Number = TypeVar("Number", float, pl.Expr)
"""A number, or a column of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """A difference of two means (now minus before): standard error, limits, degrees of freedom and two-sided p."""

    value: float
    error: float
    low: float
    high: float
    degrees: float
    p: float


def reach(value: Number, end: Number, *, other: Number, other_end: Number) -> Number:
    """Return how far a difference reaches to the side on which `end` of one figure and `other_end` of the other lie.

    MOVER: the two distances from figure to end, added as the sides of a right angle (Newcombe 1998b, method 10, for
    shares; Zou and Donner 2008 for any two independent estimates with an interval).
    """
    squared: Number = (value - end) ** 2 + (other_end - other) ** 2
    root: Number = squared**0.5
    return root


def newcombe(hits_now: pl.Expr, n_now: pl.Expr, hits_before: pl.Expr, n_before: pl.Expr, *, z: float = Z) -> Limits:
    """Return the limits of the difference of two independent shares, now minus before; null where either n is 0.

    Newcombe (1998b), method 10: hybrid score, from the two Wilson intervals. Not for the same persons asked twice.
    """
    now, before = hits_now / n_now, hits_before / n_before
    low, high = wilson(hits_now, n_now, z=z)
    low_before, high_before = wilson(hits_before, n_before, z=z)
    return (
        now - before - reach(now, low, other=before, other_end=high_before),
        now - before + reach(now, high, other=before, other_end=low_before),
    )


def welch(now: Moments, before: Moments, *, level: float = LEVEL) -> MeanDifference | None:
    """Return the difference of two independent means; the variances may differ (Welch 1947).

    Degrees of freedom after Satterthwaite. None where either has fewer than two values, or where all values of both
    are the same: a width of 0 is no certainty.
    """
    if now.mean is None or before.mean is None or now.variance is None or before.variance is None:
        return None
    squared_now, squared_before = now.variance / now.n, before.variance / before.n
    error = sqrt(squared_now + squared_before)
    if error == 0:
        return None
    value = now.mean - before.mean
    degrees = error**4 / (squared_now**2 / (now.n - 1) + squared_before**2 / (before.n - 1))
    half = float(stdtrit(degrees, (1 + level) / 2)) * error
    return MeanDifference(
        value=value,
        error=error,
        low=value - half,
        high=value + half,
        degrees=degrees,
        p=2 * float(stdtr(degrees, -abs(value) / error)),
    )
