"""Builders for the tests of evidence: what a project put on record, and what is seen of its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from metrics.evaluate import Evaluated, Seen, evaluated
from metrics.evidence.agreement import Agreement
from metrics.evidence.control import Control, Dot
from metrics.kpi import Kpi
from metrics.kpis import KPIS, kpi
from metrics.leading import Weighing
from metrics.periods import Grain, Period, months_between
from metrics.populations import Population, key_of, populations
from metrics.scope import Scope
from metrics.volumes import VOLUMES
from tests.metrics.builders import counted_by_kind, satisfied, scope

START = date(2025, 7, 1)
YEAR_BEFORE = Period(start=date(2024, 7, 1), end=date(2025, 6, 30))
SATISFACTION, MEAN, CLARITY = kpi("satisfaction"), kpi("satisfaction_mean"), kpi("clarity")
P50, P90, WITHIN_NORM = kpi("lead_time_p50"), kpi("lead_time_p90"), kpi("lead_time_within_norm")
ON_TIME = kpi("on_time")


def agreement(**changed: Any) -> Agreement:
    usual = {"project": "p", "kpis": ("satisfaction",), "started_on": START, "registered_on": START}
    return Agreement(**{**usual, **changed})


def started(**changed: Any) -> Scope:
    """Return a project with a year before it started as its baseline."""
    return scope(**{"baseline": YEAR_BEFORE, **changed})


def months(first: date, last: date) -> list[date]:
    return months_between(first, last)


def each_month(first: date, last: date, *, good: int, bad: int, **changed: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the same answers in every month."""
    for month in months(first, last):
        yield from satisfied(good, bad, answered_on=month, **changed)


def population_of(which: Kpi, *frames: pl.DataFrame, scopes: list[Scope] | None = None) -> Population:
    return populations(scopes or [started()], counted_by_kind(*frames), KPIS)[key_of(which)]


def came(volumes: Mapping[tuple[date, str | None], int], project: str = "p") -> pl.DataFrame:
    """Return how many came in a month through a channel."""
    rows = [(project, month, channel, None, volume) for (month, channel), volume in volumes.items()]
    return pl.DataFrame(rows, schema=VOLUMES, orient="row")


def weighing(volumes: Mapping[tuple[date, str | None], int] | None = None) -> Weighing:
    return Weighing(volumes=came(volumes or {}), digital=frozenset({"website"}), segments=())


def looked_at(
    *frames: pl.DataFrame,
    scopes: list[Scope] | None = None,
    grain: Grain = Grain.YEAR,
    headline: tuple[str, ...] = ("satisfaction",),
    kpis: Sequence[Kpi] = KPIS,
) -> Evaluated:
    """Evaluate KPIs (all unless told) by the grain, and by month those that stand for a measure."""
    seen = Seen(
        scopes=scopes or [started()],
        counted=counted_by_kind(*frames),
        headline=frozenset(headline),
        digital=frozenset({"website"}),
    )
    return evaluated(seen, kpis=kpis, grain=grain)


def dot(month: date, mark: str | None = "ordinary", *, signal: str | None = "none") -> Dot:
    return Dot(month=month, value=0.5, mean=0.5, low=0.4, high=0.6, signal=signal, side=None, mark=mark)


def control(*dots: Dot) -> Control:
    return Control(
        kind="xmr",
        dots=dots,
        variation=None,
        since=None,
        assurance=None,
        status="ok",
        trial=False,
        no_limits=None,
        missing_months=0,
        frozen_until=None,
        sigma_z=None,
    )


def channel_months(first: date, last: date, volumes: Mapping[str | None, int]) -> Mapping[tuple[date, str | None], int]:
    """Return the same volumes in every month."""
    return {(month, channel): volume for month in months(first, last) for channel, volume in volumes.items()}
