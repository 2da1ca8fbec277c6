"""Evaluation: counted records of a set of projects in, evidence rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from metrics.disclosure import withhold
from metrics.estimate import FIGURES, Reason, Status
from metrics.kpi import Cohort, Kpi
from metrics.periods import Grain
from metrics.placing import PERIOD, grid, placed
from metrics.populations import Key, Population, key_of, populations
from metrics.records import Kind
from metrics.scope import Scope

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

_BY = [*PERIOD, "breakdown"]


def evaluate(
    scopes: Sequence[Scope],
    counted: Mapping[Kind, pl.DataFrame],
    *,
    kpis: Sequence[Kpi],
    grain: Grain,
) -> pl.DataFrame:
    """Return the evidence (`EVIDENCE`) for every KPI, every period of the grain, the baseline and every breakdown.

    `counted` holds the outcome of `metrics.counting.count` per record kind, answers counted up to the as-of day
    of their scope. A period between the first record and the as-of day without any is a row with `no_data`.
    A project without any record of a KPI has no row of it.
    """
    return evidence_of(populations(scopes, counted, kpis), kpis=kpis, grain=grain)


def evidence_of(found: Mapping[Key, Population], *, kpis: Sequence[Kpi], grain: Grain) -> pl.DataFrame:
    """Return the evidence of KPIs from the populations they look at; see `evaluate`."""
    parts = [
        _evidence(placed(population.monthly, population.facts, grain), population.facts, kpi, grain)
        for key, population in found.items()
        for kpi in kpis
        if key_of(kpi) == key
    ]
    return pl.concat([pl.DataFrame(schema=EVIDENCE), *parts]).sort(
        "project", "kpi", "grain", "breakdown", "period_start"
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
    nothing = Reason.NOTHING_DUE if kpi.cohort is Cohort.DUE else Reason.NOTHING_RECORDED
    periods = grid(facts, grain).join(figures.select("project", "breakdown").unique(), on="project")
    gaps = periods.join(figures, on=_BY, how="anti").with_columns(
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
