"""Which figure of everybody leads: the one in proportion to who really came, or the crude one of who answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from metrics.breakdowns import EVERYBODY, UNKNOWN
from metrics.disclosure.primary import FEWEST_FIRM, FEWEST_SHOWN, WIDEST_FIRM
from metrics.estimate import Reason, Status
from metrics.kpi import Kpi, Unit
from metrics.periods import Grain
from metrics.placing import PERIOD, placed
from metrics.populations import Key, Population, key_of
from metrics.records import Kind
from metrics.scoring import Scoring, scoring_of
from metrics.threads import side_by_side
from metrics.weighting.design import SurveyDesign
from metrics.weighting.strata import segment_columns, summed
from metrics.weighting.weighted import weighted

METHOD = "weighted to who came, 95 %"
"""The method of a figure that leads because it is weighted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What weighting needs to know of a programme: who came, which channels are digital, which segments there are.

    `volumes` has the columns of `metrics.volumes.VOLUMES`.
    """

    volumes: pl.DataFrame
    digital: frozenset[str]
    segments: tuple[str, ...]

    def design(self, scoring: Scoring, *, plain: bool = False) -> SurveyDesign:
        """Return the design for one way of scoring; `plain` for one by channel alone.

        A stratum needs as many answers as a figure that may be shown: a weighted figure on thinner strata would give
        away, with the published figures of the other channels, the figure that was withheld.
        """
        return SurveyDesign(
            strata=("channel",) if plain else ("channel", *self.segments),
            digital=self.digital,
            interval=scoring.interval,
            enough=FEWEST_SHOWN,
        )


def weighable(kpi: Kpi) -> Scoring | None:
    """Return how the answers of a KPI are scored; None where it is not an average of answers."""
    return scoring_of(kpi.estimator) if kpi.record is Kind.ANSWERS else None


def weighted_figures(
    found: Mapping[Key, Population], *, kpis: Sequence[Kpi], grain: Grain, weighing: Weighing
) -> pl.DataFrame | None:
    """Return the weighted figures of everybody, for `led`; None where no KPI is an average of answers."""
    asked = [
        (population, weighed)
        for key, population in found.items()
        if (
            weighed := [
                (kpi, scoring) for kpi in kpis if key_of(kpi) == key and (scoring := weighable(kpi)) is not None
            ]
        )
    ]
    parts = side_by_side(lambda one: _weighted_of(*one, weighing, grain=grain), asked)
    return pl.concat(parts) if parts else None


def led(evidence: pl.DataFrame, weighted_too: pl.DataFrame | None, *, kpis: Sequence[Kpi]) -> pl.DataFrame:
    """Return the evidence of a grain with the weighted figure of everybody in the place of the crude one, if it leads.

    It leads in a whole series (project and KPI) where it can be had for the newest complete period and for the
    baseline, if there is one. `detail` then keeps the crude figure (`crude`, `crude_low`, `crude_high`), Kish's
    effective number (`n_eff`), the channels that were put together (`merged`) and the `cautions`; where it does not
    lead, `unweighted` says why not. What was withheld stays so. `weighted_too` is from `weighted_figures`.
    """
    if weighted_too is None or evidence.is_empty():
        return evidence
    figures = _revealing_nothing(weighted_too, evidence)
    # The figures of everybody are few; the rest stays as it is.
    weighed = [kpi for kpi in kpis if weighable(kpi) is not None]
    concerned = (pl.col("breakdown") == EVERYBODY) & pl.col("kpi").is_in([kpi.name for kpi in weighed])
    joined = evidence.filter(concerned).join(figures, on=_ON, how="left", maintain_order="left")
    shares = pl.col("kpi").is_in([kpi.name for kpi in weighed if kpi.unit is Unit.SHARE])
    chosen = _chosen(joined.with_columns(_leads=_leads()), shares).select(evidence.columns)
    return pl.concat([evidence.filter(~concerned), chosen])


_ON = ["kpi", *PERIOD, "breakdown"]
_USABLE = (Status.OK.value, Status.INDICATIVE.value, Status.STALE.value)


def _weighted_of(
    population: Population, kpis: Sequence[tuple[Kpi, Scoring]], weighing: Weighing, *, grain: Grain
) -> pl.DataFrame:
    """Return the weighted figures of KPIs on the same answers, for every period of the grain and the baseline."""
    places, volumes = (
        segment_columns(placed(rows, population.facts, grain), weighing.segments)
        for rows in (population.places.drop("norm_days"), weighing.volumes)
    )
    return pl.concat(
        side_by_side(
            lambda one: _weighted_figures(*one, population.rows, places=places, volumes=volumes, weighing=weighing),
            kpis,
        )
    )


def _weighted_figures(
    kpi: Kpi,
    scoring: Scoring,
    rows: pl.DataFrame,
    *,
    places: pl.DataFrame,
    volumes: pl.DataFrame,
    weighing: Weighing,
) -> pl.DataFrame:
    # Summed up by place first: the names and periods of places are far fewer than their rows.
    answers = summed(scoring.scored(rows), ["place"]).join(places, on="place")
    found = weighted(answers, volumes, by=list(PERIOD), design=weighing.design(scoring))
    return found.select(
        *PERIOD,
        "n_eff",
        "merged",
        kpi=pl.lit(kpi.name),
        breakdown=pl.lit(EVERYBODY),
        _value=pl.when(pl.col("smallest_n") >= FEWEST_SHOWN).then("value"),
        _known=pl.lit(value=True),
        _low="low",
        _high="high",
        cautions="warnings",
        unweighted=pl.coalesce("reason", pl.when(pl.col("smallest_n") < FEWEST_SHOWN).then(pl.lit(THIN))),
    )


def _revealing_nothing(figures: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Take away a weighted figure that rests on a channel by itself whose own figure was withheld.

    With the figures of the other channels it would give that one away.
    """
    withheld = evidence.filter(
        pl.col("breakdown").str.starts_with("channel="),
        pl.col("status").is_in([Status.HIDDEN.value, Status.TOO_FEW.value]),
        pl.col("breakdown") != f"channel={UNKNOWN}",
    ).select("kpi", *PERIOD, _channel=pl.col("breakdown").str.strip_prefix("channel="))
    joined = figures.join(withheld, on=["kpi", *PERIOD])
    pooled = pl.col("merged").list.eval(pl.element().str.split("+").list.explode()).list.contains(pl.col("_channel"))
    alone = joined.filter(~pooled).select(_ON).unique()
    return figures.join(alone.with_columns(_alone=pl.lit(value=True)), on=_ON, how="left").with_columns(
        _value=pl.when(pl.col("_alone").is_null()).then("_value"),
        unweighted=pl.when(pl.col("_alone").is_null()).then("unweighted").otherwise(pl.lit(THIN)),
    )


def _leads() -> pl.Expr:
    """Tell of each row whether its series is led by the weighted figures."""
    series = ["project", "kpi"]
    shown = (pl.col("breakdown") == EVERYBODY) & pl.col("status").is_in(_USABLE)
    baseline = pl.col("grain") == Grain.BASELINE.value
    complete = shown & ~baseline & (pl.col("period_end") <= pl.col("as_of"))
    newest = pl.col("period_start") == pl.col("period_start").filter(complete).max().over(series)
    there = pl.col("_value").is_not_null()
    missing = shown & (baseline | (complete & newest)) & ~there
    return shown & there & ~missing.any().over(series)


def _chosen(rows: pl.DataFrame, shares: pl.Expr) -> pl.DataFrame:
    """Put the leading figure in its place and tell of the other one in `detail`."""
    leads = pl.col("_leads")
    half = pl.max_horizontal(pl.col("_high") - pl.col("_value"), pl.col("_value") - pl.col("_low"))
    wide = shares & (half > WIDEST_FIRM)
    few = pl.col("n_eff") < FEWEST_FIRM
    stale = pl.col("status") == Status.STALE.value
    limited = (
        pl.when(few).then(pl.lit(Reason.FEW_OBSERVATIONS.value)).when(wide).then(pl.lit(Reason.WIDE_INTERVAL.value))
    )
    status = pl.when(few | wide).then(pl.lit(Status.INDICATIVE.value)).otherwise(pl.lit(Status.OK.value))
    asked = pl.col("_reason_asked")
    return rows.with_columns(
        _reason_asked=(pl.col("breakdown") == EVERYBODY)
        & pl.col("status").is_in(_USABLE)
        & pl.col("_known").fill_null(value=False)
    ).with_columns(
        value=pl.when(leads).then("_value").otherwise("value"),
        low=pl.when(leads).then("_low").otherwise("low"),
        high=pl.when(leads).then("_high").otherwise("high"),
        method=pl.when(leads).then(pl.lit(METHOD)).otherwise("method"),
        status=pl.when(leads & ~stale).then(status).otherwise("status"),
        reason=pl.when(leads & ~stale).then(limited).otherwise("reason"),
        detail=pl.when(asked).then(_joined(pl.col("detail"), _told(leads))).otherwise("detail"),
    )


def _told(leads: pl.Expr) -> pl.Expr:
    """Return what `detail` gains: the crude figure where the weighted one leads, else why it does not."""
    led_by = pl.struct(
        crude="value", crude_low="low", crude_high="high", n_eff="n_eff", merged="merged", cautions="cautions"
    )
    not_led = pl.struct(unweighted=pl.col("unweighted").fill_null(ELSEWHERE))
    return pl.when(leads).then(led_by.struct.json_encode()).otherwise(not_led.struct.json_encode())


def _joined(detail: pl.Expr, more: pl.Expr) -> pl.Expr:
    """Return two JSON objects as one."""
    both = pl.concat_str(detail.str.strip_suffix("}"), pl.lit(","), more.str.strip_prefix("{"))
    return pl.when(detail.is_null() | (detail == "{}")).then(more).otherwise(both)


THIN = "thin_strata"
"""A stratum has too few answers to be shown, so that a weighted figure on it would give it away."""

ELSEWHERE = "not_throughout"
"""This period could be weighted, but the newest one or the baseline could not."""
