"""A difference with the mix held constant beside the crude one, and which of the two leads."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.weighting.cautions import Caution, Unweighted
from metrics.weighting.limits import IntervalKind
from metrics.weighting.mix_difference import standardised_difference
from metrics.weighting.pooling import Pooling
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered, came, design, share


def compared(now, before, mix, **changed):
    return only(
        standardised_difference(answered(now), answered(before), mix=came(mix), by=BY, design=design(**changed))
    )


BEFORE = {"website": share(170, 30), "telephone": share(420, 180), "desk": share(130, 70)}
NOW = {"website": share(588, 112), "telephone": share(172, 78), "desk": share(32, 18)}
MIX = {"website": 200, "telephone": 600, "desk": 200}


def test_a_rise_by_mix_alone_turns_around_when_the_mix_is_held():
    # R's survey: crude 72.0 % to 79.2 %, held at the mix of before 70.88 %.
    row = compared(NOW, BEFORE, MIX)
    assert (row["crude_before"], row["crude_now"]) == (pytest.approx(0.72), pytest.approx(0.792))
    assert (row["held_before"], row["held_now"]) == (pytest.approx(0.72), pytest.approx(0.7088))
    assert (row["crude_difference"], row["held_difference"]) == (pytest.approx(0.072), pytest.approx(-0.0112))
    assert (row["leads"], row["warnings"]) == ("held", [Caution.MIX_REVERSES])
    assert (row["method"], row["strata"]) == (Pooling.CHANNEL, ["desk", "telephone", "website"])
    assert row["shares"] == pytest.approx([0.2, 0.6, 0.2])
    assert (row["merged"], row["reason"]) == ([], None)


def test_the_limits_of_the_difference_are_the_distances_to_both_limits_at_right_angles():
    # Second method: MOVER written out, with the two intervals of the same figures weighted by themselves.
    row = compared(NOW, BEFORE, MIX)
    ends = {}
    for name, counts in (("now", NOW), ("before", BEFORE)):
        n = {channel: sum(scores.values()) for channel, scores in counts.items()}
        weight = {channel: volume / 1000 for channel, volume in MIX.items()}
        p = {channel: counts[channel][1.0] / n[channel] for channel in counts}
        value = sum(weight[channel] * p[channel] for channel in counts)
        variance = sum(weight[one] ** 2 * p[one] * (1 - p[one]) / (n[one] - 1) for one in counts)
        kish = 1 / sum(weight[one] ** 2 / n[one] for one in counts)
        size = min(value * (1 - value) / variance, kish)
        z = 1.959963984540054
        centre = (value + z**2 / 2 / size) / (1 + z**2 / size)
        half = z * math.sqrt(value * (1 - value) / size + z**2 / 4 / size**2) / (1 + z**2 / size)
        ends[name] = (value, centre - half, centre + half)
    (now, now_low, now_high), (before, before_low, before_high) = ends["now"], ends["before"]
    assert row["low"] == pytest.approx(now - before - math.hypot(now - now_low, before_high - before), abs=1e-9)
    assert row["high"] == pytest.approx(now - before + math.hypot(now_high - now, before - before_low), abs=1e-9)


def test_the_crude_difference_leads_where_both_point_the_same_way():
    row = compared(
        {"website": share(90, 10), "desk": share(70, 30)},
        {"website": share(80, 20), "desk": share(60, 40)},
        {"website": 5, "desk": 5},
    )
    assert (row["leads"], row["warnings"]) == ("crude", [])
    assert row["held_difference"] == pytest.approx(0.1, abs=1e-12)


def test_a_crude_difference_that_disappears_when_the_mix_is_held_is_warned_of():
    before = {"website": share(80, 20), "desk": share(60, 40)}
    row = compared({"website": share(144, 36), "desk": share(12, 8)}, before, {"website": 500, "desk": 500})
    assert (row["held_difference"], row["leads"]) == (pytest.approx(0, abs=1e-12), "held")
    assert row["warnings"] == [Caution.MIX_REVERSES]


def test_both_sides_are_put_together_in_the_same_way():
    before = {"website": share(80, 20), "desk": share(60, 40), "post": share(30, 10)}
    row = compared({"website": share(90, 10), "desk": share(7, 3)}, before, {"website": 5, "desk": 3, "post": 2})
    assert (row["merged"], row["method"]) == (["desk+post"], Pooling.NOT_DIGITAL_TOGETHER)
    # By hand: before .5 x .8 + .5 x 90/140, now .5 x .9 + .5 x .7.
    assert row["held_difference"] == pytest.approx(0.8 - (0.4 + 45 / 140), abs=1e-12)


def test_where_a_channel_has_few_answers_and_no_other_to_join_it_they_will_do_with_a_warning():
    before = {"website": share(80, 20), "desk": share(60, 40)}
    row = compared({"website": share(90, 10), "desk": share(2, 1)}, before, {"website": 5, "desk": 5})
    assert (row["method"], row["merged"]) == (Pooling.CHANNEL, [])
    assert row["warnings"] == [Caution.FEW_IN_STRATUM]
    assert row["held_now"] == pytest.approx(0.45 + 1 / 3, abs=1e-12)


def test_where_the_sides_share_no_channel_the_mix_is_not_held_and_that_is_said():
    row = compared({"website": share(90, 10)}, {"desk": share(60, 40)}, {"website": 5, "desk": 5})
    assert row["warnings"] == [Caution.STRATA_MERGED, Caution.MIX_NOT_HELD]
    assert row["held_difference"] == row["crude_difference"] == pytest.approx(0.3)


def test_without_a_mix_there_is_only_the_crude_difference():
    row = compared(NOW, BEFORE, {})
    assert (row["held_difference"], row["low"], row["high"]) == (None, None, None)
    assert (row["crude_difference"], row["leads"], row["reason"]) == (
        pytest.approx(0.072),
        "crude",
        Unweighted.NO_VOLUMES,
    )


def test_without_answers_on_one_side_there_is_no_difference():
    row = compared(NOW, {}, MIX)
    assert (row["held_difference"], row["crude_difference"], row["crude_before"]) == (None, None, None)
    assert (row["held_now"], row["reason"]) == (pytest.approx(0.7088), Unweighted.NO_ANSWERS)


def test_a_mean_gets_limits_too():
    counts = {"website": {3.0: 10, 5.0: 10}, "desk": {2.0: 10, 4.0: 10}}
    row = compared(counts, counts, {"website": 5, "desk": 5}, interval=IntervalKind.MEAN)
    assert row["held_difference"] == 0.0
    assert row["low"] == pytest.approx(-row["high"], abs=1e-12)
    assert row["high"] > 0


def test_each_project_is_compared_with_itself():
    now = pl.concat([answered(NOW), answered({"website": share(9, 1)}, project="q")])
    before = pl.concat([answered(BEFORE), answered({"website": share(5, 5)}, project="q")])
    mix = pl.concat([came(MIX), came({"website": 5}, project="q")])
    rows = standardised_difference(now, before, mix=mix, by=BY, design=design())
    assert rows.select("project", "held_difference").rows() == [
        ("p", pytest.approx(-0.0112)),
        ("q", pytest.approx(0.4)),
    ]


shares = st.fixed_dictionaries({channel: st.integers(0, 10) for channel in ("desk", "telephone", "website")})
times = st.fixed_dictionaries({channel: st.integers(1, 9) for channel in ("desk", "telephone", "website")})
mixes = st.fixed_dictionaries({channel: st.integers(1, 99) for channel in ("desk", "telephone", "website")})


@quickly
@given(shares, times, times, mixes)
def test_an_unchanged_service_shows_no_difference_whatever_its_answers_mix(good, often_now, often_before, mix):
    sides = [
        {channel: share(good[channel] * often[channel], (10 - good[channel]) * often[channel]) for channel in good}
        for often in (often_now, often_before)
    ]
    row = compared(sides[0], sides[1], mix)
    assert row["held_difference"] == pytest.approx(0, abs=1e-12)
    assert row["low"] <= 1e-12
    assert row["high"] >= -1e-12
