"""Disclosure control: no figure leaves the metrics layer that could point at a person or stands on too little."""

from __future__ import annotations

import polars as pl

from metrics.estimate import Reason, Status
from metrics.kpi import Unit

FEWEST_PERSONS = 5
"""Below this number of persons even the count is hidden."""

FEWEST_SHOWN = 10
"""Below this support a figure is not shown."""

FEWEST_FIRM = 30
"""Below this support a figure is indicative."""

FEWEST_UNANIMOUS = 20
"""A share of nobody or everybody, or a mean of equal answers, on fewer than this tells what each person answered."""

WIDEST_FIRM = 0.10
"""A share whose interval reaches further than this to one side is indicative."""


def withhold(figures: pl.DataFrame, unit: Unit, *, closed: bool) -> pl.DataFrame:
    """Blank what may not be shown and mark what is indicative; rows without a value keep their own reason.

    `closed` says that the support counts decided cases, for the wording of the reason.
    """
    n, support = pl.col("n"), pl.col("support")
    valued = pl.col("status") == Status.OK.value
    few_persons = (n > 0) & (n < FEWEST_PERSONS)
    alike = pl.col("reason").eq_missing(Reason.NO_INTERVAL.value)
    extreme = pl.lit(unit is Unit.SHARE) & pl.col("value").is_in([0.0, 1.0])
    unanimous = valued & (extreme | alike) & (n < FEWEST_UNANIMOUS)
    all_open = pl.col("reason").eq_missing(Reason.ALL_OPEN.value) & (n >= FEWEST_SHOWN)
    judgeable = pl.col("status").is_in([Status.OK.value, Status.UNDEFINED.value]) & ~all_open
    too_few = judgeable & (support < FEWEST_SHOWN)
    half = pl.max_horizontal(pl.col("high") - pl.col("value"), pl.col("value") - pl.col("low"))
    wide = pl.lit(unit is Unit.SHARE) & (half > WIDEST_FIRM)
    too_few_reason = Reason.TOO_FEW_CLOSED if closed else Reason.TOO_FEW_OBSERVATIONS
    unlimited = pl.col("reason").eq_missing(Reason.UPPER_LIMIT_OPEN.value)
    judged = figures.with_columns(
        _status=pl.when(few_persons | unanimous)
        .then(pl.lit(Status.HIDDEN.value))
        .when(too_few)
        .then(pl.lit(Status.TOO_FEW.value))
        .when(valued & ((support < FEWEST_FIRM) | wide | unlimited | alike))
        .then(pl.lit(Status.INDICATIVE.value))
        .otherwise(pl.col("status")),
        _reason=pl.when(few_persons)
        .then(pl.lit(Reason.FEW_PERSONS.value))
        .when(unanimous)
        .then(pl.lit(Reason.EVERYBODY_THE_SAME.value))
        .when(too_few)
        .then(pl.lit(too_few_reason.value))
        .when(valued & (support < FEWEST_FIRM))
        .then(pl.lit(Reason.FEW_OBSERVATIONS.value))
        .when(valued & wide)
        .then(pl.lit(Reason.WIDE_INTERVAL.value))
        .otherwise(pl.col("reason")),
    )
    hidden = pl.col("_status") == Status.HIDDEN.value
    blank = hidden | (pl.col("_status") == Status.TOO_FEW.value)
    # The number of a unanimous group may show: it is the answers that must not.
    uncounted = pl.col("_reason").eq_missing(Reason.FEW_PERSONS.value)
    return judged.with_columns(
        *(pl.when(~blank).then(pl.col(name)).alias(name) for name in ("value", "low", "high", "detail")),
        *(pl.when(~uncounted).then(pl.col(name)).alias(name) for name in ("n", "support")),
        status=pl.col("_status"),
        reason=pl.col("_reason"),
    ).drop("_status", "_reason")
