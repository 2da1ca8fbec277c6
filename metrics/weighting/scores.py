"""Scores: what an answer counts for in a share or a mean, as weighting takes it."""

from __future__ import annotations

import polars as pl

from metrics.estimators.share import TOP
from metrics.records import SCALES


def top_scores(answers: pl.DataFrame) -> pl.DataFrame:
    """Add `score`: 1 for an answer at the good end of its `scale` (as the top share has it), else 0."""
    good = pl.col("value") >= pl.col("scale").replace_strict(TOP, return_dtype=pl.Int64)
    return answers.with_columns(score=good.cast(pl.Float64))


def mean_scores(answers: pl.DataFrame, *, rescaled: bool = False) -> pl.DataFrame:
    """Add `score`, the value on its own `scale` or, `rescaled`, from 0 to 1, and the ends `lowest` and `highest`."""
    ends = {
        end: pl.col("scale").replace_strict({name: scale[place] for name, scale in SCALES.items()}).cast(pl.Float64)
        for place, end in enumerate(("lowest", "highest"))
    }
    scored = answers.with_columns(score=pl.col("value").cast(pl.Float64), **ends)
    if not rescaled:
        return scored
    length = pl.col("highest") - pl.col("lowest")
    return scored.with_columns(score=(pl.col("score") - pl.col("lowest")) / length).with_columns(
        lowest=pl.lit(0.0), highest=pl.lit(1.0)
    )
