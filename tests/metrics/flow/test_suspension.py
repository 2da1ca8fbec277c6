"""The clock of the law: gross beside net, its change, what a page must say of it, and late extensions."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.cohorts import cohort
from metrics.counting import count
from metrics.flow.suspension import (
    NEVER_TOLD,
    PARTLY_TOLD,
    gross_and_net,
    late_extensions,
    suspension_change,
    suspension_notices,
)
from metrics.kpi import Cohort
from metrics.notices import Notice
from metrics.records import Kind
from metrics.scope import scope_frame
from tests.metrics.builders import cases, only, scope

BY = ["project"]
DECIDED = {"received_on": date(2026, 1, 5), "decided_on": date(2026, 3, 6)}


def scoped(*rows) -> pl.DataFrame:
    return count(cases(*rows), Kind.CASES).join(scope_frame([scope()]), on="service")


def decided(*rows: tuple[int | None, int]) -> pl.DataFrame:
    """Cases that took 60 days, by their suspended days and number."""
    given = [{**DECIDED, "suspended_days": days, "n": n} for days, n in rows]
    return cohort(scoped(*given), Cohort.DECIDED)


def test_the_gap_between_gross_and_net_is_the_time_that_the_clock_stood():
    # By hand: of 96 known cases 24 stood still for 20 days, so 5 days on average; all took 60.
    row = only(gross_and_net(decided((0, 72), (20, 24), (None, 4)), BY))
    assert (row["gross_days"], row["net_days"], row["gap_days"]) == (60.0, 55.0, 5.0)


@pytest.mark.parametrize("rows", [[(0, 94), (None, 6)], [(0, 9)], [(None, 40)]])
def test_a_gap_that_is_known_of_too_few_is_not_told(rows):
    row = only(gross_and_net(decided(*rows), BY))
    assert (row["gross_days"], row["net_days"], row["gap_days"]) == (None, None, None)


def test_more_use_of_the_clock_than_before_shows_with_its_range():
    # Newcombe (1998b), table II, method 10: 56 of 70 less 48 of 80 is 0.2, from 0.0524 to 0.3339.
    row = only(suspension_change(decided((0, 14), (9, 56)), decided((0, 32), (9, 48)), BY))
    assert [round(row[name], 4) for name in ("difference", "low", "high")] == [0.2, 0.0524, 0.3339]


@pytest.mark.parametrize("before", [[(0, 9)], [(0, 94), (None, 6)]])
def test_a_change_from_what_was_hardly_known_is_not_told(before):
    now = decided((0, 14), (9, 56))
    assert only(suspension_change(now, decided(*before), BY))["difference"] is None
    assert only(suspension_change(decided(*before), now, BY))["low"] is None


def test_a_source_that_never_tells_of_the_clock_gets_a_notice():
    assert suspension_notices(decided((None, 40))) == {"p": Notice(code=NEVER_TOLD)}


def test_a_source_that_tells_of_too_few_gets_a_notice_with_how_many():
    # By hand: 2 of 3 is 66 %, rounded down so that it never sounds better.
    assert suspension_notices(decided((0, 20), (None, 10))) == {
        "p": Notice(code=PARTLY_TOLD, particulars={"percent": 66})
    }


def test_a_source_that_tells_of_nearly_all_needs_no_notice():
    assert suspension_notices(decided((0, 95), (None, 5))) == {}
    assert suspension_notices(decided((None, 0))) == {}


def test_an_extension_after_the_term_is_told_apart_and_one_on_its_last_day_is_not():
    due = date(2026, 3, 2)
    rows = [
        {"due_on": due, "extended_on": due, "n": 30},
        {"due_on": due, "extended_on": date(2026, 3, 3), "n": 6},
        {"due_on": due, "n": 100},
        {"extended_on": date(2026, 3, 3), "n": 8},
        {"due_on": due, "extended_on": date(2026, 7, 1), "n": 50},
    ]
    # By hand: 30 + 6 + 8 were extended by 30 June, 6 of them after their term; one without a term cannot be late.
    assert only(late_extensions(scoped(*rows))) == {"project": "p", "extended": 44, "too_late": 6}


def test_a_handful_of_late_extensions_is_hidden_and_none_is_none():
    due, late = date(2026, 3, 2), date(2026, 3, 3)
    few = scoped({"due_on": due, "extended_on": late, "n": 4}, {"due_on": due, "extended_on": due, "n": 20})
    assert only(late_extensions(few)) == {"project": "p", "extended": 24, "too_late": None}
    assert only(late_extensions(scoped({"due_on": due, "n": 20}))) == {"project": "p", "extended": 0, "too_late": 0}
