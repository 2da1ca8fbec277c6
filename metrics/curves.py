"""Lead-time curves for people to look at: now, the baseline, and finished cases only as a contrast."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from metrics.breakdowns import EVERYBODY
from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimators.survival import curve
from metrics.kpi import Cohort
from metrics.periods import Grain, Period
from metrics.populations import Key, Population

CURVES = pl.Schema(
    {
        "project": pl.String(),
        "line": pl.String(),
        "days": pl.Int64(),
        "decided": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    },
)
"""Share decided (a fraction) by day, with 95 % limits; `line` is `now`, `baseline` or `completed`."""


def curves(found: Mapping[Key, Population], period: Period, *, hidden: pl.DataFrame) -> pl.DataFrame:
    """Return the curves (`CURVES`) of each project with cases, of the populations of received and decided cases.

    `period` is the one shown as now, in whole months or up to the as-of day. A line that would lean on fewer than ten
    decided cases is left out, and so is one whose figures are hidden (`metrics.disclosure.cells.HIDDEN`).
    """
    inside = pl.col("month").is_between(period.start.replace(day=1), period.end)
    baseline = pl.col("month").is_between(pl.col("baseline_start"), pl.col("baseline_end"))
    before = pl.col("grain") == Grain.BASELINE.value
    now = ~before & (pl.col("period_start") <= period.start) & (pl.col("period_end") == period.end)
    lines = [
        ("now", Cohort.RECEIVED, inside, now),
        ("baseline", Cohort.RECEIVED, baseline, before),
        ("completed", Cohort.DECIDED, inside, now),
    ]
    drawn = [
        _line(rows.filter(wanted).join(_hidden_in(hidden, found, which, place), on="project", how="anti"), name)
        for name, which, wanted, place in lines
        for rows in [_everybody(found, which)]
    ]
    return pl.concat([pl.DataFrame(schema=CURVES), *drawn]).sort("project", "line", "days")


def _hidden_in(hidden: pl.DataFrame, found: Mapping[Key, Population], which: Cohort, place: pl.Expr) -> pl.DataFrame:
    """Return the projects of which the figures of everybody are hidden in a place."""
    mine = (pl.col("population") == _of(found, which).name) & (pl.col("breakdown") == EVERYBODY)
    return hidden.filter(mine, place).select("project").unique()


def decided_in(found: Mapping[Key, Population], period: Period) -> pl.DataFrame:
    """Return the decided cases of a period, of everybody: `project`, `month`, `days`, `net_days` and the rest."""
    return _everybody(found, Cohort.DECIDED).filter(pl.col("month").is_between(period.start.replace(day=1), period.end))


def _everybody(found: Mapping[Key, Population], which: Cohort) -> pl.DataFrame:
    population = _of(found, which)
    rows = population.everybody()
    known = rows if "closed" in rows.columns else rows.with_columns(closed=pl.lit(value=True))
    return known.join(population.facts.select("project", "baseline_start", "baseline_end"), on="project")


def _of(found: Mapping[Key, Population], which: Cohort) -> Population:
    return next(one for one in found.values() if one.cohort is which)


def _line(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    enough = pl.col("n").filter(pl.col("closed")).sum().over("project") >= FEWEST_SHOWN
    return (
        curve(rows.filter(enough), ["project"])
        .select(
            "project",
            "days",
            line=pl.lit(name),
            decided=1 - pl.col("waiting"),
            low=1 - pl.col("waiting_high"),
            high=1 - pl.col("waiting_low"),
        )
        .select(pl.col(column).cast(dtype) for column, dtype in CURVES.items())
    )
