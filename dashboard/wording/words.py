"""Words in one language: sentences from the catalogue, numbers, days and money as its readers write them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date, get_month_names
from babel.lists import format_list
from babel.numbers import NumberPattern, format_currency, format_decimal, format_percent, parse_pattern

from config.programme import Text
from dashboard.wording.catalogue import catalogue
from metrics.kpi import Unit

_TOLERANCE = 1e-9
_ONE_POINT: Mapping[Unit, float] = {Unit.SHARE: 0.01, Unit.PER_HUNDRED: 1.0, Unit.NET_POINTS: 1.0}
"""Half an interval this wide or wider: whole points. No more digits than the interval carries."""

_DECIMALS: Mapping[Unit, int] = {
    Unit.SHARE: 2,
    Unit.DAYS: 0,
    Unit.POINTS: 1,
    Unit.PER_HUNDRED: 0,
    Unit.NET_POINTS: 0,
}
"""Decimals of a value as the metrics layer has it: whole per cents, whole days, tenths of points on a scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How one language says things. Values come in as the metrics layer has them: shares as fractions."""

    language: str

    def say(self, sentence: str, /, **particulars: object) -> str:
        """Return the sentence in this language, with its particulars (already worded) filled in."""
        return catalogue(self.language).gettext(sentence).format(**particulars)

    def count(self, one: str, many: str, /, n: int, **particulars: object) -> str:
        """Return the sentence for one or for many; `{n}` is the number, worded."""
        sentence = catalogue(self.language).ngettext(one, many, n)
        return sentence.format(n=self.number(n), **particulars)

    def text(self, text: Text) -> str:
        """Return a text of the programme in this language."""
        return text.nl if self.language == "nl" else text.en

    def label(self, labels: Mapping[str, Text], code: str) -> str:
        """Return the label of a code, or the code itself where the programme gives none."""
        return self.text(labels[code]) if code in labels else code

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with the thousands and decimals of the language."""
        # What rounds to nothing has no sign: no -0.
        value = 0.0 if abs(value) * 10**digits < 0.5 else value  # noqa: PLR2004 - half of the last digit
        return format_decimal(value, format=_pattern(digits, ""), locale=_locale(self.language))

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a fraction as a percentage."""
        return format_percent(share, format=_pattern(digits, "%"), locale=_locale(self.language))

    def money(self, amount: Decimal) -> str:
        """Write an amount in whole euros."""
        return format_currency(amount, "EUR", format="¤ #,##0", locale=_locale(self.language), currency_digits=False)

    def day(self, day: date) -> str:
        """Write a day in full."""
        return format_date(day, format="d MMMM y", locale=_locale(self.language))

    def short_month(self, day: date) -> str:
        """Write a month in short, for the axis of a chart."""
        name = get_month_names("abbreviated", locale=_locale(self.language))[day.month].rstrip(".")
        return f"{name} {day.year}"

    def both(self, parts: Sequence[str]) -> str:
        """Join words as a list: `a, b and c`."""
        return format_list(list(parts), locale=_locale(self.language))

    def value(self, value: float, unit: Unit, digits: int = 0) -> str:
        """Write a value in its unit: `82%`, `74 days`, `4.2`, `43 per 100`, `-8`."""
        if unit is Unit.DAYS:
            return self.count("{n} day", "{n} days", round(value))
        if unit is Unit.SHARE:
            return self.percent(value, digits)
        bare = self.bare(value, unit, digits)
        return self.say("{n} per 100", n=bare) if unit is Unit.PER_HUNDRED else bare

    def bare(self, value: float, unit: Unit, digits: int = 0) -> str:
        """Write a value without its unit, for a place where the unit stands beside it."""
        return (
            self.percent(value, digits).rstrip("%").rstrip()
            if unit is Unit.SHARE
            else self.number(value, _DECIMALS[unit] + digits)
        )

    def span(self, low: str, high: str) -> str:
        """Write both ends of a range (already worded) as `85–91`, or as `-8 to 5` where one is below zero."""
        if low.startswith("-") or high.startswith("-"):
            return self.say("{low} to {high}", low=low, high=high)
        return f"{low}–{high}"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _pattern(digits: int, sign: str) -> NumberPattern:
    # A portfolio writes thousands of numbers; Babel would read the pattern anew for each.
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else "") + sign)


def span_text(words: Words, low: float, high: float, unit: Unit) -> str:
    """Write both ends of an interval as `85–91`, rounded outward, without their unit."""
    digits = digits_of(low, high, unit)
    return words.span(
        words.bare(outward(low, unit, digits, up=False), unit, digits),
        words.bare(outward(high, unit, digits, up=True), unit, digits),
    )


def digits_of(low: float | None, high: float | None, unit: Unit) -> int:
    """Return how many decimals more an interval carries: one where it is known to within a point of a hundred."""
    if unit not in _ONE_POINT or low is None or high is None:
        return 0
    # 0.82 - 0.80 is a little less than 0.02 to a computer.
    return 0 if (high - low) / 2 >= _ONE_POINT[unit] - _TOLERANCE else 1


def outward(value: float, unit: Unit, digits: int, *, up: bool) -> float:
    """Round an end of an interval away from its middle, so that rounding never makes us surer than we are."""
    scale = 10.0 ** (digits + _DECIMALS[unit])
    scaled = value * scale
    # 0.55 * 100 is 55.00000000000001: that is 55, not 56.
    near = round(scaled)
    if math.isclose(scaled, near, abs_tol=_TOLERANCE):
        return near / scale
    return (math.ceil(scaled) if up else math.floor(scaled)) / scale
