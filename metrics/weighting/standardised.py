"""Series at one fixed mix of channels, so that a change of mix is not taken for a change of service."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.breakdowns import UNKNOWN
from metrics.weighting.cautions import Caution, Unweighted, coded
from metrics.weighting.design import SurveyDesign
from metrics.weighting.limits import with_limits, within_scale
from metrics.weighting.pooling import Pooling, merged_strata, pooled
from metrics.weighting.post_stratified import post_stratified
from metrics.weighting.strata import merged, numbered_cells, placed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSeries:
    """Series at one fixed mix.

    `points` has a row per group and period: `by`, the period, `value`, `low`, `high`, `standard_error`, `n` (all
    answers of the period), `smallest_n` (answers in the smallest stratum) and `crude` (all answers, at their
    own mix). `value` is null where the period has too few answers, and in a series that cannot be held.

    `series` has a row per group: `by`, `method` (a `Pooling`; null where there is none), `strata` and `shares` (the
    strata and their share in the mix, in the same order), `merged` (those of more than one channel), `left_out`
    (answers whose channel is unknown, or is in no stratum with a share), `warnings` (`Caution`) and `reason`
    (`Unweighted`).
    """

    points: pl.DataFrame
    series: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinness:
    """How few answers do: `in_stratum` in each stratum of each period, `in_period` for a period to count at all.

    A period with fewer is a gap, so that one thin month does not undo the strata of the whole series.
    """

    in_stratum: int = 1
    in_period: int = 1


def standardised_series(
    answers: pl.DataFrame,
    mix: pl.DataFrame,
    *,
    by: list[str],
    period: str,
    design: SurveyDesign,
    thinness: Thinness,
) -> HeldSeries:
    """Return the series of each group with the shares of the channels held as in `mix`.

    `answers` as `metrics.weighting.strata.cells` takes them, with the column `period` besides; `mix` has the channel,
    `volume` (such as the cases of the baseline) and those columns of `by` that it knows. Channels are put together
    in the order of `Pooling`, over the whole series at once, until every period has enough answers in every
    stratum: the series stands on one definition throughout. Where only everybody together will do, the mix is not
    held, and `mix_not_held` says so. Unknown channels are treated as `metrics.weighting.strata.placed` says.
    """
    rows, periods = numbered_cells(answers, mix, by=[*by, period], strata=[design.channel])
    groups = periods.select(by).unique(maintain_order=True).with_row_index("series")
    numbered = periods.join(groups, on=by, nulls_equal=True).select("group", "series", period)
    cells = rows.rename({design.channel: "channel"}).join(numbered, on="group")
    answered = pl.col("n").filter(pl.col("channel") != UNKNOWN).sum().over("group")
    counted = cells.filter(answered >= max(thinness.in_period, thinness.in_stratum))
    chosen, fits = _chosen(cells, counted, design, thinness=thinness)
    strata = merged(counted.join(chosen, on=["series", "channel"]), ["group", "stratum"])
    held = with_limits(post_stratified(strata, ["group"]), design.interval)
    n = pl.col("n").sum()
    crude = cells.group_by("group").agg(n, crude=pl.when(n > 0).then(pl.col("total").sum() / n))
    points = (
        numbered.join(held.drop("n"), on="group", how="left")
        .join(crude, on="group", how="left")
        .join(groups, on="series")
    )
    shown = [*by, period, "value", "low", "high", "standard_error", "n", "smallest_n", "crude"]
    return HeldSeries(
        points=within_scale(points, answers, by=[*by, period]).select(shown).sort(*by, period),
        series=_series(groups, fits, chosen, cells=cells).select(*by, pl.exclude("series", *by)).sort(by),
    )


def _chosen(
    cells: pl.DataFrame, counted: pl.DataFrame, design: SurveyDesign, *, thinness: Thinness
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return per series and channel its `stratum`, and per series what is placed.

    The first pooling is chosen that places enough, and has enough answers in every stratum of every period.
    """
    thin = counted.group_by("series", "channel").agg(thin=pl.col("n").min() < thinness.in_stratum)
    # The mix is the same in every period, so it must not be added up over them.
    mixed = cells.group_by("series", "channel").agg(pl.col("volume").first())
    waiting = (
        merged(cells, ["series", "channel"])
        .drop("volume")
        .join(mixed, on=["series", "channel"])
        .join(thin, on=["series", "channel"], how="left")
        .rename({"series": "group"})
    )
    chosen, fits = [], []
    for pooling in Pooling:
        named = pooled(waiting, pooling, digital=design.digital)
        rests, placing = placed(merged(named, ["group", "stratum"]), ["stratum"], enough=1)
        strata = named.join(rests.select("group", "stratum"), on=["group", "stratum"], how="semi")
        strata = strata.rename({"group": "series"})
        enough = _fewest(counted, strata).filter(pl.col("fewest") >= thinness.in_stratum)
        done = placing.filter("fits").join(enough, left_on="group", right_on="series", how="semi")
        last = placing if pooling is Pooling.ALL_TOGETHER else done
        fits.append(last)
        found = strata.join(done, left_on="series", right_on="group", how="semi")
        chosen.append(found.with_columns(method=pl.lit(pooling.value)))
        waiting = waiting.join(done, on="group", how="anti")
    return (
        pl.concat(chosen).select("series", "channel", "stratum", "members", "method", mixed="volume"),
        pl.concat(fits).rename({"group": "series"}),
    )


def _fewest(counted: pl.DataFrame, strata: pl.DataFrame) -> pl.DataFrame:
    """Return per series the `fewest` answers that any stratum has in any period."""
    return (
        counted.join(strata.select("series", "channel", "stratum"), on=["series", "channel"])
        .group_by("series", "group", "stratum")
        .agg(pl.col("n").sum())
        .group_by("series")
        .agg(fewest=pl.col("n").min())
    )


def _series(groups: pl.DataFrame, fits: pl.DataFrame, chosen: pl.DataFrame, *, cells: pl.DataFrame) -> pl.DataFrame:
    shares = (
        chosen.group_by("series", "stratum")
        .agg(pl.col("mixed").sum())
        .with_columns(share=pl.col("mixed") / pl.col("mixed").sum().over("series"))
        .sort("series", "stratum")
        .group_by("series")
        .agg(strata="stratum", shares="share")
    )
    told = chosen.group_by("series").agg(pl.col("method").first(), merged=merged_strata())
    known = cells.group_by("series").agg(_known=(pl.col("volume") > 0).any())
    held = pl.col("method").is_not_null()
    whole = (
        groups.join(fits, on="series", how="left")
        .join(known, on="series", how="left")
        .join(told, on="series", how="left")
        .join(shares, on="series", how="left")
    )
    warnings = {
        Caution.STRATA_MERGED: pl.col("merged").list.len() > 0,
        Caution.MIX_NOT_HELD: (pl.col("merged").list.len() > 0) & (pl.col("strata").list.len() == 1),
        Caution.ANSWERS_LEFT_OUT: pl.col("left_out") > 0,
        Caution.CASES_UNPLACED: pl.col("unplaced") > 0,
    }
    return whole.select(
        "series",
        *groups.drop("series").columns,
        "method",
        "strata",
        "shares",
        "merged",
        "left_out",
        warnings=coded(warnings),
        reason=pl.when(held)
        .then(None)
        .when(~pl.col("_known"))
        .then(pl.lit(Unweighted.NO_VOLUMES.value))
        .when(pl.col("fits"))
        .then(pl.lit(Unweighted.NO_ANSWERS.value))
        .otherwise(pl.lit(Unweighted.TOO_MUCH_UNPLACED.value)),
    )
