"""Disclosure control: no figure leaves the metrics layer that could point at a person or stands on too little."""

from __future__ import annotations

from typing import Any

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


def few(n: Any) -> Any:  # noqa: ANN401 - a whole number, an array of them or a column alike
    """Whether there are persons, and so few that even their number is hidden."""
    return (n > 0) & (n < FEWEST_PERSONS)


def telling(n: Any, hits: Any) -> Any:  # noqa: ANN401 - as above
    """Whether a share of `hits` on `n` persons may not be shown: on too few, or of nobody or everybody."""
    return (n < FEWEST_SHOWN) | ((n < FEWEST_UNANIMOUS) & ((hits == 0) | (hits == n)))


def withhold(figures: pl.DataFrame, unit: Unit, *, closed: bool) -> pl.DataFrame:
    """Blank what may not be shown and mark what is indicative.

    Rows without a value keep their own reason; only what is undefined on fewer than ten becomes too few.
    `closed` says that the support counts decided cases, for the wording of the reason. A share that is shown stands on
    ten or more, so it may tell of one to four among them: that is no secret here, only that all or none did on fewer
    than twenty. What other figures would give away is hidden by `metrics.disclosure.cells`.
    """
    n, support = pl.col("n"), pl.col("support")
    # An estimator may itself say that its figure is no more than an indication.
    valued = pl.col("status").is_in([Status.OK.value, Status.INDICATIVE.value])
    few_persons = few(n)
    alike = pl.col("reason").eq_missing(Reason.NO_INTERVAL.value)
    extreme = pl.lit(unit is Unit.SHARE) & pl.col("value").is_in([0.0, 1.0])
    # Of many cases the outcome may be known of some only; on fewer than ten of those no figure is shown anyway.
    few_known = (n < FEWEST_UNANIMOUS) | support.is_between(FEWEST_SHOWN, FEWEST_UNANIMOUS, closed="left")
    unanimous = valued & (extreme | alike) & few_known
    all_open = pl.col("reason").eq_missing(Reason.ALL_OPEN.value) & (n >= FEWEST_SHOWN)
    judgeable = (valued | (pl.col("status") == Status.UNDEFINED.value)) & ~all_open
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
        n=pl.when(~uncounted).then(n),
        # One to four decided cases among many are a few persons as well.
        support=pl.when(~uncounted & ~few(support)).then(support),
        status=pl.col("_status"),
        reason=pl.col("_reason"),
    ).drop("_status", "_reason")
