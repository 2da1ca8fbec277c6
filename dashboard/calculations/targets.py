"""Calculations around a target: the probability that it is met, and how many answers it takes to tell."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, FiniteFloat, model_validator

from dashboard.calculations.answers import GivenHits, GivenMoments
from dashboard.calculations.method import Given, Method, Result
from metrics.estimators.intervals import MONEY_LEVEL
from metrics.estimators.moments import t_limits
from metrics.estimators.sample_size import (
    answers_for_difference,
    answers_for_target,
    answers_for_width,
    more_answers,
)
from metrics.estimators.target import (
    exact_tail,
    likelihood,
    mean_probability,
    share_bounds,
    share_probability,
    waiting_probability,
)
from metrics.kpi import Direction

Fraction = Annotated[float, Field(ge=0, le=1)]


class GivenWaiting(Given):
    """The Kaplan-Meier share still `waiting` on the day of the target, and Greenwood's `variance` of that share."""

    waiting: Fraction
    variance: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class GivenTarget(Given):
    """A `target`, whether up or down is `better`, and one of three things that were seen.

    `share` (hits and n) with a fraction as target; `mean` (n, mean and standard_deviation) with a mean as target; or
    `waiting` (waiting and variance) with as target the share that should be decided by then.
    """

    target: FiniteFloat
    better: Direction = Direction.UP
    share: GivenHits | None = None
    mean: GivenMoments | None = None
    waiting: GivenWaiting | None = None

    @model_validator(mode="after")
    def _one_thing_seen(self) -> Self:
        if sum(one is not None for one in (self.share, self.mean, self.waiting)) != 1:
            message = "give one of share, mean and waiting, and leave out the other two."
            raise ValueError(message)
        if self.mean is None and not 0 <= self.target <= 1:
            message = f"target is {self.target:g}; give a share as a fraction: 0.8 for 80 %."
            raise ValueError(message)
        return self


class GivenNeed(Given):
    """How many answers there are (`n`), the `share` that one expects, and what is wanted.

    `half_width`: how far the interval may reach to either side (0.05 is 5 points). `target`: the share from which
    it should be told. `baseline`: the share before, with hits and n. Leave out what is not wanted.
    """

    share: Fraction
    n: Annotated[int, Field(ge=0)] = 0
    half_width: Annotated[float, Field(gt=0, lt=1)] | None = None
    target: Annotated[float, Field(gt=0, lt=1)] | None = None
    baseline: GivenHits | None = None


def _probability(given: GivenTarget) -> Result:
    probability, bounds = _seen(given)
    return {
        "probability": probability,
        "likelihood": None if probability is None else likelihood(probability).value,
        "one_sided_lower_95": None if bounds is None else bounds[0],
        "one_sided_upper_95": None if bounds is None else bounds[1],
        "exact_test_p": None
        if given.share is None
        else exact_tail(given.share.hits, given.share.n, target=given.target, direction=given.better),
    }


def _seen(given: GivenTarget) -> tuple[float | None, tuple[float, float] | None]:
    if given.share is not None:
        hits, n = given.share.hits, given.share.n
        found = share_probability(hits, n, target=given.target, direction=given.better)
        return found, share_bounds(hits, n, level=MONEY_LEVEL)
    if given.mean is not None:
        seen = given.mean.moments
        found = mean_probability(seen, target=given.target, direction=given.better)
        return found, t_limits(seen, level=MONEY_LEVEL)
    return _decided(given), None


def _decided(given: GivenTarget) -> float | None:
    if given.waiting is None:
        return None
    seen = given.waiting
    return waiting_probability(seen.waiting, seen.variance, target=given.target, direction=given.better)


def _needed(given: GivenNeed) -> Result:
    wanted = {
        "to_be_narrow": None if given.half_width is None else answers_for_width(given.share, given.half_width),
        "to_tell_from_target": None if given.target is None else answers_for_target(given.share, given.target),
        "to_tell_from_baseline": None if given.baseline is None else _from_baseline(given.share, given.baseline),
    }
    return {name: {"needed": needed, "more": more_answers(needed, given.n)} for name, needed in wanted.items()}


def _from_baseline(share: float, baseline: GivenHits) -> int | None:
    if baseline.n == 0:
        return None
    return answers_for_difference(share, baseline.hits / baseline.n, n_baseline=baseline.n)


METHODS: tuple[Method, ...] = (
    Method(
        name="target-probability",
        what="The probability that the target is met now, for a share, an average or a share decided by a day.",
        given=GivenTarget,
        run=_probability,
        example={"target": 0.75, "better": "up", "share": {"hits": 80, "n": 100}},
    ),
    Method(
        name="answers-needed",
        what="How many answers it takes until a share is known well enough, or told from a target or a baseline.",
        given=GivenNeed,
        run=_needed,
        example={"share": 0.5, "n": 100, "half_width": 0.05, "target": 0.6, "baseline": {"hits": 200, "n": 500}},
    ),
)
