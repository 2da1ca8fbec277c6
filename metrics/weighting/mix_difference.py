"""A difference between two periods, crude and with the mix of channels held constant."""

from __future__ import annotations

import polars as pl

from metrics.estimators.differences import reach
from metrics.weighting.cautions import Caution, Unweighted, coded
from metrics.weighting.design import SurveyDesign
from metrics.weighting.standardised import HeldSeries, Thinness, standardised_series

CRUDE = "crude"
HELD = "held"

_SIDE = "side"
_BEFORE = "before"
_NOW = "now"

_DIGITS = 12
"""Beyond these a difference is the rounding of the computer, and 0 has no sign."""


def standardised_difference(
    now: pl.DataFrame,
    before: pl.DataFrame,
    *,
    mix: pl.DataFrame,
    by: list[str],
    design: SurveyDesign,
) -> pl.DataFrame:
    """Return per group the difference now minus before, crude and at the shares of the channels in `mix`.

    `now` and `before` are answers, `mix` volumes (those of the baseline), as `metrics.weighting.strata.cells` takes
    them. Both sides get the same strata: the first pooling in which each has `design.enough` answers on both sides,
    and where there is none, the first in which each has one.

    Gives `by`; `crude_before`, `crude_now`, `crude_difference`; `held_before`, `held_now`, `held_difference` with its
    95 % limits `low` and `high` (MOVER, from the two intervals); `leads`: `held` where the two differences have
    different signs, for then the mix made or hid the crude one, otherwise `crude`; `method`, `strata`, `shares`,
    `merged` as in `HeldSeries`; `warnings`; `reason` where nothing could be held.
    """
    both = pl.concat(
        [before.with_columns(pl.lit(_BEFORE).alias(_SIDE)), now.with_columns(pl.lit(_NOW).alias(_SIDE))],
        how="diagonal",
    )
    well = _held(both, mix, by=by, design=design, enough=design.enough)
    poor = well.filter(
        pl.col("held_difference").is_null() | pl.col("warnings").list.contains(Caution.MIX_NOT_HELD.value)
    )
    again = both.join(poor.select(by), on=by, how="semi", nulls_equal=True)
    second = _held(again, mix, by=by, design=design, enough=1)
    return pl.concat([well.join(poor.select(by), on=by, how="anti", nulls_equal=True), second]).sort(by)


def _held(both: pl.DataFrame, mix: pl.DataFrame, *, by: list[str], design: SurveyDesign, enough: int) -> pl.DataFrame:
    thinness = Thinness(in_stratum=enough)
    held = standardised_series(both, mix, by=by, period=_SIDE, design=design, thinness=thinness)
    return _told(_sides(held, by), by, enough=design.enough)


def _sides(held: HeldSeries, by: list[str]) -> pl.DataFrame:
    """Return one row per group, with the columns of either side after its name."""
    rows = held.series
    for side in (_BEFORE, _NOW):
        points = held.points.filter(pl.col(_SIDE) == side).drop(_SIDE)
        named = points.rename({name: f"{name}_{side}" for name in points.columns if name not in by})
        rows = rows.join(named, on=by, how="left", nulls_equal=True)
    return rows


def _told(rows: pl.DataFrame, by: list[str], *, enough: int) -> pl.DataFrame:
    now, before = pl.col("value_now"), pl.col("value_before")
    held, crude = now - before, pl.col("crude_now") - pl.col("crude_before")
    down = reach(now, pl.col("low_now"), other=before, other_end=pl.col("high_before"))
    up = reach(now, pl.col("high_now"), other=before, other_end=pl.col("low_before"))
    reverses = held.round(_DIGITS).sign() != crude.round(_DIGITS).sign()
    fewest = pl.min_horizontal("smallest_n_before", "smallest_n_now")
    more = coded({Caution.FEW_IN_STRATUM: fewest < enough, Caution.MIX_REVERSES: reverses})
    one_sided = pl.when(held.is_null()).then(pl.lit(Unweighted.NO_ANSWERS.value))
    return rows.select(
        *by,
        "crude_before",
        "crude_now",
        crude_difference=crude,
        held_before=before,
        held_now=now,
        held_difference=held,
        low=held - down,
        high=held + up,
        leads=pl.when(reverses).then(pl.lit(HELD)).otherwise(pl.lit(CRUDE)),
        method="method",
        strata="strata",
        shares="shares",
        merged="merged",
        warnings=pl.col("warnings").list.concat(more),
        reason=pl.coalesce("reason", one_sided),
    )
