"""Answers to the survey of one service: two items from each respondent."""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.arrivals import Arrivals
from dashboard.demo.columns import channel_names, dates, in_schema, keys, segment_names
from dashboard.demo.course import BUSINESS, Course
from dashboard.demo.months import Floats, Whole, random_days
from metrics.records import Kind

_BUSINESS_OFFSET = -0.03
_ALIKE = 0.3
"""The share of respondents whose two answers come from one mood; a resident who is content finds things clear."""

_BELOW = (0.2, 0.3, 0.5)
"""How those who are not content divide over 1, 2 and 3."""

_TOP = (0.55, 0.45)
"""How those who are content divide over 4 and 5."""

_TEN = (0.01, 0.02, 0.02, 0.04, 0.06, 0.12, 0.23, 0.30, 0.13, 0.07)
"""How the same people answer from 1 to 10: the Dutch school mark, in which a 7 is content and a 10 is rare."""


def answers(course: Course, came: Arrivals, chance: np.random.Generator) -> pl.DataFrame:
    """Draw the answers of those who responded, in the month in which they came."""
    total = len(came.month)
    moods = chance.random(total)
    others = np.where(chance.random(total) < _ALIKE, moods, chance.random(total))
    days = random_days(came.month, chance.random(total), weekends=True)
    shared = pl.DataFrame(
        {
            "source_id": keys(f"{course.service}-answer", total),
            "service": pl.repeat(course.service, total, eager=True),
            "channel": channel_names(came),
            "segments": segment_names(came),
            "n": pl.repeat(1, total, eager=True),
            "answered_on": dates(days),
        },
    )
    items = (("satisfaction", course.satisfaction, moods), ("clarity", course.clarity, others))
    frames = [_item(course, came, shared, item=item, shares=shares, moods=mood) for item, shares, mood in items]
    return in_schema(pl.concat(frames), Kind.ANSWERS)


def _item(
    course: Course,
    came: Arrivals,
    shared: pl.DataFrame,
    *,
    item: str,
    shares: Floats,
    moods: Floats,
) -> pl.DataFrame:
    content = shares[came.month, came.channel] + np.where(came.customer == BUSINESS, _BUSINESS_OFFSET, 0.0)
    new = pl.col("answered_on") >= course.new_scale_on if course.new_scale_on else pl.lit(value=False)
    return (
        shared.with_columns(
            item=pl.lit(item),
            five=pl.Series(_out_of_five(moods, content)),
            ten=pl.Series(_out_of_ten(moods)),
        )
        .with_columns(
            value=pl.when(new).then("ten").otherwise("five"),
            scale=pl.when(new).then(pl.lit("1-10")).otherwise(pl.lit("1-5")),
            question=pl.when(new).then(pl.lit(f"{item}-2025")).otherwise(pl.lit(f"{item}-2023")),
        )
        .filter(pl.Series(came.answered))
    )


def _out_of_five(moods: Floats, content: Floats) -> Whole:
    below = np.array(_BELOW)[None, :] * (1 - content)[:, None]
    top = np.array(_TOP)[None, :] * content[:, None]
    ends = np.cumsum(np.column_stack([below, top]), axis=1)[:, :-1]
    return np.asarray(1 + (moods[:, None] >= ends).sum(axis=1), dtype=np.int64)


def _out_of_ten(moods: Floats) -> Whole:
    return np.asarray(1 + np.searchsorted(np.cumsum(_TEN)[:-1], moods, side="right"), dtype=np.int64)
