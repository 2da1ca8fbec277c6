"""The composite score: a weighted mean of achievements with its interval, refused where too much is missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from metrics.estimators.intervals import LEVEL, z_of
from metrics.funding.achievement import Achievement, LineHeld

LEAST_WEIGHT_PRESENT = 0.8
"""Below this share of the registered weight there is no score: too much of it would be made up."""

TOLERANCE = 1e-9
"""Weights are fractions: 0.7 + 0.1 falls a hair short of 0.8, which must still count as 80 %."""

Floats = NDArray[np.float64]


class Aggregation(StrEnum):
    """Which mean: how far a good part may make up for a bad one. From all the way to hardly."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"


class Dependence(StrEnum):
    """How the errors of the parts go together.

    `independent`: other answers for each part. `unknown`: the widest that can be, as if all erred the same way;
    use it where parts come from the same answers and no joint rows are kept.
    """

    INDEPENDENT = "independent"
    UNKNOWN = "unknown"


class WhyNoScore(StrEnum):
    """Why there is no composite score."""

    NOTHING_TO_WEIGH = "nothing_to_weigh"
    TOO_LITTLE_WEIGHT = "too_little_weight"
    NOT_ABOVE_ZERO = "not_above_zero"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One measure of a score: its registered weight, and what was achieved; None where there is no figure."""

    name: str
    weight: float
    achieved: Achievement | LineHeld | None

    def __post_init__(self) -> None:
        """Refuse a weight that is no number or below 0."""
        if not (math.isfinite(self.weight) and self.weight >= 0):
            message = f"{self.name}: a weight is 0 or more; found {self.weight}."
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeScore:
    """A score on the scale of achievements (0 baseline, 100 target), and what it leaves out.

    `present` is the share of the weight that has a figure. `missing` are the parts without one, `set_apart` those
    whose line is to be held: they have no percentage and no weight. The ends are None where a part has none, and
    for other means than the arithmetic one: those have a range, see `metrics.funding.sensitivity`.
    """

    value: float
    low: float | None
    high: float | None
    present: float
    missing: tuple[str, ...]
    set_apart: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCompositeScore:
    """Why there is no score. `of_what_is_present` is for an auditor: the mean with the missing weight shared out."""

    reason: WhyNoScore
    of_what_is_present: float | None
    present: float | None
    missing: tuple[str, ...]
    set_apart: tuple[str, ...]


def composite(
    parts: Sequence[ScorePart],
    aggregation: Aggregation = Aggregation.ARITHMETIC,
    *,
    dependence: Dependence = Dependence.INDEPENDENT,
) -> CompositeScore | NoCompositeScore:
    """Return the weighted mean of what was achieved, or why there is none.

    The geometric and the harmonic mean have no meaning where a part is at or below 0. A part of weight 0 does not
    count. The interval has the confidence of the parts' own intervals.
    """
    weighed = present_parts(parts)
    share = _share_present(parts)
    value = _mean(weighed, aggregation)
    absent = tuple(part.name for part in parts if part.achieved is None)
    apart = tuple(part.name for part in parts if isinstance(part.achieved, LineHeld))
    if share is None or value is None or share < LEAST_WEIGHT_PRESENT - TOLERANCE:
        reason = _why_none(share)
        return NoCompositeScore(reason=reason, of_what_is_present=value, present=share, missing=absent, set_apart=apart)
    low, high = _ends(weighed, value, dependence=dependence) if aggregation is Aggregation.ARITHMETIC else (None, None)
    return CompositeScore(value=value, low=low, high=high, present=share, missing=absent, set_apart=apart)


def present_parts(parts: Sequence[ScorePart]) -> list[tuple[Achievement, float]]:
    """Return what was achieved with its weight, for the parts that count."""
    return [(part.achieved, part.weight) for part in parts if isinstance(part.achieved, Achievement) and part.weight]


def means(scores: Floats, weights: Floats, *, aggregation: Aggregation) -> Floats:
    """Return the mean of each row of `scores` (rows x parts) under each row of `weights` (weightings x parts).

    The result is rows x weightings. Scores must lie above 0 for the geometric and the harmonic mean.
    """
    shares = weights / weights.sum(axis=1, keepdims=True)
    if aggregation is Aggregation.ARITHMETIC:
        return np.asarray(scores @ shares.T)
    if aggregation is Aggregation.GEOMETRIC:
        return np.asarray(np.exp(np.log(scores) @ shares.T))
    return np.asarray(1 / ((1 / scores) @ shares.T))


def with_joint_error(score: CompositeScore, error: float, *, level: float = LEVEL) -> CompositeScore:
    """Return an arithmetic score with the interval that its standard error gives, see `joint_error`."""
    half = z_of(level) * error
    return replace(score, low=score.value - half, high=score.value + half)


def joint_error(rows: pl.DataFrame, coefficients: Mapping[str, float]) -> float | None:
    """Return the standard error of a sum of means that come from the same answers.

    `rows` are counted: one column for each mean (null where not answered) and `n`. `coefficients` say what a mean
    counts for: w / sum(w) x 100 / (t - b) for the score. Each answer pulls at every mean it belongs to, so means
    that go up and down together are not taken for independent ones. None where a mean has fewer than two answers.
    """
    n = pl.col("n")
    answered = {name: n.filter(pl.col(name).is_not_null()).sum() for name in coefficients}
    if min(rows.select(**answered).row(0)) < 2:  # noqa: PLR2004 - one answer has no spread
        return None
    pulls = [_pull(name, answered[name]) * coefficient for name, coefficient in coefficients.items()]
    return math.sqrt(rows.select((n * pl.sum_horizontal(pulls).pow(2)).sum()).item())


def _pull(name: str, answered: pl.Expr) -> pl.Expr:
    """How far one answer moves the mean of a column, with the usual n - 1; 0 where it was not given."""
    value = pl.col(name)
    mean = (value * pl.col("n")).sum() / answered
    return ((value - mean) / (answered * (answered - 1)).sqrt()).fill_null(0.0)


def _share_present(parts: Sequence[ScorePart]) -> float | None:
    total = math.fsum(part.weight for part in parts if not isinstance(part.achieved, LineHeld))
    return math.fsum(weight for _, weight in present_parts(parts)) / total if total else None


def _mean(weighed: Sequence[tuple[Achievement, float]], aggregation: Aggregation) -> float | None:
    if not weighed:
        return None
    if aggregation is not Aggregation.ARITHMETIC and min(part.percent for part, _ in weighed) <= 0:
        return None
    scores = np.array([[part.percent for part, _ in weighed]])
    weights = np.array([[weight for _, weight in weighed]])
    return float(means(scores, weights, aggregation=aggregation)[0, 0])


def _why_none(share: float | None) -> WhyNoScore:
    if share is None:
        return WhyNoScore.NOTHING_TO_WEIGH
    return WhyNoScore.TOO_LITTLE_WEIGHT if share < LEAST_WEIGHT_PRESENT - TOLERANCE else WhyNoScore.NOT_ABOVE_ZERO


def _ends(
    weighed: Sequence[tuple[Achievement, float]],
    value: float,
    *,
    dependence: Dependence,
) -> tuple[float | None, float | None]:
    total = math.fsum(weight for _, weight in weighed)
    below = _half(
        [None if part.low is None else weight / total * (part.percent - part.low) for part, weight in weighed],
        dependence=dependence,
    )
    above = _half(
        [None if part.high is None else weight / total * (part.high - part.percent) for part, weight in weighed],
        dependence=dependence,
    )
    return None if below is None else value - below, None if above is None else value + above


def _half(halves: Sequence[float | None], *, dependence: Dependence) -> float | None:
    known = [half for half in halves if half is not None]
    if len(known) < len(halves):
        return None
    return math.hypot(*known) if dependence is Dependence.INDEPENDENT else math.fsum(known)
