"""Advice from queueing formulas: what it would take to bring a stock down; never a figure with a verdict.

After Fong and others (2022), "Understanding Waiting Lists Pressures", and the package NHSRwaitinglist of the NHS-R
community. Rates and waits share one unit of time, such as weeks. The formulas lean on a steady flow and on waits that
are spread exponentially, which lead times of decisions seldom are.
"""

from __future__ import annotations

import polars as pl

SAFETY_FACTOR = 4
"""With exponential waits and a mean of a quarter of the target, 98 of 100 wait no longer than it: 1 - exp(-4)."""


def load(inflow: pl.Expr, outflow: pl.Expr) -> pl.Expr:
    """Return inflow over outflow: above 1 the stock grows; null without outflow."""
    return pl.when(outflow > 0).then(inflow / outflow)


def target_mean_wait(target_wait: pl.Expr, *, factor: float = SAFETY_FACTOR) -> pl.Expr:
    """Return the mean wait that goes with a target for nearly all: the target over the safety factor."""
    return target_wait / factor


def target_queue(inflow: pl.Expr, target_wait: pl.Expr, *, factor: float = SAFETY_FACTOR) -> pl.Expr:
    """Return the stock that fits a target wait: inflow per unit of time times the mean wait (Little's law)."""
    return inflow * target_mean_wait(target_wait, factor=factor)


def target_outflow(
    inflow: pl.Expr,
    target_wait: pl.Expr,
    *,
    factor: float = SAFETY_FACTOR,
    cv_inflow: float = 1,
    cv_outflow: float = 1,
) -> pl.Expr:
    """Return the outflow that keeps a stock at its target: a little more than the inflow (Kingman); null for no wait.

    `cv_inflow` and `cv_outflow` are the coefficients of variation of the times between receipts and between decisions;
    1 is what chance alone gives.
    """
    spare = (cv_inflow**2 + cv_outflow**2) / 2
    return pl.when(target_wait > 0).then(inflow + spare / target_mean_wait(target_wait, factor=factor))


def relief_outflow(inflow: pl.Expr, open_cases: pl.Expr, *, target_open: pl.Expr, periods: pl.Expr) -> pl.Expr:
    """Return the outflow per period that brings a stock to its target in so many periods; null for no period."""
    return pl.when(periods > 0).then(inflow + (open_cases - target_open) / periods)


def pressure(mean_wait: pl.Expr, target_wait: pl.Expr) -> pl.Expr:
    """Return twice the mean wait over the target: above 1 the target will be missed; null for a target of 0."""
    return pl.when(target_wait > 0).then(2 * mean_wait / target_wait)
