"""Series at one mix: the strata are the same in every month, gaps stay gaps, and an unchanged service stays flat."""

from __future__ import annotations

from statistics import fmean

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.weighting.cautions import Caution, Unweighted
from metrics.weighting.limits import IntervalKind
from metrics.weighting.pooling import Pooling
from metrics.weighting.scores import mean_scores
from metrics.weighting.standardised import HeldSeries, Thinness, standardised_series
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered, came, design, each_answer, share


def held(months, mix, *, thinness: Thinness | None = None, **changed) -> HeldSeries:
    answers = pl.concat(answered(counts, month=month) for month, counts in months.items())
    asked = {"by": BY, "period": "month", "design": design(**changed), "thinness": thinness or Thinness()}
    return standardised_series(answers, came(mix), **asked)


def values(found: HeldSeries) -> dict[str, float | None]:
    return dict(found.points.select("month", "value").rows())


def told(found: HeldSeries):
    return only(found.series)


MIX = {"website": 500, "desk": 300, "telephone": 200}
JANUARY = {"website": share(80, 20), "desk": share(6, 4), "telephone": share(5, 5)}
FEBRUARY = {"website": share(8, 2), "desk": share(60, 40), "telephone": share(50, 50)}


def test_a_change_of_mix_alone_leaves_the_series_flat():
    found = held({"2026-01": JANUARY, "2026-02": FEBRUARY}, MIX)
    # By hand: .5 x .8 + .3 x .6 + .2 x .5 in both months, while all answers together fall from 91/120 to 118/210.
    assert values(found) == {
        "2026-01": pytest.approx(0.68, abs=1e-12),
        "2026-02": pytest.approx(0.68, abs=1e-12),
    }
    assert found.points["crude"].to_list() == [pytest.approx(91 / 120), pytest.approx(118 / 210)]
    row = told(found)
    assert (row["method"], row["strata"], row["merged"]) == (Pooling.CHANNEL, ["desk", "telephone", "website"], [])
    assert row["shares"] == pytest.approx([0.3, 0.2, 0.5], abs=1e-12)
    assert (row["warnings"], row["reason"], row["left_out"]) == ([], None, 0)


def test_one_month_without_answers_at_a_channel_merges_it_over_the_whole_series():
    march = {"website": share(8, 2), "desk": share(6, 4), "telephone": share(0, 0)}
    found = held({"2026-01": JANUARY, "2026-02": FEBRUARY, "2026-03": march}, MIX)
    row = told(found)
    assert (row["method"], row["merged"]) == (Pooling.NOT_DIGITAL_TOGETHER, ["desk+telephone"])
    assert (row["strata"], row["shares"]) == (["desk+telephone", "website"], pytest.approx([0.5, 0.5], abs=1e-12))
    assert row["warnings"] == [Caution.STRATA_MERGED]
    # By hand, both months with desk and telephone as one: .5 x .8 + .5 x 11/20, and .5 x .8 + .5 x 110/200.
    assert values(found)["2026-01"] == pytest.approx(0.675, abs=1e-12)
    assert values(found)["2026-02"] == pytest.approx(0.675, abs=1e-12)
    assert values(found)["2026-03"] == pytest.approx(0.4 + 0.3, abs=1e-12)


def test_channels_that_are_each_silent_in_a_month_of_their_own_are_put_together():
    months = {
        "2026-01": {"website": share(8, 2), "desk": share(6, 4), "telephone": share(1, 1), "post": share(0, 0)},
        "2026-02": {"website": share(8, 2), "desk": share(6, 4), "telephone": share(0, 0), "post": share(1, 0)},
    }
    row = told(held(months, {**MIX, "post": 50}))
    assert (row["method"], row["merged"]) == (Pooling.THIN_TOGETHER, ["post+telephone"])


def test_digital_channels_are_put_together_before_everybody_is():
    months = {
        "2026-01": {"website": share(8, 2), "app": share(0, 0), "desk": share(6, 4)},
        "2026-02": {"website": share(0, 0), "app": share(1, 1), "desk": share(6, 4)},
    }
    found = held(months, {"website": 5, "app": 5, "desk": 10}, digital=frozenset({"website", "app"}))
    assert (told(found)["method"], told(found)["merged"]) == (Pooling.DIGITAL_OR_NOT, ["app+website"])
    assert told(found)["warnings"] == [Caution.STRATA_MERGED]


def test_where_only_everybody_together_will_do_the_mix_is_not_held_and_that_is_said():
    months = {"2026-01": {"website": share(8, 2)}, "2026-02": {"desk": share(6, 4)}}
    found = held(months, {"website": 5, "desk": 5})
    row = told(found)
    assert (row["method"], row["strata"]) == (Pooling.ALL_TOGETHER, ["desk+website"])
    assert row["warnings"] == [Caution.STRATA_MERGED, Caution.MIX_NOT_HELD]
    assert values(found) == {"2026-01": pytest.approx(0.8), "2026-02": pytest.approx(0.6)}


def test_a_service_with_one_channel_holds_its_mix_by_itself():
    row = told(held({"2026-01": {"desk": share(6, 4)}}, {"desk": 5}))
    assert (row["method"], row["warnings"], row["shares"]) == (Pooling.CHANNEL, [], [1.0])


def test_a_month_with_few_answers_is_a_gap_and_does_not_undo_the_strata():
    months = {"2026-01": JANUARY, "2026-02": {"website": share(2, 1)}, "2026-03": FEBRUARY}
    found = held(months, MIX, thinness=Thinness(in_period=10))
    assert told(found)["method"] == Pooling.CHANNEL
    assert values(found)["2026-02"] is None
    assert found.points["n"].to_list() == [120, 3, 210]
    assert told(held(months, MIX))["method"] == Pooling.ALL_TOGETHER


def test_how_many_answers_each_stratum_needs_is_a_setting():
    months = {"2026-01": JANUARY, "2026-02": JANUARY}
    assert told(held(months, MIX, thinness=Thinness(in_stratum=10)))["merged"] == []
    assert told(held(months, MIX, thinness=Thinness(in_stratum=11)))["merged"] == ["desk+telephone"]


def test_a_month_of_which_nothing_is_known_has_no_row():
    assert list(values(held({"2026-01": JANUARY, "2026-03": FEBRUARY}, MIX))) == ["2026-01", "2026-03"]


def test_a_channel_without_a_share_in_the_mix_is_left_out_and_counted():
    found = held({"2026-01": {**JANUARY, "chat": share(0, 9)}, "2026-02": FEBRUARY}, MIX)
    assert values(found)["2026-01"] == pytest.approx(0.68, abs=1e-12)
    assert (told(found)["left_out"], told(found)["warnings"]) == (9, [Caution.ANSWERS_LEFT_OUT])
    assert found.points["n"].to_list() == [129, 210]


def test_a_digital_channel_that_opened_after_the_baseline_speaks_with_the_digital_ones():
    opened = {"website": share(40, 10), "app": share(45, 5), "desk": share(6, 4), "telephone": share(5, 5)}
    months = {"2026-01": JANUARY, "2026-02": opened}
    found = held(months, MIX, digital=frozenset({"website", "app"}))
    assert (told(found)["method"], told(found)["left_out"]) == (Pooling.DIGITAL_OR_NOT, 0)
    assert told(found)["strata"] == ["app+website", "desk+telephone"]
    assert told(found)["shares"] == pytest.approx([0.5, 0.5])
    # By hand: .5 x 80/100 + .5 x 11/20, and .5 x 85/100 + .5 x 11/20.
    assert values(found) == {"2026-01": pytest.approx(0.675), "2026-02": pytest.approx(0.7)}


def test_a_small_unknown_part_of_the_mix_is_spread_as_the_known_part():
    found = held({"2026-01": JANUARY}, {**MIX, None: 100})
    assert values(found)["2026-01"] == pytest.approx(0.68, abs=1e-12)
    assert told(found)["warnings"] == [Caution.CASES_UNPLACED]


@pytest.mark.parametrize(
    ("months", "mix", "reason"),
    [
        ({"2026-01": {None: share(50, 50), "desk": share(6, 4)}}, {"desk": 5}, Unweighted.TOO_MUCH_UNPLACED),
        ({"2026-01": {"desk": share(6, 4)}}, {"desk": 5, None: 5}, Unweighted.TOO_MUCH_UNPLACED),
        ({"2026-01": {"desk": share(6, 4)}}, {}, Unweighted.NO_VOLUMES),
        ({"2026-01": {"desk": share(0, 0)}}, {"desk": 5}, Unweighted.NO_ANSWERS),
    ],
)
def test_a_series_that_cannot_be_held_says_why(months, mix, reason):
    found = held(months, mix)
    assert (told(found)["reason"], told(found)["method"]) == (reason, None)
    assert values(found) == {"2026-01": None}


def test_a_month_gets_the_interval_of_a_weighted_figure_within_its_scale():
    counts = {"website": {4.0: 1, 5.0: 9}, "desk": {4.0: 2, 5.0: 8}}
    answers = answered(counts, month="2026-01").with_columns(pl.col("score").cast(pl.Int64), scale=pl.lit("1-5"))
    found = standardised_series(
        mean_scores(answers.rename({"score": "value"})),
        came({"website": 5, "desk": 5}),
        by=BY,
        period="month",
        design=design(interval=IntervalKind.MEAN),
        thinness=Thinness(),
    )
    point = only(found.points)
    assert (point["value"], point["high"]) == (pytest.approx(4.85, abs=1e-12), 5.0)
    assert point["smallest_n"] == 10
    assert point["standard_error"] == pytest.approx((0.25 * 0.1 / 10 + 0.25 * (1.6 / 9) / 10) ** 0.5, abs=1e-12)


def test_the_series_of_two_projects_have_strata_of_their_own():
    answers = pl.concat(
        [answered(JANUARY, month="2026-01"), answered({"website": share(1, 1)}, month="2026-01", project="q")]
    )
    mix = came(MIX).drop("project")
    found = standardised_series(answers, mix, by=BY, period="month", design=design(), thinness=Thinness())
    assert found.series.select("project", "method").rows() == [("p", Pooling.CHANNEL), ("q", Pooling.ALL_TOGETHER)]


def test_without_answers_there_are_no_series():
    found = standardised_series(
        answered({}, month="2026-01"), came(MIX), by=BY, period="month", design=design(), thinness=Thinness()
    )
    assert (found.points.height, found.series.height) == (0, 0)


months = st.dictionaries(
    st.sampled_from(["2026-01", "2026-02", "2026-03"]),
    st.dictionaries(
        st.sampled_from(["desk", "post", "telephone", "website"]),
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
    ),
    min_size=1,
)
mixes = st.dictionaries(st.sampled_from(["desk", "post", "telephone", "website"]), st.integers(1, 50), min_size=4)


@quickly
@given(months, mixes)
def test_every_month_is_the_plain_sum_over_the_strata_of_the_whole_series(given_months, mix):
    counts = {
        month: {channel: share(*pair) for channel, pair in survey.items()} for month, survey in given_months.items()
    }
    found = held(counts, mix)
    row, whole = told(found), sum(mix.values())
    if row["reason"] is not None:
        assert set(values(found).values()) == {None}
        return
    for month, value in values(found).items():
        answers = sum(sum(scores.values()) for scores in counts[month].values())
        if not answers:
            assert value is None
            continue
        expected = 0.0
        for stratum in row["strata"]:
            names = stratum.split("+")
            each = [score for _, score in each_answer({name: counts[month].get(name, {}) for name in names})]
            assert each, "every month has an answer in every stratum"
            expected += sum(mix[name] for name in names) / whole * fmean(each)
        assert value == pytest.approx(expected, abs=1e-9)
