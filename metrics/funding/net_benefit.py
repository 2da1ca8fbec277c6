"""Net benefit: what extra outcomes are worth at a stated price, less what they cost, and how sure it is above 0."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from scipy.special import ndtr

from metrics.estimators.intervals import LEVEL, z_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAndEffect:
    """Gain outcomes and their cost, each with its standard error; `correlation` is that of the two errors.

    The cost is money and exact, so `Decimal`; with its error it enters the statistics, as a float.
    """

    effect: float
    effect_error: float
    cost: Decimal
    cost_error: float = 0.0
    correlation: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be an error or a correlation."""
        if not (self.effect_error >= 0 and self.cost_error >= 0 and -1 <= self.correlation <= 1):
            message = f"Errors are 0 or more, a correlation lies between -1 and 1; found {self}."
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetBenefit:
    """Value per outcome x extra outcomes - cost, in the currency of the cost.

    `worth_probability` is the probability that it lies above 0, by the normal distribution; None without any
    uncertainty: then the net benefit itself says it.
    """

    value_per_outcome: Decimal
    net_benefit: float
    error: float
    low: float
    high: float
    worth_probability: float | None


def net_benefit(known: CostAndEffect, value_per_outcome: Decimal, *, level: float = LEVEL) -> NetBenefit:
    """Return the net benefit at a price that policy puts on one outcome; the price is not estimated.

    var = v^2 se_e^2 + se_c^2 - 2 v r se_e se_c (Stinnett and Mullahy 1998).
    """
    price = float(value_per_outcome)
    benefit = price * known.effect - float(known.cost)
    worth_error, cost_error = price * known.effect_error, known.cost_error
    variance = worth_error**2 + cost_error**2 - 2 * known.correlation * worth_error * cost_error
    # Two equal errors with correlation 1 cancel out but for rounding.
    error = math.sqrt(max(variance, 0.0))
    half = z_of(level) * error
    return NetBenefit(
        value_per_outcome=value_per_outcome,
        net_benefit=benefit,
        error=error,
        low=benefit - half,
        high=benefit + half,
        worth_probability=float(ndtr(benefit / error)) if error > 0 else None,
    )


def acceptability_curve(known: CostAndEffect, values_per_outcome: Iterable[Decimal]) -> tuple[NetBenefit, ...]:
    """Return the net benefit at each price, in the order given: read off from which price on it is worth it."""
    return tuple(net_benefit(known, value) for value in values_per_outcome)
