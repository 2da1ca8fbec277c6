"""Composing published figures beside our own: does the published figure follow from its own answers?"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.views.parts import ComparedPoint, PublishedChart, Table
from dashboard.wording.published import month_name, parted_sentence
from dashboard.wording.words import Words
from metrics.published import parted_since

_ROOM = 2.0


def published_notice(words: Words, compared: pl.DataFrame) -> Sequence[str]:
    """Return a sentence per service whose published figure stopped following from its answers."""
    return [parted_sentence(words, row, compared) for row in parted_since(compared).iter_rows(named=True)]


def published_summary(words: Words, compared: pl.DataFrame) -> Sequence[str]:
    """Return the notices of several services in one sentence a month; one service keeps its own sentence."""
    parted = parted_since(compared)
    if parted.height < 2:  # noqa: PLR2004 - one has room for its figures
        return published_notice(words, compared)
    return [
        words.say(
            "Since {month} the published figures of {services} no longer follow from the same formula. "
            "Their pages show what the figures would have been.",
            month=month_name(words, since),
            services=words.both(sorted(set(rows["service"]))),
        )
        for (since,), rows in sorted(parted.partition_by("since", as_dict=True).items())
    ]


def published_chart(words: Words, compared: pl.DataFrame) -> PublishedChart | None:
    """Return the chart, or None where nobody else publishes a figure for this project."""
    if compared.is_empty():
        return None
    notices = published_notice(words, compared)
    points = [
        ComparedPoint(
            start=row["month"],
            published=100 * row["published"],
            recomputed=round(100 * row["recomputed"], 2),
            top_share=round(100 * row["top_share"], 2),
            differs=row["differs"],
        )
        for row in compared.iter_rows(named=True)
    ]
    values = [value for point in points for value in (point.published, point.recomputed, point.top_share)]
    differing = compared.filter("differs").height
    return PublishedChart(
        name="published",
        heading=notices[0].split(":")[0] if notices else words.say("The published figure follows from its own answers"),
        caption=words.say(
            "The publisher prints a percentage and the answers behind it. We compute the same score from the answers "
            "(GOV.UK formula) and the share that was satisfied. A filled mark: they part by more than rounding.",
        ),
        sentence=words.count(
            "In {n} month the published figure differs from the score of its own answers by more than rounding.",
            "In {n} months the published figure differs from the score of its own answers by more than rounding.",
            differing,
        ),
        published_label=words.say("published"),
        recomputed_label=words.say("same formula, from the answers"),
        top_share_label=words.say("share that was satisfied"),
        axis=(max(min(values) - _ROOM, 0.0), min(max(values) + _ROOM, 100.0)),
        points=points,
        table=_table(words, compared),
    )


def _table(words: Words, compared: pl.DataFrame) -> Table:
    explained = {
        "satisfaction": words.say("share that was satisfied"),
        "satisfaction_weighted": words.say("same formula"),
    }
    return Table(
        caption=words.say("Published and recomputed, per month"),
        columns=[
            words.say("Month"),
            words.say("published"),
            words.say("same formula, from the answers"),
            words.say("share that was satisfied"),
            words.say("Answers"),
            words.say("Follows from"),
        ],
        rows=[
            [
                words.short_month(row["month"]),
                words.percent(row["published"]),
                words.percent(row["recomputed"], 1),
                words.percent(row["top_share"], 1),
                words.number(row["n"]),
                explained.get(row["explained_by"], words.say("neither formula")),
            ]
            for row in compared.sort("month", descending=True).iter_rows(named=True)
        ],
        numeric=frozenset({1, 2, 3, 4}),
    )
