"""Steps: the ways to divide answers into strata, each with its figures for the groups where it can be used."""

from __future__ import annotations

import polars as pl

from metrics.weighting.design import SurveyDesign
from metrics.weighting.pooling import Pooling, merged_strata, pooled
from metrics.weighting.post_stratified import post_stratified
from metrics.weighting.raking import raked
from metrics.weighting.strata import merged, placed

JOINT = "joint"
RAKED = "raked"


def joint(rows: pl.DataFrame, design: SurveyDesign) -> pl.DataFrame:
    """Return the figures of the groups in which every combination of channel and segments has enough answers."""
    return _post_stratified(rows, list(design.strata), enough=design.enough).with_columns(method=pl.lit(JOINT))


def raked_margins(rows: pl.DataFrame, design: SurveyDesign) -> pl.DataFrame:
    """Return the figures of the groups in which every channel and every segment has enough answers.

    `reason` tells of groups that have enough answers, and weights that do not settle.
    """
    kept, groups, margins = rows, rows.group_by("group").agg(_answers=pl.col("n").sum(), unplaced=0), {}
    for name in design.strata:
        rests, usable = placed(merged(rows, ["group", name]), [name], enough=design.enough)
        both = groups.join(usable.filter("usable").select("group", _more="unplaced"), on="group")
        groups = both.with_columns(unplaced=pl.max_horizontal("unplaced", "_more")).drop("_more")
        kept = kept.join(rests.select("group", name), on=["group", name], how="semi")
        # As shares: the margins of one group differ in how many of their cases are unknown.
        share = pl.col("volume") / pl.col("volume").sum().over("group")
        margins[name] = rests.select("group", name, volume=share)
    figures = raked(kept.join(groups, on="group", how="semi"), margins, by=["group"])
    return (
        figures.join(groups, on="group")
        .with_columns(left_out=pl.col("_answers") - pl.col("n"), method=pl.lit(RAKED))
        .drop("_answers")
    )


def by_channel(rows: pl.DataFrame, design: SurveyDesign, *, pooling: Pooling, enough: int) -> pl.DataFrame:
    """Return the figures of the groups in which every channel, or what is put together, has enough answers."""
    channels = merged(rows, ["group", design.channel]).rename({design.channel: "channel"})
    named = pooled(channels.with_columns(thin=pl.col("n") < design.enough), pooling, digital=design.digital)
    strata = merged(named, ["group", "stratum"])
    joined = named.group_by("group").agg(merged=merged_strata())
    return (
        _post_stratified(strata, ["stratum"], enough=enough)
        .join(joined, on="group")
        .with_columns(method=pl.lit(pooling.value))
    )


def _post_stratified(rows: pl.DataFrame, strata: list[str], *, enough: int) -> pl.DataFrame:
    rests, groups = placed(rows, strata, enough=enough)
    usable = groups.filter("usable").select("group", "left_out", "unplaced")
    return post_stratified(rests.join(usable, on="group", how="semi"), ["group"]).join(usable, on="group")
