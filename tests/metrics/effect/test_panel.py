"""Difference-in-differences of small panels, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from metrics.effect.panel import (
    ALPHA,
    DifferenceInDifferences,
    change_of_cells,
    difference_in_differences,
    more_than_comparable,
)
from metrics.estimate import NotReported, Reason, Status
from tests.metrics.builders import quickly
from tests.metrics.effect.panels import OTHERS, START, TREATED, panel


def compared(*services, start=START, **options):
    return difference_in_differences(panel(*services), start, **options)


def test_the_effect_is_the_mean_change_of_the_treated_less_that_of_the_others():
    found = compared(*TREATED, *OTHERS)
    # By hand: changes 9 and 10; 1, 2 and -1. 9.5 - 2/3; variances .5 and 7/3.
    assert [one.change for one in found.services] == [9, 10, 1, 2, -1]
    assert found.effect.value == pytest.approx(9.5 - 2 / 3)
    assert found.effect.standard_error == pytest.approx(sqrt(0.5 / 2 + 7 / 3 / 3))
    # Satterthwaite, by hand: (1/4 + 7/9)^2 / ((1/4)^2 / 1 + (7/9)^2 / 2).
    assert found.effect.degrees == pytest.approx((1 / 4 + 7 / 9) ** 2 / (1 / 16 + 49 / 81 / 2))
    # Of the ten ways to take two of five services none is as far apart.
    assert (found.permuted.p_value, found.permuted.combinations) == (0.1, 10)


def test_the_pre_trend_is_the_difference_in_slope_with_one_variance_for_both_groups():
    found = compared(*TREATED, *OTHERS)
    # By hand, slopes of four months: (-1.5 a - .5 b + .5 c + 1.5 d) / 5: .8 and .2; .2, -.2 and .2.
    assert [one.slope_before for one in found.services] == pytest.approx([0.8, 0.2, 0.2, -0.2, 0.2])
    # Means .5 and 1/15; squares within .18 and .0967 - so .18 + .106667 on three degrees.
    assert found.pre_trend.value == pytest.approx(0.5 - 1 / 15)
    within = (0.18 + (2 * (0.2 - 1 / 15) ** 2 + (0.2 + 1 / 15) ** 2)) / 3
    error = sqrt(within * (1 / 2 + 1 / 3))
    assert found.pre_trend.limits(0.95) == pytest.approx(
        (0.5 - 1 / 15 - student.ppf(0.975, 3) * error, 0.5 - 1 / 15 + student.ppf(0.975, 3) * error)
    )
    assert found.alike_before


def test_the_drift_is_the_pre_trend_over_the_months_between_both_middles():
    # By hand: the middle of January to April is 2.5, of May to August 6.5.
    found = compared(*TREATED, *OTHERS)
    assert found.drift_months == 4
    assert found.drift.value == pytest.approx(4 * found.pre_trend.value)
    assert found.drift.standard_error == pytest.approx(4 * found.pre_trend.standard_error)


def test_where_no_permutation_could_give_05_the_outcome_only_describes():
    found = compared(*TREATED, *OTHERS)
    assert (found.status, found.reason) == (Status.INDICATIVE, Reason.FEW_SERVICES)
    # One treated service with 19 comparators: 1 / 20.
    many = [(False, [60 + at % 3, 61, 60, 62, 61 + at % 2, 61, 60, 61]) for at in range(19)]
    enough = compared((True, [61, 62, 60, 62, 70, 69, 71, 72]), *many)
    assert (enough.permuted.p_value, enough.status, enough.reason) == (ALPHA, Status.OK, None)
    assert more_than_comparable(enough)


def test_one_treated_service_has_a_pre_trend_and_no_interval_of_the_effect():
    found = compared(TREATED[0], *OTHERS)
    assert (found.effect.value, found.effect.standard_error) == (pytest.approx(9 - 2 / 3), None)
    assert found.effect.reason == Reason.FEW_SERVICES
    assert found.pre_trend.degrees == 2


@pytest.mark.parametrize("services", [(), OTHERS, TREATED, (TREATED[0], OTHERS[0]), (*TREATED, OTHERS[0])])
def test_without_a_treated_service_or_with_less_than_two_others_nothing_is_said(services):
    found = compared(*services)
    assert found == NotReported(status=Status.TOO_FEW, reason=Reason.FEW_SERVICES, n=len(services))
    assert not more_than_comparable(found)


def test_a_service_without_values_on_both_sides_takes_no_part_and_is_named():
    late = (False, [None] * 4 + [50, 51, 52, 53])
    found = compared(*TREATED, *OTHERS, late)
    assert found.without_both_sides == ("service-05",)
    assert found.effect == compared(*TREATED, *OTHERS).effect
    assert found.balanced


def test_missing_months_leave_a_panel_unbalanced():
    gap = (False, [65, None, 66, 65, 66, 65, 67, 66])
    found = compared(*TREATED, gap, *OTHERS[1:])
    assert not found.balanced
    # By hand: 196 / 3 before, 66 after.
    assert found.services[2].change == pytest.approx(66 - 196 / 3)


def test_the_months_of_introduction_and_that_of_a_start_halfway_belong_to_neither_side():
    spoiled = ((True, [60, 62, 61, 63, 999, 69, 71, 72]), *OTHERS)
    without = compared(*spoiled, left_out=(date(2024, 5, 30),))
    assert without.services[0].after == pytest.approx((69 + 71 + 72) / 3)
    assert compared(*spoiled, start=date(2024, 5, 2)).services == without.services


def test_treated_services_that_rose_already_are_not_alike():
    rising = [(True, [60 + 2 * at + step for at in range(8)]) for step in (0, 0.1, 0.3)]
    flat = [(False, [60 + at % 2 + step * at for at in range(8)]) for step in (0, 0.1, 0.2, 0.05)]
    found = compared(*rising, *flat)
    assert not found.alike_before
    assert found.permuted.p_value <= ALPHA
    assert not more_than_comparable(found)


def test_below_three_months_before_there_is_no_slope_and_nobody_is_known_to_be_alike():
    short = [(treated, values[2:]) for treated, values in (*TREATED, *OTHERS)]
    found = compared(*short, start=date(2024, 3, 1))
    assert (found.pre_trend, found.drift, found.alike_before) == (None, None, False)


def test_two_slopes_alone_have_a_difference_without_an_interval():
    others = [(False, [None, None, 64, 66, 65, 66, 65, 67]), (False, [None, None, 70, 71, 70, 72, 71, 72]), OTHERS[0]]
    found = compared(TREATED[0], *others)
    assert found.pre_trend.value == pytest.approx(0.8 - 0.2)
    assert (found.pre_trend.standard_error, found.pre_trend.reason) == (None, Reason.FEW_SERVICES)
    assert not found.alike_before


def test_services_that_moved_all_alike_leave_no_spread_to_judge_by():
    steady = [(treated, [base + 0.1 + 7 * treated * (at > 3) for at in range(8)]) for treated, base in
              ((True, 60.3), (True, 41.7), (False, 50.9), (False, 33.3))]  # fmt: skip
    found = compared(*steady)
    assert found.effect.value == pytest.approx(7)
    assert (found.effect.standard_error, found.effect.reason) == (None, Reason.NO_INTERVAL)
    assert (found.pre_trend.standard_error, found.pre_trend.reason) == (None, Reason.NO_INTERVAL)


def test_a_p_above_05_is_not_more_than_comparable():
    many = [(False, [60 + at % 3, 61, 60, 62, 61 + at % 2, 61, 60, 61]) for at in range(19)]
    found = compared((True, [61, 62, 60, 62, 70, 69, 71, 72]), *many)
    assert more_than_comparable(found)
    assert not more_than_comparable(replace(found, permuted=replace(found.permuted, p_value=0.051)))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (pl.concat([panel(*OTHERS), panel(OTHERS[0])]), "one value a month"),
        (panel(*OTHERS).with_columns(treated=pl.col("month") > START), "treated or a comparator"),
        (panel((True, [60, float("nan")])), "a value is a number"),
    ],
)
def test_what_is_no_panel_is_refused(rows, told):
    with pytest.raises(ValueError, match=told):
        difference_in_differences(rows, START)


def test_four_published_means_give_the_difference_of_their_changes():
    # Card and Krueger 1994, table 3: 21.03 - 20.44 - (21.17 - 23.33); the errors as of independent samples.
    found = change_of_cells((20.44, 21.03), (23.33, 21.17), errors=(0.51, 0.52, 1.35, 0.94))
    assert found.value == pytest.approx(0.59 + 2.16)
    assert found.standard_error == pytest.approx(sqrt(0.51**2 + 0.52**2 + 1.35**2 + 0.94**2))
    assert found.high == pytest.approx(2.75 + 1.959963984540054 * found.standard_error)
    assert change_of_cells((20.44, 21.03), (23.33, 21.17)).standard_error is None


@quickly
@given(st.lists(st.lists(st.integers(0, 100), min_size=8, max_size=8), min_size=4, max_size=6), st.floats(-50, 50))
def test_what_happens_to_every_service_alike_changes_nothing(values, shock):
    plain = compared(*((at < 2, row) for at, row in enumerate(values)))
    shocked = compared(
        *(
            (at < 2, [value + shock * (month > 3) + month for month, value in enumerate(row)])
            for at, row in enumerate(values)
        )
    )
    assert isinstance(plain, DifferenceInDifferences)
    assert shocked.effect.value == pytest.approx(plain.effect.value, abs=1e-9)
    assert shocked.permuted.p_value == pytest.approx(plain.permuted.p_value)
    assert shocked.pre_trend.value == pytest.approx(plain.pre_trend.value, abs=1e-9)
