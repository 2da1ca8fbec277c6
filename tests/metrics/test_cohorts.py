"""Cohorts: which cases belong to a period, seen on the as-of day."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.cohorts import cohort, left_out
from metrics.counting import count
from metrics.kpi import Cohort
from metrics.records import Kind
from metrics.scope import scope_frame
from tests.metrics.builders import cases, only, scope

AS_OF = date(2026, 3, 31)


def scoped(*rows) -> pl.DataFrame:
    return count(cases(*rows), Kind.CASES).join(scope_frame([scope(as_of=AS_OF)]), on="service")


def test_an_open_case_is_censored_not_dropped():
    row = only(cohort(scoped({"received_on": date(2026, 3, 1)}), Cohort.RECEIVED))
    assert (row["closed"], row["days"], row["day"]) == (False, 30, date(2026, 3, 1))


def test_a_decision_on_the_as_of_day_is_known_and_one_a_day_later_is_not():
    on, later = date(2026, 3, 31), date(2026, 4, 1)
    seen = cohort(scoped({"decided_on": on}, {"decided_on": later}), Cohort.RECEIVED).sort("decided_on")
    assert seen["closed"].to_list() == [True, False]
    # From 5 January: 85 days to 31 March, for the decision and for the age of the case that is still open.
    assert seen["days"].to_list() == [85, 85]


def test_a_case_received_after_the_as_of_day_does_not_exist_yet():
    rows = scoped({"received_on": date(2026, 4, 1)})
    assert [cohort(rows, which).height for which in Cohort] == [0, 0, 0]
    assert left_out(rows).is_empty()


@pytest.mark.parametrize("outcome", ["withdrawn", "transferred"])
def test_a_case_that_will_never_be_decided_here_is_left_out_and_counted(outcome):
    rows = scoped({"outcome": outcome, "n": 7, "due_on": date(2026, 3, 1)}, {"due_on": date(2026, 3, 1)})
    assert [cohort(rows, which)["n"].sum() for which in Cohort] == [1, 1, 0]
    assert left_out(rows).rows() == [("p", outcome, 7)]


def test_a_case_withdrawn_after_the_as_of_day_was_still_waiting_on_it():
    rows = scoped({"outcome": "withdrawn", "decided_on": date(2026, 4, 2), "due_on": date(2026, 3, 1)})
    assert only(cohort(rows, Cohort.RECEIVED))["closed"] is False
    assert only(cohort(rows, Cohort.DUE))["on_time"] is False
    assert left_out(rows).is_empty()


def test_a_case_belongs_to_the_day_it_was_received_was_due_and_was_decided():
    rows = scoped({"decided_on": date(2026, 2, 9), "due_on": date(2026, 3, 2)})
    assert {which: only(cohort(rows, which))["day"] for which in Cohort} == {
        Cohort.RECEIVED: date(2026, 1, 5),
        Cohort.DUE: date(2026, 3, 2),
        Cohort.DECIDED: date(2026, 2, 9),
    }


@pytest.mark.parametrize(
    ("decided_on", "on_time"),
    [(date(2026, 3, 2), True), (date(2026, 3, 3), False), (None, False), (date(2026, 4, 1), False)],
)
def test_on_time_is_decided_on_the_due_day_at_the_latest_and_open_is_late(decided_on, on_time):
    row = only(cohort(scoped({"decided_on": decided_on, "due_on": date(2026, 3, 2)}), Cohort.DUE))
    assert row["on_time"] is on_time


def test_a_term_that_runs_out_on_the_as_of_day_is_due_and_one_a_day_later_is_not():
    rows = scoped({"due_on": AS_OF, "n": 2}, {"due_on": date(2026, 4, 1)})
    assert cohort(rows, Cohort.DUE)["n"].to_list() == [2]


def test_a_case_without_a_term_is_never_due_and_counted():
    rows = scoped({"n": 3})
    assert cohort(rows, Cohort.DUE).is_empty()
    assert left_out(rows).rows() == [("p", "no_term", 3)]


def test_a_decision_without_an_outcome_is_a_decision():
    assert only(cohort(scoped({"decided_on": date(2026, 2, 1), "outcome": None}), Cohort.DECIDED))["days"] == 27
