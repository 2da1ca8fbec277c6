"""Fairness between channels or segments: how far the worst off is from everybody, and how sure that is."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from metrics.breakdowns import UNKNOWN
from metrics.estimators.differences import reach
from metrics.estimators.intervals import LEVEL, Z, student, t_quantiles, wilson, z_of
from metrics.kpi import Direction
from metrics.weighting.limits import IntervalKind
from metrics.weighting.post_stratified import deviation
from metrics.weighting.strata import cells, merged

ENOUGH_TO_COMPARE = 10
"""Fewest answers or decided cases of a channel that is compared: on fewer no figure is shown either."""


class NoGap(StrEnum):
    """Why no gap can be given; `dashboard.wording` has the sentence."""

    FEWER_THAN_TWO = "fewer_than_two"
    WITHOUT_FIGURE = "without_figure"


GAP = pl.Schema(
    {
        "worst": pl.String(),
        "worst_value": pl.Float64(),
        "worst_n": pl.Int64(),
        "everybody": pl.Float64(),
        "n": pl.Int64(),
        "difference": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "compared": pl.Int64(),
        "level": pl.Float64(),
        "reason": pl.String(),
    },
)
"""What a gap consists of beside the group columns.

`difference`: `worst_value` minus `everybody`, in the unit of the figure, with its limits; a null limit beside a
difference is unknown or open. `compared`: how many channels had enough. `level`: the level of the limits,
1 - 0.05 / `compared`: the worst is picked after looking, so the limits have to hold together, at 95 %, for every
channel that might have been picked (Bonferroni). `reason`: a `NoGap` where there is no difference.
"""


def gaps_in_answers(
    answers: pl.DataFrame,
    *,
    by: list[str],
    among: str,
    better: Direction,
    interval: IntervalKind,
    enough: int = ENOUGH_TO_COMPARE,
) -> pl.DataFrame:
    """Return per group of counted answers how far the worst off of `among` is from everybody: `by` and `GAP`.

    `answers` has `by`, `among` (the channel, or the values of one segment), `score` and `n`. Unknown counts among
    everybody and is never the worst. The worst is part of everybody, so the difference is (1 - its share of the
    answers) times (worst - rest), and the limits come from worst against rest: Newcombe for shares; for means MOVER
    from the two t intervals (Zou and Donner 2008). The share is taken as it is. Of equals, the first by name is the
    worst.
    """
    parts = cells(answers, answers.rename({"n": "volume"}).drop("score"), by=by, strata=[among]).with_columns(
        part=pl.col(among), support=pl.col("n"), value=_mean()
    )
    picked = _picked(parts, by, better=better, enough=enough)
    side = pl.when(pl.col("part") == pl.col("worst")).then(pl.lit("worst")).otherwise(pl.lit("rest"))
    compared = parts.join(picked.filter(pl.col("reason").is_null()), on=by, nulls_equal=True).with_columns(side=side)
    sides = _with_limits(merged(compared, [*by, "level", "side"]), interval)
    rest = sides.filter(pl.col("side") == "rest").select(*by, other="value", other_low="low", other_high="high")
    worst = sides.filter(pl.col("side") == "worst").select(*by, "value", "low", "high", worst_n="n")
    everybody = merged(parts, by).select(*by, "n", everybody=_mean())
    both = picked.join(everybody, on=by, nulls_equal=True).join(
        worst.join(rest, on=by, nulls_equal=True), on=by, how="left", nulls_equal=True
    )
    return _gap(both, by, outside=1 - pl.col("worst_n") / pl.col("n"))


def gaps_in_figures(
    parts: pl.DataFrame,
    everybody: pl.DataFrame,
    *,
    by: list[str],
    among: str,
    better: Direction,
    enough: int = ENOUGH_TO_COMPARE,
) -> pl.DataFrame:
    """Return per group how far the worst off of `among` is from everybody, from figures with a 95 % interval.

    For figures that do not add up, such as lead-time percentiles. `parts` has `by`, `among`, `value`, `low`, `high`
    and `support`; `everybody` has `by`, the same three and `support`. The difference is worst minus everybody, by
    MOVER as if the two were independent. They are not: the worst is part of everybody, so the limits are too wide
    rather than too narrow. Each interval is widened to the level of `GAP` in proportion to the normal quantile. A
    part with enough support and no value (a percentile that is not reached) may be the worst: then there is no gap.
    """
    named = parts.with_columns(part=pl.col(among).fill_null(UNKNOWN))
    picked = _picked(named, by, better=better, enough=enough)
    worst = named.select(*by, "value", "low", "high", worst="part", worst_n="support")
    whole = everybody.select(*by, everybody="value", other="value", other_low="low", other_high="high", n="support")
    both = (
        picked.join(worst, on=[*by, "worst"], how="left", nulls_equal=True)
        .join(whole, on=by, how="left", nulls_equal=True)
        .with_columns(
            reason=pl.when(pl.col("reason").is_null() & pl.col("everybody").is_null())
            .then(pl.lit(NoGap.WITHOUT_FIGURE.value))
            .otherwise(pl.col("reason")),
            _wider=pl.col("level").replace_strict(
                {one: z_of(one) / Z for one in picked["level"].drop_nulls().unique()}
            ),
        )
    )
    widened = [
        (pl.col(middle) + (pl.col(end) - pl.col(middle)) * pl.col("_wider")).alias(end)
        for middle, end in (("value", "low"), ("value", "high"), ("other", "other_low"), ("other", "other_high"))
    ]
    return _gap(both.with_columns(widened), by, outside=pl.lit(1.0))


def _mean() -> pl.Expr:
    return pl.when(pl.col("n") > 0).then(pl.col("total") / pl.col("n"))


def _picked(parts: pl.DataFrame, by: list[str], *, better: Direction, enough: int) -> pl.DataFrame:
    """Return per group the `worst` part, how many are `compared`, their `level`, or the `reason` for none."""
    known = parts.filter((pl.col("part") != UNKNOWN) & (pl.col("support") >= enough))
    order = pl.col("value") if better is Direction.UP else -pl.col("value")
    worst = (
        known.sort([order, "part"], nulls_last=True)
        .group_by(by)
        .agg(
            worst=pl.col("part").first(),
            compared=pl.len().cast(pl.Int64),
            unknown=pl.col("value").null_count() > 0,
        )
    )
    groups = parts.select(by).unique().join(worst, on=by, how="left", nulls_equal=True)
    few = pl.col("compared").fill_null(0) < 2  # noqa: PLR2004 - one cannot be compared
    reason = (
        pl.when(few).then(pl.lit(NoGap.FEWER_THAN_TWO.value)).when("unknown").then(pl.lit(NoGap.WITHOUT_FIGURE.value))
    )
    return groups.with_columns(pl.col("compared").fill_null(0), reason=reason).select(
        *by,
        "compared",
        "reason",
        worst=pl.when(reason.is_null()).then("worst"),
        level=pl.when(~few).then(1 - (1 - LEVEL) / pl.col("compared")),
    )


def _with_limits(sides: pl.DataFrame, interval: IntervalKind) -> pl.DataFrame:
    """Add `value`, `low` and `high`, each group at its own `level`."""
    limited = [sides.with_columns(value=_mean(), low=pl.lit(0.0), high=pl.lit(0.0)).clear()]
    for (level,), rows in sides.partition_by("level", as_dict=True).items():
        if interval is IntervalKind.SHARE:
            low, high = wilson(pl.col("total"), pl.col("n"), z=z_of(level))
        else:
            error = pl.when(deviation() > 0).then(deviation() / (pl.col("n") - 1) / pl.col("n"))
            low, high = student(_mean(), error, pl.lit(t_quantiles(rows["n"], level=level)))
        limited.append(rows.with_columns(value=_mean(), low=low, high=high))
    return pl.concat(limited)


def _gap(both: pl.DataFrame, by: list[str], *, outside: pl.Expr) -> pl.DataFrame:
    """Bring worst and other to `GAP`; `outside` is the share of everybody that is not of the worst."""
    worst, other = pl.col("value"), pl.col("other")
    apart = worst - other
    down = reach(worst, pl.col("low"), other=other, other_end=pl.col("other_high"))
    up = reach(worst, pl.col("high"), other=other, other_end=pl.col("other_low"))
    figures = {"difference": outside * apart, "low": outside * (apart - down), "high": outside * (apart + up)}
    there = pl.col("reason").is_null()
    return (
        both.select(
            *by,
            "worst",
            "worst_n",
            "everybody",
            "n",
            "compared",
            "level",
            "reason",
            *(pl.when(there).then(expression).alias(name) for name, expression in figures.items()),
            worst_value=worst,
        )
        .select(*by, *(pl.col(name).cast(dtype) for name, dtype in GAP.items()))
        .sort(by)
    )
