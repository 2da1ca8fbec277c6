"""Series: a KPI month by month on one definition throughout, at one mix of channels where that can be held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.breakdowns import EVERYBODY, UNKNOWN
from metrics.cohorts import old_enough
from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimators.survival import TOLERANCE, WaitingPercentile, WithinNorm
from metrics.kpi import Cohort, Kpi
from metrics.leading import Weighing, weighable
from metrics.periods import Grain
from metrics.populations import Population
from metrics.scoring import scoring_of
from metrics.weighting.pooling import Pooling
from metrics.weighting.standardised import Thinness, standardised_series

_LONG_ENOUGH = 16
"""Months that a held series must have to stand in for the crude one: eight on each side of a start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values by month (first days), None where there is none to show; `held` says that the mix is constant.

    `merged` names the channels that were put together to hold it.
    """

    months: tuple[date, ...]
    values: tuple[float | None, ...]
    held: bool
    merged: tuple[str, ...] = ()


def shown_months(monthly: pl.DataFrame, population: Population, kpi: Kpi) -> pl.DataFrame:
    """Return the rows of evidence of a KPI for everybody, of complete months that can be compared.

    `monthly` is the evidence of whole months (protected and led). The newest months of a lead time are left out: too
    young, they would only show how young they are. `instrument` names the scale and wording of answers.
    """
    rows = monthly.filter(
        pl.col("kpi") == kpi.name,
        pl.col("breakdown") == EVERYBODY,
        pl.col("grain") == Grain.MONTH.value,
        pl.col("period_end") <= pl.col("as_of"),
    )
    if kpi.cohort is not Cohort.RECEIVED:
        return rows.with_columns(instrument=_instrument())
    aged = rows.join(_horizons(population, kpi), on="project", how="left")
    return aged.filter(old_enough(horizon_days=pl.col("horizon_days")).fill_null(value=False)).select(
        *rows.columns, instrument=_instrument()
    )


def _instrument() -> pl.Expr:
    """Return the scale and wording of a month's answers; null where nothing was asked, or in two ways."""
    scale, question = (pl.col("detail").str.json_path_match(f"$.{name}") for name in ("scale", "question"))
    return pl.when(scale.is_not_null()).then(pl.concat_str(scale, question.fill_null(""), separator="|"))


def series_of(
    shown: pl.DataFrame,
    population: Population,
    kpi: Kpi,
    *,
    mixes: pl.DataFrame,
    weighing: Weighing,
) -> Mapping[str, Series]:
    """Return the series of a KPI per project, on the scale and wording of its newest month.

    `shown` comes from `shown_months`: a month of which the figure was withheld has no value, and a stratum is never so
    thin that its figure would be withheld. `mixes` says which months of a project give the mix to hold (`project`,
    `month`): those of the baseline, or all there are.
    """
    newest = pl.col("instrument").drop_nulls().last().over("project", order_by="period_start")
    alike = pl.col("instrument").eq_missing(newest)
    wanted = shown.select("project", month="period_start", value=pl.when(alike).then("value"))
    known = wanted.filter(pl.col("value").is_not_null())
    at_mix = _held(population, kpi, known=known, mixes=mixes, weighing=weighing).join(
        known, on=["project", "month"], how="semi"
    )
    long = at_mix.group_by("project").agg(pl.len(), pl.col("merged").first()).filter(pl.col("len") >= _LONG_ENOUGH)
    held = {name: tuple(merged) for name, merged in long.select("project", "merged").iter_rows()}
    joined = wanted.join(at_mix.select("project", "month", _held="value"), on=["project", "month"], how="left").sort(
        "project", "month"
    )
    return {
        str(name): Series(
            months=tuple(rows["month"]),
            values=tuple(rows["_held" if name in held else "value"]),
            held=name in held,
            merged=held.get(str(name), ()),
        )
        for (name,), rows in joined.group_by("project", maintain_order=True)
    }


def _horizons(population: Population, kpi: Kpi) -> pl.DataFrame:
    """Return per project how old a case must be: the norm, or as long as the percentile takes, whichever is longer."""
    norms = population.facts.select("project", horizon_days="norm_days")
    if not isinstance(kpi.estimator, WaitingPercentile):
        return norms
    taken = kpi.estimator.figures(population.everybody(), ["project"]).select("project", taken=pl.col("value"))
    return norms.join(taken, on="project").select(
        "project", horizon_days=pl.max_horizontal("horizon_days", (pl.col("taken") * _ROOM).ceil().cast(pl.Int64))
    )


_ROOM = 1.5
"""A percentile of one month may lie this much above that of all months together, and must still be seen."""


def _held(
    population: Population, kpi: Kpi, *, known: pl.DataFrame, mixes: pl.DataFrame, weighing: Weighing
) -> pl.DataFrame:
    """Return `project`, `month`, `value` and `merged` at the mix of the months in `mixes`."""
    scoring = scoring_of(kpi.estimator)
    if scoring is None:
        return _held_days(population, kpi, known=known, mixes=mixes)
    came = weighing.volumes.rename({"volume": "n"}) if weighable(kpi) else population.joint()
    mix = came.join(mixes, on=["project", "month"]).group_by("project", "channel").agg(volume=pl.col("n").sum())
    found = standardised_series(
        scoring.scored(population.joint()),
        mix,
        by=["project"],
        period="month",
        design=weighing.design(scoring, plain=True),
        thinness=Thinness(in_stratum=FEWEST_SHOWN, in_period=FEWEST_SHOWN),
    )
    kept = found.series.filter(pl.col("method").is_not_null(), pl.col("method") != Pooling.ALL_TOGETHER.value).select(
        "project", "merged"
    )
    return found.points.join(kept, on="project").filter(pl.col("value").is_not_null())


def _held_days(population: Population, kpi: Kpi, *, known: pl.DataFrame, mixes: pl.DataFrame) -> pl.DataFrame:
    """Return a percentile of days, or the share within the norm, at a fixed mix for each month that is old enough.

    Of those months every case was followed to beyond the value, so that it can be read off the days themselves: that
    gives what `metrics.estimators.standardised_curve` would, at a fraction of its cost. A month that lacks a channel of
    the mix has no value, nor has one in which a case went out of sight before the value was reached.
    """
    by = ["project", "month"]
    places = population.sizes().with_columns(stratum=pl.col("channel").fill_null(UNKNOWN))
    mix = places.join(mixes, on=by).group_by("project", "stratum").agg(weight=pl.col("n").sum())
    asked = places.join(known, on=by, how="semi")
    sizes = asked.group_by(*by, "stratum").agg(cases=pl.col("n").sum()).join(mix, on=["project", "stratum"])
    whole = sizes.group_by(by).agg(strata=pl.len(), total=pl.col("weight").sum())
    wanted = mix.group_by("project").agg(strata=pl.len())
    complete = whole.join(wanted, on=["project", "strata"], how="semi").drop("strata").sort(by)
    complete = complete.with_columns(numbered=pl.int_range(pl.len()))
    parts = asked.join(sizes, on=[*by, "stratum"]).join(complete, on=by)
    part = parts.select("place", "numbered", "norm_days", part=pl.col("weight") / pl.col("cases") / pl.col("total"))
    found = _read_days(population.rows.join(part, on="place"), kpi)
    read = found.filter(pl.col("value").is_not_null()).join(complete.select("numbered", *by), on="numbered")
    return read.with_columns(merged=pl.lit([], dtype=pl.List(pl.String)))


def _read_days(weighed: pl.DataFrame, kpi: Kpi) -> pl.DataFrame:
    """Read what the KPI asks per `numbered` month off days and decisions; null where it was out of sight.

    Each case weighs its `part`; those of a month make 1 together.
    """
    by = ["numbered"]
    if not isinstance(kpi.estimator, WaitingPercentile | WithinNorm):
        return weighed.select(by).clear().with_columns(value=pl.lit(None, dtype=pl.Float64))
    decided = (pl.col("n") * pl.col("part")).filter("closed").sum()
    # One number for month and day: it is far quicker to group by.
    longest = weighed["days"].max()
    span = longest + 1 if isinstance(longest, int) else 1
    days = (
        weighed.group_by(_at=pl.col("numbered") * span + pl.col("days"))
        .agg(decided=decided, open=(~pl.col("closed")).any())
        .sort("_at")
        .select("decided", "open", numbered=pl.col("_at") // span, days=pl.col("_at") % span)
    )
    by_then = days.with_columns(share=pl.col("decided").cum_sum().over(by))
    if isinstance(kpi.estimator, WaitingPercentile):
        reached = pl.col("days").filter(pl.col("share") >= kpi.estimator.share - TOLERANCE).min()
        read = by_then.group_by(by).agg(value=reached.cast(pl.Float64), _day=reached, _seen=_first_out_of_sight())
    else:
        norms = weighed.group_by(by).agg(_day=pl.col("norm_days").max())
        inside = pl.col("share").filter(pl.col("days") <= pl.col("_day")).max().fill_null(0.0)
        read = (
            by_then.join(norms, on=by)
            .group_by(by)
            .agg(pl.col("_day").first(), value=inside, _seen=_first_out_of_sight())
        )
    followed = pl.col("_seen").is_null() | (pl.col("_day") <= pl.col("_seen"))
    return read.select(*by, value=pl.when(followed).then("value"))


def _first_out_of_sight() -> pl.Expr:
    return pl.col("days").filter("open").min()
