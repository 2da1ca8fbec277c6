"""Interrupted series of counts: the rate ratio of a start, by quasi-Poisson regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from metrics.effect.interrupted import FEWEST_MONTHS
from metrics.effect.monthly_series import MonthlySeries, counted
from metrics.effect.segments import Segments
from metrics.estimate import NotReported, Reason, Status
from metrics.estimators.intervals import LEVEL, z_of

Numbers = NDArray[np.float64]

_ROUNDS = 50
_SETTLED = 1e-10
"""The coefficients are found when none of them moves by more than this; some six rounds do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountRegression:
    """A log-linear regression of counts: `coefficients` p, `covariance` p x p (Poisson), `dispersion` beside it.

    `dispersion` is Pearson's chi-square over its degrees of freedom: 1 if counts scatter as Poisson says. The variance
    of quasi-Poisson is `covariance` times `dispersion`.
    """

    coefficients: Numbers
    covariance: Numbers
    dispersion: float
    degrees: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """By what the rate of the last month was multiplied: 1 is no change. `dispersion` as in `CountRegression`."""

    rate_ratio: float
    low: float
    high: float
    p_value: float
    dispersion: float


def rate_change(
    series: MonthlySeries,
    exposure: Sequence[float],
    *,
    segments: Segments,
    overdispersed: bool = True,
    level: float = LEVEL,
) -> RateChange | NotReported:
    """Return the rate ratio of a start from a series of counts and what each month's count came from.

    `exposure` holds for every month of the series a number above 0, of customers for instance. The interval is Wald's
    on the log scale, with the variance of quasi-Poisson, but never less than that of Poisson: counts that scatter less
    do so by chance. That of Poisson alone is nearly always too narrow. There is no figure with fewer than eight months
    on a side, or where nothing, or hardly anything, was counted on a side.
    """
    kept = counted(series)
    if min(kept.before, kept.after) < FEWEST_MONTHS:
        return NotReported(status=Status.TOO_FEW, reason=Reason.SHORT_SERIES, n=len(kept.values))
    if not (kept.values[: kept.before].any() and kept.values[kept.before :].any()):
        return NotReported(status=Status.UNDEFINED, reason=Reason.NOTHING_RECORDED, n=len(kept.values))
    known = (None if value is None else one for value, one in zip(series.values, exposure, strict=True))
    at_risk = counted(replace(series, values=tuple(known))).values
    design = segments.design(kept.numbers[None], np.array([kept.before]))
    fit = count_regression(kept.values, at_risk, design=design[0])
    if fit is None:
        return NotReported(status=Status.UNDEFINED, reason=Reason.TOO_FEW_OBSERVATIONS, n=len(kept.values))
    weights = segments.effect_at_latest(design)[0]
    value = float(weights @ fit.coefficients)
    error = sqrt(weights @ fit.covariance @ weights * (max(fit.dispersion, 1.0) if overdispersed else 1.0))
    half = z_of(level) * error
    return RateChange(
        rate_ratio=exp(value),
        low=exp(value - half),
        high=exp(value + half),
        p_value=float(2 * ndtr(-abs(value) / error)),
        dispersion=fit.dispersion,
    )


def count_regression(counts: Numbers, exposure: Numbers, *, design: Numbers) -> CountRegression | None:
    """Fit log(expected count / exposure) on a design (n x p), by iteratively reweighted least squares.

    None where the counts carry no such trend: with hardly any on a side, its line falls without end.
    """
    if counts.min() < 0 or exposure.min() <= 0:
        message = "counts are at least 0, and each comes from an exposure above 0"
        raise ValueError(message)
    offset = np.log(exposure)
    expected = (counts + counts.mean()) / 2
    linear = np.log(expected) - offset
    found = np.full(design.shape[1], np.inf)
    for _ in range(_ROUNDS):
        previous = found
        inverse = np.linalg.pinv(design.T @ (design * expected[:, None]), hermitian=True)
        found = inverse @ design.T @ (expected * linear + counts - expected)
        linear = design @ found
        expected = np.exp(linear + offset)
        if np.abs(found - previous).max() < _SETTLED:
            degrees = len(counts) - design.shape[1]
            dispersion = float((np.square(counts - expected) / expected).sum() / degrees)
            return CountRegression(coefficients=found, covariance=inverse, dispersion=dispersion, degrees=degrees)
    return None
