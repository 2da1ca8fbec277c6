"""Lead-time curves for people to look at: now, the baseline, and finished cases only as a contrast."""

from __future__ import annotations

import polars as pl

from metrics.cohorts import cohort
from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimators.survival import curve
from metrics.kpi import Cohort
from metrics.periods import Period

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


def curves(cases: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the curves (`CURVES`) of each project in `cases` (counted, with scope columns).

    `period` is the one shown as now. A line that would lean on fewer than ten decided cases is left out.
    """
    received, decided = cohort(cases, Cohort.RECEIVED), cohort(cases, Cohort.DECIDED)
    inside = pl.col("day").is_between(period.start, period.end)
    baseline = pl.col("day").is_between(pl.col("baseline_start"), pl.col("baseline_end"))
    lines = {"now": received.filter(inside), "baseline": received.filter(baseline), "completed": decided.filter(inside)}
    drawn = [_line(rows, name) for name, rows in lines.items()]
    return pl.concat([pl.DataFrame(schema=CURVES), *drawn]).sort("project", "line", "days")


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
