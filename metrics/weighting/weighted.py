"""Weighted figures: answers in proportion to cases, on the finest strata that have enough of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from metrics.breakdowns import UNKNOWN
from metrics.weighting.cautions import Caution, Unweighted, coded
from metrics.weighting.design import SurveyDesign
from metrics.weighting.limits import with_limits, within_scale
from metrics.weighting.pooling import Pooling, pooled
from metrics.weighting.steps import by_channel, joint, raked_margins
from metrics.weighting.strata import merged, numbered_cells, placed

LARGEST_RATIO = 5
"""A largest weight that is more than so many times the smallest is warned of."""

WEIGHTED = pl.Schema(
    {
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "standard_error": pl.Float64(),
        "linearised_error": pl.Float64(),
        "n": pl.Int64(),
        "left_out": pl.Int64(),
        "n_eff": pl.Float64(),
        "n_interval": pl.Float64(),
        "weight_ratio": pl.Float64(),
        "smallest_n": pl.Int64(),
        "strata": pl.Int64(),
        "method": pl.String(),
        "merged": pl.List(pl.String),
        "silent": pl.List(pl.String),
        "warnings": pl.List(pl.String),
        "reason": pl.String(),
    },
)
"""What `weighted` returns beside the group columns.

`low` and `high`: 95 %. `standard_error` and `linearised_error`: see `post_stratified` and `raked`. `n`: answers that
weigh; `left_out`: answers that do not, because their channel or segment is unknown or had no cases. `n_eff`: Kish.
`n_interval`: what the interval rests on (`metrics.weighting.limits`). `weight_ratio`: largest over smallest weight.
`smallest_n`: answers in the smallest stratum. `method`: `joint` (every combination of channel and segments), `raked`,
or a `Pooling`; null without a figure. `merged`: channels that were put together, such as `desk+telephone`. `silent`:
channels with cases and without answers. `warnings`: `Caution` codes. `reason`: an `Unweighted` code where there is no
figure.
"""

Step = Callable[[pl.DataFrame], pl.DataFrame]
"""Takes cells with `group` and returns the figures of the groups that it can give one for."""


def weighted(answers: pl.DataFrame, volumes: pl.DataFrame, *, by: list[str], design: SurveyDesign) -> pl.DataFrame:
    """Return one row per group of the answers: `by` and `WEIGHTED`.

    `answers` and `volumes` as `metrics.weighting.strata.cells` takes them; where answers have `lowest` and `highest`
    (the ends of their scale, the same in a group), the limits of a mean stay within them. A group holds one scale and
    one wording: leave out groups whose crude figure is undefined.

    The strata are the first of these of which each has `enough` answers: every combination of channel and segments;
    the margins of the channel and of each segment, raked; the channels; the channels with those put together that
    are not digital and too thin; the channels with all that are not digital put together. Where none has enough, the
    first of the last three of which each has one answer, with a warning. Where that fails too, there is no figure.
    What is in no stratum with cases is treated as `metrics.weighting.strata.placed` says.
    """
    joint_cells, groups = numbered_cells(answers, volumes, by=by, strata=design.strata)
    channels = merged(joint_cells, ["group", design.channel])
    waiting, found, failed = groups.select("group"), [], []
    for rows, step in (
        *((joint_cells, step) for step in _segment_steps(design)),
        *((channels, step) for step in _channel_steps(design)),
    ):
        tried = step(rows.join(waiting, on="group", how="semi"))
        found.append(tried.filter(pl.col("value").is_not_null()))
        failed.append(tried.filter(pl.col("value").is_null()).select("group", failed=True))
        waiting = waiting.join(found[-1], on="group", how="anti")
    everything = (
        groups.join(_silent(channels, design), on="group", how="left")
        .join(_reasons(channels.join(waiting, on="group", how="semi"), design), on="group", how="left")
        .join(pl.concat(failed).unique(), on="group", how="left")
        .join(pl.concat(found, how="diagonal").drop("reason", strict=False), on="group", how="left")
    )
    limited = within_scale(with_limits(everything, design.interval), answers, by=by)
    return _told(limited, by, design=design)


def _segment_steps(design: SurveyDesign) -> Sequence[Step]:
    return [partial(step, design=design) for step in (joint, raked_margins) if len(design.strata) > 1]


def _channel_steps(design: SurveyDesign) -> Sequence[Step]:
    return [
        partial(by_channel, design=design, pooling=pooling, enough=enough)
        for enough in (design.enough, 1)
        for pooling in (Pooling.CHANNEL, Pooling.THIN_TOGETHER, Pooling.NOT_DIGITAL_TOGETHER)
    ]


def _silent(channels: pl.DataFrame, design: SurveyDesign) -> pl.DataFrame:
    """Return per group the channels with cases and without answers."""
    channel = pl.col(design.channel)
    silent = (channel != UNKNOWN) & (pl.col("volume") > 0) & (pl.col("n") == 0)
    return channels.group_by("group").agg(silent=channel.filter(silent).sort())


def _reasons(channels: pl.DataFrame, design: SurveyDesign) -> pl.DataFrame:
    """Return why there is no figure, of groups for which no step gives one."""
    named = channels.rename({design.channel: "channel"}).with_columns(thin=pl.lit(value=True))
    coarsest = pooled(named, Pooling.NOT_DIGITAL_TOGETHER, digital=design.digital)
    _, groups = placed(merged(coarsest, ["group", "stratum"]), ["stratum"], enough=1)
    summed = channels.group_by("group").agg(answers=pl.col("n").sum(), cases=pl.col("volume").sum())
    return summed.join(groups, on="group").select(
        "group",
        reason=pl.when(pl.col("answers") == 0)
        .then(pl.lit(Unweighted.NO_ANSWERS.value))
        .when(pl.col("cases") == 0)
        .then(pl.lit(Unweighted.NO_VOLUMES.value))
        .when("fits")
        .then(pl.lit(Unweighted.CHANNELS_SILENT.value))
        .otherwise(pl.lit(Unweighted.TOO_MUCH_UNPLACED.value)),
    )


def _told(figures: pl.DataFrame, by: list[str], *, design: SurveyDesign) -> pl.DataFrame:
    """Add the warnings and bring the columns to `WEIGHTED`."""
    empty = pl.lit([], dtype=pl.List(pl.String))
    warnings = coded(
        {
            Caution.UNEQUAL_WEIGHTS: pl.col("weight_ratio") > LARGEST_RATIO,
            Caution.FEW_EFFECTIVE: pl.col("n_eff") * 2 < pl.col("n"),
            Caution.FEW_IN_STRATUM: pl.col("smallest_n") < design.enough,
            Caution.ANSWERS_LEFT_OUT: pl.col("left_out") > 0,
            Caution.CASES_UNPLACED: pl.col("unplaced") > 0,
            Caution.STRATA_MERGED: pl.col("merged").list.len() > 0,
            Caution.RAKING_FAILED: pl.col("failed"),
        },
    )
    return (
        figures.with_columns(
            pl.col("n").fill_null(0),
            pl.col("merged").fill_null(empty),
            warnings=warnings,
        )
        .select(*by, *(pl.col(name).cast(dtype) for name, dtype in WEIGHTED.items()))
        .sort(by)
    )
