"""Cost per outcome: what was spent, divided by what was reached or by what was reached beyond the usual.

Where the figures are exact (a sum of bookings, a count) money is `Decimal` and stays so. Where an effect is
estimated the result is a statistic: cost enters as `Decimal` and is turned into a float here, once. A cost per
outcome is never paid out; `metrics.funding.payment` takes and gives `Decimal` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import polars as pl
from scipy.special import stdtrit

from metrics.estimators.intervals import LEVEL, z_of
from metrics.funding.fieller import RatioLimits, UncertainPair, fieller


class CostKind(StrEnum):
    """What can be said of the cost of an extra outcome.

    `bounded`: between low and high. `no_upper_limit`: at least low, and possibly nothing was gained.
    `undefined`: the whole interval of the effect lies at or below 0, so no extra outcomes were shown.
    """

    BOUNDED = "bounded"
    NO_UPPER_LIMIT = "no_upper_limit"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Gain outcomes: how many more than without the project, with the interval. More is better, below 0 is harm."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse an interval that does not hold its value."""
        if not self.low <= self.value <= self.high:
            message = f"An interval holds its value: low <= value <= high; found {self}."
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPerExtra:
    """The cost of one extra outcome, in the currency of the cost.

    `point` is None where the extra outcomes are 0 or fewer. `low` and `high` are None where the kind has none.
    """

    point: float | None
    low: float | None
    high: float | None
    kind: CostKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRatio:
    """A ratio of two sums over the same units, with its limits; None where there are fewer than two units.

    `n` counts the units. `ratio` is None where the sum of the denominator is 0.
    """

    ratio: float | None
    limits: RatioLimits | None
    n: int


def gross_cost(cost: Decimal, outcomes: int) -> Decimal | None:
    """Return what was spent for each outcome, whatever would have happened anyway; None where there are none.

    Give the sums of all units: the ratio of sums, never the mean of their ratios. Not rounded.
    """
    return cost / outcomes if outcomes > 0 else None


def extra_outcomes(effect: Gain, volume: int) -> Gain:
    """Return an effect on each case (a difference of shares, in the good direction) times the number of cases."""
    return Gain(value=effect.value * volume, low=effect.low * volume, high=effect.high * volume)


def cost_per_extra(cost: Decimal, gain: Gain) -> CostPerExtra:
    """Return the cost of an extra outcome where the cost is known: the interval of the effect, turned over.

    The same as `cost_per_uncertain_extra` without a variance of the cost, read for a cost and an effect that is good.
    """
    spent = float(cost)
    point = spent / gain.value if gain.value > 0 else None
    if gain.high <= 0:
        return CostPerExtra(point=None, low=None, high=None, kind=CostKind.UNDEFINED)
    least = spent / gain.high
    if gain.low <= 0:
        return CostPerExtra(point=point, low=least, high=None, kind=CostKind.NO_UPPER_LIMIT)
    return CostPerExtra(point=point, low=least, high=spent / gain.low, kind=CostKind.BOUNDED)


def cost_per_uncertain_extra(pair: UncertainPair, *, level: float = LEVEL) -> RatioLimits | None:
    """Return the limits of the cost of an extra outcome where the cost (numerator) is uncertain as well."""
    return fieller(pair, z_of(level))


def paired_ratio(rows: pl.DataFrame, *, level: float = LEVEL) -> PairedRatio:
    """Return the ratio of sums over units such as districts, with Fieller's limits (Student's t, n - 1).

    `rows` are counted: `numerator`, `denominator` and `n`, how many units have this pair. A unit with 0 outcomes
    counts with its cost. A pair of which one half is unknown is left out whole.
    """
    known = rows.drop_nulls(["numerator", "denominator"])
    n = int(known["n"].sum())
    if n == 0:
        return PairedRatio(ratio=None, limits=None, n=0)
    pair = _means(known, n)
    if n == 1:
        return PairedRatio(ratio=pair.ratio, limits=None, n=1)
    return PairedRatio(ratio=pair.ratio, limits=fieller(pair, float(stdtrit(n - 1, (1 + level) / 2))), n=n)


def _means(known: pl.DataFrame, n: int) -> UncertainPair:
    """Both means with their variances and covariance, from deviations: sums of squares would lose digits."""
    count, numerator, denominator = pl.col("n"), pl.col("numerator"), pl.col("denominator")
    top, below = known.select((numerator * count).sum() / n, (denominator * count).sum() / n).row(0)
    up, down = numerator - top, denominator - below
    squares = known.select(
        up=(up * up * count).sum(),
        down=(down * down * count).sum(),
        both=(up * down * count).sum(),
    ).row(0)
    # The variance of a mean; a single unit has none, and its squares are 0.
    numerator_variance, denominator_variance, covariance = (square / (n * max(n - 1, 1)) for square in squares)
    return UncertainPair(
        numerator=top,
        denominator=below,
        numerator_variance=numerator_variance,
        denominator_variance=denominator_variance,
        covariance=covariance,
    )
