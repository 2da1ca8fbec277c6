"""Calculations: each method that a figure rests on, to recompute the figure from counts by hand."""

from dashboard.calculations import (
    answers,
    behaviour,
    deadlines,
    decisions,
    effect,
    flow,
    lead_time,
    money,
    small_cells,
    targets,
    variation,
    weighting,
)
from dashboard.calculations.method import Method

METHODS: tuple[Method, ...] = (
    *answers.METHODS,
    *targets.METHODS,
    *weighting.METHODS,
    *lead_time.METHODS,
    *decisions.METHODS,
    *flow.METHODS,
    *deadlines.METHODS,
    *behaviour.METHODS,
    *variation.METHODS,
    *effect.METHODS,
    *money.METHODS,
    *small_cells.METHODS,
)
"""Every method, in the order in which they are listed."""


def method(name: str) -> Method:
    """Return the method of this name; KeyError names it where there is none."""
    return {one.name: one for one in METHODS}[name]
