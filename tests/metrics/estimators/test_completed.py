"""Finished cases only: the contrast figures."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimate import Reason, Status
from metrics.estimators.completed import CompletedPercentile, CompletedWithinNorm, completed_percentile
from tests.metrics.builders import ends, estimated, only, quickly, waited

TWELVE = (1, 2, 2, 3, 5, 7, 8, 8, 11, 14, 20, 41)


def finished(*days: int, norm: int | None = None) -> pl.DataFrame:
    return waited(*((one, True, 1) for one in days), norm=norm)


@pytest.mark.parametrize(
    ("days", "share", "value"),
    # numpy.quantile(method="inverted_cdf").
    [(TWELVE, 0.5, 7), (TWELVE, 0.85, 20), (TWELVE, 0.9, 20), ((3, 4, 6, 9, 30), 0.5, 6), ((3, 4, 6, 9, 30), 0.9, 30)],
)
def test_a_percentile_of_finished_cases_is_a_real_case(days, share, value):
    assert estimated(CompletedPercentile(share), finished(*days))["value"] == value


def test_the_middle_of_1_2_3_4_is_2_and_not_the_nearest_3():
    assert estimated(CompletedPercentile(0.5), finished(1, 2, 3, 4))["value"] == 2


@quickly
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.sampled_from([50, 85, 90]))
def test_a_percentile_is_the_case_at_place_ceil_p_n(days, percent):
    # Nearest rank, in whole numbers.
    place = math.ceil(percent * len(days) / 100)
    found = estimated(CompletedPercentile(percent / 100), finished(*days))
    assert (found["value"], found["n"]) == (sorted(days)[place - 1], len(days))


def test_counted_rows_give_the_percentile_of_the_cases_they_stand_for():
    assert estimated(CompletedPercentile(0.9), waited((10, True, 89), (99, True, 11)))["value"] == 99
    assert estimated(CompletedPercentile(0.9), waited((10, True, 90), (99, True, 10)))["value"] == 10


def test_the_limits_of_a_percentile_are_real_cases_too():
    # scipy.stats.quantile_test on the twelve.
    row = estimated(CompletedPercentile(0.5), finished(*TWELVE))
    assert (row["low"], row["high"], row["reason"]) == (2.0, 14.0, None)


def test_a_limit_that_so_few_cases_do_not_reach_is_open():
    # scipy.stats.quantile_test: no upper limit of the 85 % on twelve, none at all of the middle on five.
    row = estimated(CompletedPercentile(0.85), finished(*TWELVE))
    assert (ends(row), row["reason"]) == ((20.0, 8.0, None), Reason.UPPER_LIMIT_OPEN)
    assert ends(estimated(CompletedPercentile(0.5), finished(3, 4, 6, 9, 30))) == (6.0, None, None)


@quickly
@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=40),
    st.sampled_from([0.1, 0.5, 0.85, 0.9]),
    st.sampled_from([0.9, 0.95, 0.99]),
)
def test_percentiles_and_limits_are_those_of_numpy_and_scipy(days, share, level):
    row = only(completed_percentile(finished(*days), ["project"], share=share, level=level))
    interval = stats.quantile_test(days, q=0, p=share).confidence_interval(level)
    for ours, theirs in ((row["low"], interval.low), (row["high"], interval.high)):
        assert ours == (None if np.isnan(theirs) else theirs)
    for name in ("linear", "median_unbiased"):
        assert row[name] == pytest.approx(np.quantile(days, share, method=name))


@pytest.mark.parametrize("n", [999, 100_000, 3_000_000])
def test_limits_of_many_cases_are_at_the_places_that_the_binomial_distribution_gives(n):
    # Every case has its own number of days, so that the days tell the place.
    rows = pl.DataFrame({"days": range(1, n + 1)}).with_columns(project=pl.lit("p"), n=pl.lit(1, dtype=pl.Int64))
    row = only(completed_percentile(rows, ["project"], share=0.9))
    assert (row["low"], row["high"]) == (stats.binom.ppf(0.025, n, 0.9), stats.binom.isf(0.025, n, 0.9) + 1)


def test_net_days_leave_out_the_days_on_which_the_clock_stood_still():
    rows = finished(10, 20, 30).with_columns(net_days=pl.Series([10, 15, 16]))
    assert estimated(CompletedPercentile(0.5), rows)["value"] == 20
    assert estimated(CompletedPercentile(0.5, of="net_days"), rows)["value"] == 15


@pytest.mark.parametrize(("known", "value"), [(95, 7.0), (94, None)])
def test_net_days_that_are_not_known_of_nearly_all_give_no_percentile(known, value):
    net = pl.Series([7] * known + [None] * (100 - known), dtype=pl.Int64)
    row = estimated(CompletedPercentile(0.5, of="net_days"), finished(*[9] * 100).with_columns(net_days=net))
    assert (row["value"], row["n"], row["support"]) == (value, 100, known)
    assert row["reason"] == (None if value else Reason.SUSPENSION_UNKNOWN)


def test_net_days_that_are_never_known_give_no_percentile():
    rows = finished(9, 9).with_columns(net_days=pl.lit(None, dtype=pl.Int64))
    row = estimated(CompletedPercentile(0.5, of="net_days"), rows)
    assert (ends(row), row["status"], row["reason"]) == ((None,) * 3, Status.UNDEFINED, Reason.SUSPENSION_UNKNOWN)


def test_two_projects_do_not_share_their_row_of_cases():
    rows = pl.concat([finished(1, 2, 3), finished(10, 20, 30).with_columns(project=pl.lit("q"))])
    found = CompletedPercentile(0.5).figures(rows, ["project"]).sort("project")
    assert found["value"].to_list() == [2.0, 20.0]


def test_six_of_twelve_finished_cases_are_within_seven_days_and_the_norm_day_counts():
    row = estimated(CompletedWithinNorm(), finished(*TWELVE, norm=7))
    # By hand: 1, 2, 2, 3, 5, 7 are six; Wilson of 6 of 12 is symmetric about a half.
    assert row["value"] == 0.5
    assert row["low"] + row["high"] == pytest.approx(1)


def test_finished_cases_without_a_norm_have_no_share():
    row = estimated(CompletedWithinNorm(), finished(*TWELVE))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.UNDEFINED, Reason.NO_NORM)


@pytest.mark.parametrize("estimator", [CompletedPercentile(0.5), CompletedWithinNorm()])
def test_a_counted_row_of_zero_cases_is_no_data_and_has_no_value(estimator):
    row = estimated(estimator, waited((5, True, 0), norm=7))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.NO_DATA, Reason.NOTHING_RECORDED)
