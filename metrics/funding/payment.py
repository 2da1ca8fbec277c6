"""What a contract pays for a result: in steps, along a line, or for a share with and without its uncertainty.

All money is `Decimal`, every payment rounded to cents, half a cent up. A result enters as `Decimal` too (`exact`), so
that a threshold is reached or not and no floating-point hair decides about money. No figure is no payment: None, not 0.
Nothing here pays: it is a proposal, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import polars as pl

from metrics.estimators.intervals import MONEY_LEVEL, wilson, z_of
from metrics.kpi import Direction

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")

DECIMALS = 9
"""To which a measured result is rounded before it meets a threshold: 0.7999999999999999 is 0.8."""


class PaidOn(StrEnum):
    """On which end of a measured share is paid: the share itself, or the lower end of its 90 % Wilson interval.

    The lower end of the two-sided 90 % is the one-sided 95 % bound: who is just at the threshold is paid about 1 time
    in 20. It is about, not at most: `metrics.funding.operating_curve` has the exact chances.
    """

    POINT = "point"
    BOUND = "bound"


def cents(amount: Decimal) -> Decimal:
    """Return an amount in whole cents; half a cent goes up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def exact(result: float) -> Decimal:
    """Return a measured result as a decimal number, rounded to nine decimals."""
    return Decimal(repr(round(result, DECIMALS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStep:
    """An amount that is due from a threshold on; the threshold itself is enough."""

    threshold: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPayment:
    """Pays the amount of the best threshold that was reached, nothing before the first.

    `direction` says which way is better. A better result never pays less: such steps are refused.
    """

    steps: tuple[PaymentStep, ...]
    direction: Direction = Direction.UP

    def __post_init__(self) -> None:
        """Refuse amounts below 0, two amounts for one threshold, and a better threshold that pays less."""
        ordered = sorted(self.steps, key=lambda step: step.threshold, reverse=self.direction is Direction.DOWN)
        amounts = [step.amount for step in ordered]
        if (
            len({step.threshold for step in ordered}) < len(ordered)
            or amounts != sorted([*amounts])
            or _negative(amounts)
        ):
            message = (
                "Steps have one amount of 0 or more for each threshold, and a better result never pays less; found "
                + ", ".join(f"{step.threshold}: {step.amount}" for step in ordered)
            )
            raise ValueError(message)

    def due(self, result: Decimal | None) -> Decimal | None:
        """Return what is due for a result; None where there is no figure."""
        if result is None:
            return None
        reached = [step.amount for step in self.steps if _reaches(result, step.threshold, direction=self.direction)]
        return cents(max(reached, default=NOTHING))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearPayment:
    """Pays along the line from nothing at the baseline to `full` at the target, within `floor` and `cap`.

    This is where an achievement is clipped: `floor` is due even for a result that is worse than the baseline, and
    nothing above `cap`, which is `full` unless agreed otherwise. A target below the baseline asks for less.
    """

    baseline: Decimal
    target: Decimal
    full: Decimal
    floor: Decimal = NOTHING
    cap: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a target that is the baseline: there is no line; agree on a step instead. And amounts out of order."""
        if self.baseline == self.target:
            message = f"Baseline and target are both {self.target}: there is no line between them. Agree on a step."
            raise ValueError(message)
        if not NOTHING <= self.floor <= self._cap or self.full < NOTHING:
            message = (
                f"Amounts go 0 <= floor <= cap, and full is 0 or more; found {self.floor}, {self._cap}, {self.full}."
            )
            raise ValueError(message)

    @property
    def _cap(self) -> Decimal:
        return self.full if self.cap is None else self.cap

    def due(self, result: Decimal | None) -> Decimal | None:
        """Return what is due for a result; None where there is no figure."""
        if result is None:
            return None
        # Multiplied before it is divided, so that a whole amount stays one.
        earned = self.full * (result - self.baseline) / (self.target - self.baseline)
        return cents(min(max(earned, self.floor), self._cap))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrancheTest:
    """Whether a tranche is released at a measured share, and whether it is at the bound of that share."""

    point: Decimal
    bound: Decimal
    paid_on_point: Decimal
    paid_on_bound: Decimal


def measured_share(hits: int, n: int, *, paid_on: PaidOn, level: float = MONEY_LEVEL) -> Decimal | None:
    """Return the share, or the bound of it, that a schedule takes; None where nothing was counted.

    Higher is better. For a share that should be low, count the others.
    """
    if not 0 <= hits <= n:
        message = f"Of {n} there cannot be {hits}: give counts with 0 <= hits <= n."
        raise ValueError(message)
    if n == 0:
        return None
    if paid_on is PaidOn.POINT:
        return Decimal(hits) / Decimal(n)
    return exact(pl.select(wilson(pl.lit(hits), pl.lit(n), z=z_of(level))[0]).item())


def tranche_test(
    hits: int,
    n: int,
    *,
    threshold: Decimal,
    amount: Decimal,
    level: float = MONEY_LEVEL,
) -> TrancheTest | None:
    """Return what one tranche pays on the point and on the bound; None where nothing was counted."""
    point = measured_share(hits, n, paid_on=PaidOn.POINT, level=level)
    bound = measured_share(hits, n, paid_on=PaidOn.BOUND, level=level)
    if point is None or bound is None:
        return None
    schedule = StepPayment(steps=(PaymentStep(threshold=threshold, amount=amount),))
    on_point, on_bound = (schedule.due(share) or NOTHING for share in (point, bound))
    return TrancheTest(point=point, bound=bound, paid_on_point=on_point, paid_on_bound=on_bound)


def _reaches(result: Decimal, threshold: Decimal, *, direction: Direction) -> bool:
    return result >= threshold if direction is Direction.UP else result <= threshold


def _negative(amounts: Iterable[Decimal]) -> bool:
    return any(amount < NOTHING for amount in amounts)
