"""Share decided on time among all cases whose term ran out in the period, open ones included."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import wilson


def due_outcomes(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count per group what became of counted cases that were due: `n`, `on_time`, `late_closed` and `late_open`.

    `share_of_closed` is what one gets by leaving open cases out of the share on time, which rewards leaving hard cases
    open: a contrast, null where none is closed.
    """
    late = ~pl.col("on_time")
    counted = rows.group_by(by).agg(
        pl.col("n").sum(),
        on_time=pl.col("n").filter(pl.col("on_time")).sum(),
        late_closed=pl.col("n").filter(late & pl.col("closed")).sum(),
        late_open=pl.col("n").filter(late & ~pl.col("closed")).sum(),
    )
    closed = pl.col("on_time") + pl.col("late_closed")
    return counted.with_columns(share_of_closed=pl.when(closed > 0).then(pl.col("on_time") / closed))


@dataclass(frozen=True, slots=True)
class OnTime:
    """The due cohort: on time is decided on or before the due day; late is decided later or still open.

    Takes counted cases with `on_time`, `closed` (booleans) and `n`, all of them due. Nothing is censored and
    leaving hard cases open does not flatter. Interval: Wilson, 95 %.
    """

    method: str = "share of cases due, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction; `detail` has `hits`, `late_closed` and `late_open`."""
        low, high = wilson(pl.col("on_time"), pl.col("n"))
        some = pl.col("n") > 0
        grouped = due_outcomes(rows, by).with_columns(
            value=pl.when(some).then(pl.col("on_time") / pl.col("n")),
            low=low,
            high=high,
            support=pl.col("n"),
            status=pl.when(some).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.NO_DATA.value)),
            reason=pl.when(~some).then(pl.lit(Reason.NOTHING_DUE.value)),
            method=pl.lit(self.method),
            detail=pl.struct("late_closed", "late_open", hits="on_time").struct.json_encode(),
        )
        return figures(grouped, by)
