"""Rows of reports made into answers and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading
from connectors.columns import Column
from connectors.matomo.reports import REST, Rows, key_of, translated
from connectors.matomo.settings import Answers, Forms, Step, service_of
from metrics.estimators.events import Event
from metrics.records import Kind, complete

CAPS = (100, 500)
"""So many rows a Matomo gives of itself: exactly so many may mean that the rest was cut off."""

Read = tuple[pl.DataFrame, pl.DataFrame]
"""The records and the rejected rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What events mean for a programme; `second` is the part of an event that a report tells beside `told_by`."""

    site: int
    zone: str
    channel: str
    told_by: str
    second: str
    service: str | None
    services: Mapping[str, str]
    answers: Answers | None
    forms: Forms | None

    def values(self) -> Mapping[str, int]:
        """Return the value of each event that is an answer."""
        return self.answers.map if self.answers else {}

    def steps(self) -> Mapping[str, tuple[Event, Step]]:
        """Return the step that each event is, where it is one."""
        steps = self.forms.steps() if self.forms else []
        return {step.event: (event, step) for event, step in steps if step.event is not None}

    def goals(self) -> Mapping[int, tuple[Event, Step]]:
        """Return the step that each goal is."""
        steps = self.forms.steps() if self.forms else []
        return {step.goal: (event, step) for event, step in steps if step.goal is not None}

    def category_of(self) -> Mapping[str, str]:
        """Return the category that each event must be of, where one was given."""
        of_answers = self.answers.category if self.answers else None
        of_forms = self.forms.category if self.forms else None
        wanted = {**dict.fromkeys(self.values(), of_answers), **dict.fromkeys(self.steps(), of_forms)}
        return {told: category for told, category in wanted.items() if category is not None}

    @property
    def counted(self) -> str:
        """Return the column that steps of forms are counted by."""
        return self.forms.count if self.forms else "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Rows by what becomes of them.

    `known` become records; `outside` are of no service of ours; `rest` were not kept apart by Matomo; `nameless` bear
    no name, so that only a second report knows of them; `cut` are in no report, on days with as many rows as a cap.
    """

    known: pl.DataFrame
    outside: pl.DataFrame
    rest: pl.DataFrame
    nameless: pl.DataFrame
    cut: pl.DataFrame


def sorted_rows(main: Rows, control: Rows | None, meaning: Meaning) -> Sorted:
    """Sort the events that we know."""
    found = _of_ours(main.rows, meaning)
    absent = _absent(main.rows, control.rows, meaning) if control else found.clear()
    cut = absent.filter("at_cap") if control else absent
    nameless = absent.filter(~pl.col("at_cap")).select(found.columns) if control else absent
    # Visits of different names cannot be added up, so that they cannot be taken from each other either.
    countable = pl.col("told").is_in(list(meaning.values())) | (meaning.counted == "events")
    kept = pl.concat([found.filter(~pl.col("rest")), nameless.filter(countable)])
    placed = kept.with_columns(service=_services(kept, meaning))
    return Sorted(
        known=placed.filter(pl.col("service").is_not_null()),
        outside=placed.filter(pl.col("service").is_null()),
        # In a row of which nobody knows what happened there may be some of ours.
        rest=main.rows.filter(pl.col("rest") & pl.col("told").is_in([*_ours(meaning), *REST])),
        nameless=nameless.filter(~countable),
        cut=cut,
    )


def answers_of(known: pl.DataFrame, answers: Answers, meaning: Meaning, page: str) -> Read:
    """Return a row for each day, answer and page."""
    rows = known.filter(pl.col("told").is_in(list(answers.map)))
    columns = {
        **_shared(rows, meaning),
        "n": ours.typed(rows["events"].alias("n"), pl.Int64(), Reading(zone=meaning.zone)),
        "item": _constant(answers.item, rows),
        "value": ours.mapped(rows["told"], answers.map, pl.Int64(), Reading(zone=meaning.zone)),
        "scale": _constant(answers.scale, rows),
        "question": _constant(answers.question, rows),
        "answered_on": ours.typed(rows["day"], pl.Date(), Reading(zone=meaning.zone)),
    }
    return _sorted_out(columns, rows, Kind.ANSWERS, page)


def counts_of(known: pl.DataFrame, meaning: Meaning, page: str) -> Read:
    """Return a row for each day, step and page."""
    steps = meaning.steps()
    rows = known.filter(pl.col("told").is_in(list(steps)))
    events = {told: event.value for told, (event, _) in steps.items()}
    columns = {
        **_shared(rows, meaning),
        "n": ours.typed(rows[meaning.counted].alias("n"), pl.Int64(), Reading(zone=meaning.zone)),
        "event": ours.mapped(rows["told"], events, pl.String(), Reading(zone=meaning.zone)),
        "happened_on": ours.typed(rows["day"], pl.Date(), Reading(zone=meaning.zone)),
    }
    return _sorted_out(columns, rows, Kind.COUNTS, page)


def goals_of(goal: int, days: Rows, meaning: Meaning, page: str) -> Read:
    """Return a row for each day on which Matomo counted a goal, also where it counted none."""
    event, step = meaning.goals()[goal]
    rows = days.rows.with_columns(
        told=pl.lit(f"goal {goal}"),
        named=pl.lit(None, dtype=pl.String),
        service=pl.lit(step.service or meaning.service),
    )
    columns = {
        **_shared(rows, meaning),
        "n": ours.typed(rows[meaning.counted].alias("n"), pl.Int64(), Reading(zone=meaning.zone)),
        "event": _constant(event.value, rows),
        "happened_on": ours.typed(rows["day"], pl.Date(), Reading(zone=meaning.zone)),
    }
    return _sorted_out(columns, rows, Kind.COUNTS, page)


def broken(rows: Rows, kind: Kind, page: str) -> pl.DataFrame:
    """Return rejected rows for what is no row, and for rows that do not say what happened."""
    silent = rows.rows.filter(pl.col("told").is_null() & ~pl.col("rest"))["line"] if "told" in rows.rows else None
    unreadable = ours.unreadable(rows.unreadable, file=page, kind=kind)
    if silent is None:
        return unreadable
    column = "value" if kind is Kind.ANSWERS else "event"
    return pl.concat([unreadable, ours.missing(silent, file=page, kind=kind, column=column)])


def _ours(meaning: Meaning) -> list[str]:
    return [*meaning.values(), *meaning.steps()]


def _of_ours(rows: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    found = rows.filter(pl.col("told").is_in(_ours(meaning)))
    wanted = meaning.category_of()
    if meaning.second != "category" or not wanted:
        return found
    right = pl.col("told").replace_strict(wanted, default=None, return_dtype=pl.String)
    return found.filter((right.is_null() | (right == pl.col("by"))).fill_null(value=False))


def _absent(rows: pl.DataFrame, control: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    """Return how many events of a day are in the report by category and in no row of the report that we read."""
    uncounted = pl.col("events_number").is_null().any().alias("uncounted")
    got = rows.group_by("day", "told").agg(pl.col("events_number").sum().alias("got"), uncounted)
    days = rows.group_by("day").agg(pl.len().is_in(CAPS).alias("full"), pl.col("rest").any().alias("has_rest"))
    of_ours = control.filter(pl.col("told").is_in(_ours(meaning)))
    there = of_ours.group_by("day", "told", maintain_order=True).agg(
        pl.col("events_number").sum(), pl.col("line").min()
    )
    joined = there.join(got, on=["day", "told"], how="left").join(days, on="day", how="left")
    left = joined.with_columns(
        events_number=pl.col("events_number") - pl.col("got").fill_null(0),
        at_cap=pl.col("full").fill_null(value=False) & ~pl.col("has_rest").fill_null(value=False),
    ).filter((pl.col("events_number") > 0) & ~pl.col("uncounted").fill_null(value=False))
    nothing = pl.lit(None, dtype=pl.String)
    return left.select(
        *(pl.col(name) if name in left.columns else nothing.alias(name) for name in ("told", "day", "line", "at_cap")),
        by=nothing,
        named=nothing,
        label=nothing,
        events=pl.col("events_number").cast(pl.String),
        visits=nothing,
        events_number="events_number",
        visits_number=pl.lit(None, dtype=pl.Int64),
        rest=pl.lit(value=False),
    ).select(*rows.columns, "at_cap")


def _services(rows: pl.DataFrame, meaning: Meaning) -> pl.Series:
    found = translated(rows["by"], partial(service_of, services=meaning.services)) if meaning.services else None
    own = {told: step.service for told, (_, step) in meaning.steps().items() if step.service}
    by_step = pl.col("told").replace_strict(own, default=None, return_dtype=pl.String)
    by_name = pl.lit(None, dtype=pl.String) if found is None else found
    fallback = pl.lit(meaning.service, dtype=pl.String)
    return rows.select(service=pl.coalesce(by_step, by_name, fallback)).to_series()


def _shared(rows: pl.DataFrame, meaning: Meaning) -> dict[str, Column]:
    known_by = rows.select(
        pl.concat_str(pl.lit(f"{meaning.site}"), "day", "told", key_of(rows["named"]), separator="|").alias("source_id")
    )
    return {
        "source_id": Column(values=known_by.to_series()),
        "service": Column(values=rows["service"]),
        "channel": _constant(meaning.channel, rows),
    }


def _constant(value: str, rows: pl.DataFrame) -> Column:
    return Column(values=pl.Series([value], dtype=pl.String).new_from_index(0, rows.height))


def _sorted_out(columns: Mapping[str, Column], rows: pl.DataFrame, kind: Kind, page: str) -> Read:
    origin = rows.select("line").with_columns(file=pl.lit(page))
    frame, rejected = ours.sorted_out(columns, origin, kind)
    return complete(frame, kind), rejected
