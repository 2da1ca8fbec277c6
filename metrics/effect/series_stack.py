"""Monthly series of the same length, stacked, so that one segmented regression fits them all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from metrics.effect.autoregression import Autoregressions, autoregressions
from metrics.effect.effects import Effect
from metrics.effect.monthly_series import Counted
from metrics.effect.segments import Segments

Numbers = NDArray[np.float64]
Months = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesStack:
    """`months` (numbers) and `values` are series x n; `before` is how many months of each come before its start."""

    segments: Segments
    months: Months
    values: Numbers
    before: Months

    @property
    def length(self) -> int:
        """How many months each series has."""
        return int(self.months.shape[1])

    @property
    def design(self) -> Numbers:
        """The designs, series x n x p."""
        return self.segments.design(self.months, self.before)

    def fits(self) -> Autoregressions:
        """Return the regressions, with AR(1) errors."""
        return autoregressions(self.design, self.values, months=self.months)

    def effects(self) -> list[Effect]:
        """Return the effect in the last month of each series."""
        return told(self.fits(), self.segments.effect_at_latest(self.design))

    def without(self, at: Months) -> SeriesStack:
        """Return the series without one month each, at these places."""
        kept = np.arange(self.length) != at[:, None]
        shape = (len(at), -1)
        return replace(self, months=self.months[kept].reshape(shape), values=self.values[kept].reshape(shape))

    def started_at_each(self, before: Months) -> SeriesStack:
        """Return every series once for each number of months before the start, in that order."""
        return replace(
            self,
            months=np.repeat(self.months, len(before), axis=0),
            values=np.repeat(self.values, len(before), axis=0),
            before=np.tile(before, len(self.before)),
        )


def stacked(series: Sequence[Counted], segments: Segments) -> SeriesStack:
    """Return series of one length as a stack."""
    return SeriesStack(
        segments=segments,
        months=np.stack([one.numbers for one in series]),
        values=np.stack([one.values for one in series]),
        before=np.array([one.before for one in series], dtype=np.int64),
    )


def told(fits: Autoregressions, weights: Numbers) -> list[Effect]:
    """Return a weighted sum of the coefficients of each fit as an effect."""
    values, errors = fits.combined(weights)
    return [
        Effect(value=value, standard_error=error, degrees=float(fits.degrees))
        for value, error in zip(values.tolist(), errors.tolist(), strict=True)
    ]
