"""Workload: what waits at each project, and what came in and went out, fit to be shown."""

from __future__ import annotations

from datetime import date

import polars as pl

from metrics.counting import count
from metrics.flow.little import balanced, little
from metrics.flow.stock import moves
from metrics.flow.suspension import NEVER_TOLD
from metrics.flow.workload import MonthFlow, Part, workloads
from metrics.records import Kind
from tests.metrics.builders import cases, only, scope

AS_OF = date(2026, 3, 31)
DECIDED = {"project": pl.String, "days": pl.Int64, "net_days": pl.Int64, "suspended_days": pl.Int64, "n": pl.Int64}


def found(*rows, decided=(), scopes=None):
    counted = count(cases(*rows), Kind.CASES)
    frame = pl.DataFrame(decided, schema=DECIDED, orient="row")
    return workloads(counted, scopes or [scope(as_of=AS_OF)], decided=frame)


def test_the_workload_tells_what_is_open_how_old_it_is_and_how_it_stands_to_its_term():
    rows = [
        {"received_on": date(2026, 1, 31), "n": 20, "due_on": date(2026, 3, 28)},
        {"received_on": date(2026, 3, 1), "n": 30, "due_on": date(2026, 4, 26)},
        {"received_on": date(2026, 3, 1), "decided_on": date(2026, 3, 11), "outcome": "decided", "n": 10},
    ]
    (one,) = found(*rows)
    # By hand: twenty have waited 59 days and are three days late, thirty 30 days.
    assert (one.project, one.open, one.median_days, one.oldest_days) == ("p", 50, 30, 59)
    assert one.longest_past_due_days == 3
    assert one.standing == tuple(
        Part(name=name, n=n) for name, n in (("past_due", 20), ("due_soon", 0), ("not_yet_due", 30), ("no_term", 0))
    )
    assert [(part.name, part.n) for part in one.bands if part.n] == [("29-56", 30), ("57-98", 20)]
    assert one.months == (
        MonthFlow(month=date(2026, 1, 1), inflow=20, outflow=0, open=20),
        MonthFlow(month=date(2026, 2, 1), inflow=0, outflow=0, open=20),
        MonthFlow(month=date(2026, 3, 1), inflow=40, outflow=10, open=50),
    )
    assert one.balanced


def test_what_residents_waited_stands_beside_what_the_law_counts():
    (one,) = found({"received_on": date(2026, 1, 5), "n": 9}, decided=[("p", 60, 50, 10, 20), ("p", 40, 40, 0, 20)])
    assert (one.gross_days, one.net_days, one.clock) == (50, 45, None)


def test_a_source_that_does_not_know_the_clock_is_told_so():
    (one,) = found({"received_on": date(2026, 1, 5), "n": 9}, decided=[("p", 60, None, None, 20)])
    assert (one.gross_days, one.net_days, one.clock.code) == (None, None, NEVER_TOLD)


def test_a_few_persons_are_not_counted_out():
    (one,) = found({"received_on": date(2026, 3, 5), "n": 4, "due_on": date(2026, 3, 6)})
    assert (one.open, one.oldest_days, one.longest_past_due_days) == (None, None, None)
    assert all(part.n in {None, 0} for part in (*one.standing, *one.bands))
    assert one.months == (MonthFlow(month=date(2026, 3, 1), inflow=None, outflow=None, open=None),)


def test_where_nothing_is_open_the_workload_is_nothing():
    (one,) = found({"received_on": date(2026, 3, 5), "decided_on": date(2026, 3, 9), "outcome": "decided", "n": 40})
    assert (one.open, one.median_days, one.standing, one.bands) == (0, None, (), ())


def test_every_project_has_its_own_workload_and_one_without_cases_has_none():
    scopes = [
        scope(as_of=AS_OF),
        scope(project="q", services=("permits",), as_of=AS_OF),
        scope(project="r", services=()),
    ]
    rows = [
        {"received_on": date(2026, 3, 5), "n": 40},
        {"received_on": date(2026, 3, 5), "n": 60, "service": "permits"},
    ]
    assert {one.project: one.open for one in found(*rows, scopes=scopes)} == {"p": 40, "q": 60}
    assert found() == []


def test_the_stock_by_day_and_by_case_disagree_where_a_case_ends_before_it_begins():
    # By a second method: Little's law on the window that holds everything.
    schema = {"project": pl.String, "received_on": pl.Date, "left_on": pl.Date, "n": pl.Int64}
    rows = [("p", date(2026, 1, 9), date(2026, 1, 4), 2), ("p", date(2026, 1, 2), None, 3)]
    for some, holds in ((rows, False), (rows[1:], True)):
        waiting = pl.DataFrame(some, schema=schema, orient="row").with_columns(as_of=pl.lit(AS_OF))
        window = pl.DataFrame({"project": ["p"], "period_start": [date(2026, 1, 1)], "period_end": [AS_OF]})
        assert only(balanced(waiting, moves(waiting)))["holds"] is holds
        assert only(little(waiting, window))["holds"] is holds
