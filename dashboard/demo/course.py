"""The course of one service: what truly happens there, month by month, before chance has its say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from dashboard.demo.months import MONTHS, Floats

CHANNELS = ("website", "telefoon", "balie", "post")
WEBSITE = 0

CUSTOMERS = ("resident", "business")
BUSINESS = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """How long cases take: `median` days a month, and `spread`, the standard deviation of log days.

    `shelved` is the share a month that nobody takes up; few of those are decided within the records.
    """

    median: Floats
    spread: float
    shelved: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Behaviour:
    """What residents do when something is not clear to them.

    `asks` is the chance that somebody asks about an application, `back` the chance that a contact is followed by
    another on the same topic, by the channel of the application. `completed` is the share a month of forms on the
    website that come to a right end; `refused` is the part of the forms started of which that end is "you need not
    apply".
    """

    asks: Floats
    back: Floats
    completed: Floats
    refused: float = 0.04


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Money:
    """What the project was given and the share of it that was booked; bookings begin at `since`."""

    budget: Decimal
    booked: float
    since: date


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """Tables have a row a month and a column a channel; `receipts` and the paths in `waiting` a value a month.

    `satisfaction` and `clarity` are the share of residents whose answer lies in the top two of five;
    businesses are 0.03 below. `mix` is how cases divide over channels, `response` the share of those
    invited who answer. `new_scale_on` is the day from which the survey asks 1 to 10 instead of 1 to 5.
    `most_a_month` caps receipts. `number` names the project's own stream of chance.
    """

    number: int
    project: str
    service: str
    receipts: Floats
    mix: Floats
    response: Floats
    satisfaction: Floats
    clarity: Floats
    waiting: Waiting
    behaviour: Behaviour
    norm_days: int
    money: Money
    service_norm_days: int | None = None
    business: float = 0.25
    unknown_channel: float = 0.0
    new_scale_on: date | None = None
    most_a_month: int | None = None


def per_channel(path: Floats, offsets: Sequence[float] = (0.02, 0.0, 0.02, -0.05)) -> Floats:
    """Return a table in which every channel follows the path at its own distance."""
    return path[:, None] + np.array(offsets, dtype=np.float64)


def divided(website: Floats, others: Sequence[float] = (0.45, 0.35, 0.20)) -> Floats:
    """Return a table of shares: the website's own, the rest divided over telephone, desk and post."""
    return np.column_stack([website, *((1 - website) * share for share in others)])


def same_each_month(shares: Sequence[float]) -> Floats:
    """Return a table in which each channel keeps its share."""
    return np.tile(np.array(shares, dtype=float), (MONTHS, 1))
