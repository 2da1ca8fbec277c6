"""What is said of a published figure that stopped following from its own answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
from babel.dates import get_month_names

from dashboard.wording.words import Words


def parted_sentence(words: Words, parted: Mapping[str, object], compared: pl.DataFrame) -> str:
    """Say since which month a published figure no longer follows from the same formula, and what it would be.

    `parted` is a row of `metrics.published.parted_since`, `compared` the frame it came from.
    """
    mine = compared.filter(pl.col("service") == parted["service"]).sort("month")
    newest = mine.row(-1, named=True)
    first = words.say(
        "Since {month} the published figure of {service} no longer follows from the same formula: "
        "for {newest} it says {published}, the same formula gives {recomputed}.",
        month=month_name(words, parted["since"]),  # type: ignore[arg-type]
        service=parted["service"],
        newest=month_name(words, newest["month"]),
        published=words.percent(newest["published"]),
        recomputed=words.percent(newest["recomputed"], 1),
    )
    if parted["explained_by"] != "satisfaction":
        return first
    second = words.say(
        "It now follows from the share that was satisfied ({top}): another formula, not a better service.",
        top=words.percent(newest["top_share"], 1),
    )
    return f"{first} {second}"


def month_name(words: Words, month: date) -> str:
    """Name a month in full."""
    return f"{get_month_names('wide', locale=words.language)[month.month]} {month.year}"
