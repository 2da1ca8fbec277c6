"""How far a composite score depends on choices that nobody can prove: weights, kind of mean, measures, chance.

Everything comes as a range. There is no function that puts projects in an order: the weights decide it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.special import ndtri

from metrics.estimators.intervals import LEVEL, Z
from metrics.funding.achievement import Achievement
from metrics.funding.composite import (
    Aggregation,
    Dependence,
    Floats,
    NoCompositeScore,
    ScorePart,
    composite,
    means,
    present_parts,
)

STEP = 0.05
LEAST_WEIGHT = 0.1
"""The grid: weights in steps of 5 %, each measure at least 10 %.

The Handbook on composite indicators (OECD and JRC 2008, step 7) asks for such a test and leaves the grid open.
"""

AGGREGATIONS = (Aggregation.ARITHMETIC, Aggregation.GEOMETRIC)

DRAWS = 1000
SEED = 2008
"""Of the draws within the intervals: fixed, so that the same figures give the same range. The Handbook's year."""

ALMOST_NOTHING = 1e-9
"""What a draw at or below 0 counts as in a geometric mean, which falls towards 0 there."""

DECIMALS = 9
"""Means are compared to nine decimals: equal projects must not be parted by a floating-point hair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRange:
    """Between which places a project comes, best and worst, over all weightings (1 is first).

    `first_share` is the share of the weightings in which it comes first; projects that tie are all first.
    """

    best: int
    worst: int
    first_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRange:
    """Between which scores a project comes, on the scale of achievements.

    `choices_low` and `choices_high` are over all choices with the figures as they are. `low` and `high` add chance:
    for each choice the 95 % of the draws in the middle, and of all of them the lowest and the highest.
    `aggregations` names the means that took part: the geometric one only where every interval lies above 0.
    """

    low: float
    high: float
    choices_low: float
    choices_high: float
    aggregations: tuple[Aggregation, ...]


def weightings(measures: int, *, step: float = STEP, least: float = LEAST_WEIGHT) -> Floats:
    """Return every set of weights on the grid (weightings x measures), each at least `least`, with sum 1.

    One measure has one weighting. It is an error where the grid has no place for so many measures.
    """
    if measures == 1:
        return np.ones((1, 1))
    units, rest = divmod(Fraction(1), Fraction(str(step)))
    lowest = math.ceil(Fraction(str(least)) / Fraction(str(step)))
    free = units - measures * lowest
    if measures < 1 or rest or free < 0:
        message = (
            f"There are no weightings of {measures} measures in steps of {step} with at least {least} each: take a "
            f"step that divides 1 and a least weight of at most 1 / {max(measures, 1)}."
        )
        raise ValueError(message)
    # Stars and bars: the bars between the measures stand at places among the free units.
    places = free + measures - 1
    bars = np.array(list(combinations(range(places), measures - 1)))
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), places)])
    return np.asarray((np.diff(edges, axis=1) - 1 + lowest) / units)


def rank_ranges(
    scores: Mapping[str, Sequence[float | None]],
    *,
    aggregation: Aggregation = Aggregation.ARITHMETIC,
    weights: Floats | None = None,
) -> Mapping[str, RankRange] | None:
    """Return for each project between which places it comes, in the order given; projects that tie share a place.

    `scores` has the achievements of each project, the same measures in the same order. `weights` is the grid
    (weightings x measures), the usual one unless given. None where a project has a measure missing, or where the
    mean has no meaning for it: it cannot be compared, and without it the others would seem to come higher.
    """
    # What is missing becomes NaN here, and goes no further.
    table = np.array(list(scores.values()), dtype=np.float64)
    if table.size == 0 or np.isnan(table).any() or (aggregation is not Aggregation.ARITHMETIC and table.min() <= 0):
        return None
    grid = weightings(table.shape[1]) if weights is None else weights
    found = np.round(means(table, grid, aggregation=aggregation), DECIMALS)
    places = [1 + (found > one).sum(axis=0) for one in found]
    return {
        name: RankRange(best=int(place.min()), worst=int(place.max()), first_share=float((place == 1).mean()))
        for name, place in zip(scores, places, strict=True)
    }


def score_range(
    parts: Sequence[ScorePart],
    *,
    dependence: Dependence = Dependence.INDEPENDENT,
    seed: int = SEED,
) -> ScoreRange | NoCompositeScore:
    """Return between which scores a project comes when weights, mean and measures are chosen otherwise.

    All weights of the grid x arithmetic and geometric mean x each measure left out once x draws within the
    intervals (a normal distribution on each side, each with its own width; a part without interval stands still).
    Where `dependence` is unknown all parts err the same way in a draw. No range where there is no score. More than
    ten measures are an error: the grid has no place for them.
    """
    score = composite(parts)
    if isinstance(score, NoCompositeScore):
        return score
    achieved = [part for part, _ in present_parts(parts)]
    points = np.array([[part.percent for part in achieved]])
    drawn = _drawn(achieved, dependence=dependence, seed=seed)
    lowest = min(part.percent if part.low is None else part.low for part in achieved)
    aggregations = AGGREGATIONS if lowest > 0 else (Aggregation.ARITHMETIC,)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    choices, chance = [], []
    for kept in _leave_one_out(len(achieved)):
        grid = weightings(len(kept))
        for aggregation in aggregations:
            floor = -np.inf if aggregation is Aggregation.ARITHMETIC else ALMOST_NOTHING
            choices.append(means(points[:, kept], grid, aggregation=aggregation))
            scores = means(np.maximum(drawn[:, kept], floor), grid, aggregation=aggregation)
            chance.append(np.quantile(scores, tails, axis=0))
    return ScoreRange(
        low=float(min(one.min() for one in chance)),
        high=float(max(one.max() for one in chance)),
        choices_low=float(min(one.min() for one in choices)),
        choices_high=float(max(one.max() for one in choices)),
        aggregations=aggregations,
    )


def _leave_one_out(measures: int) -> Iterator[list[int]]:
    every = list(range(measures))
    yield every
    if measures > 1:
        yield from ([one for one in every if one != left_out] for left_out in every)


def _drawn(achieved: Sequence[Achievement], *, dependence: Dependence, seed: int) -> Floats:
    percents = np.array([part.percent for part in achieved])
    below = np.array([0.0 if part.low is None else (part.percent - part.low) / Z for part in achieved])
    above = np.array([0.0 if part.high is None else (part.high - part.percent) / Z for part in achieved])
    columns = 1 if dependence is Dependence.UNKNOWN else len(achieved)
    # A Latin hypercube: each part goes evenly through its whole distribution, so that few draws give a steady range.
    evenly = np.tile(ndtri((np.arange(DRAWS) + 0.5) / DRAWS)[:, None], (1, columns))
    away = np.random.default_rng(seed).permuted(evenly, axis=0)
    return np.asarray(percents + np.where(away < 0, below, above) * away)
