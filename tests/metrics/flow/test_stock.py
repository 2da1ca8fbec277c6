"""Stock: inflow, outflow and open cases, by differencing and by definition, and what of it may be shown."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.counting import count
from metrics.flow.stock import FLOWS, flows, monthly_flows, moves, open_on, shown, stock
from metrics.records import Kind
from metrics.scope import scope_frame
from tests.metrics.builders import cases, only, quickly, scope

AS_OF = date(2026, 3, 31)
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
START = date(2026, 1, 1)
some_cases = st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60), st.integers(1, 3)), max_size=10)


def scoped(*rows, services=("passports",), project="p") -> pl.DataFrame:
    facts = scope_frame([scope(project=project, services=services, as_of=AS_OF)])
    return count(cases(*rows), Kind.CASES).join(facts, on="service")


def came(received: date, ended: date | None = None, n: int = 1, **more):
    return {"received_on": received, "decided_on": ended, "n": n, **more}


def on(waiting: pl.DataFrame, *days: date) -> list[int]:
    asked = pl.DataFrame({"day": list(days)}, schema={"day": pl.Date}).with_columns(project=pl.lit("p"))
    return open_on(moves(waiting), asked)["open"].to_list()


def period(start: date, end: date) -> pl.DataFrame:
    return pl.DataFrame({"project": ["p"], "as_of": [AS_OF], "period_start": [start], "period_end": [end]})


def test_a_case_is_open_from_the_day_it_came_to_the_day_before_it_was_decided():
    # Days 1, 4, 7 and 15 of the example of the package NHSRwaitinglist: 1, 2, 2, 1.
    waiting = stock(
        scoped(
            *(came(date(2026, 1, 1), date(2026, 1, 8)), came(date(2026, 1, 4), date(2026, 1, 15))),
            *(came(date(2026, 1, 10)), came(date(2026, 1, 16))),
        )
    )
    assert on(waiting, *(date(2026, 1, day) for day in (1, 4, 7, 15))) == [1, 2, 2, 1]
    assert on(waiting, date(2025, 12, 31)) == [0]


def test_a_case_that_was_withdrawn_leaves_on_the_day_it_was():
    rows = scoped(came(date(2026, 1, 5), date(2026, 2, 1), outcome="withdrawn"))
    assert on(stock(rows), date(2026, 1, 31), date(2026, 2, 1)) == [1, 0]


def test_a_withdrawal_without_a_day_is_in_no_stock():
    assert stock(scoped(came(date(2026, 1, 5), outcome="transferred"))).is_empty()


def test_what_happened_after_the_as_of_day_is_not_known():
    waiting = stock(scoped(came(date(2026, 1, 5), date(2026, 4, 2)), came(date(2026, 4, 1))))
    assert waiting.select("received_on", "left_on").rows() == [(date(2026, 1, 5), None)]


@quickly
@given(some_cases)
def test_open_by_differencing_is_open_by_definition(rows):
    stays = [(START + timedelta(days=a), None if b is None else START + timedelta(days=a + b), n) for a, b, n in rows]
    days = [START + timedelta(days=day) for day in range(-1, 90)]
    waiting = stock(scoped(*(came(*stay) for stay in stays)))
    by_definition = [
        sum(n for came_on, left_on, n in stays if came_on <= day and (left_on is None or left_on > day)) for day in days
    ]
    assert on(waiting, *days) == by_definition


def test_flow_of_a_period_is_counted_with_both_its_ends():
    rows = [
        came(date(2025, 12, 31), n=20),
        *(came(JANUARY, n=30), came(date(2026, 1, 31), n=10)),
        *(came(date(2025, 12, 1), JANUARY, n=5), came(date(2025, 12, 1), date(2026, 1, 31), n=3)),
        came(FEBRUARY, n=100),
    ]
    row = only(flows(moves(stock(scoped(*rows))), period(JANUARY, date(2026, 1, 31))))
    # By hand: 30 + 10 in, 5 + 3 out; 20 + 8 open before, 28 + 40 - 8 after; 31 days are 4 3/7 weeks.
    assert [row[name] for name in ("inflow", "outflow", "open_before", "open")] == [40, 8, 28, 60]
    assert row["load"] == 5.0
    assert (row["inflow_per_week"], row["outflow_per_week"]) == pytest.approx((40 * 7 / 31, 8 * 7 / 31))
    assert row["weeks_in_stock"] == pytest.approx(60 / (8 * 7 / 31))


def test_a_running_period_is_counted_up_to_the_as_of_day():
    rows = [came(MARCH, n=62), came(MARCH, AS_OF, n=31)]
    row = only(flows(moves(stock(scoped(*rows))), period(MARCH, date(2026, 6, 30))))
    # By hand: March has 31 days, so that 93 come in 4 3/7 weeks.
    assert row["inflow_per_week"] == pytest.approx(21)
    assert (row["open"], row["weeks_in_stock"]) == (62, pytest.approx(62 / 7))


def test_without_outflow_there_is_no_load_and_no_weeks_of_stock():
    row = only(flows(moves(stock(scoped(came(JANUARY, n=30)))), period(JANUARY, date(2026, 1, 31))))
    assert (row["outflow"], row["load"], row["weeks_in_stock"]) == (0, None, None)


def test_every_month_has_its_flow_also_one_in_which_nothing_moved():
    rows = [came(JANUARY, date(2026, 3, 9), n=10), came(JANUARY, n=30)]
    found = monthly_flows(stock(scoped(*rows)))
    assert found.schema == FLOWS
    assert found.select("period_start", "inflow", "outflow", "open").rows() == [
        (JANUARY, 40, 0, 40),
        (FEBRUARY, 0, 0, 40),
        (MARCH, 0, 10, 30),
    ]


def test_two_projects_have_their_own_stock():
    rows = [came(JANUARY, n=30), came(JANUARY, n=9, service="permits")]
    both = pl.concat([scoped(*rows), scoped(*rows, services=("permits",), project="q")])
    found = monthly_flows(stock(both)).filter(period_start=JANUARY)
    assert dict(found.select("project", "open").iter_rows()) == {"p": 30, "q": 9}


def test_without_cases_there_is_no_flow():
    assert monthly_flows(stock(scoped())).is_empty()


def flowed(**changed) -> pl.DataFrame:
    usual = {"inflow": 40, "outflow": 30, "open_before": 50, "open": 60, "load": 1.3, "inflow_per_week": 9.0}
    row = {**usual, "outflow_per_week": 7.0, "weeks_in_stock": 8.6, **changed}
    return pl.DataFrame([{"project": "p", "period_start": JANUARY, "period_end": FEBRUARY, **row}])


@pytest.mark.parametrize("name", ["inflow", "outflow"])
def test_a_handful_that_came_or_went_hides_both_for_the_stock_tells_their_difference(name):
    row = only(shown(flowed(**{name: 4})))
    rates = ("inflow", "outflow", "load", "inflow_per_week", "outflow_per_week", "weeks_in_stock")
    assert [row[one] for one in rates] == [None] * 6
    assert (row["open_before"], row["open"]) == (50, 60)


@pytest.mark.parametrize(("name", "other"), [("open", "open_before"), ("open_before", "open")])
def test_a_handful_that_waits_is_hidden_with_the_flows_that_would_tell_it(name, other):
    row = only(shown(flowed(**{name: 1})))
    assert (row[name], row["inflow"], row["outflow"], row["weeks_in_stock"]) == (None, None, None, None)
    assert row[other] is not None


@pytest.mark.parametrize("number", [0, 5])
def test_nobody_and_five_persons_may_be_shown(number):
    row = only(shown(flowed(inflow=number, open=number)))
    assert (row["inflow"], row["open"], row["outflow"]) == (number, number, 30)
