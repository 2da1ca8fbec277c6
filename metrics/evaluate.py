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

_CONTENT: Mapping[Cohort | None, tuple[str, ...]] = {
    None: ("scale", "question", "value"),
    Cohort.RECEIVED: ("days", "closed", "norm_days"),
    Cohort.DUE: ("closed", "on_time"),
    Cohort.DECIDED: ("days", "norm_days"),
}
"""What the estimators of answers, and of each cohort of cases, look at."""


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
    A project without any record of a KPI has no row of it.
    """
    scope = scope_frame(scopes)
    parts = [
        _evidence(rows, facts, kpi, grain)
        for (kind, item, which), members in groupby(kpis, key=_population)
        if kind in counted
        for rows, facts in [_population_rows(counted[kind].join(scope, on="service"), item, which, grain)]
        for kpi in members
    ]
    return pl.concat([pl.DataFrame(schema=EVIDENCE), *parts]).sort(
        "project", "kpi", "grain", "breakdown", "period_start"
    )


def _population(kpi: Kpi) -> tuple[Kind, str | None, Cohort | None]:
    return kpi.record, kpi.item, kpi.cohort


def _population_rows(
    scoped: pl.DataFrame,
    item: str | None,
    which: Cohort | None,
    grain: Grain,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows per period and breakdown, and per project its as-of day, first and newest day."""
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
        .agg(pl.col("as_of", "fresh_within_days").first(), first=pl.col("day").min())
        .join(known.group_by("project").agg(newest_on=newest), on="project")
    )
    keys = [*(name for name in _BY if name != "breakdown"), *_CONTENT[which]]
    placed = pl.concat([_periods(rows, grain), _baseline(rows)])
    counted = placed.group_by(*keys, "channel", "segments").agg(pl.col("n").sum())
    return broken_down(counted).group_by(*keys, "breakdown").agg(pl.col("n").sum()), facts


def _newest_seen(name: str) -> pl.Expr:
    return pl.col(name).filter(pl.col(name) <= pl.col("as_of")).max()


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
    return rows.filter(pl.col("day").is_between(start, end)).with_columns(
        grain=pl.lit(Grain.BASELINE.value), period_start=start, period_end=end
    )


def _evidence(rows: pl.DataFrame, facts: pl.DataFrame, kpi: Kpi, grain: Grain) -> pl.DataFrame:
    figures = withhold(kpi.estimator.figures(rows, _BY), kpi.unit, closed=kpi.cohort is Cohort.RECEIVED)
    filled = figures if grain is Grain.ALL else _with_gaps(figures, facts, grain, kpi)
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


def _with_gaps(figures: pl.DataFrame, facts: pl.DataFrame, grain: Grain, kpi: Kpi) -> pl.DataFrame:
    length = f"{MONTHS_IN[grain]}mo"
    nothing = Reason.NOTHING_DUE if kpi.cohort is Cohort.DUE else Reason.NOTHING_RECORDED
    grid = (
        facts.select(
            "project",
            period_start=pl.date_ranges(
                pl.col("first").dt.truncate(length),
                pl.col("as_of").dt.truncate(length),
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
        reason=pl.lit(nothing.value),
        method=pl.lit(kpi.estimator.method),
    )
    return pl.concat([figures, gaps], how="diagonal").select(figures.columns)


def _stale(column: str, word: str) -> pl.Expr:
    # Cases that are still open are followed up to the as-of day, whatever their period.
    followed = pl.col("detail").str.json_path_match("$.open").cast(pl.Int64) > 0
    seen_until = pl.when(followed).then(pl.col("as_of")).otherwise(pl.min_horizontal("period_end", "as_of"))
    late = (seen_until - pl.col("newest_on")).dt.total_days() > pl.col("fresh_within_days")
    moving = pl.col("grain") != Grain.BASELINE.value
    usable = pl.col("status").is_in([Status.OK.value, Status.INDICATIVE.value])
    not_reached = pl.col("reason").eq_missing(Reason.NOT_REACHED.value)
    return pl.when(late & moving & (usable | not_reached)).then(pl.lit(word)).otherwise(pl.col(column)).alias(column)


def _warnings() -> pl.Expr:
    running = pl.col("period_end") > pl.col("as_of")
    none = pl.lit([], dtype=pl.List(pl.String))
    return pl.when(running).then(pl.lit(["running"], dtype=pl.List(pl.String))).otherwise(none)
