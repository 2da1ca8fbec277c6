"""What a chart says of a series: the latest point, since when, the target, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from metrics.kpi import Direction
from metrics.periods import Grain
from metrics.variation.xmr import xmr
from tests.metrics.builders import only
from tests.metrics.variation.drawn import BASE, BY, month, series


def summary(*values: float | None, **columns: Any) -> Mapping[str, Any]:
    return only(xmr(series(*values, **columns), BY, grain=Grain.MONTH).series)


def test_the_variation_of_a_series_is_the_mark_of_its_latest_point():
    assert summary(*BASE, 16, fixed_points=12, direction="up")["variation"] == "improvement"
    row = summary(*BASE, 16, 10, fixed_points=12, direction="up")
    assert (row["variation"], row["since"], row["latest_on"], row["value"]) == ("ordinary", None, month(13), 10.0)


def test_something_changed_since_the_first_of_the_unbroken_run_of_points_with_the_same_mark():
    """Seven above the mean from month 13 (counted from 0), after one below it."""
    row = summary(*BASE, 9, 11, 12, 11, 12, 11, 12, 16, fixed_points=12, direction="up")
    assert (row["variation"], row["since"]) == ("improvement", month(13))


def test_a_point_the_other_way_begins_a_new_since():
    row = summary(*BASE, 16, 4, 4, fixed_points=12, direction="up")
    assert (row["variation"], row["since"]) == ("concern", month(13))


def test_a_gap_begins_a_new_since():
    assert summary(*BASE, 16, None, 16, fixed_points=12)["since"] == month(14)
    left_out = series(*BASE, 16, None, 16, fixed_points=12).drop_nulls("value")
    assert xmr(left_out, BY, grain=Grain.MONTH).series["since"].to_list() == [month(14)]


def test_a_month_without_a_value_at_the_end_leaves_the_latest_point_and_is_missing():
    row = summary(*BASE, 16, None, None, fixed_points=12)
    assert (row["latest_on"], row["variation"], row["since"], row["missing_periods"]) == (
        *(month(12), "neutral"),
        *(month(12), 2),
    )


def test_months_before_the_first_point_are_not_missing():
    assert summary(None, None, 9, 11, 9)["missing_periods"] == 0


def test_a_new_group_is_no_gap():
    grouped = series(9, 11, 9, 11).with_columns(group=pl.Series([0, 0, 1, 1]))
    assert xmr(grouped, BY, grain=Grain.MONTH).series["missing_periods"].to_list() == [0]


@pytest.mark.parametrize(
    ("target", "direction", "assurance"),
    [
        # By hand: limits 4.68 and 15.32.
        (15.33, Direction.UP, "fail"),
        (15.32, Direction.UP, "inconsistent"),
        (10, Direction.UP, "inconsistent"),
        (4.68, Direction.UP, "inconsistent"),
        (4.67, Direction.UP, "pass"),
        (15.33, Direction.DOWN, "pass"),
        (15.32, Direction.DOWN, "inconsistent"),
        (4.67, Direction.DOWN, "fail"),
        (10, None, None),
        (15.33, None, None),
        (None, Direction.UP, None),
    ],
)
def test_a_target_outside_the_limits_will_be_met_always_or_never(target, direction, assurance):
    assert summary(*BASE, target=target, direction=direction)["assurance"] == assurance


def test_assurance_comes_from_the_limits_of_the_last_group():
    grouped = series(*BASE, *(value + 100 for value in BASE), target=60, direction="up").with_columns(
        group=(pl.int_range(pl.len()) >= 12).cast(pl.Int64)
    )
    charts = xmr(grouped, BY, grain=Grain.MONTH)
    assert charts.series["assurance"].to_list() == ["pass"]
    # The old limits stay visible.
    assert charts.points["high"].gather([0, 12]).to_list() == pytest.approx([15.32, 115.32])


@pytest.mark.parametrize(
    ("points", "status", "trial"),
    [(7, "too_few", True), (8, "indicative", True), (12, "indicative", True), (13, "ok", False)],
)
def test_limits_of_fewer_than_8_points_are_not_shown_and_of_fewer_than_13_on_trial(points, status, trial):
    row = summary(*(9 + 2 * (number % 2) for number in range(points)))
    assert (row["n"], row["status"], row["trial"]) == (points, status, trial)


@pytest.mark.parametrize(("fixed", "trial"), [(11, True), (12, False)])
def test_limits_that_are_fixed_on_fewer_than_12_points_stay_on_trial(fixed, trial):
    assert summary(*BASE, *BASE, fixed_points=fixed)["trial"] is trial


def test_a_series_without_any_value_is_a_series_with_nothing_known():
    row = summary(None, None, target=3, direction="up")
    told = ("latest_on", "value", "variation", "since", "assurance")
    assert [row[name] for name in told] == [None] * 5
    assert (row["n"], row["trial"], row["missing_periods"]) == (0, True, 0)
    assert (row["no_limits"], row["status"]) == ("no_points", "undefined")


def test_a_group_says_from_when_to_when_it_runs():
    grouped = series(*BASE, 9, None, 11).with_columns(group=(pl.int_range(pl.len()) >= 12).cast(pl.Int64))
    found = xmr(grouped, BY, grain=Grain.MONTH).groups.select("group", "start", "end", "n", "trial").rows()
    assert found == [(0, month(0), month(11), 12, True), (1, month(12), month(14), 2, True)]
