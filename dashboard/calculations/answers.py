"""Calculations on answers: shares, means, net promoter score, differences, targets, and how many answers it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, FiniteFloat, model_validator

from dashboard.calculations.method import Given, Method, Result
from metrics.estimators.bootstrap import bootstrap_mean
from metrics.estimators.differences import newcombe, reach, welch
from metrics.estimators.intervals import (
    LEVEL,
    Limits,
    agresti_coull,
    clopper_pearson,
    ends_of,
    jeffreys,
    t_quantiles,
    wilson,
    z_of,
)
from metrics.estimators.mean import Mean
from metrics.estimators.moments import Moments, moments_of, t_limits
from metrics.estimators.nps import adjusted_wald, net_score, trinomial_t
from metrics.records import SCALES

Count = Annotated[int, Field(ge=0)]
Confidence = Annotated[float, Field(gt=0, lt=1)]


class GivenHits(Given):
    """`hits`: how many answers were of the kind that is counted; `n`: how many answers there were in all."""

    hits: Count
    n: Count

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        if self.hits > self.n:
            message = f"hits is {self.hits} and n is {self.n}; give no more hits than answers."
            raise ValueError(message)
        return self


class GivenMoments(Given):
    """`n` answers with their `mean` and `standard_deviation` (divisor n - 1; null for a single answer)."""

    n: Annotated[int, Field(ge=1)]
    mean: FiniteFloat
    standard_deviation: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None

    @property
    def moments(self) -> Moments:
        """The same as the arithmetic takes it."""
        spread = self.standard_deviation if self.n > 1 else None
        return Moments(n=self.n, mean=self.mean, variance=None if spread is None else spread**2)


class GivenShare(GivenHits):
    """As for hits. `confidence`: two-sided, 0.95 for what is shown and 0.90 for a test that releases money."""

    confidence: Confidence = LEVEL


class GivenAnswers(Given):
    """`scale`: 1-5, 1-10, 0-10 or yes-no; `counts`: how often each value was given; `confidence` as for a share."""

    scale: str
    counts: Mapping[int, Count]
    confidence: Confidence = LEVEL

    @model_validator(mode="after")
    def _on_the_scale(self) -> Self:
        if self.scale not in SCALES:
            message = f"scale is '{self.scale}'; give one of {', '.join(SCALES)}."
            raise ValueError(message)
        lowest, highest = SCALES[self.scale]
        outside = [value for value in self.counts if not lowest <= value <= highest]
        if outside:
            message = f"counts has {outside[0]}, and the scale runs from {lowest} to {highest}."
            raise ValueError(message)
        return self


class GivenPromoters(Given):
    """`promoters` answered 9 or 10, `passives` 7 or 8, `detractors` 0 to 6; `confidence` as for a share."""

    promoters: Count
    passives: Count
    detractors: Count
    confidence: Confidence = LEVEL


class GivenTwoShares(Given):
    """Two independent shares: `now` and `before`, each with hits and n; `confidence` as for a share."""

    now: GivenHits
    before: GivenHits
    confidence: Confidence = LEVEL


class GivenTwoMeans(Given):
    """Two independent means, `now` and `before`: n, mean and standard_deviation; `confidence` as for a share."""

    now: GivenMoments
    before: GivenMoments
    confidence: Confidence = LEVEL


def _share(given: GivenShare) -> Result:
    hits, n, z = pl.lit(given.hits), pl.lit(given.n), z_of(given.confidence)
    return {
        "share": given.hits / given.n if given.n else None,
        "wilson": _pair(wilson(hits, n, z=z)),
        "jeffreys": _pair(jeffreys(hits, n, level=given.confidence)),
        "clopper_pearson": _pair(clopper_pearson(hits, n, level=given.confidence)),
        "agresti_coull": _pair(agresti_coull(hits, n, z=z)),
    }


def _mean(given: GivenAnswers) -> Result:
    schema = {"value": pl.Int64, "n": pl.Int64}
    rows = pl.DataFrame(list(given.counts.items()), schema=schema, orient="row")
    seen, alike = moments_of(rows), [n for n in given.counts.values() if n]
    shown = Mean().figures(_asked(rows, given.scale), ["group"])
    same = wilson(pl.lit(seen.n), pl.lit(seen.n), z=z_of(given.confidence)) if len(alike) == 1 else None
    return {
        "n": seen.n,
        "mean": seen.mean,
        "standard_deviation": seen.deviation,
        "standard_error": seen.error,
        "t": _listed(t_limits(seen, level=given.confidence)),
        "bootstrap": _listed(bootstrap_mean(given.counts, level=given.confidence)),
        "share_at_the_one_answer": None if same is None else _pair(same),
        "shown": next(shown.select("value", "low", "high", "status", "reason").iter_rows(named=True), None),
    }


def _nps(given: GivenPromoters) -> Result:
    answered = given.promoters + given.passives + given.detractors
    promoters, detractors, n = pl.lit(given.promoters), pl.lit(given.detractors), pl.lit(answered)
    quantile = pl.lit(t_quantiles(pl.Series([answered]), level=given.confidence))
    return {
        "n": answered,
        "score": pl.select(net_score(promoters, detractors, n)).item(),
        "adjusted_wald": _pair(adjusted_wald(promoters, detractors, n, z=z_of(given.confidence))),
        "trinomial_t": _pair(trinomial_t(promoters, detractors, n, quantile=quantile)),
    }


def _share_difference(given: GivenTwoShares) -> Result:
    counts = [pl.lit(one) for one in (given.now.hits, given.now.n, given.before.hits, given.before.n)]
    known = given.now.n and given.before.n
    return {
        "difference": given.now.hits / given.now.n - given.before.hits / given.before.n if known else None,
        "newcombe": _pair(newcombe(*counts, z=z_of(given.confidence))),
    }


def _mean_difference(given: GivenTwoMeans) -> Result:
    now, before = given.now.moments, given.before.moments
    found = welch(now, before, level=given.confidence)
    return {
        "difference": given.now.mean - given.before.mean,
        "welch": None if found is None else [found.low, found.high],
        "degrees_of_freedom": None if found is None else found.degrees,
        "p": None if found is None else found.p,
        "from_the_two_intervals": _mover(now, before, given.confidence),
    }


def _mover(now: Moments, before: Moments, level: float) -> list[float] | None:
    ends, ends_before = t_limits(now, level=level), t_limits(before, level=level)
    if ends is None or ends_before is None or now.mean is None or before.mean is None:
        return None
    value = now.mean - before.mean
    low = reach(now.mean, ends[0], other=before.mean, other_end=ends_before[1])
    high = reach(now.mean, ends[1], other=before.mean, other_end=ends_before[0])
    return [value - low, value + high]


def _asked(rows: pl.DataFrame, scale: str) -> pl.DataFrame:
    return rows.with_columns(group=pl.lit(""), scale=pl.lit(scale), question=pl.lit(None, dtype=pl.String))


def _pair(limits: Limits) -> list[float] | None:
    return _listed(ends_of(limits))


def _listed(ends: tuple[float, float] | None) -> list[float] | None:
    return None if ends is None else list(ends)


def _hits(hits: int, n: int) -> Mapping[str, Any]:
    return {"hits": hits, "n": n}


METHODS: tuple[Method, ...] = (
    Method(
        name="share",
        what="The share of answers of one kind, with four intervals; the figures use Wilson's.",
        given=GivenShare,
        run=_share,
        example={**_hits(81, 263), "confidence": 0.95},
    ),
    Method(
        name="mean",
        what="The average of answers on a scale, with Student's t interval and a check by bootstrap.",
        given=GivenAnswers,
        run=_mean,
        example={"scale": "1-5", "counts": {"1": 12, "2": 30, "3": 88, "4": 210, "5": 95}, "confidence": 0.95},
    ),
    Method(
        name="nps",
        what="The net promoter score, with the adjusted Wald interval that the figures use and the usual t interval.",
        given=GivenPromoters,
        run=_nps,
        example={"promoters": 50, "passives": 30, "detractors": 20, "confidence": 0.95},
    ),
    Method(
        name="share-difference",
        what="The difference between two independent shares, with Newcombe's interval.",
        given=GivenTwoShares,
        run=_share_difference,
        example={"now": _hits(56, 70), "before": _hits(48, 80), "confidence": 0.95},
    ),
    Method(
        name="mean-difference",
        what="The difference between two independent averages: Welch's test, and the interval that the figures use.",
        given=GivenTwoMeans,
        run=_mean_difference,
        example={
            "now": {"n": 100, "mean": 4.0, "standard_deviation": 1.0},
            "before": {"n": 100, "mean": 3.7, "standard_deviation": 1.0},
            "confidence": 0.95,
        },
    ),
)
