"""The arrivals of one service: who came when and by which channel, and whether they answered the survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.course import BUSINESS, CHANNELS, Course
from dashboard.demo.months import Whole

_INVITED = 0.92


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals:
    """One place a customer, by month. `channel` counts in `CHANNELS`; it is not `known` where nobody noted it."""

    month: Whole
    channel: Whole
    known: NDArray[np.bool_]
    customer: Whole
    invited: NDArray[np.bool_]
    answered: NDArray[np.bool_]


def arrivals(course: Course, chance: np.random.Generator) -> Arrivals:
    """Draw the customers of all months."""
    month = _months(course, chance)
    total = len(month)
    ends = np.cumsum(course.mix, axis=1)[month]
    channel = np.minimum((chance.random(total)[:, None] >= ends).sum(axis=1), len(CHANNELS) - 1)
    invited = chance.random(total) < _INVITED
    return Arrivals(
        month=month,
        channel=channel,
        known=chance.random(total) >= course.unknown_channel,
        customer=np.where(chance.random(total) < course.business, BUSINESS, 1 - BUSINESS),
        invited=invited,
        answered=invited & (chance.random(total) < course.response[month, channel]),
    )


def _months(course: Course, chance: np.random.Generator) -> Whole:
    most = course.most_a_month
    drawn = chance.poisson(course.receipts) if most is None else chance.binomial(most, course.receipts / most)
    return np.repeat(np.arange(len(drawn)), drawn)
