"""Evaluation: counted records of a set of projects in, evidence rows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import polars as pl

from metrics.breakdowns import broken_down
from metrics.cohorts import cohort
from metrics.disclosure import withhold
from metrics.estimate import FIGURES, Reason, Status
from metrics.kpi import Cohort, Kpi
from metrics.periods import MONTHS_IN, Grain
from metrics.records import Kind
from metrics.scope import Scope, scope_frame

EVIDENCE = pl.Schema(
    {
        "project": pl.String(),
        "kpi": pl.String(),
        "kpi_version": pl.Int64(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "breakdown": pl.String(),
        **FIGURES,
        "as_of": pl.Date(),
        "newest_on": pl.Date(),
        "warnings": pl.List(pl.String),
    },
)
"""Evidence: a figure of a project for a KPI version, a period and a breakdown, as seen on `as_of`.

`newest_on` is the latest day on which something was recorded for this KPI; `warnings` are codes that
`dashboard.wording` puts into sentences.
"""

_BY = ["project", "grain", "period_start", "period_end", "breakdown"]
_SCOPE = ["project", "as_of", "norm_days", "baseline_start", "baseline_end", "fresh_within_days"]


def evaluate(
    scopes: Sequence[Scope],
    counted: Mapping[Kind, pl.DataFrame],
    *,
    kpis: Iterable[Kpi],
    grain: Grain,
) -> pl.DataFrame:
    """Return the evidence (`EVIDENCE`) for every KPI, every period of the grain, the baseline and every breakdown.

    `counted` holds the outcome of `metrics.counting.count` per record kind, answers counted up to the as-of day
    of their scope. A period between the first record and the as-of day without any is a row with `no_data`.
    """
    scope = scope_frame(scopes)
    parts = [
        _evidence(rows, kpi, scope, grain)
        for population, members in groupby(kpis, key=_population)
        for rows in [_rows(counted.get(population[0]), population, scope, grain)]
        if rows is not None
        for kpi in members
    ]
    return pl.concat([pl.DataFrame(schema=EVIDENCE), *parts]).sort("project", "kpi", "grain", "breakdown", "period_start")


def _population(kpi: Kpi) -> tuple[Kind, str | None, Cohort | None]:
    return kpi.record, kpi.item, kpi.cohort


def _rows(
    counted: pl.DataFrame | None,
    population: tuple[Kind, str | None, Cohort | None],
    scope: pl.DataFrame,
    grain: Grain,
) -> pl.DataFrame | None:
    if counted is None:
        return None
    _, item, which = population
    scoped = counted.join(scope, on="service")
    if which is None:
        rows = scoped.filter(pl.col("item") == item).with_columns(
            day=(pl.col("month") + "-01").str.to_date(),
            newest_on=pl.col("newest"),
        )
        content = ["scale", "question", "value"]
    else:
        rows = cohort(scoped, which).with_columns(
            newest_on=pl.when(pl.col("closed")).then(pl.col("decided_on")).otherwise(pl.col("received_on")),
        )
        content = ["days", "closed", "on_time", "norm_days"]
    if rows.is_empty():
        return None
    keys = list(dict.fromkeys([*_SCOPE, "breakdown", "day", *content]))
    broken = broken_down(rows).group_by(keys).agg(pl.col("n").sum(), pl.col("newest_on").max())
    return pl.concat([_periods(broken, grain), _baseline(broken)])


def _periods(rows: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    if grain is Grain.ALL:
        start, end = pl.col("day").min().over("project"), pl.col("as_of")
    else:
        length = f"{MONTHS_IN[grain]}mo"
        start = pl.col("day").dt.truncate(length)
        end = start.dt.offset_by(length).dt.offset_by("-1d")
    return rows.with_columns(grain=pl.lit(grain.value), period_start=start, period_end=end)


def _baseline(rows: pl.DataFrame) -> pl.DataFrame:
    start, end = pl.col("baseline_start"), pl.col("baseline_end")
    inside = pl.col("day").is_between(start, end).fill_null(value=False)
    return rows.filter(inside).with_columns(grain=pl.lit(Grain.BASELINE.value), period_start=start, period_end=end)


def _evidence(rows: pl.DataFrame, kpi: Kpi, scope: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    figures = withhold(kpi.estimator.figures(rows, _BY), kpi.unit, closed=kpi.cohort is Cohort.RECEIVED)
    facts = rows.group_by("project").agg(
        pl.col("as_of").first(),
        pl.col("fresh_within_days").first(),
        pl.col("newest_on").max(),
        first=pl.col("day").min(),
    )
    filled = figures if grain is Grain.ALL else _with_gaps(figures, facts, grain, kpi.estimator.method)
    return (
        filled.join(facts, on="project")
        .with_columns(_stale("status", Status.STALE.value), _stale("reason", Reason.SOURCE_LATE.value))
        .with_columns(
            kpi=pl.lit(kpi.name),
            kpi_version=pl.lit(kpi.version, dtype=pl.Int64),
            warnings=_warnings(),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in EVIDENCE.items())
    )


def _with_gaps(figures: pl.DataFrame, facts: pl.DataFrame, grain: Grain, method: str) -> pl.DataFrame:
    length = f"{MONTHS_IN[grain]}mo"
    grid = (
        facts.select(
            "project",
            period_start=pl.date_ranges(
                pl.col("first").dt.truncate(length),
                pl.max_horizontal("first", "as_of").dt.truncate(length),
                length,
            ),
        )
        .explode("period_start")
        .with_columns(
            grain=pl.lit(grain.value),
            period_end=pl.col("period_start").dt.offset_by(length).dt.offset_by("-1d"),
        )
        .join(figures.select("project", "breakdown").unique(), on="project")
    )
    gaps = grid.join(figures, on=_BY, how="anti").with_columns(
        n=pl.lit(0, dtype=pl.Int64),
        support=pl.lit(0, dtype=pl.Int64),
        status=pl.lit(Status.NO_DATA.value),
        reason=pl.lit(Reason.NOTHING_RECORDED.value),
        method=pl.lit(method),
    )
    return pl.concat([figures, gaps], how="diagonal").select(figures.columns)


def _stale(column: str, word: str) -> pl.Expr:
    seen_until = pl.min_horizontal("period_end", "as_of")
    late = (seen_until - pl.col("newest_on")).dt.total_days() > pl.col("fresh_within_days")
    moving = pl.col("grain") != Grain.BASELINE.value
    usable = pl.col("status").is_in([Status.OK.value, Status.INDICATIVE.value])
    return pl.when(late & moving & usable).then(pl.lit(word)).otherwise(pl.col(column)).alias(column)


def _warnings() -> pl.Expr:
    running = pl.col("period_end") > pl.col("as_of")
    none = pl.lit([], dtype=pl.List(pl.String))
    return pl.when(running).then(pl.lit(["running"], dtype=pl.List(pl.String))).otherwise(none)
