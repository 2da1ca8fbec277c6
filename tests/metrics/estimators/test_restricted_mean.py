"""The mean up to a day: the area under the curve, against numbers by hand, a loop and published output."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.restricted_mean import RestrictedMean, restricted_mean
from metrics.estimators.survival import curve
from tests.metrics.builders import ends, estimated, only, quickly, waited

EIGHT_CLOSED = ((2, True, 1), (5, True, 2), (9, True, 1), (14, True, 2), (21, True, 1), (30, True, 1))
open_or_closed = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(1, 4)), min_size=1, max_size=12)


def mean_to(day: int, *rows):
    return only(restricted_mean(curve(waited(*rows), ["project"]), ["project"], day=pl.lit(day)))


def test_without_open_cases_it_is_the_mean_of_the_days_cut_off_at_the_horizon():
    # By hand: (2 + 5 + 5 + 9 + 14 + 14 + 21 + 30) / 8, then with 21 and 30 counted as 20.
    assert mean_to(30, *EIGHT_CLOSED)["mean"] == pytest.approx(100 / 8)
    assert mean_to(20, *EIGHT_CLOSED)["mean"] == pytest.approx(89 / 8)


def test_the_variance_without_open_cases_is_that_of_a_mean_with_divisor_n():
    # By hand: squares 1868 / 8 - 12.5 ^ 2 = 77.25; over 8.
    assert mean_to(30, *EIGHT_CLOSED)["variance"] == pytest.approx(77.25 / 8)


def test_the_mean_of_freireichs_patients_up_to_23_weeks_is_the_one_lifelines_gives():
    rows = (
        *((6, True, 3), (6, False, 1), (7, True, 1), (9, False, 1), (10, True, 1), (10, False, 1), (11, False, 1)),
        *((13, True, 1), (16, True, 1), (17, False, 1), (19, False, 1), (20, False, 1), (22, True, 1), (23, True, 1)),
        *((25, False, 1), (32, False, 2), (34, False, 1), (35, False, 1)),
    )
    assert mean_to(23, *rows)["mean"] == pytest.approx(17.9092436975, abs=1e-9)


def test_a_horizon_before_anything_happened_is_the_mean_itself():
    row = mean_to(5, (12, False, 1))
    assert (row["mean"], row["variance"], row["followed"]) == (5.0, 0.0, True)


@pytest.mark.parametrize(("day", "followed"), [(9, True), (10, False)])
def test_a_horizon_beyond_the_oldest_age_of_open_cases_was_not_followed(day, followed):
    assert mean_to(day, (5, True, 5), (9, False, 5))["followed"] is followed


@quickly
@given(open_or_closed, st.integers(1, 14))
def test_mean_and_variance_are_those_of_a_plain_loop(rows, horizon):
    """Second way: the share still waiting, day by day, added up; and the area to the right of each decision."""
    waiting, heights, terms = 1.0, [], []
    for day in range(horizon):
        at_risk = sum(n for days, _, n in rows if days >= day)
        gone = sum(n for days, closed, n in rows if days == day and closed)
        if gone:
            waiting *= 1 - gone / at_risk
            terms.append((day, 0.0 if gone == at_risk else gone / (at_risk * (at_risk - gone))))
        heights.append(waiting)
    row = mean_to(horizon, *rows)
    assert row["mean"] == pytest.approx(sum(heights), abs=1e-9)
    assert row["variance"] == pytest.approx(sum(sum(heights[day:]) ** 2 * term for day, term in terms), abs=1e-9)


def test_the_figure_has_a_normal_interval_within_0_and_the_horizon():
    # By hand: 12.5 -+ 1.96 x sqrt(9.65625) = 12.5 -+ 6.0905.
    row = estimated(RestrictedMean(30), waited(*EIGHT_CLOSED))
    assert ends(row, 2) == (12.5, 6.41, 18.59)
    assert (row["n"], row["support"], row["status"], row["reason"]) == (8, 8, Status.OK, None)
    assert json.loads(row["detail"]) == {"closed": 8, "open": 0, "last_age": 30, "horizon_days": 30}
    # By hand: the mean of 0, 0 and 3 up to day 2 is 2/3, and two standard errors reach below 0.
    assert ends(estimated(RestrictedMean(2), waited((0, True, 2), (3, True, 1))), 3)[1] == 0.0


def test_cases_that_are_too_young_for_the_horizon_have_no_mean_yet():
    row = estimated(RestrictedMean(182), waited((5, True, 30), (90, False, 30)))
    assert (ends(row), row["status"]) == ((None, None, None), Status.UNDEFINED)
    assert row["reason"] == Reason.FOLLOW_UP_TOO_SHORT


def test_where_nobody_was_decided_before_the_horizon_there_is_no_range():
    row = estimated(RestrictedMean(10), waited((12, False, 30)))
    assert (ends(row), row["status"], row["reason"]) == ((10.0, None, None), Status.OK, Reason.NO_INTERVAL)


def test_two_projects_have_their_own_means():
    rows = pl.concat([waited((4, True, 2)), waited((8, True, 2), (1, True, 2)).with_columns(project=pl.lit("q"))])
    assert dict(RestrictedMean(10).figures(rows, ["project"]).select("project", "value").iter_rows()) == {
        "p": 4.0,
        "q": 4.5,
    }
