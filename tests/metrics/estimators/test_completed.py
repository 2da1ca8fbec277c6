"""Finished cases only: the contrast figures."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.completed import CompletedPercentile, CompletedWithinNorm
from tests.metrics.builders import ends, estimated, quickly, waited

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


def test_a_percentile_of_finished_cases_has_no_interval_and_names_its_method():
    row = estimated(CompletedPercentile(0.5), finished(*TWELVE))
    assert (row["low"], row["high"], row["method"]) == (None, None, "finished cases only")


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
