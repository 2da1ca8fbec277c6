"""Stacks of linear regressions whose errors resemble those of the month before (AR(1)), by restricted likelihood.

The errors of months d apart correlate by rho ** d, so a missing month needs no filling in. All that is needed to try
a rho are the cross products of neighbouring months: a stack of thousands of fits tries one in milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from metrics.effect.least_squares import ROUNDING

Numbers = NDArray[np.float64]
Months = NDArray[np.int64]

_OUTERMOST = 3.8
"""The search runs over arctanh(rho), where the likelihood is nearly a parabola: 3.8 is a rho of .999."""
_STEP = 0.2
"""First steps of the search: about twice the standard error of arctanh(rho) in a series of a hundred months."""
_ZOOMS = (3.0, 3.0, 3.0, 3.0, 3.0)
"""How much finer each next look is. Finer ones at once would not reach the top of a likelihood that leans over."""
_HAIR = 1e-12
"""Keeps the residual of a perfect fit from being below zero by rounding; relative to what least squares leaves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Autoregressions:
    """A stack of fits. Shapes: `coefficients` fits x p, `covariance` fits x p x p, `correlation` fits; `degrees` n - p.

    `correlation` is rho, the correlation of the errors of two months that follow each other.
    """

    coefficients: Numbers
    covariance: Numbers
    correlation: Numbers
    degrees: int

    def combined(self, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Return a weighted sum of the coefficients of each fit, with its standard error; `weights` is fits x p."""
        value = np.einsum("fp,fp->f", weights, self.coefficients)
        return value, np.sqrt(np.einsum("fp,fpq,fq->f", weights, self.covariance, weights))

    def quantile(self, confidence: float) -> float:
        """Return how many standard errors a two-sided interval reaches, by Student's t."""
        return float(stdtrit(self.degrees, (1 + confidence) / 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Products:
    """Cross products of the rows [design, residual]; `gaps` holds for each distance d: d, how often, and three sums."""

    first: Numbers
    gaps: tuple[tuple[int, Numbers, Numbers, Numbers, Numbers], ...]
    rows: int

    def weighted(self, correlation: Numbers) -> Numbers:
        """Return M' R^-1 M for each fit, M being [design, residual] and R the correlations of the errors."""
        found = self.first.copy()
        for distance, _, own, crossed, earlier in self.gaps:
            near = (correlation**distance)[:, None, None]
            found += (own - near * crossed + near**2 * earlier) / (1 - near**2)
        return found

    def log_determinant(self, correlation: Numbers) -> Numbers:
        """Return log |R| for each fit."""
        found = np.zeros_like(correlation)
        for distance, times, *_ in self.gaps:
            found += times * np.log1p(-(correlation ** (2 * distance)))
        return found


def autoregressions(
    design: Numbers, values: Numbers, *, months: Months, lowest: float = 0.0, restricted: bool = True
) -> Autoregressions:
    """Fit each regression of the stack; shapes: design fits x n x p, values fits x n, months fits x n.

    `months` are whole month numbers, increasing. Every design has full rank and n > p. rho is searched for between
    `lowest` and .999: from 0 by default, for in series this short a negative one is more often chance than truth, and
    narrows the interval (95 % missed 0 in 6-9 % of series of 16 to 48 months in which nothing happened; from 0 it is
    3-5 %). Restricted likelihood (REML) as in R's nlme::gls(correlation = corAR1(), method = "REML"); unrestricted it
    is maximum likelihood.
    """
    start, scale, products = _prepared(design, values, months)
    correlation = _highest(partial(_log_likelihood, products, restricted=restricted), len(values), lowest)
    weighted = products.weighted(correlation)
    inverse = np.linalg.inv(weighted[:, :-1, :-1])
    shift = np.einsum("fpq,fq->fp", inverse, weighted[:, :-1, -1])
    degrees = design.shape[1] - design.shape[2]
    left = weighted[:, -1, -1] - np.einsum("fp,fp->f", shift, weighted[:, :-1, -1])
    variance = np.maximum(left, 0.0) * scale**2 / (degrees if restricted else design.shape[1])
    return Autoregressions(
        coefficients=start + shift * scale[:, None],
        covariance=inverse * variance[:, None, None],
        correlation=correlation,
        degrees=degrees,
    )


def squares_left(design: Numbers, values: Numbers, *, months: Months, correlation: Numbers) -> Numbers:
    """Return what each regression leaves of the squares, in units of the errors' variance, at a rho that is known."""
    _, scale, products = _prepared(design, values, months)
    factor = np.linalg.cholesky(_lifted(products.weighted(correlation)))
    return np.square(factor[:, -1, -1] * scale)


def log_likelihood(design: Numbers, values: Numbers, *, months: Months, correlation: Numbers) -> Numbers:
    """Return the log-likelihood (not restricted) of each regression at a rho, up to a constant of n alone.

    Tells how near another program came to the most likely coefficient: values less what it found, on other columns.
    """
    _, scale, products = _prepared(design, values, months)
    return np.asarray(_log_likelihood(products, correlation, restricted=False) - values.shape[1] * np.log(scale))


def _prepared(design: Numbers, values: Numbers, months: Months) -> tuple[Numbers, Numbers, _Products]:
    """Return the coefficients of least squares, the size of what they leave, and the products with that, sized 1.

    Taken out first, the residuals keep their digits.
    """
    crossed = np.einsum("fnp,fnq->fpq", design, design)
    start = np.linalg.solve(crossed, np.einsum("fnp,fn->fp", design, values)[:, :, None])[:, :, 0]
    residual = values - np.einsum("fnp,fp->fn", design, start)
    size, largest = np.sqrt(np.square(residual).sum(axis=1)), np.abs(values).max(axis=1)
    # What rounding leaves of a perfect fit has no shape of its own: it is none.
    perfect = size <= ROUNDING * largest
    scale = np.where(perfect, 1.0, size)
    left = np.where(perfect[:, None], 0.0, residual / scale[:, None])
    rows = np.concatenate([design, left[:, :, None]], axis=2)
    return start, scale, _products(rows, months)


def _products(rows: Numbers, months: Months) -> _Products:
    earlier, later = rows[:, :-1], rows[:, 1:]
    distances = np.diff(months, axis=1)
    gaps = []
    for distance in np.unique(distances):
        here = (distances == distance).astype(np.float64)
        own = (later * here[:, :, None]).transpose(0, 2, 1)
        before = (earlier * here[:, :, None]).transpose(0, 2, 1)
        crossed = own @ earlier
        gaps.append(
            (int(distance), here.sum(axis=1), own @ later, crossed + crossed.transpose(0, 2, 1), before @ earlier)
        )
    first = rows[:, 0, :, None] * rows[:, 0, None, :]
    return _Products(first=first, gaps=tuple(gaps), rows=rows.shape[1])


def _log_likelihood(products: _Products, correlation: Numbers, *, restricted: bool) -> Numbers:
    """Return the log-likelihood with coefficients and variance at their best for this rho, without constants."""
    factor = np.linalg.cholesky(_lifted(products.weighted(correlation)))
    logs: Numbers = np.log(np.diagonal(factor, axis1=1, axis2=2))
    spread, size = 2 * logs[:, -1], 2 * logs[:, :-1].sum(axis=1)
    degrees = products.rows - logs.shape[1] + 1 if restricted else products.rows
    found = degrees * spread + products.log_determinant(correlation) + (size if restricted else 0.0)
    return np.asarray(-found / 2)


def _lifted(weighted: Numbers) -> Numbers:
    weighted[:, -1, -1] += _HAIR
    return weighted


def _highest(log_likelihood: Callable[[Numbers], Numbers], fits: int, lowest: float) -> Numbers:
    """Return for each fit the rho of the highest likelihood: first on a grid, then by ever smaller parabolas."""
    least = max(np.arctanh(max(lowest, -0.9999)), -_OUTERMOST)
    grid = np.arange(least - _STEP, _OUTERMOST + 2 * _STEP, _STEP)
    tried = np.stack([log_likelihood(np.full(fits, rho)) for rho in np.tanh(grid)])
    at = tried[1:-1].argmax(axis=0) + 1
    fit = np.arange(fits)
    step = _STEP
    place = _top(grid[at], step, heights=(tried[at - 1, fit], tried[at, fit], tried[at + 1, fit]))
    for finer in _ZOOMS:
        place, step = place.clip(least, _OUTERMOST), step / finer
        left, here, right = (log_likelihood(np.tanh(place + side)) for side in (-step, 0.0, step))
        place = _top(place, step, heights=(left, here, right))
    return np.asarray(np.tanh(place.clip(least, _OUTERMOST)))


def _top(place: Numbers, step: float, *, heights: tuple[Numbers, Numbers, Numbers]) -> Numbers:
    """Return the top of the parabola through three neighbouring heights, never further away than these."""
    left, here, right = heights
    bend = left - 2 * here + right
    # Not bent downwards: the top is the higher neighbour.
    shift = np.where(bend < 0, (left - right) / (2 * np.where(bend < 0, bend, -1.0)), np.sign(right - left))
    return place + step * shift.clip(-1.0, 1.0)
