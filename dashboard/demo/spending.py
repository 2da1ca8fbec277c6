"""Spending of one project: three bookings a month, from the month in which money began to flow."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl

from dashboard.demo.columns import dates, in_schema, keys
from dashboard.demo.course import Course
from dashboard.demo.months import MONTHS, month_number, random_days
from metrics.records import Kind

_EVENTS = ("personnel", "supplier", "training")
_WEIGHTS = (0.6, 0.3, 0.1)
_SWING = 0.25


def spending(course: Course, chance: np.random.Generator) -> pl.DataFrame:
    """Divide the booked part of the budget over months and kinds of cost, in whole euros."""
    months = np.repeat(np.arange(month_number(course.money.since), MONTHS), len(_EVENTS))
    weights = np.tile(_WEIGHTS, len(months) // len(_EVENTS)) * np.exp(_SWING * chance.standard_normal(len(months)))
    euros = np.rint(weights / weights.sum() * float(course.money.budget) * course.money.booked).astype(np.int64)
    booked = random_days(months, chance.random(len(months)), weekends=False)
    frame = pl.DataFrame(
        {
            "source_id": keys(f"{course.project}-booking", len(months)),
            "service": pl.repeat(course.service, len(months), eager=True),
            "n": pl.repeat(1, len(months), eager=True),
            "project": pl.repeat(course.project, len(months), eager=True),
            "booked_on": dates(booked),
            "amount": pl.Series([Decimal(int(euro)) for euro in euros], dtype=pl.Decimal(18, 2)),
            "event": pl.Series(_EVENTS * (len(months) // len(_EVENTS))),
        },
    )
    return in_schema(frame, Kind.SPENDING)
