"""Windows: which months are compared, shown, or give the mix that is held."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.evidence.windows import (
    PERIODS,
    left_out,
    mix_months,
    now_of,
    now_sides,
    periods_of,
    shown_period,
    year_of,
    year_sides,
)
from metrics.periods import Grain, Period
from tests.metrics.builders import AS_OF, answers, satisfied, scope
from tests.metrics.evidence.projects import SATISFACTION, START, agreement, population_of, started

APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))
OCTOBER, DECEMBER = date(2024, 10, 1), date(2024, 12, 1)
TWO_MONTHS = Period(start=date(2024, 10, 1), end=date(2024, 11, 30))


def population(*scopes):
    rows = [*satisfied(9, 9, answered_on=DECEMBER), *satisfied(9, 9, answered_on=OCTOBER)]
    rows += satisfied(5, 5, answered_on=MAY, service="parking")
    return population_of(SATISFACTION, answers(*rows), scopes=list(scopes) or None)


def parking(**changed):
    return scope(project="q", services=("parking",), **changed)


@pytest.mark.parametrize(
    ("grain", "period"),
    [
        (Grain.MONTH, Period(start=MAY, end=date(2026, 5, 31))),
        (Grain.QUARTER, Period(start=date(2026, 1, 1), end=date(2026, 3, 31))),
        (Grain.YEAR, Period(start=date(2025, 1, 1), end=date(2025, 12, 31))),
        (Grain.ALL, None),
    ],
)
def test_now_is_the_newest_period_that_is_complete(grain, period):
    assert shown_period(grain, date(2026, 6, 29)) == period


def test_where_there_is_one_period_with_everything_now_runs_from_the_first_record():
    assert now_of(started(), population(), Grain.ALL) == Period(start=OCTOBER, end=AS_OF)
    assert now_of(started(), population(), Grain.MONTH) == Period(start=JUNE, end=AS_OF)


def test_now_of_a_single_month_that_runs_still_ends_on_the_as_of_day():
    one = parking(as_of=date(2026, 5, 3))
    assert now_of(one, population(one), Grain.ALL) == Period(start=MAY, end=date(2026, 5, 3))


def test_the_months_of_introduction_are_left_out_wholly():
    window = Period(start=date(2025, 12, 20), end=date(2026, 2, 3))
    assert left_out(agreement(implementation=window)) == (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert left_out(agreement()) == ()


@pytest.mark.parametrize(
    ("one", "put_on_record"),
    [
        (scope(), agreement()),
        (started(), agreement(started_on=None)),
        (started(as_of=date(2025, 6, 30)), agreement()),
    ],
)
def test_there_is_no_year_to_compare_without_a_baseline_or_before_the_start(one, put_on_record):
    assert year_of(one, put_on_record) is None


def test_the_year_since_the_start_is_held_against_the_same_months_before_it():
    window = Period(start=START, end=date(2025, 8, 31))
    compared = year_of(started(as_of=date(2025, 12, 31)), agreement(implementation=window))
    # By hand: without July and August the start leaves September to December.
    assert compared.after == tuple(date(2025, month, 1) for month in (9, 10, 11, 12))
    assert compared.before == tuple(date(2024, month, 1) for month in (9, 10, 11, 12))
    assert year_of(started(as_of=START), agreement()).after == ()


def test_the_sides_of_a_year_are_its_months_before_and_after():
    compared = year_of(started(as_of=date(2025, 8, 31)), agreement())
    assert year_sides({"p": compared}).sort("month").rows() == [
        ("p", date(2024, 7, 1), "before"),
        ("p", date(2024, 8, 1), "before"),
        ("p", date(2025, 7, 1), "after"),
        ("p", date(2025, 8, 1), "after"),
    ]
    assert year_sides({}).is_empty()


def test_the_sides_of_now_are_the_baseline_and_the_shown_period():
    scopes = [started(baseline=TWO_MONTHS), parking()]
    # A project without a baseline has nothing to be compared with.
    assert now_sides(scopes, population(*scopes), Grain.MONTH).sort("month").rows() == [
        ("p", OCTOBER, "before"),
        ("p", date(2024, 11, 1), "before"),
        ("p", JUNE, "after"),
    ]


def test_every_month_that_is_shown_belongs_to_its_period():
    scopes = [started(baseline=TWO_MONTHS), parking()]
    found = periods_of(scopes, population(*scopes), Grain.MONTH)
    assert found.schema == PERIODS
    assert found.sort("project", "month").rows() == [
        ("p", OCTOBER, TWO_MONTHS.start, TWO_MONTHS.end),
        ("p", date(2024, 11, 1), TWO_MONTHS.start, TWO_MONTHS.end),
        ("p", JUNE, JUNE, AS_OF),
        ("q", JUNE, JUNE, AS_OF),
    ]


def test_the_mix_is_that_of_the_baseline_or_of_all_months_there_are():
    scopes = [started(baseline=TWO_MONTHS), parking()]
    found = mix_months(scopes, population(*scopes))
    assert sorted(found.rows()) == [("p", OCTOBER), ("q", MAY)]
    whole = mix_months([started(baseline=None)], population(started(baseline=None)))
    assert sorted(whole["month"]) == [OCTOBER, DECEMBER]
