"""Feeds the cases about achievement, composite scores and what depends on the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from metrics.funding.achievement import Achievement, Promise, achievement, clipped, goalpost_index
from metrics.funding.composite import Aggregation, CompositeScore, ScorePart, composite
from metrics.funding.sensitivity import LEAST_WEIGHT, STEP, rank_ranges, weightings
from metrics.kpi import Direction

TOPIC = "15-composite"

DIRECTIONS = {"higher": Direction.UP, "lower": Direction.DOWN}


def answer(given: Mapping[str, Any], _asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    if "values" in given:
        return _achieved(given)
    if isinstance(given.get("scores"), Mapping):
        return _ranked(given)
    if "scores" in given:
        return _scored(given)
    if {"value", "lower", "upper"} <= given.keys():
        value = given["value"]
        return {"index": None if value is None else goalpost_index(value, given["lower"], upper=given["upper"])}
    message = f"no feeder for {sorted(given)}"
    raise ValueError(message)


def _achieved(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if given["baseline"] is None or given["target"] is None:
        return {"clipped": None, "unclipped": None}
    promise = Promise(baseline=given["baseline"], target=given["target"], direction=DIRECTIONS[given["better"]])
    found = [None if value is None else achievement(value, promise) for value in given["values"]]
    met = [None if one is None else getattr(one, "met", None) for one in found]
    if not promise.has_scale:
        return {"clipped": None, "unclipped": None, "met": met}
    percents = [one.percent if isinstance(one, Achievement) else None for one in found]
    return {
        "clipped": [None if percent is None else clipped(percent) for percent in percents],
        "unclipped": percents,
        "met": None,
    }


def _parts(scores: Sequence[float | None], weights: Sequence[float] | None) -> list[ScorePart]:
    return [
        ScorePart(name=str(index), weight=weight, achieved=None if score is None else Achievement(percent=score))
        for index, (score, weight) in enumerate(zip(scores, weights or [1.0] * len(scores), strict=True))
    ]


def _scored(given: Mapping[str, Any]) -> Mapping[str, Any]:
    parts = _parts(given["scores"], given.get("weights"))
    found: dict[str, Any] = {}
    for aggregation in Aggregation:
        score = composite(parts, aggregation)
        whole = isinstance(score, CompositeScore)
        found[aggregation.value] = score.value if whole else None
        found[f"{aggregation.value}_available"] = score.value if whole else score.of_what_is_present
        found["share_of_weight_present"] = score.present
    return found


def _ranked(given: Mapping[str, Any]) -> Mapping[str, Any]:
    measures = {len(scores) for scores in given["scores"].values()}
    grid = weightings(
        measures.pop(),
        step=given.get("grid_step", STEP),
        least=given.get("min_weight", LEAST_WEIGHT),
    )
    assert not measures, "every project has the same measures"
    assert len(grid) == given.get("n_weights", len(grid)), "the grid is another one"
    found: dict[str, Any] = {"n_weights": len(grid)}
    for aggregation in Aggregation:
        ranges = rank_ranges(given["scores"], aggregation=aggregation, weights=grid)
        found[aggregation.value] = ranges and {
            name: {"min": one.best, "max": one.worst, "share_rank1": one.first_share} for name, one in ranges.items()
        }
    return found
