"""The limits of a ratio of two uncertain figures (Fieller 1954), with a name for every form they can take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

ROUNDING = 1e-12
"""Units that all have the same ratio leave a gap of nothing, which rounding must not open: a millionth of a ratio."""


class RatioForm(StrEnum):
    """Which ratios are not excluded.

    `bounded`: from low to high. `no_upper_limit`: from low on. `no_lower_limit`: up to high. `complement`: up to low
    and from high on, but not between: the denominator may be 0, on either side. `everything`: all of them.
    """

    BOUNDED = "bounded"
    NO_UPPER_LIMIT = "no_upper_limit"
    NO_LOWER_LIMIT = "no_lower_limit"
    COMPLEMENT = "complement"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioLimits:
    """The limits of a ratio; what low and high mean is said by the form. An end that does not exist is None."""

    form: RatioForm
    low: float | None
    high: float | None

    def holds(self, ratio: float) -> bool:
        """Whether a ratio lies within the limits."""
        below = self.low is not None and ratio <= self.low
        above = self.high is not None and ratio >= self.high
        if self.form is RatioForm.COMPLEMENT:
            return below or above
        inside_low = self.low is None or ratio >= self.low
        return inside_low and (self.high is None or ratio <= self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainPair:
    """Numerator and denominator of a ratio: two estimates, their variances and their covariance."""

    numerator: float
    denominator: float
    numerator_variance: float = 0.0
    denominator_variance: float = 0.0
    covariance: float = 0.0

    @property
    def ratio(self) -> float | None:
        """The ratio itself; None where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


def fieller(pair: UncertainPair, quantile: float) -> RatioLimits | None:
    """Return the ratios r at which numerator - r x denominator does not differ from 0, at a two-sided quantile.

    That is A r^2 - 2 B r + C <= 0 with A = d^2 - q^2 var(d), B = n d - q^2 cov and C = n^2 - q^2 var(n). The form
    follows from A and the discriminant: whether the denominator differs from 0, and whether the numerator does.
    None where the denominator is exactly 0: there is no ratio.
    """
    squared = quantile**2
    # As (d - q s)(d + q s): the same number, but exactly 0 where the interval of the denominator ends at 0.
    reach = quantile * math.sqrt(pair.denominator_variance)
    curvature = (pair.denominator - reach) * (pair.denominator + reach)
    slope = pair.numerator * pair.denominator - squared * pair.covariance
    level = pair.numerator**2 - squared * pair.numerator_variance
    if pair.denominator == 0 and pair.denominator_variance == 0:
        return None
    if curvature == 0:
        return _half_line(slope, level)
    # Below 0 only by rounding where the denominator differs from 0: the ratio itself is then always inside.
    discriminant = slope**2 - curvature * level
    if curvature < 0 and discriminant <= ROUNDING * slope**2:
        return RatioLimits(form=RatioForm.EVERYTHING, low=None, high=None)
    low, high = _roots(curvature, slope, level=level, root=math.sqrt(max(discriminant, 0.0)))
    return RatioLimits(form=RatioForm.BOUNDED if curvature > 0 else RatioForm.COMPLEMENT, low=low, high=high)


def _half_line(slope: float, level: float) -> RatioLimits:
    """Return the limits where the interval of the denominator just ends at 0."""
    if slope == 0:
        return RatioLimits(form=RatioForm.EVERYTHING, low=None, high=None)
    end = level / (2 * slope)
    if slope > 0:
        return RatioLimits(form=RatioForm.NO_UPPER_LIMIT, low=end, high=None)
    return RatioLimits(form=RatioForm.NO_LOWER_LIMIT, low=None, high=end)


def _roots(curvature: float, slope: float, *, level: float, root: float) -> tuple[float, float]:
    """Return both roots in order, without taking two nearly equal numbers from one another."""
    far = slope + math.copysign(root, slope)
    if far == 0:
        return 0.0, 0.0
    first, second = far / curvature, level / far
    return min(first, second), max(first, second)
