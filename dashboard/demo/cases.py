"""Cases of one service, from receipt to decision, seen on the last day of the records."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.columns import channel_names, dates, in_schema, keys, segment_names
from dashboard.demo.course import WEBSITE, Course
from dashboard.demo.months import LAST_DAY, Floats, Whole, off_the_weekend, random_days
from metrics.records import Kind

_WITHDRAWN = 0.02
_LATEST_WITHDRAWAL_DAYS = 20
_REOPENED = 0.01

_TAKEN_UP_AFTER_ALL = 0.10
_TAKEN_UP_AFTER_DAYS = 150
_NEVER_DAYS = 10_000


def cases(course: Course, came: Arrivals, chance: np.random.Generator) -> pl.DataFrame:
    """Draw a case for each arrival; what would be decided after the last day is still open."""
    total = len(came.month)
    received = _received(came, chance)
    withdrawn = chance.random(total) < _WITHDRAWN
    days = np.where(
        withdrawn,
        chance.integers(1, _LATEST_WITHDRAWAL_DAYS, total, endpoint=True),
        _days(course, came.month, chance),
    )
    decided = off_the_weekend(received + days)
    frame = pl.DataFrame(
        {
            "source_id": keys(f"{course.service}-case", total),
            "service": pl.repeat(course.service, total, eager=True),
            "channel": channel_names(came),
            "segments": segment_names(came),
            "n": pl.repeat(1, total, eager=True),
            "received_on": dates(received),
            "decided_on": dates(decided),
            "due_on": dates(off_the_weekend(received + course.norm_days)),
            "service_due_on": _service_due(course, received),
            "outcome": pl.Series(withdrawn).replace_strict({True: "withdrawn", False: "decided"}),
            "reopened": pl.Series(~withdrawn & (chance.random(total) < _REOPENED)),
        },
    )
    return in_schema(_open_after(frame), Kind.CASES)


def _received(came: Arrivals, chance: np.random.Generator) -> Whole:
    draws = chance.random(len(came.month))
    any_day = random_days(came.month, draws, weekends=True)
    working_day = random_days(came.month, draws, weekends=False)
    return np.where(came.channel == WEBSITE, any_day, working_day)


def _days(course: Course, month: Whole, chance: np.random.Generator) -> Whole:
    waiting = course.waiting
    usual = _lognormal(waiting.median[month], waiting.spread, chance)
    late = _lognormal(np.full(len(month), _TAKEN_UP_AFTER_DAYS), waiting.spread, chance)
    shelved: NDArray[np.bool_] = chance.random(len(month)) < waiting.shelved[month]
    taken_up = chance.random(len(month)) < _TAKEN_UP_AFTER_ALL
    return np.where(shelved, np.where(taken_up, late, _NEVER_DAYS), usual)


def _lognormal(median: Floats, spread: float, chance: np.random.Generator) -> Whole:
    return np.floor(median * np.exp(spread * chance.standard_normal(len(median)))).astype(np.int64)


def _service_due(course: Course, received: Whole) -> pl.Series:
    if course.service_norm_days is None:
        return pl.repeat(None, len(received), dtype=pl.Date, eager=True)
    return dates(off_the_weekend(received + course.service_norm_days))


def _open_after(frame: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("decided_on") <= LAST_DAY
    return frame.with_columns(
        decided_on=pl.when(known).then("decided_on"),
        outcome=pl.when(known).then("outcome"),
        reopened=pl.col("reopened") & known,
    )
