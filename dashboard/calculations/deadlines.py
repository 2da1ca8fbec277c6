"""Calculations of days: the deadline of a statutory term, working days, and the days that the law sets apart."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from dashboard.calculations.method import Given, Method, Result
from metrics.calendars.deadlines import deadline
from metrics.calendars.legal_days import legal_days
from metrics.calendars.terms import Suspension, Term, TermUnit, suspended_days
from metrics.calendars.working_days import Calendar, working_days

_Positive = Annotated[int, Field(ge=1)]
_Number = Annotated[int, Field(ge=0)]


class GivenSuspension(Given):
    """A pause: the day on which the resident was asked to complete the application, and the day on which it was.

    `completed`: or the day on which the time given for it had run out unused; null while the pause lasts.
    """

    asked: date
    completed: date | None


class GivenTerm(Given):
    """The term and what happened to it.

    `received`: the day of receipt. `term` and `unit`: its length in days, weeks or months. `suspensions`: the pauses.
    `extension_weeks` and `extended_on`: how long the term may be extended, and the day on which that was decided.
    `statutory`: false for a by-law or a promise of the service. `extension_lengthens`: true where term and extension
    together may not be longer than the Algemene termijnenwet allows.
    """

    received: date
    term: _Positive
    unit: Literal["days", "weeks", "months"]
    suspensions: tuple[GivenSuspension, ...] = ()
    extension_weeks: _Number = 0
    extended_on: date | None = None
    statutory: bool = True
    extension_lengthens: bool = False


class GivenSpan(Given):
    """`opened` and `closed`: the first and last day. `calendar`: legal, or working for the days staff are free."""

    opened: date
    closed: date
    calendar: Literal["legal", "working"] = "legal"


class GivenYear(Given):
    """`year`: the year of which the days are asked."""

    year: int


def _deadline(given: GivenTerm) -> Result:
    term = Term(
        count=given.term,
        unit=TermUnit(given.unit),
        extension_weeks=given.extension_weeks,
        statutory=given.statutory,
        extension_lengthens=given.extension_lengthens,
    )
    pauses = [Suspension(invited_on=one.asked, ended_on=one.completed) for one in given.suspensions]
    found = deadline(term, given.received, suspended_days=suspended_days(pauses), extended_on=given.extended_on)
    return {
        "end_of_term": found.raw_end.isoformat(),
        "suspended_days": found.suspended_days,
        "termijnenwet_applies": found.atw_applies,
        "extended": found.extended,
        "extension_void": found.extension_void,
        "due": None if found.due_on is None else found.due_on.isoformat(),
    }


def _working_days(given: GivenSpan) -> Result:
    return {
        "calendar_days": (given.closed - given.opened).days,
        "working_days": working_days(given.opened, given.closed, calendar=Calendar(given.calendar)),
    }


def _legal_days(given: GivenYear) -> Result:
    return {"days": [day.isoformat() for day in legal_days(given.year)]}


METHODS: tuple[Method, ...] = (
    Method(
        name="deadline",
        what="The last day on which a decision is in time: the term, its pauses and its extension, and the "
        "Algemene termijnenwet.",
        given=GivenTerm,
        run=_deadline,
        example={
            "received": "2025-03-03",
            "term": 8,
            "unit": "weeks",
            "suspensions": [{"asked": "2025-03-10", "completed": "2025-03-24"}],
        },
    ),
    Method(
        name="working-days",
        what="The working days from the day after a case came in up to the day on which it was decided.",
        given=GivenSpan,
        run=_working_days,
        example={"opened": "2026-04-24", "closed": "2026-05-19"},
    ),
    Method(
        name="legal-days",
        what="The days of a year on which no statutory term ends, beside Saturdays and Sundays.",
        given=GivenYear,
        run=_legal_days,
        example={"year": 2024},
    ),
)
"""The methods of this subject, in the order in which they are listed."""
