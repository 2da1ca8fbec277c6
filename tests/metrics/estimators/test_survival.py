"""Kaplan-Meier against published curves, numbers by hand and a plain loop."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.intervals import z_of
from metrics.estimators.survival import WaitingPercentile, WithinNorm, curve, followed_to, waiting_at
from tests.metrics.builders import ends, estimated, only, quickly, waited

FREIREICH = (
    *((6, True, 3), (6, False, 1), (7, True, 1), (9, False, 1), (10, True, 1), (10, False, 1), (11, False, 1)),
    *((13, True, 1), (16, True, 1), (17, False, 1), (19, False, 1), (20, False, 1), (22, True, 1), (23, True, 1)),
    *((25, False, 1), (32, False, 2), (34, False, 1), (35, False, 1)),
)
EIGHT_CLOSED = ((2, True, 1), (5, True, 2), (9, True, 1), (14, True, 2), (21, True, 1), (30, True, 1))
TIES = ((5, True, 2), (5, False, 1), (8, True, 1), (8, False, 1), (12, True, 1))
Z = 1.959963984540054


def drawn(rows: pl.DataFrame) -> pl.DataFrame:
    return curve(rows, ["project"])


def waiting_on(day: int, rows: pl.DataFrame) -> float:
    return drawn(rows).filter(pl.col("days") <= day)["waiting"].last()


@pytest.mark.parametrize(
    ("week", "left"),
    [(6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)],
)
def test_the_curve_of_freireichs_21_patients_is_the_published_one(week, left):
    # Klein and Moeschberger, table 4.1.
    assert round(waiting_on(week, waited(*FREIREICH)), 3) == left


def test_the_middle_of_freireichs_patients_is_23_weeks_from_13_without_an_upper_limit():
    # R survival: survfit(conf.type = "log-log").
    row = estimated(WaitingPercentile(0.5), waited(*FREIREICH))
    assert (ends(row), row["reason"]) == ((23.0, 13.0, None), Reason.UPPER_LIMIT_OPEN)
    assert (row["n"], row["support"]) == (21, 9)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.5, (9.0, 2.0, 21.0)), (0.85, (21.0, 14.0, None)), (0.9, (30.0, 14.0, None))],
)
def test_a_share_that_is_reached_exactly_is_reached(share, expected):
    # By hand: after day 9 four of eight wait, exactly half; lifelines says 14, off by a floating-point hair.
    assert ends(estimated(WaitingPercentile(share), waited(*EIGHT_CLOSED))) == expected


def test_without_open_cases_the_curve_is_the_share_still_waiting():
    assert drawn(waited(*EIGHT_CLOSED))["waiting"].to_list() == pytest.approx([7 / 8, 5 / 8, 4 / 8, 2 / 8, 1 / 8, 0])


def test_a_case_last_seen_on_the_day_of_a_decision_was_still_waiting_that_day():
    # By hand: (1 - 2/6), then (1 - 1/3), then nobody.
    assert drawn(waited(*TIES))["waiting"].to_list() == pytest.approx([4 / 6, 4 / 9, 0])
    # R survival: share decided within 5 days with its log-log limits.
    row = estimated(WithinNorm(), waited(*TIES, norm=5))
    assert ends(row, 9) == (0.333333333, 0.095565836, 0.805383363)


def test_where_nobody_has_been_decided_yet_and_where_nobody_is_left_there_are_no_limits():
    found = drawn(waited((1, False, 1), (3, True, 1), (4, True, 1)))
    assert found["waiting"].to_list() == pytest.approx([1, 0.5, 0])
    assert found["waiting_low"].is_null().to_list() == [True, False, True]
    assert found["waiting_high"].is_null().to_list() == [True, False, True]


def test_a_decision_on_the_day_of_receipt_takes_zero_days():
    assert ends(estimated(WaitingPercentile(0.5), waited((0, True, 12))))[0] == 0.0


def test_when_all_cases_are_open_no_day_is_named():
    row = estimated(WaitingPercentile(0.5), waited((12, False, 30)))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.UNDEFINED, Reason.ALL_OPEN)
    assert json.loads(row["detail"]) == {"closed": 0, "open": 30, "last_age": 12}


def test_a_percentile_that_too_many_open_cases_hold_back_is_not_reached_but_has_a_lower_limit():
    row = estimated(WaitingPercentile(0.9), waited((10, True, 60), (20, True, 5), (90, False, 35)))
    # By hand: 35 % still wait at the end, so the 90 % is not reached.
    assert (row["value"], row["high"], row["reason"]) == (None, None, Reason.NOT_REACHED)
    assert row["low"] is None
    # By hand: S(10) = 0.6 of 100 cases; its lower limit is 0.6 ^ exp(1.96 * 0.0816 / 0.5108) = 0.497, under a half.
    held = estimated(WaitingPercentile(0.5), waited((10, True, 40), (20, True, 8), (90, False, 52)))
    assert (held["value"], held["low"], held["reason"]) == (None, 10.0, Reason.NOT_REACHED)


def test_counted_rows_of_zero_cases_change_nothing():
    rows = waited(*TIES)
    padded = pl.concat([rows, waited((3, True, 0), (9, False, 0), (40, False, 0))])
    for share in (0.5, 0.9):
        assert estimated(WaitingPercentile(share), padded) == estimated(WaitingPercentile(share), rows)


def test_the_share_within_the_norm_counts_decisions_on_the_norm_day_itself():
    assert estimated(WithinNorm(), waited((56, True, 10), (57, True, 10), norm=56))["value"] == 0.5


def test_nobody_decided_yet_within_the_norm_is_0_percent_without_a_range():
    row = estimated(WithinNorm(), waited((90, True, 10), norm=56))
    assert (ends(row), row["status"], row["reason"]) == ((0.0, None, None), Status.OK, Reason.NO_INTERVAL)


def test_without_a_norm_there_is_no_share_within_it():
    row = estimated(WithinNorm(), waited(*TIES))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.UNDEFINED, Reason.NO_NORM)


def test_a_norm_beyond_the_oldest_age_cannot_be_read_yet():
    row = estimated(WithinNorm(), waited((5, True, 5), (9, False, 5), norm=56))
    assert (row["value"], row["reason"]) == (None, Reason.FOLLOW_UP_TOO_SHORT)


def test_a_norm_beyond_the_oldest_age_can_be_read_where_nobody_waits_any_more():
    row = estimated(WithinNorm(), waited((5, True, 5), norm=56))
    assert (row["value"], row["status"]) == (1.0, Status.OK)


def test_young_open_cases_do_not_tell_whether_the_norm_was_kept():
    row = estimated(WithinNorm(), waited((5, False, 49), (60, False, 1), norm=56))
    assert (row["n"], row["support"]) == (50, 1)
    old = estimated(WithinNorm(), waited((55, False, 1), (56, False, 1), (60, True, 1), (2, True, 1), norm=56))
    assert (old["n"], old["support"]) == (4, 3)


def at(day: int, rows: pl.DataFrame):
    return only(waiting_at(drawn(rows), ["project"], day=pl.lit(day)))


def test_the_variance_on_a_day_is_greenwoods():
    # By hand: after 2 of 6, S = 2/3 and the variance of S is (2/3)^2 x 2/(6 x 4) = 1/27, that of its logarithm 1/12.
    row = at(7, waited(*TIES))
    assert (row["waiting"], row["variance"], row["log_variance"]) == pytest.approx((2 / 3, 1 / 27, 1 / 12))
    assert (row["n"], row["closed"], row["open"], row["young"]) == (6, 4, 2, 1)


def test_before_the_first_decision_all_wait_without_variance():
    row = at(4, waited(*TIES))
    assert (row["waiting"], row["variance"], row["waiting_low"], row["followed"]) == (1.0, 0.0, None, True)


def test_where_nobody_is_left_the_variance_is_unknown():
    row = at(12, waited(*TIES))
    assert (row["waiting"], row["variance"], row["log_variance"]) == (0.0, None, None)


@pytest.mark.parametrize(("day", "followed"), [(9, True), (10, False)])
def test_a_day_beyond_the_oldest_age_of_open_cases_was_not_followed(day, followed):
    row = at(day, waited((5, True, 5), (9, False, 5)))
    assert (row["waiting"], row["followed"]) == (0.5, followed)


def test_where_all_are_decided_every_later_day_was_followed():
    assert at(400, waited(*EIGHT_CLOSED))["followed"] is True


def test_limits_at_90_percent_lie_within_those_at_95():
    # By hand: S = 2/3, V = 1/12, ln S = -0.405465; z sqrt(V) / ln S = -1.171071 at 90 %, S ^ exp(+-1.171071).
    row = only(curve(waited(*TIES), ["project"], z=z_of(0.90)).filter(days=5))
    assert (row["waiting_low"], row["waiting_high"]) == pytest.approx((0.270413, 0.881872), abs=1e-6)
    wide = only(drawn(waited(*TIES)).filter(days=5))
    assert wide["waiting_low"] < row["waiting_low"] < row["waiting_high"] < wide["waiting_high"]


def test_cases_followed_to_an_age_are_open_at_that_age_if_they_were_decided_later():
    rows = waited((3, True, 1), (5, True, 1), (8, True, 1), (9, False, 1)).with_columns(ended=pl.lit("decided"))
    found = followed_to(rows, age_days=pl.lit(5))
    assert found.select("days", "closed", "ended").rows() == [
        (3, True, "decided"),
        (5, True, "decided"),
        (5, False, None),
        (5, False, None),
    ]


def test_without_an_age_to_follow_to_nothing_changes():
    rows = waited(*TIES)
    assert followed_to(rows, age_days=pl.lit(None, dtype=pl.Int64)).equals(rows)


cases = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(1, 4)), min_size=1, max_size=12)


def looped(rows: list[tuple[int, bool, int]]) -> list[tuple[float, ...]]:
    """Kaplan-Meier with Greenwood's variance and log-log limits, case by case, in plain Python."""
    found, waiting, spread = [], 1.0, 0.0
    for day in sorted({days for days, _, _ in rows}):
        at_risk = sum(n for days, _, n in rows if days >= day)
        gone = sum(n for days, closed, n in rows if days == day and closed)
        waiting *= 1 - gone / at_risk
        spread = math.inf if at_risk == gone else spread + gone / (at_risk * (at_risk - gone))
        low = high = None
        if 0 < waiting < 1:
            width = Z * math.sqrt(spread) / math.log(waiting)
            low, high = waiting ** math.exp(-width), waiting ** math.exp(width)
        found.append((day, at_risk, gone, waiting, low, high))
    return found


@quickly
@given(cases)
def test_the_curve_is_the_one_a_plain_loop_gives(rows):
    found = drawn(waited(*rows)).select("days", "at_risk", "closed", "waiting", "waiting_low", "waiting_high").rows()
    for ours, theirs in zip(found, looped(rows), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert one == (None if other is None else pytest.approx(other, abs=1e-9))


@quickly
@given(cases, st.sampled_from([0.5, 0.85, 0.9]))
def test_a_percentile_is_the_first_day_on_which_the_loop_comes_low_enough(rows, share):
    low_enough = [day for day, _, _, waiting, _, _ in looped(rows) if waiting <= 1 - share + 1e-9]
    row = estimated(WaitingPercentile(share), waited(*rows))
    assert row["value"] == (float(low_enough[0]) if low_enough else None)
    assert row["n"] == sum(n for _, _, n in rows)


@quickly
@given(cases, st.sampled_from([0.5, 0.85, 0.9]), st.integers(0, 12))
def test_the_limits_hold_the_figure(rows, share, norm):
    for row in (
        estimated(WaitingPercentile(share), waited(*rows)),
        estimated(WithinNorm(), waited(*rows, norm=norm)),
    ):
        if row["value"] is not None:
            assert row["low"] is None or row["low"] <= row["value"]
            assert row["high"] is None or row["value"] <= row["high"]


@quickly
@given(cases, st.integers(0, 12), st.integers(2, 20))
def test_more_of_the_same_cases_keep_the_share_within_the_norm_and_narrow_its_limits(rows, norm, times):
    row = estimated(WithinNorm(), waited(*rows, norm=norm))
    more = estimated(WithinNorm(), waited(*((days, closed, n * times) for days, closed, n in rows), norm=norm))
    assert more["value"] == (None if row["value"] is None else pytest.approx(row["value"], abs=1e-9))
    if row["low"] is not None:
        assert more["high"] - more["low"] < row["high"] - row["low"]


@quickly
@given(cases, st.data())
def test_counted_cases_give_the_same_curve_however_they_were_split(rows, data):
    part = [(days, closed, data.draw(st.integers(0, n))) for days, closed, n in rows]
    rest = [(days, closed, n - less) for (days, closed, n), (_, _, less) in zip(rows, part, strict=True)]
    assert drawn(waited(*part, *rest)).equals(drawn(waited(*rows)))


def test_the_curves_of_two_projects_do_not_run_into_each_other():
    both = pl.concat([waited(*TIES), waited(*EIGHT_CLOSED).with_columns(project=pl.lit("q"))])
    found = curve(both, ["project"]).partition_by("project", include_key=False)
    assert [
        one.equals(drawn(waited(*rows)).drop("project")) for one, rows in zip(found, (TIES, EIGHT_CLOSED), strict=True)
    ]
