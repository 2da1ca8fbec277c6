"""Calculations of difference-in-differences: from a panel of services, and from four means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, FiniteFloat, model_validator

from dashboard.calculations.method import Given, Method, Result
from dashboard.calculations.told import told
from metrics.effect.clustered import regressed
from metrics.effect.panel import (
    PANEL,
    DifferenceInDifferences,
    change_of_cells,
    difference_in_differences,
    more_than_comparable,
    two_sided,
)
from metrics.estimate import NotReported

Error = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class GivenService(Given):
    """`values`: a value for each month from `first_month` of the panel on (null: none); `treated`: took part or not."""

    service: str
    treated: bool
    values: Sequence[FiniteFloat | None]


class GivenPanel(Given):
    """Services with their months from `first_month` on, and the day on which it started for the treated ones.

    `left_out`: a day in each month of introduction.
    """

    first_month: date
    started_on: date
    services: Sequence[GivenService]
    left_out: Sequence[date] = ()

    @model_validator(mode="after")
    def _each_service_once(self) -> Self:
        names = [one.service for one in self.services]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"services has '{twice[0]}' more than once; give each service once, with all its months."
            raise ValueError(message)
        return self


class GivenMeans(Given):
    """Four means, of the treated and of the others, each before and after, with their standard errors if known."""

    treated_before: FiniteFloat
    treated_after: FiniteFloat
    others_before: FiniteFloat
    others_after: FiniteFloat
    standard_errors: Annotated[Sequence[Error], Field(min_length=4, max_length=4)] | None = None


def _panel(given: GivenPanel) -> Result:
    start = given.first_month.year * 12 + given.first_month.month - 1
    rows = pl.DataFrame(
        [
            {
                "service": one.service,
                "month": date(number // 12, number % 12 + 1, 1),
                "treated": one.treated,
                "value": value,
            }
            for one in given.services
            for number, value in enumerate(one.values, start=start)
        ],
        schema=PANEL,
    )
    found = difference_in_differences(rows, given.started_on, left_out=given.left_out)
    if isinstance(found, NotReported):
        return {"effect": None, "status": found.status, "reason": found.reason, "services": found.n}
    return {**_found(found), "by_regression": _regressions(rows, given)}


def _found(found: DifferenceInDifferences) -> Mapping[str, Any]:
    return {
        "effect": told(found.effect),
        "permutation_p": found.permuted.p_value,
        "combinations": found.permuted.combinations,
        "drawn_by_lot": found.permuted.drawn,
        "smallest_possible_p": found.permuted.smallest,
        "pre_trend_per_month": None if found.pre_trend is None else told(found.pre_trend),
        "drift": None if found.drift is None else told(found.drift),
        "drift_months": found.drift_months,
        "alike_before": found.alike_before,
        "more_than_comparable": more_than_comparable(found),
        "changes": {one.service: one.change for one in found.services},
        "without_both_sides": list(found.without_both_sides),
        "balanced": found.balanced,
        "status": found.status,
        "reason": found.reason,
    }


def _regressions(rows: pl.DataFrame, given: GivenPanel) -> Mapping[str, Any] | None:
    """Return what other programs print; None where a regression is not determined."""
    try:
        compared = regressed(two_sided(rows, given.started_on, left_out=given.left_out))
    except ValueError:
        return None
    return {
        "pooled": told(compared.pooled),
        "two_way_fixed_effects": told(compared.two_way),
        "pre_trend_per_month": told(compared.pre_trend),
    }


def _means(given: GivenMeans) -> Result:
    effect = change_of_cells(
        (given.treated_before, given.treated_after),
        (given.others_before, given.others_after),
        errors=given.standard_errors or (),
    )
    return {"effect": told(effect)}


METHODS: tuple[Method, ...] = (
    Method(
        name="difference-in-differences",
        what="Whether treated services changed more than comparable ones, by permuting which were treated.",
        given=GivenPanel,
        run=_panel,
        example={
            "first_month": "2024-01-01",
            "started_on": "2024-05-01",
            "services": [
                {"service": "passports", "treated": True, "values": [60, 62, 61, 63, 70, 69, 71, 72]},
                {"service": "permits", "treated": False, "values": [65, 64, 66, 65, 66, 65, 67, 66]},
                {"service": "parking", "treated": False, "values": [70, 71, 69, 70, 72, 73, 72, 71]},
                {"service": "benefits", "treated": False, "values": [55, 57, 56, 56, 56, 54, 55, 55]},
            ],
        },
    ),
    Method(
        name="difference-in-differences-of-means",
        what="The difference between two changes, from four means that somebody published.",
        given=GivenMeans,
        run=_means,
        example={
            "treated_before": 20.44,
            "treated_after": 21.03,
            "others_before": 23.33,
            "others_after": 21.17,
            "standard_errors": [0.51, 0.52, 1.35, 0.94],
        },
    ),
)
