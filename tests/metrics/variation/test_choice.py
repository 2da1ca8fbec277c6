"""Which chart a series gets."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.periods import Grain
from metrics.variation.choice import Counts, chart_kinds
from tests.metrics.builders import only
from tests.metrics.variation.drawn import BY, month


def counted(*counts: tuple[float | None, float | None], name: str | None = "a") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "series": pl.Series([name] * len(counts), dtype=pl.String),
            "period_start": [month(number) for number in range(len(counts))],
            "numerator": pl.Series([numerator for numerator, _ in counts], dtype=pl.Float64),
            "denominator": pl.Series([denominator for _, denominator in counts], dtype=pl.Float64),
        }
    )


def chosen(*counts: tuple[float | None, float | None], counts_of: Counts = Counts.SHARE):
    return only(chart_kinds(counted(*counts), BY, grain=Grain.MONTH, counts=counts_of))


def halves(*sizes: int) -> list[tuple[float, float]]:
    return [(size / 2, size) for size in sizes]


def test_figures_without_counts_get_an_xmr_chart():
    row = chosen((None, 40), (None, 50))
    assert (row["kind"], row["denominator"], row["unevenness"], row["sigma_z"]) == ("xmr", None, None, None)


def test_small_samples_of_different_sizes_get_a_p_chart():
    # By hand: sizes 20, 50 and 40 average 36.7; 20 lies 16.7 / 36.7 away.
    row = chosen(*halves(20, 50, 40))
    assert (row["kind"], row["denominator"], row["unevenness"]) == (
        "p",
        40.0,
        pytest.approx(16.6667 / 36.6667, abs=1e-5),
    )


def test_large_denominators_get_a_laney_chart():
    # By hand: the middle one of 300, 502 and 900 lies above 500, that of 300, 500 and 900 does not.
    assert chosen(*halves(300, 502, 900))["kind"] == "laney_p"
    assert chosen(*halves(300, 500, 900))["kind"] == "p"


def test_shares_that_vary_more_than_chance_get_a_laney_chart():
    # By hand: 60 of 120 is a half; 0.2, 0.5 and 0.8 make two steps of 0.3, from and to a point on the mean.
    row = chosen((4, 20), (40, 80), (16, 20))
    assert row["sigma_z"] == pytest.approx(0.3 / (0.5 / 20**0.5) / 1.128)
    assert row["kind"] == "laney_p"


def test_samples_of_nearly_the_same_size_get_an_xmr_chart():
    # By hand: 40 and 60 lie 20 % from 50; 37 and 63 lie 26 % from it.
    assert chosen(*halves(40, 60))["kind"] == "xmr"
    assert chosen(*halves(37, 63))["kind"] == "p"


def test_exactly_a_quarter_away_is_not_nearly_the_same():
    assert chosen(*halves(30, 50))["kind"] == "p"


def test_rates_get_a_u_chart_whatever_they_are_counted_per():
    # By hand: 2,000 and 9,000 hours lie 64 % from their mean, and 4 and 18 events are the same rate.
    assert chosen((4, 2000), (18, 9000), counts_of=Counts.RATE)["kind"] == "u"
    assert chosen((4, 2000), (90, 9000), (4, 2000), counts_of=Counts.RATE)["kind"] == "laney_u"


def test_months_without_counts_do_not_count():
    assert chosen(*halves(40, 60), (None, 900), (0, 0), (3, None))["kind"] == "xmr"


def test_each_series_gets_its_own_chart():
    three = pl.concat(
        [counted(*halves(20, 50)), counted(*halves(600, 900), name="b"), counted((None, None), name=None)]
    )
    found = chart_kinds(three, BY, grain=Grain.MONTH, counts=Counts.SHARE)
    assert found.select("series", "kind").rows() == [(None, "xmr"), ("a", "p"), ("b", "laney_p")]


def test_groups_and_fixed_limits_of_the_points_do_not_change_the_choice():
    rows = counted((4, 20), (40, 80), (16, 20))
    changed = rows.with_columns(group=pl.Series([0, 0, 1]), fixed_points=pl.lit(2))
    one, other = (chart_kinds(points, BY, grain=Grain.MONTH, counts=Counts.SHARE) for points in (rows, changed))
    assert one.equals(other)
