"""The designs of segmented regression: a line before a start, a jump, another line after it, and the season."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Months = NDArray[np.int64]

TREND, LEVEL, SLOPE = 1, 2, 3
"""The columns of the trend a month, of the jump, and of the change of slope where there is one; the constant is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Which segmented regression: y = constant + trend t + level [after] + slope (t - k) [after] + season.

    t counts months from 1, k is the month before the first one after the start: `level` is the jump less one step of
    the slope. Each seasonal pair is a sine and a cosine; the first goes round once in `period` months.
    """

    slope_change: bool = True
    seasonal_pairs: int = 0
    period: int = 12

    @property
    def columns(self) -> int:
        """How many coefficients there are."""
        return (SLOPE + 1 if self.slope_change else SLOPE) + 2 * self.seasonal_pairs

    def design(self, months: Months, before: Months) -> Numbers:
        """Return designs, fits x n x p; `months` is fits x n numbers, `before` how many months come first."""
        fits, n = months.shape
        after = np.arange(n) >= before[:, None]
        last_before = months[np.arange(fits), before] - 1
        columns = [np.ones((fits, n)), (months - months[:, :1] + 1).astype(np.float64), after.astype(np.float64)]
        if self.slope_change:
            columns.append(np.where(after, months - last_before[:, None], 0).astype(np.float64))
        return self.with_season(np.stack(columns, axis=2), months, pairs=range(1, self.seasonal_pairs + 1))

    def with_season(self, design: Numbers, months: Months, *, pairs: range) -> Numbers:
        """Return the designs with these seasonal pairs behind their other columns."""
        # Whole turns are left out before the sine, which else blurs what is 0.
        turns = [2 * np.pi * (pair * months[:, :, None] % self.period) / self.period for pair in pairs]
        return np.concatenate([design, *(wave(turn) for turn in turns for wave in (np.sin, np.cos))], axis=2)

    def effect_at_latest(self, design: Numbers) -> Numbers:
        """Return the weights of the coefficients, fits x p, that give the effect in the last month of each design."""
        weights = np.zeros((design.shape[0], design.shape[2]))
        weights[:, self._changes] = design[:, -1, self._changes]
        return weights

    def without_start(self, design: Numbers) -> Numbers:
        """Return the designs as they would be if nothing had started."""
        found = design.copy()
        found[:, :, self._changes] = 0.0
        return found

    @property
    def _changes(self) -> slice:
        return slice(LEVEL, SLOPE + 1 if self.slope_change else SLOPE)
