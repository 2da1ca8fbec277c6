"""Placebo starts: how a start compares with every other month that could have been taken for one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.effect.series_stack import SeriesStack

_NO_ERROR = 1e-200
"""A start without any error around its lines is as extreme as can be, but can be divided by."""


def placebo_ranks(stack: SeriesStack, *, fewest_months: int) -> tuple[NDArray[np.int64], int]:
    """Return the place of the real start of each series, and of how many starts.

    Starts are ordered by the size of the effect over its standard error, the most extreme first. Each leaves at least
    `fewest_months` on both sides, the real one too; it is among them, and loses a tie.
    """
    starts = np.arange(fewest_months, stack.length - fewest_months + 1)
    every = stack.started_at_each(starts)
    values, errors = every.fits().combined(every.segments.effect_at_latest(every.design))
    extreme = np.abs(values) / np.maximum(errors, _NO_ERROR)
    extreme = extreme.reshape(len(stack.before), len(starts))
    real = extreme[np.arange(len(stack.before)), stack.before - fewest_months]
    return (extreme >= real[:, None]).sum(axis=1), len(starts)
