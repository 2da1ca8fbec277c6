"""Cohorts: which cases belong to a period, seen on the as-of day."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.cohorts import cohort, equally_followed, left_out, old_enough
from metrics.counting import count
from metrics.kpi import Cohort
from metrics.records import Kind
from metrics.scope import scope_frame
from tests.metrics.builders import cases, only, scope

AS_OF = date(2026, 3, 31)


SCOPE = scope_frame([scope(as_of=AS_OF)])


def scoped(*rows) -> pl.DataFrame:
    return count(cases(*rows), Kind.CASES).join(SCOPE, on="service")


def counted_out(rows: pl.DataFrame) -> pl.DataFrame:
    return left_out(rows.select("service", "received_on", "decided_on", "due_on", "outcome", "n"), SCOPE)


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
    assert [cohort(rows, which).height for which in Cohort] == [0] * len(Cohort)
    assert counted_out(rows).is_empty()


@pytest.mark.parametrize("outcome", ["withdrawn", "transferred"])
def test_a_case_that_will_never_be_decided_here_is_left_out_and_counted(outcome):
    due = {"due_on": date(2026, 3, 1), "service_due_on": date(2026, 3, 1)}
    rows = scoped({"outcome": outcome, "n": 7, **due}, due)
    assert {which: cohort(rows, which)["n"].sum() for which in Cohort} == {
        Cohort.RECEIVED: 1,
        Cohort.ARRIVED: 8,
        Cohort.DUE: 1,
        Cohort.SERVICE_DUE: 1,
        Cohort.DECIDED: 0,
    }
    assert counted_out(rows).rows() == [("p", outcome, 7)]


def test_a_case_withdrawn_after_the_as_of_day_was_still_waiting_on_it():
    rows = scoped({"outcome": "withdrawn", "decided_on": date(2026, 4, 2), "due_on": date(2026, 3, 1)})
    assert only(cohort(rows, Cohort.RECEIVED))["closed"] is False
    assert only(cohort(rows, Cohort.DUE))["on_time"] is False
    assert counted_out(rows).is_empty()


def test_a_case_belongs_to_the_day_it_was_received_was_due_and_was_decided():
    rows = scoped(
        {"decided_on": date(2026, 2, 9), "due_on": date(2026, 3, 2), "service_due_on": date(2026, 2, 2)},
    )
    assert {which: only(cohort(rows, which))["day"] for which in Cohort} == {
        Cohort.RECEIVED: date(2026, 1, 5),
        Cohort.ARRIVED: date(2026, 1, 5),
        Cohort.DUE: date(2026, 3, 2),
        Cohort.SERVICE_DUE: date(2026, 2, 2),
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
    assert counted_out(rows).rows() == [("p", "no_term", 3)]


def test_a_decision_without_an_outcome_is_a_decision():
    assert only(cohort(scoped({"decided_on": date(2026, 2, 1), "outcome": None}), Cohort.DECIDED))["days"] == 27


def test_the_term_of_the_law_and_the_promise_of_the_service_are_kept_apart():
    rows = scoped({"decided_on": date(2026, 2, 9), "due_on": date(2026, 3, 2), "service_due_on": date(2026, 2, 2)})
    assert only(cohort(rows, Cohort.DUE))["on_time"] is True
    assert only(cohort(rows, Cohort.SERVICE_DUE))["on_time"] is False


def test_a_case_without_a_promised_term_is_not_in_the_cohort_of_the_promise():
    assert cohort(scoped({"due_on": date(2026, 3, 2)}), Cohort.SERVICE_DUE).is_empty()


def test_everybody_who_arrived_is_told_with_how_it_ended():
    rows = scoped(
        {"n": 2},
        {"n": 3, "decided_on": date(2026, 2, 4), "outcome": "decided"},
        {"n": 4, "decided_on": date(2026, 1, 25), "outcome": "withdrawn"},
    )
    found = cohort(rows, Cohort.ARRIVED).sort("n")
    # By hand, from 5 January: 85 days to 31 March, 30 to 4 February, 20 to 25 January.
    assert found.select("ended", "days", "closed").rows() == [
        (None, 85, False),
        ("decided", 30, True),
        ("withdrawn", 20, False),
    ]


def test_a_withdrawal_without_a_day_ended_on_the_as_of_day_at_the_latest():
    row = only(cohort(scoped({"outcome": "withdrawn"}), Cohort.ARRIVED))
    assert (row["ended"], row["days"]) == ("withdrawn", 85)


def test_a_withdrawal_after_the_as_of_day_has_not_ended_yet():
    row = only(cohort(scoped({"outcome": "withdrawn", "decided_on": date(2026, 4, 2)}), Cohort.ARRIVED))
    assert (row["ended"], row["days"]) == (None, 85)


@pytest.mark.parametrize(("suspended", "net"), [(0, 30), (10, 20), (40, 0), (None, None)])
def test_net_days_are_those_on_which_the_clock_ran_and_unknown_where_that_is_unknown(suspended, net):
    rows = scoped({"decided_on": date(2026, 2, 4), "suspended_days": suspended})
    assert only(cohort(rows, Cohort.DECIDED))["net_days"] == net


def test_an_open_case_has_no_net_days_for_the_clock_may_still_stop():
    assert only(cohort(scoped({"suspended_days": 10}), Cohort.RECEIVED))["net_days"] is None


@pytest.mark.parametrize(("end", "enough"), [(date(2026, 1, 31), True), (date(2026, 2, 28), False)])
def test_a_month_is_old_enough_when_its_last_day_is(end, enough):
    # By hand: 59 days from 31 January to 31 March, 31 from 28 February; the norm is 56 days.
    rows = pl.DataFrame({"period_end": [end], "as_of": [AS_OF], "norm_days": [56]})
    assert rows.select(old_enough(horizon_days=pl.col("norm_days"))).item() is enough


def test_a_month_exactly_as_old_as_the_horizon_is_old_enough():
    rows = pl.DataFrame({"period_end": [date(2026, 2, 3)], "as_of": [AS_OF]})
    assert rows.select(old_enough(horizon_days=pl.lit(56))).item() is True


def sides(*rows) -> pl.DataFrame:
    """Cohorts of received cases, before and after 1 March."""
    received = cohort(scoped(*rows), Cohort.RECEIVED)
    return received.with_columns(side=pl.when(pl.col("day") < date(2026, 3, 1)).then(0).otherwise(1))


def test_both_sides_of_a_comparison_are_followed_to_the_age_of_the_youngest():
    rows = [
        {"received_on": date(2026, 1, 5), "decided_on": date(2026, 1, 25)},
        {"received_on": date(2026, 1, 5), "decided_on": date(2026, 3, 20), "n": 3},
        {"received_on": date(2026, 3, 3), "n": 2},
        {"received_on": date(2026, 3, 9), "decided_on": date(2026, 3, 10)},
    ]
    found = equally_followed(sides(*rows), ["project"], side="side").sort("day", "n", "days")
    # By hand: the side after was followed for 28 days, from 3 to 31 March. The three decided after 74 days were open.
    assert found.select("days", "closed", "n", "followed_days").rows() == [
        (20, True, 1, 28),
        (28, False, 3, 28),
        (28, False, 2, 28),
        (1, True, 1, 28),
    ]


def test_a_side_of_zero_cases_does_not_cut_the_other_off():
    rows = [{"received_on": date(2026, 1, 5)}, {"received_on": date(2026, 3, 30), "n": 0}]
    assert equally_followed(sides(*rows), ["project"], side="side")["followed_days"].to_list() == [85, 85]
