"""The day on which a decision must be there: of one case as a value, of many as a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from metrics.calendars.decrees import equated_days, known_years
from metrics.calendars.legal_days import in_weekend, legal_days
from metrics.calendars.terms import Term, TermUnit, atw_applies, needs_ordinary_days, raw_end

ORDINARY_DAYS = 2
"""Atw, art. 2: so many days in the term are no Saturday, Sunday or day that the law sets apart."""


_OFFSETS: Mapping[TermUnit, str] = {TermUnit.DAYS: "d", TermUnit.WEEKS: "w", TermUnit.MONTHS: "mo"}
"""Units as Polars' `offset_by` writes them; its months end on the last day where the month is shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a decision must be there, and how we came to that day.

    `raw_end` is the last day of the term, extension included, before pauses and the Atw. `suspended_days` and
    `due_on` are None while the clock stands still. An extension of a term that cannot be extended, or that came after
    the term had run out, is none: `extended` is false then, and `extension_void` true.
    """

    raw_end: date
    suspended_days: int | None
    atw_applies: bool
    due_on: date | None
    extended: bool
    extension_void: bool


def deadline(
    term: Term,
    received_on: date,
    *,
    suspended_days: int | None = 0,
    extended_on: date | None = None,
) -> Deadline:
    """Return the deadline of one case; UnknownYearError where a day must be judged in a year without a known decree.

    `suspended_days` is the length of the union of all pauses (`metrics.calendars.terms.suspended_days`), None while
    one still lasts. `extended_on` is the day on which the extension was decided. The end of the term moves by the
    pauses, and then by the Atw: to a day on which a term may end (art. 1), with two ordinary days since receipt
    (art. 2).
    """
    first = _due_on(term, received_on, suspended_days=suspended_days)
    # While the clock stands still the term cannot have run out.
    in_time = extended_on is not None and term.extension_weeks > 0 and (first is None or extended_on <= first)
    due_on = _due_on(term, received_on, suspended_days=suspended_days, extended=True) if in_time else first
    return Deadline(
        raw_end=raw_end(term, received_on, extended=in_time),
        suspended_days=suspended_days,
        atw_applies=atw_applies(term, extended=in_time),
        due_on=due_on,
        extended=in_time,
        extension_void=extended_on is not None and not in_time,
    )


def deadlines(cases: pl.DataFrame, term: Term) -> pl.DataFrame:
    """Return cases with `term_due_on`, `extended` and `extension_void` added, as `deadline` has them.

    Takes `received_on`, `suspended_days` and `extended_on` (null: not extended). `term_due_on` is null where
    `suspended_days` is: a pause still lasts, or nobody knows of any. UnknownYearError as in `deadline`.
    """
    asked, possible = pl.col("extended_on").is_not_null(), pl.lit(term.extension_weeks > 0)
    first = _column_due_on(term, extended=False)
    second = _column_due_on(term, extended=True) if term.extension_weeks else pl.col("_first")
    # While the clock stands still the term cannot have run out.
    in_time = asked & possible & (pl.col("extended_on") <= pl.col("_first")).fill_null(value=True)
    found = cases.with_columns(first.alias("_first")).with_columns(extended=in_time, extension_void=asked & ~in_time)
    dated = found.with_columns(term_due_on=pl.when("extended").then(second).otherwise(pl.col("_first")))
    _require_decrees(dated, term)
    return dated.drop("_first")


def _due_on(term: Term, received_on: date, *, suspended_days: int | None, extended: bool = False) -> date | None:
    if suspended_days is None:
        return None
    end = raw_end(term, received_on, extended=extended) + timedelta(days=suspended_days)
    if not atw_applies(term, extended=extended):
        return end
    if needs_ordinary_days(term):
        end = max(end, _nth_ordinary_day(received_on + timedelta(days=1), ORDINARY_DAYS))
    return _nth_ordinary_day(end, 1)


def _nth_ordinary_day(day: date, n: int) -> date:
    """Return the first ordinary day from `day` on, or a later one."""
    while n > 1 or not _is_ordinary(day):
        n -= _is_ordinary(day)
        day += timedelta(days=1)
    return day


def _is_ordinary(day: date) -> bool:
    return not in_weekend(day) and day not in legal_days(day.year)


def _column_due_on(term: Term, *, extended: bool) -> pl.Expr:
    end = pl.col("received_on").dt.offset_by(f"{term.count}{_OFFSETS[term.unit]}")
    if extended:
        end = end.dt.offset_by(f"{term.extension_weeks}w")
    end += pl.duration(days=pl.col("suspended_days"))
    if not atw_applies(term, extended=extended):
        return end
    if needs_ordinary_days(term):
        known = pl.col("suspended_days").is_not_null()
        end = pl.when(known).then(pl.max_horizontal(end, _column_ordinary_day(ORDINARY_DAYS)))
    return end.dt.add_business_days(0, roll="forward", holidays=_known_legal_days())


def _column_ordinary_day(n: int) -> pl.Expr:
    return pl.col("received_on").dt.add_business_days(n, roll="backward", holidays=_known_legal_days())


def _known_legal_days() -> list[date]:
    return [day for year in known_years() for day in legal_days(year)]


def _require_decrees(dated: pl.DataFrame, term: Term) -> None:
    """Raise where a day was judged in a year of which no decree is known.

    In such a year every weekday looks ordinary, so that no search gets past its first one: the years of the days
    that were found are the years in which a day was judged.
    """
    judged = [pl.col("_first")] if atw_applies(term) else []
    if atw_applies(term, extended=True):
        judged.append(pl.when("extended").then(pl.col("term_due_on")))
    if atw_applies(term) and needs_ordinary_days(term):
        known = pl.col("suspended_days").is_not_null()
        judged += [pl.when(known).then(_column_ordinary_day(n)) for n in range(1, ORDINARY_DAYS + 1)]
    years = {year for days in judged for year in dated.select(days.dt.year()).to_series().unique().drop_nulls()}
    for year in sorted(years):
        equated_days(year)
