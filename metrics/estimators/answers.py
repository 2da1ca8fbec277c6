"""What the estimators of answers share: one scale and one wording per group, and how the answers are spread."""

from __future__ import annotations

import polars as pl

from metrics.estimate import Reason, Status
from metrics.records import SCALES

_LOWEST = {name: ends[0] for name, ends in SCALES.items()}
_HIGHEST = {name: ends[1] for name, ends in SCALES.items()}


def lowest() -> pl.Expr:
    """Lowest value of the scale in `scale`."""
    return pl.col("scale").replace_strict(_LOWEST, return_dtype=pl.Int64)


def highest() -> pl.Expr:
    """Highest value of the scale in `scale`."""
    return pl.col("scale").replace_strict(_HIGHEST, return_dtype=pl.Int64)


def same_instrument() -> list[pl.Expr]:
    """Aggregations that tell whether a group holds one scale and one question wording; a count of 0 asks nothing."""
    asked = pl.col("n") > 0
    return [
        pl.col("scale").filter(asked).n_unique().alias("scales"),
        pl.col("question").filter(asked).n_unique().alias("questions"),
        pl.col("scale").filter(asked).first(),
        pl.col("question").filter(asked).first(),
        pl.col("n").sum(),
    ]


def status() -> pl.Expr:
    """Status of a group from `scales`, `questions` and `n`: never pool what was asked differently."""
    pooled = (pl.col("scales") > 1) | (pl.col("questions") > 1)
    return (
        pl.when(pl.col("n") == 0)
        .then(pl.lit(Status.NO_DATA.value))
        .when(pooled)
        .then(pl.lit(Status.UNDEFINED.value))
        .otherwise(pl.lit(Status.OK.value))
    )


def reason() -> pl.Expr:
    """Reason that goes with `status`, or null."""
    return (
        pl.when(pl.col("n") == 0)
        .then(pl.lit(Reason.NOTHING_RECORDED.value))
        .when(pl.col("scales") > 1)
        .then(pl.lit(Reason.MIXED_SCALES.value))
        .when(pl.col("questions") > 1)
        .then(pl.lit(Reason.MIXED_QUESTIONS.value))
    )


def only_where_usable(*names: str) -> list[pl.Expr]:
    """Blank the named columns where the group has no usable status."""
    return [pl.when(pl.col("status") == Status.OK.value).then(pl.col(name)).alias(name) for name in names]


def instrument_detail(*extra: str) -> pl.Expr:
    """Say as JSON which scale and wording the figure is on, with further columns where asked."""
    one_scale = pl.when(pl.col("scales") == 1).then(pl.col("scale")).alias("scale")
    one_question = pl.when(pl.col("questions") == 1).then(pl.col("question")).alias("question")
    return pl.struct(one_scale, one_question, *(pl.col(name) for name in extra)).struct.json_encode()


def distribution(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return how the answers of each group are spread over their scale, for a stacked bar.

    Takes counted answers (`scale`, `question`, `value`, `n`). Gives `by`, `scale`, `question`, `value`, `n` and
    `share` (of all answers of the group, a fraction): a row for every value that the scale has, in order, also for
    those that nobody gave. Answers on two scales or to two wordings stand apart and are never added up. A group
    without answers has no rows.
    """
    asked = [*by, "scale", "question"]
    summed = rows.group_by([*asked, "value"]).agg(pl.col("n").sum())
    return (
        summed.group_by(asked)
        .agg(pl.col("n").sum().alias("all"))
        .filter(pl.col("all") > 0)
        .with_columns(value=pl.int_ranges(lowest(), highest() + 1, dtype=pl.Int64))
        .explode("value")
        .join(summed, on=[*asked, "value"], how="left", nulls_equal=True)
        .with_columns(pl.col("n").fill_null(0))
        .select(*asked, "value", "n", share=pl.col("n") / pl.col("all"))
        .sort([*asked, "value"])
    )
