"""Intervals of a share and of a mean against published tables and a second method."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimators.intervals import (
    LEVEL,
    MONEY_LEVEL,
    Z,
    agresti_coull,
    beta_quantiles,
    clopper_pearson,
    ends_of,
    jeffreys,
    student,
    t_quantiles,
    wilson,
    z_of,
)
from tests.metrics.builders import quickly


def limits(hits: int, n: int, of=wilson, **level: float) -> tuple[float | None, float | None]:
    low, high = of(pl.col("hits"), pl.col("n"), **level)
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


def test_the_level_for_money_is_5_percent_on_one_side():
    # Printed tables of the normal distribution.
    assert round(z_of(MONEY_LEVEL), 4) == 1.6449
    assert z_of(LEVEL) == Z


@pytest.mark.parametrize("of", [wilson, agresti_coull, jeffreys, clopper_pearson])
def test_no_interval_of_a_share_is_made_of_nobody(of):
    assert limits(0, 0, of) == (None, None)


@pytest.mark.parametrize("of", [wilson, agresti_coull, jeffreys, clopper_pearson])
def test_a_share_that_nobody_or_everybody_gives_reaches_the_end_of_the_scale(of):
    assert limits(0, 20, of)[0] == 0.0
    assert limits(20, 20, of)[1] == 1.0


@pytest.mark.parametrize("of", [jeffreys, clopper_pearson])
def test_unknown_counts_and_more_hits_than_answers_have_no_interval(of):
    low, high = of(pl.col("hits"), pl.col("n"))
    frame = pl.DataFrame({"hits": [None, 1, 5], "n": [3, None, 3]}).select(low=low, high=high)
    assert frame.rows() == [(None, None)] * 3


def test_clopper_pearsons_upper_end_for_nobody_is_a_root_of_the_tail():
    # By hand: (1 - p) ^ 20 = 0.025.
    assert limits(0, 20, clopper_pearson)[1] == pytest.approx(1 - 0.025 ** (1 / 20), abs=1e-12)


@pytest.mark.parametrize("p", [0.01, 0.1, 0.35, 0.5, 0.77, 0.99])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_clopper_pearson_holds_the_true_share_at_least_as_often_as_it_says(p, level):
    # By a second method: over everything that 12 answers can say.
    held = [low <= p <= high for low, high in (limits(hits, 12, clopper_pearson, level=level) for hits in range(13))]
    assert sum(stats.binom.pmf(hits, 12, p) for hits in range(13) if held[hits]) >= level


def test_agresti_coull_of_8_of_10_is_wald_on_four_more_answers():
    # By hand: n 13.8415, share 9.9207 / 13.8415 = 0.71674, half 1.95996 * sqrt(0.71674 * 0.28326 / 13.8415) = 0.23737.
    assert limits(8, 10, agresti_coull) == pytest.approx((0.47937, 0.95411), abs=1e-5)


@pytest.mark.parametrize(("hits", "n"), [(1, 2), (81, 263), (4120, 5000)])
def test_jeffreys_limits_are_the_quantiles_of_the_beta_distribution(hits, n):
    expected = stats.beta.ppf([0.05, 0.95], hits + 0.5, n - hits + 0.5)
    assert limits(hits, n, jeffreys, level=0.9) == pytest.approx(tuple(expected), abs=1e-12)


def test_each_row_keeps_its_own_jeffreys_limits_where_many_rows_have_the_same_counts():
    frame = pl.DataFrame({"hits": [3, 1, 3, 0, 1], "n": [9, 9, 9, 4, 9]})
    low, high = jeffreys(pl.col("hits"), pl.col("n"))
    together = frame.select(low=low, high=high).rows()
    assert together == [limits(hits, n, jeffreys) for hits, n in frame.rows()]


def test_a_quantile_of_the_beta_distribution_is_looked_up_once_for_each_pair():
    pairs = pl.Series([{"hits": 3, "n": 9}, {"hits": None, "n": 9}, {"hits": 3, "n": 9}, {"hits": 9, "n": 9}])
    found = beta_quantiles(pairs, share=0.05, prior=(0.5, 0.5)).to_list()
    expected = [stats.beta.ppf(0.05, 3.5, 6.5), None, stats.beta.ppf(0.05, 3.5, 6.5), stats.beta.ppf(0.05, 9.5, 0.5)]
    assert found == [None if one is None else pytest.approx(one, abs=1e-12) for one in expected]
    # Everybody: Clopper-Pearson's upper quantile has no meaning, and is absent rather than NaN.
    assert beta_quantiles(pairs, share=0.95, prior=(1, 0)).to_list()[3] is None


def test_limits_of_literals_come_out_as_numbers():
    assert ends_of(wilson(pl.lit(8), pl.lit(10))) == limits(8, 10)
    assert ends_of(wilson(pl.lit(0), pl.lit(0))) is None


def test_wilson_of_counts_in_small_whole_numbers_does_not_run_over():
    # 400 000 squared does not fit in 32 bits.
    small = pl.DataFrame({"hits": [250_000], "n": [400_000]}, schema={"hits": pl.Int32, "n": pl.Int32})
    low, high = wilson(pl.col("hits"), pl.col("n"))
    assert small.select(low=low, high=high).row(0) == limits(250_000, 400_000)


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


@quickly
@given(shares, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_is_the_formula_in_plain_python(share, level):
    hits, n = share
    z = stats.norm.ppf((1 + level) / 2)
    p = hits / n
    centre, scale = p + z * z / (2 * n), 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    expected = ((centre - half) / scale, (centre + half) / scale)
    assert limits(hits, n, z=z_of(level)) == pytest.approx(expected, abs=1e-12)


@quickly
@given(shares, st.sampled_from([agresti_coull, jeffreys, clopper_pearson]), st.integers(2, 50))
def test_every_interval_holds_the_share_stays_between_0_and_1_and_is_narrower_on_more_answers(share, of, times):
    hits, n = share
    low, high = limits(hits, n, of)
    assert 0 <= low <= hits / n <= high <= 1
    less, more = limits(hits * times, n * times, of)
    assert more - less < high - low


@quickly
@given(shares)
def test_agresti_coull_holds_wilson_and_clopper_pearson_holds_jeffreys(share):
    # Brown, Cai and DasGupta 2001, sections 3.1 and 4.1.
    for narrow, wide in ((wilson, agresti_coull), (jeffreys, clopper_pearson)):
        low, high = limits(*share, narrow)
        lower, higher = limits(*share, wide)
        assert lower <= low + 1e-12
        assert high <= higher + 1e-12


@quickly
@given(shares, st.sampled_from([jeffreys, clopper_pearson]))
def test_less_confidence_is_a_narrower_interval(share, of):
    low, high = limits(*share, of, level=0.9)
    lower, higher = limits(*share, of, level=0.95)
    assert lower <= low <= high <= higher


def test_the_quantile_of_student_is_that_of_the_printed_tables():
    # 1, 10 and 1000 degrees of freedom; nobody and one observation have none.
    found = t_quantiles(pl.Series([0, 1, 2, 11, 1001])).round(3)
    assert found.to_list() == [None, None, 12.706, 2.228, 1.962]
    assert t_quantiles(pl.Series([11]), level=MONEY_LEVEL).round(3).to_list() == [1.812]


def test_student_limits_lie_the_quantile_times_the_error_from_the_mean():
    low, high = student(pl.lit(3.0), pl.lit(0.25), pl.col("quantile"))
    found = pl.DataFrame({"quantile": [2.0, None]}).select(low=low, high=high)
    assert found.rows() == [(2.0, 4.0), (None, None)]
