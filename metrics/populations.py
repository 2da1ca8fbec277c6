"""Populations: the counted rows that belong together, by month, as the estimators of its KPIs look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from metrics.breakdowns import broken_down
from metrics.cohorts import cohort
from metrics.estimators.events import Event
from metrics.estimators.next_contact import followed_up
from metrics.kpi import Cohort, Kpi
from metrics.placing import by_month
from metrics.records import Kind
from metrics.scope import Scope, scope_frame

CONTENT: Mapping[Cohort | None, tuple[str, ...]] = {
    None: ("scale", "question", "value"),
    Cohort.RECEIVED: ("days", "closed", "norm_days"),
    Cohort.ARRIVED: ("days", "ended", "norm_days"),
    Cohort.DUE: ("closed", "on_time"),
    Cohort.SERVICE_DUE: ("closed", "on_time"),
    Cohort.DECIDED: ("days", "net_days", "suspended_days", "norm_days"),
}
"""What the estimators of answers, and of each cohort of cases, look at."""

_REPEATS = ("gap_days", "follow_up_days")
_EVENTS = ("event",)

Key = tuple[Kind, str | None, Cohort | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The rows of one population of all projects.

    `cohort` is None for answers and events. `joint` has `project`, `month` (its first day), the content (`CONTENT`),
    `channel`, `segments` and `n`; `monthly` the same
    with `breakdown` in place of channel and segments, each row repeated for every breakdown it belongs to. `facts` has
    a row per project with records: `as_of`, `fresh_within_days`, `baseline_start`, `baseline_end`, `first` (its first
    day) and `newest_on`.
    """

    key: Key
    cohort: Cohort | None
    joint: pl.DataFrame
    monthly: pl.DataFrame
    facts: pl.DataFrame


def key_of(kpi: Kpi) -> Key:
    """Return what names the population of a KPI: KPIs with the same key look at the same rows."""
    return kpi.record, kpi.item, kpi.cohort, kpi.events


def populations(
    scopes: Sequence[Scope], counted: Mapping[Kind, pl.DataFrame], kpis: Iterable[Kpi]
) -> Mapping[Key, Population]:
    """Return the population of every KPI whose kind of record was counted.

    `counted` holds the outcome of `metrics.counting.count` per record kind, answers counted up to the as-of day
    of their scope.
    """
    scope = scope_frame(scopes)
    keys = dict.fromkeys(key_of(kpi) for kpi in kpis)
    scoped = {kind: frame.join(scope, on="service") for kind, frame in counted.items() if kind in _OF_FIGURES}
    return {key: _population(_rows(scoped, key), key) for key in keys if key[0] in scoped}


_OF_FIGURES = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Rows with a `day`, what of them is content, and the newest day on which anything was recorded per project."""

    rows: pl.DataFrame
    content: tuple[str, ...]
    newest: pl.DataFrame


def _rows(scoped: Mapping[Kind, pl.DataFrame], key: Key) -> _Rows:
    kind, item, which, events = key
    if kind is Kind.COUNTS:
        return _of_events(scoped, events)
    if which is None:
        known = scoped[kind].filter(pl.col("item") == item)
        return _Rows(rows=_dated(known), content=CONTENT[None], newest=_newest(known, pl.col("newest").max()))
    # Whatever happened to any case shows that the source is alive, also where nothing fell due lately.
    seen = pl.max_horizontal(_newest_seen("received_on"), _newest_seen("decided_on"))
    return _Rows(rows=cohort(scoped[kind], which), content=CONTENT[which], newest=_newest(scoped[kind], seen))


def _of_events(scoped: Mapping[Kind, pl.DataFrame], events: tuple[str, ...]) -> _Rows:
    """Return the rows of events; contacts beside the cases that they are held against, or followed up alone."""
    counts = scoped[Kind.COUNTS]
    known = counts.filter(pl.col("event").is_in(list(events)))
    newest = _newest(known, pl.col("newest").max())
    if events == (Event.CONTACT.value,):
        return _Rows(rows=_dated(followed_up(counts, until=pl.col("as_of"))), content=_REPEATS, newest=newest)
    rows = _dated(known)
    if Event.CONTACT.value in events:
        rows = pl.concat([rows, _cases(scoped, known).select(rows.columns)])
    return _Rows(rows=rows, content=_EVENTS, newest=newest)


def _cases(scoped: Mapping[Kind, pl.DataFrame], contacts: pl.DataFrame) -> pl.DataFrame:
    """Return the cases received, as events of their own, of the projects that record contacts."""
    if Kind.CASES not in scoped:
        return _dated(contacts.clear())
    received = scoped[Kind.CASES].filter(pl.col("received_on") <= pl.col("as_of"))
    named = received.join(contacts.select("project").unique(), on="project", how="semi").with_columns(
        event=pl.lit(Event.CASE.value), day=pl.col("received_on")
    )
    missing = [name for name in _dated(contacts.clear()).columns if name not in named.columns]
    return named.with_columns(pl.lit(None).alias(name) for name in missing)


def _dated(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.with_columns(day=(pl.col("month") + "-01").str.to_date("%Y-%m-%d"))


def _newest(known: pl.DataFrame, newest: pl.Expr) -> pl.DataFrame:
    return known.group_by("project").agg(newest_on=newest)


def _population(found: _Rows, key: Key) -> Population:
    facts = (
        found.rows.group_by("project")
        .agg(pl.col("as_of", "fresh_within_days", "baseline_start", "baseline_end").first(), first=pl.col("day").min())
        .join(found.newest, on="project")
    )
    joint = by_month(found.rows, found.content)
    names = ["project", "month", *found.content, "breakdown"]
    monthly = broken_down(joint).group_by(names).agg(pl.col("n").sum())
    return Population(key=key, cohort=key[2], joint=joint, monthly=monthly, facts=facts)


def _newest_seen(name: str) -> pl.Expr:
    return pl.col(name).filter(pl.col(name) <= pl.col("as_of")).max()
