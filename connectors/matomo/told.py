"""What people are told of a stretch of days: what was folded, left out or missing, and days without visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from connectors.matomo.records import Meaning, Sorted
from connectors.matomo.reports import Rows, Stretch, numbers_of_days
from metrics.notices import Notice

LOOK_BACK_DAYS = 7
"""So many days before a stretch tell whether its first days without visits are a gap."""

LONG_ENOUGH_DAYS = 7
"""In so many days with visits somebody should have answered, or begun a form."""


def of_events(found: Sorted, control: Rows | None, meaning: Meaning) -> Iterator[Notice]:
    """Yield what became of events that are in no record."""
    capped = pl.concat([frame.select("day", "events_number") for frame in (found.rest, found.cut)])
    by_day = capped.group_by("day").agg(pl.col("events_number").sum()).sort("day")
    for day, number in by_day.iter_rows():
        yield Notice(code="cap_reached", particulars={"day": day, "events": number})
    numbers: Mapping[str, pl.DataFrame] = {
        "events_outside_services": found.outside,
        "events_without_name": found.nameless,
        "events_of_other_categories": _elsewhere(control, meaning),
        "answers_not_mapped": _not_mapped(control, meaning),
    }
    for code, frame in numbers.items():
        number = int(frame["events_number"].sum())
        if number > 0:
            yield Notice(code=code, particulars={"events": number})


def of_days(stretch: Stretch) -> Iterator[Notice]:
    """Yield the runs of days without any visit that come after a day with visits: nothing was measured then."""
    visits = _visits(stretch)
    if not any(visits.values()):
        if stretch.last > str(stretch.head["created"]):
            yield _gap("no_visits_at_all", stretch.first, stretch.last)
        return
    for first, last in _runs(visits, stretch):
        yield _gap("days_without_visits", first, last)


def of_silence(main: Rows, meaning: Meaning, stretch: Stretch) -> Iterator[Notice]:
    """Yield that nobody answered, or took a step of a form, on days with visits: a wrong name, or a broken page."""
    days = sum(number > 0 for day, number in _visits(stretch).items() if day >= stretch.first)
    if days < LONG_ENOUGH_DAYS:
        return
    seen = set(main.rows["told"].to_list())
    for what, names in (("answers", meaning.values()), ("forms", meaning.steps())):
        if names and not seen & set(names):
            yield Notice(code="events_not_seen", particulars={"what": what, "days": days})


def of_zone(stretch: Stretch, zone: str) -> Iterator[Notice]:
    """Yield once a run that the days of the site are those of another time zone."""
    site = stretch.head["zone"]
    if site is not None and site != zone:
        yield Notice(code="timezone_differs", particulars={"site": str(site), "programme": zone})


def _visits(stretch: Stretch) -> dict[str, int]:
    rows = numbers_of_days(stretch.reports["visits"], {"visits": "nb_visits"}, stretch, after=0).rows
    counted = dict(rows.select("day", "visits_number").iter_rows())
    first = date.fromisoformat(stretch.first) - timedelta(days=LOOK_BACK_DAYS)
    number = (date.fromisoformat(stretch.last) - first).days + 1
    days = [(first + timedelta(days=ahead)).isoformat() for ahead in range(number)]
    return {day: counted.get(day) or 0 for day in days}


def _runs(visits: Mapping[str, int], stretch: Stretch) -> Sequence[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    begun, running = False, False
    for day, number in visits.items():
        begun = begun or number > 0
        empty = begun and number == 0 and day >= stretch.first
        if empty:
            runs = [*runs[:-1], (runs[-1][0], day)] if running else [*runs, (day, day)]
        running = empty
    return runs


def _gap(code: str, first: str, last: str) -> Notice:
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    return Notice(code=code, particulars={"first": first, "last": last, "days": days})


def _elsewhere(control: Rows | None, meaning: Meaning) -> pl.DataFrame:
    """Return events of ours that are of another category: a report by name cannot keep them out."""
    wanted = meaning.category_of()
    if control is None or not wanted:
        return _NONE
    right = pl.col("told").replace_strict(wanted, default=None, return_dtype=pl.String)
    return control.rows.filter(right.is_not_null() & (right != pl.col("by")).fill_null(value=True))


def _not_mapped(control: Rows | None, meaning: Meaning) -> pl.DataFrame:
    """Return events of the category of the answers that stand for no value."""
    category = meaning.answers.category if meaning.answers else None
    if control is None or category is None:
        return _NONE
    known = [*meaning.values(), *meaning.steps()]
    return control.rows.filter((pl.col("by") == category) & ~pl.col("told").is_in(known).fill_null(value=True))


_NONE = pl.DataFrame(schema={"events_number": pl.Int64()})
