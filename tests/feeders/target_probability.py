"""Probability that a share or a mean meets its target, with one-sided bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metrics.estimators.moments import Moments, t_limits
from metrics.estimators.target import exact_tail, mean_probability, share_bounds, share_probability
from metrics.kpi import Direction

TOPIC = "14-target-probability"

_BETTER = {"higher": Direction.UP, "lower": Direction.DOWN}
_ONE_SIDED = re.compile(r"one_sided_(?P<side>lower|upper|bound)_(?P<percent>[\d.]+)")
_CENTRAL = re.compile(r"(?:jeffreys|t_?)(?P<percent>[\d.]+)")
_TAIL = {"binom_test_p_greater": Direction.UP, "binom_test_p_less": Direction.DOWN}


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    return {name: _answered(name, given) for name in asked}


def _answered(name: str, given: Mapping[str, Any]) -> Any:
    direction = _BETTER[given["better"]]
    if name == "prob_target_met":
        return _probability(given, direction)
    if name in _TAIL:
        return exact_tail(given["successes"], given["n"], target=given["target"], direction=_TAIL[name])
    if central := _CENTRAL.fullmatch(name):
        return _ends(given, float(central["percent"]) / 100)
    bound = _ONE_SIDED.fullmatch(name)
    if bound is None:
        raise KeyError(name)
    # The end of the two-sided interval that leaves as much on either side.
    ends = _ends(given, 2 * float(bound["percent"]) / 100 - 1)
    lower = {"lower": True, "upper": False, "bound": direction is Direction.UP}[bound["side"]]
    return None if ends is None else ends[0 if lower else 1]


def _probability(given: Mapping[str, Any], direction: Direction) -> float | None:
    if "successes" in given:
        return share_probability(given["successes"], given["n"], target=given["target"], direction=direction)
    return mean_probability(_moments(given), target=given["target"], direction=direction)


def _ends(given: Mapping[str, Any], level: float) -> tuple[float, float] | None:
    if "successes" in given:
        return share_bounds(given["successes"], given["n"], level=level)
    return t_limits(_moments(given), level=level)


def _moments(given: Mapping[str, Any]) -> Moments:
    deviation = given["sd"]
    return Moments(n=given["n"], mean=given["mean"], variance=None if deviation is None else deviation**2)
