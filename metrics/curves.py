"""Lead-time curves for people to look at: now, the baseline, and finished cases only as a contrast."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimators.survival import curve
from metrics.kpi import Cohort
from metrics.periods import Period
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


def curves(found: Mapping[Key, Population], period: Period) -> pl.DataFrame:
    """Return the curves (`CURVES`) of each project with cases, of the populations of received and decided cases.

    `period` is the one shown as now, in whole months or up to the as-of day. A line that would lean on fewer than ten
    decided cases is left out.
    """
    received, decided = (_everybody(found, which) for which in (Cohort.RECEIVED, Cohort.DECIDED))
    inside = pl.col("month").is_between(period.start.replace(day=1), period.end)
    baseline = pl.col("month").is_between(pl.col("baseline_start"), pl.col("baseline_end"))
    lines = {"now": received.filter(inside), "baseline": received.filter(baseline), "completed": decided.filter(inside)}
    drawn = [_line(rows, name) for name, rows in lines.items() if not rows.is_empty()]
    return pl.concat([pl.DataFrame(schema=CURVES), *drawn]).sort("project", "line", "days")


def _everybody(found: Mapping[Key, Population], which: Cohort) -> pl.DataFrame:
    population = next(one for one in found.values() if one.cohort is which)
    rows = population.everybody()
    known = rows if "closed" in rows.columns else rows.with_columns(closed=pl.lit(value=True))
    return known.join(population.facts.select("project", "baseline_start", "baseline_end"), on="project")


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
