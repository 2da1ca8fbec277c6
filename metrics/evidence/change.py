"""Change: a figure after against before, crude and with the mix of channels held constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from metrics.breakdowns import UNKNOWN
from metrics.effect.before_after import mean_differences, share_differences
from metrics.estimators.differences import reach
from metrics.estimators.standardised_curve import standardised_percentile, standardised_within_norm
from metrics.estimators.survival import WaitingPercentile, WithinNorm, followed_to
from metrics.kpi import Cohort, Kpi
from metrics.leading import Weighing, weighable
from metrics.packing import added
from metrics.populations import Population
from metrics.scoring import Scoring, scoring_of
from metrics.weighting.cautions import Caution
from metrics.weighting.limits import IntervalKind
from metrics.weighting.mix_difference import standardised_difference

BEFORE, AFTER = "before", "after"

SIDES = pl.Schema({"project": pl.String(), "month": pl.Date(), "side": pl.String()})
"""Which months (first days) of a project are compared, and on which `side` they stand: `before` or `after`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """After less before, with its 95 % interval, in the unit of the KPI; a None end is unknown or unlimited."""

    before: float
    after: float
    low: float | None
    high: float | None

    @property
    def value(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two differences of the same months: `crude`, and `held` at the mix of channels of the months before.

    The held one leads wherever it can be had, for what it shows is not made by a shift between channels. `merged` names
    the channels that were put together, `cautions` what a reader must know (`Caution`).
    """

    crude: Difference | None
    held: Difference | None
    merged: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def leading(self) -> Difference | None:
        """The held difference, or the crude one where nothing could be held."""
        return self.held or self.crude

    @property
    def reverses(self) -> bool:
        """Whether the crude difference points the other way than the held one."""
        if self.crude is None or self.held is None:
            return False
        return self.crude.value * self.held.value < 0


def changes(population: Population, kpi: Kpi, *, sides: pl.DataFrame, weighing: Weighing) -> Mapping[str, Change]:
    """Return the change of a KPI per project that has rows on both sides; `sides` has the columns `SIDES`.

    Answers on two scales, or to two wordings, are not compared: such a project has no change.
    """
    scoring = scoring_of(kpi.estimator)
    if scoring is None and kpi.cohort is Cohort.RECEIVED:
        return _of_curves(population, kpi, sides)
    rows = population.joint(sides)
    compared = rows.join(_comparable(rows), on="project", how="semi")
    if compared.is_empty():
        return {}
    if scoring is None:
        return _of_figures(compared, kpi)
    mix = _mix(compared, sides, weighing) if weighable(kpi) else _own_mix(compared)
    return _of_scores(scoring.scored(compared), scoring, mix=mix, weighing=weighing)


def _comparable(rows: pl.DataFrame) -> pl.DataFrame:
    asked = [name for name in ("scale", "question") if name in rows.columns]
    alike = [pl.col(name).filter(pl.col("n") > 0).n_unique() <= 1 for name in asked]
    two_sided = pl.col("side").n_unique() == len((BEFORE, AFTER))
    return rows.group_by("project").agg(_fits=pl.all_horizontal(two_sided, *alike)).filter("_fits").select("project")


def _mix(rows: pl.DataFrame, sides: pl.DataFrame, weighing: Weighing) -> pl.DataFrame:
    """Return who came in the months before: the mix that is held."""
    before = sides.filter(pl.col("side") == BEFORE)
    came = weighing.volumes.join(before, on=["project", "month"]).join(rows.select("project").unique(), on="project")
    return came.select("project", "channel", "volume")


def _own_mix(rows: pl.DataFrame) -> pl.DataFrame:
    before = rows.filter(pl.col("side") == BEFORE)
    return before.group_by("project", "channel").agg(volume=pl.col("n").sum())


def _of_figures(rows: pl.DataFrame, kpi: Kpi) -> Mapping[str, Change]:
    """Return the crude change of what is no average of rows and no curve: at which mix it would be is not known."""
    found = _paired(kpi.estimator.figures(rows, ["project", "side"]))
    return {name: Change(crude=crude, held=None) for name, crude in found.items()}


def _of_scores(rows: pl.DataFrame, scoring: Scoring, *, mix: pl.DataFrame, weighing: Weighing) -> Mapping[str, Change]:
    before, after = rows.filter(pl.col("side") == BEFORE), rows.filter(pl.col("side") == AFTER)
    held = standardised_difference(after, before, mix=mix, by=["project"], design=weighing.design(scoring, plain=True))
    sided = rows.with_columns(after=pl.col("side") == AFTER)
    crude = (
        share_differences(sided.with_columns(hits=(pl.col("score") * pl.col("n")).cast(pl.Int64)), ["project"])
        if scoring.interval is IntervalKind.SHARE
        else mean_differences(sided.with_columns(value="score"), ["project"])
    )
    joined = crude.join(held.drop("low", "high").join(_ends(held), on="project"), on="project")
    return {row["project"]: _scored(row) for row in joined.iter_rows(named=True)}


def _ends(held: pl.DataFrame) -> pl.DataFrame:
    return held.select("project", held_low="low", held_high="high")


def _scored(row: Mapping[str, Any]) -> Change:
    crude = _difference(row["before"], row["after"], row["low"], row["high"])
    loose = {Caution.MIX_NOT_HELD.value, Caution.FEW_IN_STRATUM.value} & set(row["warnings"])
    held = None if loose else _difference(row["held_before"], row["held_now"], row["held_low"], row["held_high"])
    return Change(crude=crude, held=held, merged=tuple(row["merged"] or ()), cautions=tuple(row["warnings"]))


def _difference(before: float | None, after: float | None, low: float | None, high: float | None) -> Difference | None:
    if before is None or after is None:
        return None
    return Difference(before=before, after=after, low=low, high=high)


def _of_curves(population: Population, kpi: Kpi, sides: pl.DataFrame) -> Mapping[str, Change]:
    places = _sided_places(population, sides)
    by = ["numbered"]
    numbers = places.select("project", "side", *by).unique()
    rows = _equally_followed(population, places)
    norms = places.group_by(by).agg(pl.col("norm_days").max())
    strata = added(rows, [*by, "stratum", "days", "closed"]).join(norms, on=by, maintain_order="left")
    sized = strata.join(numbers, on=by).filter(pl.col("side") == BEFORE)
    mix = sized.group_by("project", "stratum").agg(weight=pl.col("n").sum()).join(numbers, on="project")
    crude = _paired(kpi.estimator.figures(strata, by).join(numbers, on=by))
    held = _paired(_standardised(strata, by, kpi, mix.select(*by, "stratum", "weight")).join(numbers, on=by))
    projects = sorted(crude.keys() | held.keys())
    return {name: Change(crude=crude.get(name), held=held.get(name)) for name in projects}


def _sided_places(population: Population, sides: pl.DataFrame) -> pl.DataFrame:
    """Return the places of projects with both sides, the two `numbered`, and how many days to follow (`age_days`).

    That is the age which the oldest case of the youngest side can have. `stratum` stands for the channel.
    """
    after = pl.col("month").filter(pl.col("side") == AFTER).min().over("project")
    two_sided = pl.col("side").n_unique().over("project") == len((BEFORE, AFTER))
    known = population.places.join(sides, on=["project", "month"]).filter(two_sided)
    numbers = known.select("project", "side").unique().sort("project", "side").with_row_index("numbered")
    return (
        known.join(population.facts.select("project", "as_of"), on="project")
        .with_columns(
            age_days=(pl.col("as_of") - after).dt.total_days(),
            stratum=pl.col("channel").fill_null(UNKNOWN).rank("dense").cast(pl.Int64),
        )
        .join(numbers, on=["project", "side"])
    )


def _equally_followed(population: Population, places: pl.DataFrame) -> pl.DataFrame:
    """Follow the cases of both sides to the same age."""
    rows = population.rows.join(places.select("place", "numbered", "stratum", "age_days"), on="place")
    return followed_to(rows, age_days=pl.col("age_days")).select("numbered", "stratum", "days", "closed", "n")


def _standardised(rows: pl.DataFrame, by: list[str], kpi: Kpi, mix: pl.DataFrame) -> pl.DataFrame:
    if isinstance(kpi.estimator, WaitingPercentile):
        return standardised_percentile(rows, by, mix=mix, share=kpi.estimator.share)
    if isinstance(kpi.estimator, WithinNorm):
        return standardised_within_norm(rows, by, mix=mix)
    return kpi.estimator.figures(rows, by).clear()


def _paired(figures: pl.DataFrame) -> Mapping[str, Difference]:
    """Return the difference of each project that has a value on both sides."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in figures.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        found.setdefault(row["project"], {})[row["side"]] = row
    return {
        project: difference_of(sides[BEFORE], sides[AFTER])
        for project, sides in found.items()
        if sides.keys() == {BEFORE, AFTER}
    }


def difference_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """Return the difference of two independent figures (`value`, `low`, `high`), from their two intervals (MOVER)."""
    value = after["value"] - before["value"]
    down, up = _apart(after, "low", before, "high"), _apart(after, "high", before, "low")
    return Difference(
        before=before["value"],
        after=after["value"],
        low=None if down is None else value - down,
        high=None if up is None else value + up,
    )


def _apart(after: Mapping[str, Any], end: str, before: Mapping[str, Any], other_end: str) -> float | None:
    if after[end] is None or before[other_end] is None:
        return None
    apart: float = reach(after["value"], after[end], other=before["value"], other_end=before[other_end])
    return apart
