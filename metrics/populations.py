"""Populations: the counted rows that belong together, by month, as the estimators of its KPIs look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from metrics.breakdowns import broken_down
from metrics.cohorts import cohort
from metrics.kpi import Cohort, Kpi
from metrics.placing import by_month
from metrics.records import Kind
from metrics.scope import Scope, scope_frame

CONTENT: Mapping[Cohort | None, tuple[str, ...]] = {
    None: ("scale", "question", "value"),
    Cohort.RECEIVED: ("days", "closed", "norm_days"),
    Cohort.DUE: ("closed", "on_time"),
    Cohort.DECIDED: ("days", "norm_days"),
}
"""What the estimators of answers, and of each cohort of cases, look at."""

Key = tuple[Kind, str | None, Cohort | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The rows of one population of all projects.

    `joint` has `project`, `month` (its first day), the `CONTENT`, `channel`, `segments` and `n`; `monthly` the same
    with `breakdown` in place of channel and segments, each row repeated for every breakdown it belongs to. `facts` has
    a row per project with records: `as_of`, `fresh_within_days`, `baseline_start`, `baseline_end`, `first` (its first
    day) and `newest_on`.
    """

    key: Key
    joint: pl.DataFrame
    monthly: pl.DataFrame
    facts: pl.DataFrame


def key_of(kpi: Kpi) -> Key:
    """Return what names the population of a KPI: KPIs with the same key look at the same rows."""
    return kpi.record, kpi.item, kpi.cohort


def populations(
    scopes: Sequence[Scope], counted: Mapping[Kind, pl.DataFrame], kpis: Iterable[Kpi]
) -> Mapping[Key, Population]:
    """Return the population of every KPI whose kind of record was counted.

    `counted` holds the outcome of `metrics.counting.count` per record kind, answers counted up to the as-of day
    of their scope.
    """
    scope = scope_frame(scopes)
    keys = dict.fromkeys(key_of(kpi) for kpi in kpis)
    return {key: _population(counted[key[0]].join(scope, on="service"), key) for key in keys if key[0] in counted}


def _population(scoped: pl.DataFrame, key: Key) -> Population:
    _, item, which = key
    if which is None:
        known = scoped.filter(pl.col("item") == item)
        rows = known.with_columns(day=(pl.col("month") + "-01").str.to_date("%Y-%m-%d"))
        newest = pl.col("newest").max()
    else:
        known, rows = scoped, cohort(scoped, which)
        # Whatever happened to any case shows that the source is alive, also where nothing fell due lately.
        newest = pl.max_horizontal(_newest_seen("received_on"), _newest_seen("decided_on"))
    facts = (
        rows.group_by("project")
        .agg(pl.col("as_of", "fresh_within_days", "baseline_start", "baseline_end").first(), first=pl.col("day").min())
        .join(known.group_by("project").agg(newest_on=newest), on="project")
    )
    joint = by_month(rows, CONTENT[which])
    names = ["project", "month", *CONTENT[which], "breakdown"]
    monthly = broken_down(joint).group_by(names).agg(pl.col("n").sum())
    return Population(key=key, joint=joint, monthly=monthly, facts=facts)


def _newest_seen(name: str) -> pl.Expr:
    return pl.col(name).filter(pl.col(name) <= pl.col("as_of")).max()
