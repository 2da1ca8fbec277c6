"""An effect with its uncertainty, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scipy.special import stdtr, stdtrit

from metrics.estimate import Reason

SHOWN = 0.95
"""The confidence of the interval that readers see."""
STRICT = 0.99
"""The confidence that an interrupted series must reach: at 95 % up to one of nine series is a false alarm."""
POWERFUL = 2.8
"""Standard errors of the smallest effect that is seen with 80 % power at 5 %: 1.96 + 0.84 of the normal curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A difference or slope with its standard error and the degrees of freedom of Student's t.

    Without a standard error there is a value and no range; `reason` says why.
    """

    value: float
    standard_error: float | None
    degrees: float | None
    reason: Reason | None = None

    def limits(self, confidence: float) -> tuple[float, float] | None:
        """Return both ends of the two-sided interval; `confidence` is a fraction such as 0.95."""
        if self.standard_error is None or self.degrees is None:
            return None
        half = float(stdtrit(self.degrees, (1 + confidence) / 2)) * self.standard_error
        return self.value - half, self.value + half

    @property
    def low(self) -> float | None:
        """The lower end of the 95 % interval."""
        ends = self.limits(SHOWN)
        return None if ends is None else ends[0]

    @property
    def high(self) -> float | None:
        """The upper end of the 95 % interval."""
        ends = self.limits(SHOWN)
        return None if ends is None else ends[1]

    @property
    def p_value(self) -> float | None:
        """The chance of a value at least this far from 0, either way, if there is no effect."""
        if not self.standard_error or self.degrees is None:
            return None
        return float(2 * stdtr(self.degrees, -abs(self.value) / self.standard_error))

    @property
    def smallest_seen(self) -> float | None:
        """The smallest effect, either way, that would have been seen with 80 % power; never print "no effect"."""
        return None if self.standard_error is None else POWERFUL * self.standard_error

    def times(self, factor: float) -> Effect:
        """Return the effect in a unit that is `factor` (above 0) times as small."""
        error = None if self.standard_error is None else self.standard_error * factor
        return replace(self, value=self.value * factor, standard_error=error)

    def excludes_zero(self, confidence: float = SHOWN) -> bool:
        """Whether the whole interval lies on one side of 0; without an interval it does not."""
        ends = self.limits(confidence)
        return ends is not None and (ends[0] > 0 or ends[1] < 0)
