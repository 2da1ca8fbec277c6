"""A statutory term, when it runs out before any pause, and whether the Algemene termijnenwet (Atw) moves that day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class TermUnit(StrEnum):
    """What a term is described in. Terms in hours are not counted in days and have no place here."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


DAYS_IN: Mapping[TermUnit, int] = {TermUnit.DAYS: 1, TermUnit.WEEKS: 7, TermUnit.MONTHS: 30}
"""Days in a unit, to measure a term by. Art. 4 holds 90 days and three months alike, so a month counts as 30."""

LONGEST_UNDER_ATW: Mapping[TermUnit, int] = {TermUnit.DAYS: 90, TermUnit.WEEKS: 12, TermUnit.MONTHS: 3}
"""Atw, art. 4: the law does not hold for terms described in more than this."""

_SHORTEST_WITH_ORDINARY_DAYS = 3
"""Atw, art. 2: a term of at least this many days must contain two ordinary days."""

_SURELY_WITH_ORDINARY_DAYS = 14
"""A fortnight always contains two ordinary days, whatever the feast days: ten weekdays are in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term for a decision, counted from the day after receipt, such as 8 weeks with an extension of 6.

    `extension_weeks` is how long the term may be extended, 0 where it cannot be. `statutory` says that the term is
    set in an act or an order in council: a by-law or a promise of the service is outside the Atw unless it says
    otherwise. Art. 4 speaks of terms "described in" more than twelve weeks; whether 8 weeks, extended by 6, is such
    a term is a legal choice: `extension_lengthens` says that the two are added up, otherwise each stands alone.
    """

    count: int
    unit: TermUnit
    extension_weeks: int = 0
    statutory: bool = True
    extension_lengthens: bool = False

    def __post_init__(self) -> None:
        """Raise a ValueError where the term has no length, or its extension is less than none."""
        if self.count < 1:
            message = f"a term of {self.count} {self.unit} has no length. Give a whole number of 1 or more."
            raise ValueError(message)
        if self.extension_weeks < 0:
            message = f"an extension of {self.extension_weeks} weeks is less than none. Give 0 where there is none."
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A pause of the term (Awb 4:15): from the day after `invited_on` up to, not including, `ended_on`.

    `ended_on` is the day on which the application was completed, or on which the time given for that had run out
    unused. None: the pause still lasts.
    """

    invited_on: date
    ended_on: date | None

    def __post_init__(self) -> None:
        """Raise a ValueError where the pause ended before it could begin."""
        if self.ended_on is not None and self.ended_on < self.invited_on:
            message = f"a suspension ended on {self.ended_on}, before it was asked for on {self.invited_on}."
            raise ValueError(message)


def suspended_days(suspensions: Iterable[Suspension]) -> int | None:
    """Return the number of days on which the term stood still; None while one of the pauses still lasts.

    A day that lies in two pauses counts once.
    """
    days: set[int] = set()
    for one in suspensions:
        if one.ended_on is None:
            return None
        days.update(range(one.invited_on.toordinal() + 1, one.ended_on.toordinal()))
    return len(days)


def raw_end(term: Term, received_on: date, *, extended: bool = False) -> date:
    """Return the last day of a term before any pause and before the Atw.

    Weeks end on the same day of the week; months on the same day of the month, or on its last day where the month
    is shorter.
    """
    end = _counted_on(term, received_on)
    return end + timedelta(weeks=term.extension_weeks) if extended else end


def atw_applies(term: Term, *, extended: bool = False) -> bool:
    """Tell whether the Atw moves the end of the term (art. 4)."""
    extension = term.extension_weeks * DAYS_IN[TermUnit.WEEKS] if extended and term.extension_lengthens else 0
    length = term.count * DAYS_IN[term.unit] + extension
    return term.statutory and length <= LONGEST_UNDER_ATW[term.unit] * DAYS_IN[term.unit]


def needs_ordinary_days(term: Term) -> bool:
    """Tell whether the term is so short that it may contain fewer than two ordinary days, and must not (art. 2)."""
    days = term.count * DAYS_IN[term.unit]
    return _SHORTEST_WITH_ORDINARY_DAYS <= days < _SURELY_WITH_ORDINARY_DAYS


def _counted_on(term: Term, received_on: date) -> date:
    if term.unit is TermUnit.DAYS:
        return received_on + timedelta(days=term.count)
    if term.unit is TermUnit.WEEKS:
        return received_on + timedelta(weeks=term.count)
    months = received_on.year * 12 + received_on.month - 1 + term.count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))
