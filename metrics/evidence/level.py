"""Levels of evidence: how far a claim about a project can be trusted, and what holds it back.

The level of a claim is the lowest of two: the strongest design that shows the change, and every cap on its quality.
Statistical significance alone never raises a level; a stronger design does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How far a claim can be trusted, from nothing usable to a test by lot."""

    NOT_MEASURED = 0
    DESCRIBED = 1
    CHANGED = 2
    BEYOND_OWN_TREND = 3
    MORE_THAN_COMPARABLE = 4
    BY_LOT = 5


class Hold(StrEnum):
    """What holds a claim back. `dashboard.wording` has the sentence."""

    # There is no stronger design, or it shows nothing.
    NO_FIGURE = "no_figure"
    NO_BASELINE = "no_baseline"
    NO_DIFFERENCE = "no_difference"
    NOT_STARTED = "not_started"
    SHORT_SERIES = "short_series"
    OWN_TREND = "own_trend"
    ANY_MONTH = "any_month"
    NOT_ROBUST = "not_robust"
    NO_COMPARATORS = "no_comparators"
    FEW_COMPARATORS = "few_comparators"
    LIKE_COMPARATORS = "like_comparators"
    UNLIKE_BEFORE = "unlike_before"
    BEFORE_UNKNOWN = "before_unknown"
    NO_LOT = "no_lot"
    LOT_SHOWS_NOTHING = "lot_shows_nothing"
    LOT_SHOWS_OPPOSITE = "lot_shows_opposite"
    # The figures themselves do not carry more.
    NOT_REGISTERED = "not_registered"
    SERIES_BREAK = "series_break"
    TOO_FEW = "too_few"
    LOW_RESPONSE = "low_response"
    RESPONSE_UNKNOWN = "response_unknown"
    UNEVEN_RESPONSE = "uneven_response"
    UNWEIGHTED = "unweighted"
    OTHER_PROJECT = "other_project"
    EXTREME_START = "extreme_start"
    MANY_OPEN = "many_open"


MOST: dict[Hold, Level] = {
    Hold.NO_FIGURE: Level.NOT_MEASURED,
    Hold.NO_BASELINE: Level.DESCRIBED,
    Hold.NO_DIFFERENCE: Level.DESCRIBED,
    Hold.NOT_STARTED: Level.DESCRIBED,
    Hold.SHORT_SERIES: Level.CHANGED,
    Hold.OWN_TREND: Level.CHANGED,
    Hold.ANY_MONTH: Level.CHANGED,
    Hold.NOT_ROBUST: Level.CHANGED,
    Hold.NO_COMPARATORS: Level.BEYOND_OWN_TREND,
    Hold.FEW_COMPARATORS: Level.BEYOND_OWN_TREND,
    Hold.LIKE_COMPARATORS: Level.BEYOND_OWN_TREND,
    Hold.UNLIKE_BEFORE: Level.CHANGED,
    Hold.BEFORE_UNKNOWN: Level.BEYOND_OWN_TREND,
    Hold.NO_LOT: Level.MORE_THAN_COMPARABLE,
    Hold.LOT_SHOWS_NOTHING: Level.MORE_THAN_COMPARABLE,
    Hold.LOT_SHOWS_OPPOSITE: Level.CHANGED,
    Hold.NOT_REGISTERED: Level.DESCRIBED,
    Hold.SERIES_BREAK: Level.DESCRIBED,
    Hold.TOO_FEW: Level.DESCRIBED,
    Hold.LOW_RESPONSE: Level.CHANGED,
    Hold.RESPONSE_UNKNOWN: Level.CHANGED,
    Hold.UNEVEN_RESPONSE: Level.CHANGED,
    Hold.UNWEIGHTED: Level.CHANGED,
    Hold.OTHER_PROJECT: Level.CHANGED,
    Hold.EXTREME_START: Level.CHANGED,
    Hold.MANY_OPEN: Level.CHANGED,
}
"""The highest level that a claim can have in spite of what holds it back (`docs/evidence.md`)."""

CAPS: frozenset[Hold] = frozenset(
    {
        Hold.UNLIKE_BEFORE,
        Hold.LOT_SHOWS_OPPOSITE,
        Hold.NOT_REGISTERED,
        Hold.SERIES_BREAK,
        Hold.TOO_FEW,
        Hold.LOW_RESPONSE,
        Hold.RESPONSE_UNKNOWN,
        Hold.UNEVEN_RESPONSE,
        Hold.UNWEIGHTED,
        Hold.OTHER_PROJECT,
        Hold.EXTREME_START,
        Hold.MANY_OPEN,
    }
)
"""What caps a level whatever the design; the others say why a stronger design is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One thing that holds a claim back, with what was found and what is needed, where these are numbers.

    `found` and `needed` are in the unit that belongs to the reason: months, answers, services, a fraction. `more` is
    how many more (answers, months, comparators) would lift it, where that can be worked out.
    """

    hold: Hold
    found: float | None = None
    needed: float | None = None
    more: int | None = None

    @property
    def most(self) -> Level:
        """The highest level in spite of it."""
        return MOST[self.hold]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A level, with what keeps it from being higher: first what bites now, then what would bite next."""

    level: Level
    held: tuple[Held, ...]


def graded(design: Level, held: Iterable[Held]) -> Graded:
    """Return the lowest of the design's level and every cap.

    `design` is the strongest design that shows the change. `held` may hold caps and reasons why a stronger design is
    not there; only caps lower the level, the others are told.
    """
    known: Sequence[Held] = tuple(dict.fromkeys(held))
    level = min([design, *(one.most for one in known if one.hold in CAPS)])
    return Graded(level=level, held=tuple(sorted((one for one in known if one.most >= level), key=_order)))


def _order(held: Held) -> tuple[int, int]:
    return held.most, list(Hold).index(held.hold)
