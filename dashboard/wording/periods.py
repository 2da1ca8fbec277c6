"""Periods and as-of days in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import get_month_names

from dashboard.wording.words import Words
from metrics.periods import MONTHS_IN, Grain, Period

_QUARTERS = {1: "1st quarter", 4: "2nd quarter", 7: "3rd quarter", 10: "4th quarter"}


def period_name(words: Words, period: Period, grain: Grain) -> str:
    """Name a period: `September 2026`, `3rd quarter 2026`, `2026`, or its first and last day."""
    if grain is Grain.MONTH:
        return f"{get_month_names('wide', locale=words.language)[period.start.month]} {period.start.year}"
    if grain is Grain.QUARTER:
        return f"{words.say(_QUARTERS[period.start.month])} {period.start.year}"
    if grain is Grain.YEAR:
        return str(period.start.year)
    return words.say("{start} to {end}", start=words.day(period.start), end=words.day(period.end))


def short_period(words: Words, period: Period, grain: Grain) -> str:
    """Name a period in as few letters as an axis has room for."""
    if grain is Grain.QUARTER:
        return words.say(
            "Q{number} {year}", number=(period.start.month - 1) // MONTHS_IN[grain] + 1, year=period.start.year
        )
    if grain is Grain.MONTH:
        return words.short_month(period.start)
    return str(period.start.year)


def as_of_text(words: Words, days: Sequence[date]) -> str:
    """Say as of which day figures are shown; the range where projects are seen on different days."""
    if len(days) == 1:
        return words.say("As of {day}", day=words.day(days[0]))
    return words.say("As of {first} to {last}, per project", first=words.day(days[0]), last=words.day(days[-1]))
