"""Fairness: how far the channel where residents fare worst lies from everybody, in the shown period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from metrics.breakdowns import EVERYBODY, UNKNOWN
from metrics.estimate import Status
from metrics.evidence.windows import now_of
from metrics.kpi import Kpi
from metrics.leading import weighable
from metrics.periods import Grain, months_between
from metrics.populations import Population
from metrics.scope import Scope
from metrics.scoring import Scoring
from metrics.weighting.fairness import gaps_in_answers, gaps_in_figures

_CHANNEL = "channel"
_USABLE = [Status.OK.value, Status.INDICATIVE.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessGap:
    """The channel fairness gap: worst minus everybody, in the unit of the KPI, with limits that hold for all channels.

    `compared` is how many channels had enough to be compared. An end that is None is unknown or unlimited.
    """

    worst: str
    worst_value: float
    everybody: float
    difference: float
    low: float | None
    high: float | None
    compared: int


def fairness_gaps(
    evidence: pl.DataFrame, population: Population, kpi: Kpi, *, scopes: Sequence[Scope], grain: Grain
) -> Mapping[str, FairnessGap]:
    """Return the gap of each project that has two channels or more with a figure that may be shown.

    `evidence` is that of the shown grain (protected): a channel whose figure was withheld takes no part.
    """
    periods = {scope.project: now_of(scope, population, grain) for scope in scopes}
    starts = pl.DataFrame(
        {"project": list(periods), "period_start": [one.start for one in periods.values()]},
        schema={"project": pl.String(), "period_start": pl.Date()},
    )
    mine = evidence.filter(pl.col("kpi") == kpi.name, pl.col("grain") == grain.value, pl.col("status").is_in(_USABLE))
    rows = (mine if grain is Grain.ALL else mine.join(starts, on=["project", "period_start"])).filter(
        pl.col("breakdown") != f"{_CHANNEL}={UNKNOWN}"
    )
    shown = rows.filter(pl.col("breakdown").str.starts_with(f"{_CHANNEL}=")).with_columns(
        channel=pl.col("breakdown").str.strip_prefix(f"{_CHANNEL}=")
    )
    everybody = rows.filter(pl.col("breakdown") == EVERYBODY)
    wanted = shown.join(everybody.select("project"), on="project", how="semi")
    if wanted.is_empty():
        return {}
    found = _gaps(wanted, everybody, population, kpi, periods=periods)
    return {row["project"]: _gap(row) for row in found.iter_rows(named=True) if row["difference"] is not None}


def _gaps(
    shown: pl.DataFrame, everybody: pl.DataFrame, population: Population, kpi: Kpi, *, periods: Mapping[str, Any]
) -> pl.DataFrame:
    scoring = weighable(kpi)
    # Where the figure of everybody is weighted the gap is held against that one: a page says one number for everybody.
    leads = everybody if scoring is None else everybody.filter(pl.col("detail").str.contains('"crude"', literal=True))
    led = shown.join(leads.select("project"), on="project", how="semi")
    found = gaps_in_figures(led, leads, by=["project"], among=_CHANNEL, better=kpi.direction)
    plain = shown.join(leads.select("project"), on="project", how="anti")
    if scoring is None or plain.is_empty():
        return found
    return pl.concat([found, _in_answers(plain, population, kpi, scoring, periods=periods)])


def _in_answers(
    shown: pl.DataFrame, population: Population, kpi: Kpi, scoring: Scoring, *, periods: Mapping[str, Any]
) -> pl.DataFrame:
    months = pl.DataFrame(
        [(name, month) for name, one in periods.items() for month in months_between(one.start, one.end)],
        schema={"project": pl.String(), "month": pl.Date()},
        orient="row",
    )
    answers = scoring.scored(population.joint(months))
    known = shown.select("project", "channel")
    # A channel of which the figure was withheld counts among everybody, and is never named.
    named = answers.join(known.with_columns(_shown=pl.lit(value=True)), on=["project", "channel"], how="left")
    kept = named.with_columns(channel=pl.when("_shown").then("channel")).join(
        known.select("project").unique(), on="project", how="semi"
    )
    return gaps_in_answers(kept, by=["project"], among=_CHANNEL, better=kpi.direction, interval=scoring.interval)


def _gap(row: Mapping[str, Any]) -> FairnessGap:
    return FairnessGap(
        worst=row["worst"],
        worst_value=row["worst_value"],
        everybody=row["everybody"],
        difference=row["difference"],
        low=row["low"],
        high=row["high"],
        compared=row["compared"],
    )
