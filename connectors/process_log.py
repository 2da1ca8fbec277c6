"""A process log as frames: its cases with their attributes, and the events that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import polars as pl

from connectors.cells import Reading, blank, days, words
from connectors.connector import Page, SourceChangedError
from connectors.delimited import TEXT_ENDINGS, column_names, delimited
from connectors.local import content
from connectors.table import UNREADABLE
from connectors.words import nearest
from connectors.xes import is_xes, traces

_CASE = "case:"
_EVENTS = pl.Schema({"place": pl.UInt32(), "activity": pl.String(), "timestamp": pl.String()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is read from a log: case attributes by name, and the events of some activities.

    `needed` are attributes without which no case can be read, so that a log which never has them has changed.
    """

    case_id: str
    needed: tuple[str, ...]
    attributes: tuple[str, ...]
    activities: tuple[str, ...]
    activity: str
    timestamp: str
    separator: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """`cases` has case, line and the attributes; `events` the place of its case, activity and timestamp.

    `nameless` are lines of rows that name no case, `unreadable` rows without the shape of a row (see `Table`),
    `differing` the number of cases whose rows disagree, `unseen` attributes that no case has.
    """

    cases: pl.DataFrame
    events: pl.DataFrame
    nameless: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))
    unreadable: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNREADABLE))
    differing: int = 0
    unseen: tuple[str, ...] = ()

    def attribute(self, name: str) -> pl.Series:
        """The cells of an attribute, one a case, under whichever of its names the settings gave."""
        return self.cases[bare(name)]


def bare(name: str) -> str:
    """An attribute's name without the `case:` that tables put before it, kept apart from our own columns."""
    return f"{_CASE}{name.removeprefix(_CASE)}"


def read_log(page: Page, wanted: Wanted) -> Log:
    """Read a log in the format that the end of its name tells."""
    if is_xes(page.name):
        return _from_xes(page, wanted)
    ending = PurePath(page.name).suffix.lower()
    if ending not in TEXT_ENDINGS:
        sentence = f"logs that end in '{ending}' are not read. Allowed are: .xes, .xes.gz, {', '.join(TEXT_ENDINGS)}."
        raise SourceChangedError(page.name, sentence)
    return _from_table(page, wanted)


def moment(log: Log, activity: str, *, last: bool, reading: Reading) -> pl.Series:
    """When an activity happened first or last in each case; null where it did not happen.

    An event whose time cannot be read takes precedence, so that its case is rejected and not dated by another event.
    """
    events = log.events.filter(pl.col("activity") == activity, ~blank(log.events["timestamp"]))
    dated = events.with_columns(day=days(events["timestamp"], reading))
    chosen = dated.sort("day", descending=last, nulls_last=False, maintain_order=True).unique("place", keep="first")
    places = pl.DataFrame({"place": pl.int_range(log.cases.height, dtype=pl.UInt32, eager=True)})
    return places.join(chosen, on="place", how="left", maintain_order="left")["timestamp"]


def _from_xes(page: Page, wanted: Wanted) -> Log:
    names = [bare(name).removeprefix(_CASE) for name in (wanted.case_id, *wanted.attributes)]
    found: list[tuple[str | int | None, ...]] = []
    events: list[tuple[int, str | None, str | None]] = []
    seen: dict[str, None] = {}
    of_events = {wanted.activity, wanted.timestamp}
    for place, trace in enumerate(traces(page, with_events=bool(wanted.activities), of_events=of_events)):
        seen |= dict.fromkeys(trace.attributes)
        found.append((trace.line, *(trace.attributes.get(name) for name in names)))
        if wanted.activities:
            events += [
                (place, event.get(wanted.activity), event.get(wanted.timestamp))
                for event in trace.events
                if event.get(wanted.activity) in wanted.activities
            ]
    _require_needed(wanted, list(seen), cases=len(found), where=page.name)
    schema = {"line": pl.Int64(), "case": pl.String(), **{bare(name): pl.String() for name in wanted.attributes}}
    return Log(
        cases=pl.DataFrame(found, schema=schema, orient="row"),
        events=pl.DataFrame(events, schema=_EVENTS, orient="row"),
        unseen=tuple(name for name in wanted.attributes if found and bare(name).removeprefix(_CASE) not in seen),
    )


def _require_needed(wanted: Wanted, seen: Sequence[str], *, cases: int, where: str) -> None:
    for name in (wanted.case_id, *wanted.needed):
        if cases and bare(name).removeprefix(_CASE) not in seen:
            sentence = f"no case has the attribute '{name}'. {nearest(name, sorted(seen))}"
            raise SourceChangedError(where, f"{sentence} Change the settings of this source.")


def _from_table(page: Page, wanted: Wanted) -> Log:
    raw = content(page)
    there = column_names(raw, where=page.name, separator=wanted.separator, encoding=wanted.encoding)
    theirs = {
        "case": _column(wanted.case_id, there),
        **{bare(name): _column(name, there) for name in wanted.attributes},
        **({"activity": wanted.activity, "timestamp": wanted.timestamp} if wanted.activities else {}),
    }
    columns = list(dict.fromkeys(theirs.values()))
    table = delimited(raw, columns, where=page.name, separator=wanted.separator, encoding=wanted.encoding)
    cells = {name: words(table.cells[column]) for name, column in theirs.items()}
    rows = pl.DataFrame({"line": table.lines, **cells})
    named = rows.filter(pl.col("case").is_not_null())
    attributes = [bare(name) for name in wanted.attributes]
    cases = named.group_by("case", maintain_order=True).agg(
        pl.col("line").first(),
        *(pl.col(name).drop_nulls().first() for name in attributes),
        _differs=pl.any_horizontal(pl.lit(value=False), *(_several(name) for name in attributes)),
    )
    return Log(
        cases=cases.drop("_differs"),
        events=_events(named, cases, wanted),
        nameless=rows.filter(pl.col("case").is_null())["line"],
        unreadable=table.unreadable,
        differing=int(cases["_differs"].sum()),
    )


def _several(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().n_unique() > 1


def _column(name: str, there: Sequence[str]) -> str:
    """The column of a case attribute: the one with `case:` before it where there is one."""
    return bare(name) if bare(name) in there else name.removeprefix(_CASE)


def _events(rows: pl.DataFrame, cases: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    if not wanted.activities:
        return pl.DataFrame(schema=_EVENTS)
    return (
        rows.filter(pl.col("activity").is_in(wanted.activities))
        .join(cases.select("case").with_row_index("place"), on="case", maintain_order="left")
        .select(list(_EVENTS))
    )
