"""Charts of shares and rates by hand and against a loop, and where we are more cautious than other programs."""

from __future__ import annotations

import math
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import Grain
from metrics.variation.proportions import proportion_chart, rate_chart
from tests.metrics.builders import only, quickly
from tests.metrics.variation.drawn import BY, month, signals

Counts = tuple[float | None, float | None]


def counted(*counts: Counts, name: str = "a", fixed: int | None = None) -> pl.DataFrame:
    rows = {
        "series": [name] * len(counts),
        "period_start": [month(number) for number in range(len(counts))],
        "numerator": [numerator for numerator, _ in counts],
        "denominator": [denominator for _, denominator in counts],
    }
    types = {"numerator": pl.Float64, "denominator": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=types).with_columns(fixed_points=pl.lit(fixed, dtype=pl.Int64))


def shares(*counts: Counts, laney: bool = False, fixed: int | None = None, **options: bool):
    return proportion_chart(counted(*counts, fixed=fixed), BY, grain=Grain.MONTH, laney=laney, **options)


def rates(*counts: Counts, laney: bool = False, **options: bool):
    return rate_chart(counted(*counts), BY, grain=Grain.MONTH, laney=laney, **options)


def column(charts, name: str) -> list[float | None]:
    return charts.points[name].to_list()


def test_a_p_chart_has_wide_limits_where_few_were_asked():
    # By hand: 480 of 600 is 0.8; 3 x sqrt(0.8 x 0.2 / 100) = 0.12 and / 400 = 0.06; near limits at two thirds.
    charts = shares((80, 100), (90, 100), (310, 400))
    assert column(charts, "mean") == pytest.approx([0.8] * 3)
    assert column(charts, "low") == pytest.approx([0.68, 0.68, 0.74])
    assert column(charts, "high") == pytest.approx([0.92, 0.92, 0.86])
    assert column(charts, "near_low") == pytest.approx([0.72, 0.72, 0.76])
    assert column(charts, "near_high") == pytest.approx([0.88, 0.88, 0.84])


def test_limits_of_a_share_stay_between_0_and_1():
    # By hand: 10 of 20 is a half; 3 x sqrt(0.25 / 4) = 0.75 reaches beyond both ends.
    charts = shares((2, 4), (8, 16))
    assert (column(charts, "low")[0], column(charts, "high")[0]) == (0.0, 1.0)
    assert column(charts, "high")[1] == pytest.approx(0.5 + 3 * math.sqrt(0.25 / 16))


def test_a_u_chart_has_limits_of_a_poisson_count_and_no_upper_end():
    # By hand: 40 over 10 is 4; 3 x sqrt(4 / 4) = 3 and 3 x sqrt(4 / 2) = 4.243.
    charts = rates((12, 4), (8, 4), (20, 2))
    assert column(charts, "low") == pytest.approx([1, 1, 0])
    assert column(charts, "high") == pytest.approx([7, 7, 4 + 3 * math.sqrt(2)])
    assert signals(charts.points) == ["none", "none", "outside above"]


def test_sigma_z_is_the_mean_range_in_standard_deviations_over_1_128():
    # By hand: 0.8, 0.9 and 0.775 lie 0, 2.5 and -1.25 standard deviations (0.04, 0.04, 0.02) from 0.8.
    charts = shares((80, 100), (90, 100), (310, 400), laney=True)
    times = (2.5 + 3.75) / 2 / 1.128
    assert charts.groups["sigma_z"].item() == pytest.approx(times)
    assert column(charts, "low") == pytest.approx([0.8 - 0.12 * times, 0.8 - 0.12 * times, 0.8 - 0.06 * times])
    assert column(charts, "high") == pytest.approx([1, 1, 0.8 + 0.06 * times])


def test_the_ranges_of_sigma_z_are_screened_unless_told_otherwise():
    # Ten small steps, then one far too large.
    counts = [(50 + number % 2, 100) for number in range(10)] + [(99, 100)]
    screened, all_of_them = (
        shares(*counts, laney=True, screen=screen).groups["sigma_z"].item() for screen in (True, False)
    )
    # By hand: steps of 1 of 100, and one of 48, all with the same standard deviation.
    mean = sum(numerator for numerator, _ in counts) / 1100
    sd = math.sqrt(mean * (1 - mean) / 100)
    assert screened == pytest.approx(0.01 / sd / 1.128)
    assert all_of_them == pytest.approx((9 * 0.01 + 0.48) / 10 / sd / 1.128)


def test_limits_are_never_narrower_than_chance():
    counts = [(50 + number % 2, 100) for number in range(14)]
    laney, plain, bare = (
        shares(*counts, laney=True),
        shares(*counts),
        shares(*counts, laney=True, cautious=False),
    )
    assert laney.groups["sigma_z"].item() < 1
    assert column(laney, "high") == pytest.approx(column(plain, "high"))
    assert column(bare, "high")[0] < column(plain, "high")[0]


def test_shares_that_are_all_alike_get_the_limits_of_chance():
    # By hand: all ranges are 0, so sigma z has nothing to stretch; 0.5 + 3 x sqrt(0.25 / 100) = 0.65.
    charts = shares((5, 10), (50, 100), laney=True)
    assert column(charts, "high")[1] == pytest.approx(0.65)
    assert column(shares((5, 10), (50, 100), laney=True, cautious=False), "high") == [None, None]


@pytest.mark.parametrize("laney", [False, True])
@pytest.mark.parametrize("counts", [[(0, 20), (0, 30)], [(20, 20), (30, 30)]])
def test_nobody_ever_and_everybody_always_have_no_limits(laney, counts):
    charts = shares(*counts, laney=laney)
    row = only(charts.series)
    assert (row["no_limits"], row["variation"], row["status"]) == ("no_movement", None, "undefined")
    assert column(charts, "low") == [None, None]


def test_told_not_to_be_cautious_a_p_chart_of_nobody_has_its_limits_on_0():
    charts = shares((0, 20), (0, 30), cautious=False)
    assert column(charts, "low") == column(charts, "high") == [0.0, 0.0]


def test_one_share_has_no_limits_unless_told_not_to_be_cautious():
    assert only(shares((8, 10)).series)["no_limits"] == "one_point"
    assert column(shares((8, 10), cautious=False), "high") == [1.0]


def test_points_without_neighbours_do_not_tell_how_much_they_vary():
    charts = shares((8, 10), (None, None), (9, 20), laney=True)
    assert only(charts.series)["no_limits"] == "no_neighbours"


@pytest.mark.parametrize("absent", [(None, 10), (3, None), (0, 0)])
def test_a_month_of_which_nothing_is_known_is_a_gap_and_counts_in_nothing(absent):
    charts = shares((80, 100), absent, (90, 100))
    assert column(charts, "value") == [0.8, None, 0.9]
    assert column(charts, "mean") == pytest.approx([0.85] * 3)
    assert (charts.points["low"][1], only(charts.series)["missing_periods"]) == (None, 1)


def test_a_series_of_which_nothing_is_known_has_no_mean():
    assert column(shares((None, None), (0, 0)), "mean") == [None, None]


def test_limits_can_be_fixed_on_the_first_points():
    # By hand: 160 of 200 is 0.8.
    charts = shares((80, 100), (80, 100), (10, 100), fixed=2)
    assert column(charts, "mean") == pytest.approx([0.8] * 3)
    assert signals(charts.points) == ["none", "none", "outside below"]


def test_each_group_has_a_mean_of_its_own():
    points = counted((80, 100), (80, 100), (10, 100), (30, 100)).with_columns(group=pl.Series([0, 0, 1, 1]))
    charts = proportion_chart(points, BY, grain=Grain.MONTH, laney=False)
    assert charts.groups["mean"].to_list() == pytest.approx([0.8, 0.2])


def test_a_weighted_share_that_rounding_lifts_above_1_is_1():
    # 1.0000000000000002 is the next number above 1 in floating point.
    charts = shares((31.5 * 1.0000000000000002, 31.5), (20, 20), (31.5, 31.5), cautious=False)
    assert column(charts, "value") == column(charts, "mean") == column(charts, "low") == [1.0, 1.0, 1.0]


def test_more_than_there_were_is_refused():
    with pytest.raises(ValueError, match="1 rows count less than nothing, or more than there were"):
        shares((3, 10), (11, 10))


@pytest.mark.parametrize("wrong", [(-1, 10), (1, -10)])
def test_less_than_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="1 rows count less than nothing"):
        rates((3, 10), wrong)


asked = st.tuples(st.integers(1, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair[0], pair[1])))


def looped(counts: list[Counts]) -> tuple[float, float, list[tuple[float, float]]]:
    """Mean, sigma z without a screen, and the limits of Laney's p' chart, month by month."""
    mean = sum(x for x, _ in counts) / sum(n for _, n in counts)
    sds = [math.sqrt(mean * (1 - mean) / n) for _, n in counts]
    z = [(x / n - mean) / sd for (x, n), sd in zip(counts, sds, strict=True)]
    sigma = sum(abs(right - left) for left, right in pairwise(z)) / (len(z) - 1) / 1.128
    times = max(1.0, sigma)
    return mean, sigma, [(max(0.0, mean - 3 * sd * times), min(1.0, mean + 3 * sd * times)) for sd in sds]


@quickly
@given(
    st.lists(asked, min_size=2, max_size=20).filter(
        lambda counts: 0 < sum(x for x, _ in counts) < sum(n for _, n in counts)
    )
)
def test_a_laney_chart_is_the_one_a_loop_gives(counts):
    mean, sigma, limits = looped(counts)
    charts = shares(*counts, laney=True, screen=False)
    assert charts.groups["mean"].item() == pytest.approx(mean)
    assert charts.groups["sigma_z"].item() == pytest.approx(sigma, abs=1e-9)
    for row, (low, high) in zip(charts.points.to_dicts(), limits, strict=True):
        assert (row["low"], row["high"]) == pytest.approx((low, high))


@quickly
@given(st.lists(asked, min_size=3, max_size=20))
def test_counting_failures_in_place_of_successes_turns_the_chart_upside_down(counts):
    one, other = (shares(*given) for given in (counts, [(n - x, n) for x, n in counts]))
    turned = {"above": "below", "below": "above", "increasing": "decreasing", "decreasing": "increasing"}
    assert signals(other.points) == [
        " ".join(turned.get(word, word) for word in text.split()) for text in signals(one.points)
    ]
    assert [None if low is None else 1 - low for low in column(one, "low")] == [
        None if high is None else pytest.approx(high) for high in column(other, "high")
    ]
