"""Calculations of achievement: percent of the way to a target, a score of several, and what depends on weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from dashboard.calculations.method import Given, Method, Result
from metrics.funding.achievement import Achievement, LineHeld, Promise, achievement
from metrics.funding.composite import Aggregation, Dependence, ScorePart, composite
from metrics.funding.sensitivity import rank_ranges, score_range
from metrics.kpi import Direction

_DIRECTIONS = {"higher": Direction.UP, "lower": Direction.DOWN}

_NotNegative = Annotated[FiniteFloat, Field(ge=0)]


class GivenResult(Given):
    """A result and what was promised, in one unit.

    `better`: whether higher or lower is better. `low` and `high`: the 95 % interval of the result.
    `baseline_standard_error`: 0 where the baseline is a complete count or an agreed number.
    """

    result: FiniteFloat
    baseline: FiniteFloat
    target: FiniteFloat
    better: Literal["higher", "lower"]
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    baseline_standard_error: _NotNegative = 0.0


class GivenPart(Given):
    """A measure of a score.

    `weight`: as it was registered. `percent`: the achievement, null where there is no figure, with the ends of its
    95 % interval. `line_held`: true or false for a measure that was only to be kept up: it has no percent.
    """

    name: str
    weight: _NotNegative
    percent: FiniteFloat | None = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    line_held: bool | None = None


class GivenParts(Given):
    """`parts`: the measures. `mean`: which mean. `same_answers`: whether parts may come from the same answers."""

    parts: tuple[GivenPart, ...]
    mean: Aggregation = Aggregation.ARITHMETIC
    same_answers: bool = False


class GivenRange(Given):
    """`parts`: the measures. `same_answers`: whether parts may come from the same answers."""

    parts: tuple[GivenPart, ...]
    same_answers: bool = False


class GivenProjects(Given):
    """`projects`: by name the achievements of each, the same measures in the same order. `mean`: which mean."""

    projects: Mapping[str, tuple[FiniteFloat | None, ...]]
    mean: Aggregation = Aggregation.ARITHMETIC


def _achieved(given: GivenResult) -> Result:
    promise = Promise(
        baseline=given.baseline,
        target=given.target,
        direction=_DIRECTIONS[given.better],
        baseline_error=given.baseline_standard_error,
    )
    found = achievement(given.result, promise, low=given.low, high=given.high)
    absent = {"percent": None, "low": None, "high": None, "met": None, "certain": None}
    return {**absent, **asdict(found)}


def _parts(given: tuple[GivenPart, ...]) -> list[ScorePart]:
    return [ScorePart(name=one.name, weight=one.weight, achieved=_part(one)) for one in given]


def _part(given: GivenPart) -> Achievement | LineHeld | None:
    if given.line_held is not None:
        return LineHeld(met=given.line_held, certain=None)
    return None if given.percent is None else Achievement(percent=given.percent, low=given.low, high=given.high)


def _dependence(*, same_answers: bool) -> Dependence:
    return Dependence.UNKNOWN if same_answers else Dependence.INDEPENDENT


def _score(given: GivenParts) -> Result:
    dependence = _dependence(same_answers=given.same_answers)
    return asdict(composite(_parts(given.parts), given.mean, dependence=dependence))


def _range(given: GivenRange) -> Result:
    return asdict(score_range(_parts(given.parts), dependence=_dependence(same_answers=given.same_answers)))


def _ranks(given: GivenProjects) -> Result:
    found = rank_ranges(given.projects, aggregation=given.mean)
    return {"projects": None if found is None else {name: asdict(one) for name, one in found.items()}}


_PARTS = [
    {"name": "satisfaction", "weight": 0.5, "percent": 90, "low": 70, "high": 110},
    {"name": "lead time", "weight": 0.3, "percent": 40, "low": 20, "high": 60},
    {"name": "clarity", "weight": 0.2, "percent": 10, "low": -20, "high": 40},
]

METHODS = (
    Method(
        name="achievement",
        what="How far a result has come from its baseline to its target, in percent.",
        given=GivenResult,
        run=_achieved,
        example={"result": 42, "baseline": 56, "target": 28, "better": "lower", "low": 35, "high": 49},
    ),
    Method(
        name="composite-score",
        what="The weighted mean of achievements, or why there is none.",
        given=GivenParts,
        run=_score,
        example={"parts": _PARTS},
    ),
    Method(
        name="score-range",
        what="Between which scores a project comes when weights, mean and measures are chosen otherwise.",
        given=GivenRange,
        run=_range,
        example={"parts": _PARTS},
    ),
    Method(
        name="rank-ranges",
        what="Between which places projects come over all weights, and how often each comes first.",
        given=GivenProjects,
        run=_ranks,
        example={"projects": {"fast": [100, 0], "clear": [0, 80]}},
    ),
)
