"""Windows: which months of a project are compared, shown, or give the mix that is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from metrics.effect.compared_months import ComparedMonths, compared_months
from metrics.evidence.agreement import Agreement
from metrics.evidence.change import AFTER, BEFORE, SIDES
from metrics.periods import Grain, Period, latest_complete, months_between
from metrics.populations import Population
from metrics.scope import Scope

PERIODS = pl.Schema({"project": pl.String(), "month": pl.Date(), "period_start": pl.Date(), "period_end": pl.Date()})
"""Which months (first days) of a project make up which period."""


def shown_period(grain: Grain, as_of: date) -> Period | None:
    """Return the period that counts as now, or None for the one period of `Grain.ALL`."""
    return None if grain is Grain.ALL else latest_complete(as_of, grain)


def now_of(scope: Scope, population: Population, grain: Grain) -> Period:
    """Return the period that counts as now, with its ends."""
    period = shown_period(grain, scope.as_of)
    if period is not None:
        return period
    facts = population.facts.filter(pl.col("project") == scope.project)
    return Period(start=min(facts["first"][0], scope.as_of), end=scope.as_of)


def left_out(agreement: Agreement) -> tuple[date, ...]:
    """Return the months in which the new way was brought in: no comparison counts them."""
    window = agreement.implementation
    return () if window is None else tuple(months_between(window.start, window.end))


def year_of(scope: Scope, agreement: Agreement) -> ComparedMonths | None:
    """Return up to twelve months since the start and the same calendar months before it; None before the start."""
    if scope.baseline is None or agreement.started_on is None or agreement.started_on > scope.as_of:
        return None
    return compared_months(scope.baseline, agreement.started_on, as_of=scope.as_of, left_out=left_out(agreement))


def year_sides(years: Mapping[str, ComparedMonths]) -> pl.DataFrame:
    """Return the months of `year_of` as sides (`SIDES`)."""
    return _sides(
        [
            (name, month, side)
            for name, months in years.items()
            for side, some in ((BEFORE, months.before), (AFTER, months.after))
            for month in some
        ]
    )


def now_sides(scopes: Sequence[Scope], population: Population, grain: Grain) -> pl.DataFrame:
    """Return the months of the baseline and of now as sides (`SIDES`)."""
    return _sides(
        [
            (scope.project, month, side)
            for scope in scopes
            if scope.baseline is not None
            for side, period in ((BEFORE, scope.baseline), (AFTER, now_of(scope, population, grain)))
            for month in months_between(period.start, period.end)
        ]
    )


def periods_of(scopes: Sequence[Scope], population: Population, grain: Grain) -> pl.DataFrame:
    """Return the months of the baseline and of now with the period that each belongs to (`PERIODS`)."""
    rows = [
        (scope.project, month, period.start, period.end)
        for scope in scopes
        for period in (scope.baseline, now_of(scope, population, grain))
        if period is not None
        for month in months_between(period.start, period.end)
    ]
    return pl.DataFrame(rows, schema=PERIODS, orient="row")


def mix_months(scopes: Sequence[Scope], population: Population) -> pl.DataFrame:
    """Return the months whose mix is held in a series (`project`, `month`): the baseline, or all there are."""
    months = population.places.select("project", "month").unique()
    spans = pl.DataFrame(
        [(scope.project, scope.baseline.start, scope.baseline.end) for scope in scopes if scope.baseline],
        schema={"project": pl.String(), "_first": pl.Date(), "_last": pl.Date()},
        orient="row",
    )
    known = months.join(spans, on="project", how="left")
    inside = pl.col("month").is_between("_first", "_last") | pl.col("_first").is_null()
    return known.filter(inside).select("project", "month")


def _sides(rows: Sequence[tuple[str, date, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SIDES, orient="row")
