"""Workload: what waits on the as-of day and what came in and went out by month, per project and fit to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.flow.ageing import (
    age_bands,
    ages,
    longest_past_due,
    open_cases,
    shown_ages,
    shown_parts,
    shown_past_due,
    standing,
)
from metrics.flow.little import balanced
from metrics.flow.stock import flows, moves, shown, stock
from metrics.flow.suspension import gross_and_net, suspension_notices
from metrics.notices import Notice
from metrics.periods import Grain
from metrics.placing import grid
from metrics.scope import Scope, scope_frame

_DAYS = ("received_on", "decided_on", "due_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of what is open, such as an age band; `n` is None where it is hidden."""

    name: str
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFlow:
    """What came in, went out and was open at the end of a month (or on the as-of day); None where it is hidden."""

    month: date
    inflow: int | None
    outflow: int | None
    open: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What waits at a project on the as-of day. Ages are days; None where they are hidden or there is nothing.

    `past_due` counts against the term of the law. `gross_days` is the mean lead time of the decided cases, `net_days`
    the same without the days on which the clock of the law stood still; both None where these are not known, and
    then `clock` says why. `balanced` says that the stock counted by day and by case agree (Little's law): if not, the
    records must be mended before any of this is used.
    """

    project: str
    open: int | None
    median_days: float | None
    oldest_days: float | None
    longest_past_due_days: float | None
    standing: tuple[Part, ...]
    bands: tuple[Part, ...]
    months: tuple[MonthFlow, ...]
    gross_days: float | None
    net_days: float | None
    clock: Notice | None
    balanced: bool


def workloads(cases: pl.DataFrame, scopes: Sequence[Scope], *, decided: pl.DataFrame) -> Sequence[Workload]:
    """Return the workload of every project with cases.

    `cases` are counted records; `decided` the decided cases of the period that is shown, of everybody (`project`,
    `days`, `net_days`, `suspended_days`, `n`).
    """
    # Lazily: the millions of cases are looked at by their days alone.
    waiting = stock(_slim(cases, scopes)).select("project", "as_of", *_DAYS, "left_on", "n").collect()
    if waiting.is_empty():
        return []
    still_open = open_cases(waiting)
    moved = moves(waiting)
    aged = shown_ages(ages(still_open))
    still: Mapping[str, int | None] = dict(aged.select("project", "open").iter_rows())
    parts = {
        "age": _by_project(aged),
        "late": _by_project(shown_past_due(longest_past_due(still_open))),
        "clock": _by_project(gross_and_net(decided, ["project"])),
    }
    standings, bands = (_parts(shown_parts(of(still_open))) for of in (standing, age_bands))
    facts = waiting.group_by("project").agg(pl.col("as_of").first(), first=pl.col("received_on").min())
    months = _months(shown(flows(moved, grid(facts, Grain.MONTH).join(facts, on="project"))))
    agree = dict(balanced(waiting, moved).iter_rows())
    notices = suspension_notices(decided)
    return [
        Workload(
            project=name,
            open=still.get(name, 0),
            median_days=parts["age"].get(name, {}).get("median_days"),
            oldest_days=parts["age"].get(name, {}).get("oldest_days"),
            longest_past_due_days=parts["late"].get(name, {}).get("late_days"),
            standing=standings.get(name, ()),
            bands=bands.get(name, ()),
            months=months[name],
            gross_days=parts["clock"].get(name, {}).get("gross_days"),
            net_days=parts["clock"].get(name, {}).get("net_days"),
            clock=notices.get(name),
            balanced=agree[name],
        )
        for name in sorted(months)
    ]


def _slim(cases: pl.DataFrame, scopes: Sequence[Scope]) -> pl.LazyFrame:
    """Return what the workload looks at of each case, with its project (as a category: a number in disguise)."""
    projects = pl.Categorical(pl.Categories.random())
    scope = scope_frame(scopes).select(
        pl.col("service").cast(cases.schema["service"]), pl.col("project").cast(projects), "as_of"
    )
    return cases.lazy().select("service", *_DAYS, "outcome", "n").join(scope.lazy(), on="service").drop("service")


def _by_project(frame: pl.DataFrame) -> Mapping[str, Mapping[str, float | None]]:
    return {row["project"]: row for row in frame.iter_rows(named=True)}


def _parts(frame: pl.DataFrame) -> Mapping[str, tuple[Part, ...]]:
    return {
        str(name): tuple(Part(name=part, n=n) for part, n in rows.select("part", "n").iter_rows())
        for (name,), rows in frame.group_by("project", maintain_order=True)
    }


def _months(frame: pl.DataFrame) -> Mapping[str, tuple[MonthFlow, ...]]:
    return {
        str(name): tuple(
            MonthFlow(month=month, inflow=inflow, outflow=outflow, open=left)
            for month, inflow, outflow, left in rows.select("period_start", "inflow", "outflow", "open").iter_rows()
        )
        for (name,), rows in frame.group_by("project", maintain_order=True)
    }
