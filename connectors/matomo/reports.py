"""Reports of Matomo as tables: a row for each day and event, whatever shape a day without data has."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from connectors.cells import Reading
from connectors.columns import typed
from connectors.connector import Page, SourceChangedError, SourceUnavailableError
from connectors.objects import digest, loaded, table_of
from connectors.table import UNREADABLE

REST = ("Others", "Overige", "Anderen", "Andere", "Sonstige", "Autres", "-1")
"""What Matomo calls the one row that holds all events it did not keep apart; -1 is its own name for it."""

COLUMN: Mapping[str, str] = {
    "category": "Events_EventCategory",
    "action": "Events_EventAction",
    "name": "Events_EventName",
}
"""What a flat report calls the parts of an event."""

METHOD: Mapping[str, str] = {"action": "Events.getAction", "name": "Events.getName"}

_SECOND: Mapping[str, str] = {"category": "eventCategory", "action": "eventAction", "name": "eventName"}
_NOBODY = Reading(zone="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One page: the days it is about and the reports that came, by the name under which they were asked for."""

    page: str
    first: str
    last: str
    head: Mapping[str, Any]
    reports: Mapping[str, object]

    @classmethod
    def of(cls, page: Page) -> Stretch:
        """Read a page as `fetch` made it."""
        body = loaded(page)
        return cls(
            page=page.name,
            first=body["first"],
            last=body["last"],
            head=body,
            reports=dict(zip(body["asked"], body["answered"], strict=True)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one report.

    `rows` has line, day, told (what the event is known by), by (what its service is known by; `named` as it came),
    the counts as they came and as numbers, and `rest` where a row holds what was not kept apart.
    """

    rows: pl.DataFrame
    unreadable: pl.DataFrame
    last_line: int


def question(told_by: str, second: str, first_day: str, last_day: str) -> Mapping[str, str | int]:
    """Return how a report of two parts of events is asked for, all its rows of each day."""
    return {
        "method": METHOD[told_by],
        "secondaryDimension": _SECOND[second],
        "flat": 1,
        "filter_limit": -1,
        **daily(first_day, last_day),
    }


def daily(first_day: str, last_day: str) -> Mapping[str, str | int]:
    """Return how each day of a stretch is asked for by itself: longer periods are folded once more."""
    return {"period": "day", "date": f"{first_day},{last_day}", "format_metrics": 0, "language": "en"}


def events(report: object, told_by: str, second: str, stretch: Stretch, *, after: int) -> Rows:
    """Return the rows of a report of events; lines are counted on from `after`."""
    wanted = {
        "told": COLUMN[told_by],
        "by": COLUMN[second],
        "label": "label",
        "events": "nb_events",
        "visits": "nb_visits",
    }
    found = _table(report, wanted, stretch, after=after)
    told, by = _plain(found.rows["told"]), _plain(found.rows["by"])
    label = pl.when(pl.col("label").is_in(REST)).then("label")
    rows = found.rows.with_columns(told=told, by=by, named="by").with_columns(told=pl.coalesce("told", label))
    return Rows(
        rows=rows.with_columns(rest=pl.any_horizontal(pl.col("told", "by").is_in(REST).fill_null(value=False))),
        unreadable=found.unreadable,
        last_line=found.last_line,
    )


def numbers_of_days(report: object, wanted: Mapping[str, str], stretch: Stretch, *, after: int) -> Rows:
    """Return a row for each day of which a report tells numbers; `wanted` has their names by ours."""
    return _table(report, wanted, stretch, after=after)


def key_of(names: pl.Series) -> pl.Series:
    """Return short keys of names, so that what a page is called goes no further."""
    return _each(names, lambda name: digest([name])).fill_null("-")


def translated(names: pl.Series, into: Callable[[str], str | None]) -> pl.Series:
    """Return what each name comes to; every name is looked at once."""
    return _each(names, into)


def complete(where: str, report: object, days: Sequence[str]) -> None:
    """Raise where a report does not tell of every day that was asked for.

    An empty list for many days is how Matomo answers when it has not made its reports and may not make them now.
    """
    if len(days) == 1 and (isinstance(report, list) or (isinstance(report, dict) and "nb_visits" in report)):
        return
    if isinstance(report, dict) and all(day in report for day in days):
        return
    if not report:
        sentence = (
            "it has no reports of these days, not even empty ones. Try again later; if that does not help, "
            "ask who runs it whether reports are archived."
        )
        raise SourceUnavailableError(where, sentence)
    sentence = f"it tells not of every day from {days[0]} to {days[-1]}. Check the version of Matomo."
    raise SourceChangedError(where, sentence)


def with_columns(where: str, report: object, column: str) -> None:
    """Raise where a flat report does not say which part of its labels is what."""
    rows = [one for _, one in _listed(report, [""]) if isinstance(one, dict) and one.get("label") not in REST]
    if rows and not any(column in one for one in rows):
        sentence = (
            f"its report of events has no '{column}', but {', '.join(sorted(rows[0])[:12])}. "
            "A Matomo of version 4 or newer tells it. Ask who runs it."
        )
        raise SourceChangedError(where, sentence)


def _table(report: object, wanted: Mapping[str, str], stretch: Stretch, *, after: int) -> Rows:
    listed = _listed(report, [stretch.first])
    table = table_of([one for _, one in listed], wanted)
    days = pl.Series("day", [day for day, _ in listed], dtype=pl.String).gather(table.lines - 1)
    counts = [name for name in ("events", "visits") if name in wanted]
    rows = table.cells.with_columns(
        days,
        (table.lines + after).alias("line"),
        *(typed(table.cells[name], pl.Int64(), _NOBODY).values.alias(f"{name}_number") for name in counts),
    )
    unreadable = table.unreadable.with_columns(line=pl.col("line") + after).cast(UNREADABLE)
    return Rows(rows=rows, unreadable=unreadable, last_line=after + len(listed))


def _listed(report: object, one_day: Sequence[str]) -> list[tuple[str, object]]:
    """Return each row with its day.

    A day is a list of rows, one object of numbers, or `[]`; a single day stands there without its name.
    """
    by_day = report if isinstance(report, dict) and _is_by_day(report) else dict.fromkeys(one_day, report)
    return [(day, row) for day, rows in by_day.items() for row in (rows if isinstance(rows, list) else [rows])]


def _is_by_day(report: Mapping[str, object]) -> bool:
    return not {"label", "nb_visits", "nb_conversions"} & set(report)


def _plain(names: pl.Series) -> pl.Series:
    """Return names as they were sent: labels come with & and quotes written as in HTML."""
    return _each(names, lambda name: html.unescape(name).strip()).replace("", None)


def _each(names: pl.Series, into: Callable[[str], str | None]) -> pl.Series:
    different = names.drop_nulls().unique()
    if different.is_empty():
        return names
    made = pl.Series([into(name) for name in different.to_list()], dtype=pl.String)
    return names.replace_strict(different, made, default=None, return_dtype=pl.String)
