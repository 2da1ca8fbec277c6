"""Wilson and Student intervals against published tables and a second method."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimators.intervals import Z, student, t_quantiles, wilson
from tests.metrics.builders import quickly


def limits(hits: int, n: int) -> tuple[float | None, float | None]:
    low, high = wilson(pl.col("hits"), pl.col("n"))
    return pl.DataFrame({"hits": [hits], "n": [n]}).select(low=low, high=high).row(0)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_limits_are_those_newcombe_published(hits, n, low, high):
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
    assert [round(one, 4) for one in limits(hits, n)] == [low, high]


def test_eight_of_ten_is_49_to_94_percent():
    assert [round(one, 3) for one in limits(8, 10)] == [0.490, 0.943]


def test_wilson_of_250000_of_400000_keeps_its_digits():
    # statsmodels proportion_confint, agreed by R prop.test(correct=FALSE).
    assert limits(250_000, 400_000) == pytest.approx((0.623498521381, 0.626499077731), abs=1e-12)


def test_nobody_of_nobody_has_no_interval():
    assert limits(0, 0) == (None, None)


def test_nobody_and_everybody_end_exactly_at_the_end_of_the_scale():
    assert limits(0, 7)[0] == 0.0
    assert limits(7, 7)[1] == 1.0


def test_the_level_is_two_sided_95_percent():
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-15) == Z


shares = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@quickly
@given(shares)
def test_wilson_holds_the_share_and_stays_between_0_and_1(share):
    hits, n = share
    low, high = limits(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


@quickly
@given(shares, st.integers(2, 50))
def test_wilson_is_narrower_on_more_answers(share, times):
    hits, n = share
    low, high = limits(hits, n)
    less, more = limits(hits * times, n * times)
    assert more - less < high - low


@quickly
@given(shares)
def test_wilson_of_the_others_is_the_mirror_image(share):
    hits, n = share
    low, high = limits(hits, n)
    assert limits(n - hits, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@quickly
@given(shares)
def test_at_a_wilson_limit_the_observed_share_lies_just_at_the_edge_of_chance(share):
    # The definition, by a second method: |share - p| = z * sqrt(p (1 - p) / n) at both limits p.
    hits, n = share
    for p in limits(hits, n):
        assert abs(hits / n - p) == pytest.approx(Z * (p * (1 - p) / n) ** 0.5, abs=1e-7)


def test_the_quantile_of_student_is_that_of_the_printed_tables():
    # 1, 10 and 1000 degrees of freedom; nobody and one observation have none.
    found = t_quantiles(pl.Series([0, 1, 2, 11, 1001])).round(3)
    assert found.to_list() == [None, None, 12.706, 2.228, 1.962]


def test_student_limits_lie_the_quantile_times_the_error_from_the_mean():
    low, high = student(pl.lit(3.0), pl.lit(0.25), pl.col("quantile"))
    found = pl.DataFrame({"quantile": [2.0, None]}).select(low=low, high=high)
    assert found.rows() == [(2.0, 4.0), (None, None)]
