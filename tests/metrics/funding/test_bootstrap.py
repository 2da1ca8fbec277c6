"""The bootstrap of a ratio of sums against scipy, numbers by hand and its own rules."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import bootstrap

from metrics.funding.bootstrap import RESAMPLES, TOGETHER, BootstrapMethod, bootstrap_ratio

CITY = (143, 104, 69, 260, 75, 63, 50, 48, 111, 50), (138, 93, 61, 179, 48, 37, 29, 23, 30, 2)
SKEWED = (22, 11, 7, 2, 5, 10, 7, 4, 11, 14, 9, 12, 8, 21), (5, 2, 4, 5, 4, 3, 3, 3, 5, 6, 1, 1, 1, 2)


def units(numerator: tuple[float, ...], denominator: tuple[float, ...], n: tuple[int, ...] | None = None):
    schema = {"numerator": pl.Float64, "denominator": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(
        {"numerator": numerator, "denominator": denominator, "n": n or (1,) * len(numerator)}, schema=schema
    )


def by_scipy(pair, method: str):
    found = bootstrap(
        tuple(np.array(one, dtype=float) for one in pair),
        lambda top, below, axis: top.sum(axis) / below.sum(axis),
        paired=True,
        vectorized=True,
        method=method,
        n_resamples=50_000,
        rng=np.random.default_rng(7),
    ).confidence_interval
    return float(found.low), float(found.high)


@pytest.mark.parametrize("pair", [CITY, SKEWED])
def test_percentiles_are_those_of_scipy_within_chance(pair):
    found = bootstrap_ratio(units(*pair), method=BootstrapMethod.PERCENTILE)
    assert found == pytest.approx(by_scipy(pair, "percentile"), rel=0.01)


def test_corrected_limits_are_those_of_scipy_where_no_unit_is_odd():
    # scipy's acceleration comes from a jackknife, ours from the influence itself: close, where units are alike.
    assert bootstrap_ratio(units(*SKEWED)) == pytest.approx(by_scipy(SKEWED, "BCa"), rel=0.02)


def test_corrected_limits_lie_further_from_zero_for_a_ratio_that_leans_to_the_right():
    # By the formula: with an acceleration above 0 and hardly any bias both tails are read higher up.
    plain = bootstrap_ratio(units(*SKEWED), method=BootstrapMethod.PERCENTILE)
    corrected = bootstrap_ratio(units(*SKEWED))
    assert corrected[0] > plain[0]
    assert corrected[1] > plain[1]


def test_the_same_rows_give_the_same_limits_however_they_are_split():
    counted = units((100, 50, 20), (2, 3, 1), (4, 3, 2))
    split = units((20, 100, 50, 100, 20), (1, 2, 3, 2, 1), (1, 1, 3, 3, 1))
    assert bootstrap_ratio(counted) == bootstrap_ratio(split)


def test_a_row_that_stands_for_no_unit_changes_nothing():
    padded = units((*CITY[0], 999), (*CITY[1], 1), (*(1,) * 10, 0))
    assert bootstrap_ratio(padded) == bootstrap_ratio(units(*CITY))


def test_another_seed_gives_nearly_the_same_limits():
    one, other = (bootstrap_ratio(units(*CITY), seed=seed) for seed in (1, 2))
    assert one != other
    assert one == pytest.approx(other, rel=0.02)


def test_less_confidence_gives_narrower_limits():
    wide, narrow = (bootstrap_ratio(units(*CITY), level=level) for level in (0.95, 0.8))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_many_units_are_drawn_in_more_than_one_go_and_still_all():
    many = tuple(range(1, 251)), tuple(1 + index % 7 for index in range(250))
    assert RESAMPLES * len(many[0]) > TOGETHER
    found = bootstrap_ratio(units(*many), method=BootstrapMethod.PERCENTILE)
    assert found == pytest.approx(by_scipy(many, "percentile"), rel=0.01)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(units((), ()), id="no units"),
        pytest.param(units((1, 2, 3), (0, 0, 4)), id="one unit with an outcome"),
        pytest.param(units((0.1, 0.3, 0.7), (0.2, 0.6, 1.4)), id="one ratio for all"),
    ],
)
def test_where_resamples_say_nothing_there_are_no_limits(rows):
    assert bootstrap_ratio(rows) is None


@pytest.mark.parametrize("method", list(BootstrapMethod))
def test_a_limit_beyond_every_finite_ratio_is_no_limit(method):
    # By hand: none of the two units with an outcome is drawn in (4 / 6) ^ 6 = 9 % of the resamples.
    assert bootstrap_ratio(units((1, 2, 3, 4, 5, 6), (0, 0, 0, 0, 1, 3)), method=method) is None
