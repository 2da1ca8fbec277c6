"""Long runs and few crossings, counted by hand and with a binomial distribution of others."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import binom

from metrics.periods import Grain
from metrics.variation.runs import crossings_min, longest_run_max, runs
from metrics.variation.xmr import xmr
from tests.metrics.builders import only
from tests.metrics.variation.drawn import BASE, BY, series


def counted(*values: float | None, fixed: int | None = None):
    return only(runs(xmr(series(*values, fixed_points=fixed), BY, grain=Grain.MONTH).points, BY))


def test_the_longest_run_and_the_crossings_are_counted_along_the_mean():
    """o  o o o         three on one side is the longest run; the line crosses the mean four times
    o       o o o
    """
    row = counted(11, 9, 11, 11, 11, 9, 9, 9)
    assert (row["useful"], row["longest_run"], row["crossings"], row["runs_signal"]) == (8, 3, 3, False)


def test_points_on_the_mean_and_gaps_do_not_count():
    # By hand, mean 10: above, above, on it, above, gap, below, below, below.
    row = counted(11, 11, 10, 11, None, 9, 9, 9)
    assert (row["useful"], row["longest_run"], row["crossings"]) == (6, 3, 1)


def test_a_longer_run_than_chance_gives_is_a_signal():
    # By hand: 12 points, log2(12) + 3 = 6.6, so up to 7 is ordinary.
    assert counted(*BASE, *[11] * 7, fixed=12)["runs_signal"] is True
    assert (longest_run_max(12), longest_run_max(24), longest_run_max(1)) == (7, 8, 3)


def test_fewer_crossings_than_chance_gives_are_a_signal():
    # By hand: 12 points in four runs of three cross three times; with 11 chances of one half, 3 is still ordinary.
    assert counted(*[11] * 3, *[9] * 3, *[11] * 3, *[9] * 3)["runs_signal"] is False
    row = counted(*[11] * 6, *[9] * 6)
    assert (row["longest_run"], row["longest_run_max"], row["crossings"], row["crossings_min"]) == (6, 7, 1, 3)
    assert row["runs_signal"] is True


@pytest.mark.parametrize("useful", [*range(1, 60), 200])
def test_the_fewest_ordinary_crossings_are_a_binomial_quantile(useful):
    assert crossings_min(useful) == max(0, int(binom.ppf(0.05, useful - 1, 0.5)))


def test_where_no_point_counts_there_is_nothing_to_tell():
    row = counted(5, 5, 5)
    assert (row["useful"], row["runs_signal"]) == (0, False)
    assert (row["longest_run"], row["longest_run_max"], row["crossings"], row["crossings_min"]) == (None,) * 4


def test_runs_of_two_series_and_of_two_groups_do_not_run_into_each_other():
    grouped = series(9, 11, 11, 11, 11, 9).with_columns(group=pl.Series([0, 0, 0, 1, 1, 1]))
    two = pl.concat([grouped, grouped.with_columns(series=pl.lit(None, dtype=pl.String))])
    found = runs(xmr(two, BY, grain=Grain.MONTH).points, BY)
    assert found.select("group", "longest_run", "crossings").rows() == [(0, 2, 1), (1, 2, 1)] * 2
