"""Whether a season is left in the errors of a segmented regression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from metrics.effect.autoregression import squares_left
from metrics.effect.series_stack import SeriesStack

SHORTEST_SPAN = 24
"""Months that a series must span: in less, a season cannot be told from a trend and a jump."""
_PAIRS = 2
"""Two pairs of sine and cosine follow a season of any usual shape: a wave a year, and one twice a year."""


def season_left(stack: SeriesStack, correlation: NDArray[np.float64]) -> list[float | None]:
    """Return the p-value of the next two seasonal pairs of each series, at its own autocorrelation.

    An F test between the fits with and without these pairs. A small p says that a season is left in the errors, which
    then are no chance. None where the series is too short, or has too few calendar months, to tell.
    """
    used = stack.segments.seasonal_pairs
    small = stack.design
    large = stack.segments.with_season(small, stack.months, pairs=range(used + 1, used + _PAIRS + 1))
    degrees = stack.length - large.shape[2]
    long = stack.months[:, -1] - stack.months[:, 0] + 1 >= SHORTEST_SPAN
    able = np.flatnonzero(long & (np.linalg.matrix_rank(large) == large.shape[2]) & (degrees > 0))
    found: list[float | None] = [None] * len(stack.before)
    without, included = (
        squares_left(design[able], stack.values[able], months=stack.months[able], correlation=correlation[able])
        for design in (small, large)
    )
    ratio = (without - included).clip(0.0) / (2 * _PAIRS) / included * degrees
    for at, p_value in zip(able.tolist(), fdtrc(2 * _PAIRS, degrees, ratio).tolist(), strict=True):
        found[at] = p_value
    return found
