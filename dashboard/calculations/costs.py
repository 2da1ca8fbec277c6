"""Calculations of cost: what an outcome cost, what an extra outcome cost, and whether that is worth it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import polars as pl
from pydantic import Field, FiniteFloat

from dashboard.calculations.method import Given, Method, Result
from metrics.funding.bootstrap import bootstrap_ratio
from metrics.funding.cost import (
    Gain,
    cost_per_extra,
    cost_per_uncertain_extra,
    extra_outcomes,
    gross_cost,
    paired_ratio,
)
from metrics.funding.fieller import RatioLimits, UncertainPair
from metrics.funding.net_benefit import CostAndEffect, acceptability_curve

_Money = Annotated[Decimal, Field(ge=0)]
_NotNegative = Annotated[FiniteFloat, Field(ge=0)]
_Correlation = Annotated[FiniteFloat, Field(ge=-1, le=1)]
_Count = Annotated[int, Field(ge=0)]


class GivenSums(Given):
    """`cost`: all that was spent. `outcomes`: all outcomes, whatever would have happened anyway."""

    cost: _Money
    outcomes: _Count


class GivenExtra(Given):
    """A known cost and an effect on each case, as a difference of shares in the good direction, with its interval.

    `cases`: to how many cases the effect applies; 1 where the effect counts extra outcomes already.
    """

    cost: _Money
    effect: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    cases: _Count = 1


class GivenBoth(Given):
    """Gain outcomes and their cost, each with its standard error, and the correlation of the two errors."""

    cost: _Money
    cost_standard_error: _NotNegative
    extra_outcomes: FiniteFloat
    extra_outcomes_standard_error: _NotNegative
    correlation: _Correlation = 0.0


class GivenUnit(Given):
    """Units, such as districts, with the same cost and outcomes; `n`: how many there are."""

    cost: _NotNegative
    outcomes: _NotNegative
    n: _Count = 1


class GivenUnits(Given):
    """`units`: all of them, also those without outcomes."""

    units: tuple[GivenUnit, ...]


class GivenWorth(GivenBoth):
    """As for an uncertain cost; `values_per_outcome`: the prices that policy could put on one outcome."""

    values_per_outcome: tuple[_Money, ...]


def _gross(given: GivenSums) -> Result:
    found = gross_cost(given.cost, given.outcomes)
    return {"cost_per_outcome": None if found is None else float(found)}


def _extra(given: GivenExtra) -> Result:
    gain = extra_outcomes(Gain(value=given.effect, low=given.low, high=given.high), given.cases)
    found = cost_per_extra(given.cost, gain)
    return {
        "extra_outcomes": gain.value,
        "cost_per_extra_outcome": found.point,
        "low": found.low,
        "high": found.high,
        "kind": found.kind.value,
    }


def _both(given: GivenBoth) -> Result:
    cost_error, effect_error = given.cost_standard_error, given.extra_outcomes_standard_error
    pair = UncertainPair(
        numerator=float(given.cost),
        denominator=given.extra_outcomes,
        numerator_variance=cost_error**2,
        denominator_variance=effect_error**2,
        covariance=given.correlation * cost_error * effect_error,
    )
    return {"ratio": pair.ratio, **_limits(cost_per_uncertain_extra(pair))}


def _units(given: GivenUnits) -> Result:
    rows = pl.DataFrame(
        [(one.cost, one.outcomes, one.n) for one in given.units],
        schema={"numerator": pl.Float64, "denominator": pl.Float64, "n": pl.Int64},
        orient="row",
    )
    found = paired_ratio(rows)
    check = bootstrap_ratio(rows)
    return {
        "ratio": found.ratio,
        "n": found.n,
        **_limits(found.limits),
        "bootstrap": None if check is None else [*check],
    }


def _limits(found: RatioLimits | None) -> Result:
    if found is None:
        return {"form": None, "low": None, "high": None}
    return {"form": found.form.value, "low": found.low, "high": found.high}


def _worth(given: GivenWorth) -> Result:
    known = CostAndEffect(
        effect=given.extra_outcomes,
        effect_error=given.extra_outcomes_standard_error,
        cost=given.cost,
        cost_error=given.cost_standard_error,
        correlation=given.correlation,
    )
    curve = [
        {
            "value_per_outcome": float(one.value_per_outcome),
            "net_benefit": one.net_benefit,
            "low": one.low,
            "high": one.high,
            "worth_probability": one.worth_probability,
        }
        for one in acceptability_curve(known, given.values_per_outcome)
    ]
    return {"curve": curve}


_KNOWN = {
    "cost": 500_000,
    "cost_standard_error": 0,
    "extra_outcomes": 1250,
    "extra_outcomes_standard_error": 230,
}

METHODS = (
    Method(
        name="cost-per-outcome",
        what="What was spent for each outcome, whatever would have happened anyway.",
        given=GivenSums,
        run=_gross,
        example={"cost": 500_000, "outcomes": 12_500},
    ),
    Method(
        name="cost-per-extra-outcome",
        what="What each extra outcome cost, where the cost is known and the effect has an interval.",
        given=GivenExtra,
        run=_extra,
        example={"cost": 500_000, "effect": 0.05, "low": 0.032, "high": 0.068, "cases": 25_000},
    ),
    Method(
        name="uncertain-cost-per-extra-outcome",
        what="What each extra outcome cost, where cost and effect are both uncertain (Fieller).",
        given=GivenBoth,
        run=_both,
        example={**_KNOWN, "cost_standard_error": 50_000},
    ),
    Method(
        name="cost-ratio",
        what="The ratio of summed costs and outcomes over units such as districts (Fieller, checked by a bootstrap).",
        given=GivenUnits,
        run=_units,
        example={
            "units": [
                {"cost": 100, "outcomes": 0},
                {"cost": 50, "outcomes": 2},
                {"cost": 150, "outcomes": 2},
                {"cost": 60, "outcomes": 3, "n": 3},
            ],
        },
    ),
    Method(
        name="net-benefit",
        what="Whether extra outcomes are worth their cost at a stated value of one, and how sure that is.",
        given=GivenWorth,
        run=_worth,
        example={**_KNOWN, "values_per_outcome": [200, 400, 600]},
    ),
)
