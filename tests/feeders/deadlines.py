"""Free days of a year, ends of statutory terms, and working days taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import holidays

from metrics.calendars.deadlines import deadline
from metrics.calendars.legal_days import legal_days
from metrics.calendars.terms import Suspension, Term, TermUnit, suspended_days
from metrics.calendars.working_days import working_days

TOPIC = "08-deadlines-working-days"


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    feeders = {"year": _free_days, "received": _term, "opened": _taken}
    # Each takes the keys that it knows, and refuses a case that has more.
    (feeder,) = (feeder for name, feeder in feeders.items() if name in given)
    answers = feeder(**given)
    return {name: answers[name] for name in asked}


def _free_days(*, year: int) -> Mapping[str, Any]:
    days = legal_days(year)
    elsewhere = holidays.NL(years=year)
    return {
        "days": [str(day) for day in days],
        "missing_from_holidays_NL_default": [str(day) for day in days if day not in elsewhere],
    }


def _term(
    *, received: str, term: int, unit: str, extension_weeks: int = 0, suspensions: Sequence[Mapping[str, Any]] = ()
) -> Mapping[str, Any]:
    received_on = date.fromisoformat(received)
    found = deadline(
        Term(count=term, unit=TermUnit(unit), extension_weeks=extension_weeks),
        received_on,
        suspended_days=suspended_days(_suspension(**one) for one in suspensions),
        # A case names an extension where there was one, and not its day: it came in time.
        extended_on=received_on if extension_weeks else None,
    )
    return {
        "raw_end": str(found.raw_end),
        "suspended_days": found.suspended_days,
        "atw_applies": found.atw_applies,
        "deadline": _text(found.due_on),
    }


def _suspension(*, invited: str, supplemented: str | None) -> Suspension:
    return Suspension(invited_on=date.fromisoformat(invited), ended_on=_day(supplemented))


def _taken(*, opened: str, closed: str | None) -> Mapping[str, Any]:
    opened_on, closed_on = date.fromisoformat(opened), _day(closed)
    if closed_on is None:
        return {"calendar_days": None, "working_days": None}
    return {
        "calendar_days": (closed_on - opened_on).days,
        "working_days": working_days(opened_on, closed_on),
    }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else str(day)
