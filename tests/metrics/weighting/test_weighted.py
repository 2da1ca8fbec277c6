"""Weighted figures: which strata they stand on, what is warned of, and why there is none."""

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
from metrics.weighting.weighted import WEIGHTED, weighted
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered, answered_in, came, came_in, design, each_answer, share


def figure(counts, volumes, **changed):
    return only(weighted(answered(counts), came(volumes), by=BY, design=design(**changed)))


def figure_in(counts, volumes, **changed):
    asked = design("channel", "customer", **changed)
    return only(weighted(answered_in(counts), came_in(volumes), by=BY, design=asked))


WELL = {"website": share(80, 20), "desk": share(12, 8)}


def test_every_channel_with_enough_answers_is_a_stratum():
    row = figure(WELL, {"website": 500, "desk": 500})
    # By hand: (.8 + .6) / 2.
    assert (row["value"], row["method"], row["strata"]) == (pytest.approx(0.7, abs=1e-12), Pooling.CHANNEL, 2)
    assert (row["n"], row["smallest_n"], row["left_out"], row["reason"]) == (120, 20, 0, None)
    assert (row["merged"], row["silent"], row["warnings"]) == ([], [], [])


def test_every_combination_of_channel_and_segment_with_enough_answers_is_a_stratum():
    counts = {
        ("website", "resident"): share(9, 1),
        ("website", "business"): share(5, 5),
        ("desk", "resident"): share(7, 3),
        ("desk", "business"): share(1, 9),
    }
    row = figure_in(counts, dict(zip(counts, (400, 100, 300, 200), strict=True)))
    # By hand: .4 x .9 + .1 x .5 + .3 x .7 + .2 x .1.
    assert (row["value"], row["method"], row["strata"]) == (pytest.approx(0.64, abs=1e-12), "joint", 4)


THIN_CELL = {
    ("website", "resident"): share(40, 10),
    ("website", "business"): share(15, 10),
    ("desk", "resident"): share(12, 8),
    ("desk", "business"): share(3, 1),
}
CASES_IN = dict(zip(THIN_CELL, (420, 180, 280, 120), strict=True))


def test_with_one_combination_too_thin_the_margins_are_raked():
    row = figure_in(THIN_CELL, CASES_IN)
    assert (row["method"], row["smallest_n"], row["warnings"]) == ("raked", 24, [])
    # Second method: a plain loop.
    n = {cell: sum(scores.values()) for cell, scores in THIN_CELL.items()}
    weight = dict.fromkeys(n, 1.0)
    for _ in range(200):
        for place, totals in ((0, {"website": 600, "desk": 400}), (1, {"resident": 700, "business": 300})):
            for level, total in totals.items():
                now = sum(weight[cell] * n[cell] for cell in n if cell[place] == level)
                weight.update({cell: weight[cell] * total / now for cell in n if cell[place] == level})
    expected = sum(weight[cell] * scores[1.0] for cell, scores in THIN_CELL.items()) / 1000
    assert row["value"] == pytest.approx(expected, abs=1e-9)
    assert row["n_eff"] == pytest.approx(1000**2 / sum(weight[cell] ** 2 * n[cell] for cell in n), abs=1e-6)


def test_a_segment_that_answers_too_little_leaves_the_channels():
    counts = {("website", "resident"): share(40, 10), ("desk", "resident"): share(12, 8), ("desk", "x"): share(1, 0)}
    row = figure_in(counts, dict(zip(counts, (500, 400, 100), strict=True)))
    assert (row["method"], row["strata"]) == (Pooling.CHANNEL, 2)


def test_weights_that_do_not_settle_leave_the_channels_and_say_so():
    # Each customer came by one channel only, and the cases say otherwise.
    counts = {("website", "resident"): share(9, 1), ("desk", "business"): share(5, 5)}
    cases = {**dict(zip(counts, (400, 200), strict=True)), ("website", "business"): 300, ("desk", "resident"): 100}
    row = figure_in(counts, cases)
    assert (row["method"], row["warnings"]) == (Pooling.CHANNEL, [Caution.RAKING_FAILED])
    # By hand: .7 x .9 + .3 x .5.
    assert row["value"] == pytest.approx(0.78, abs=1e-12)


def test_channels_that_are_not_digital_and_too_thin_are_put_together():
    counts = {"website": share(80, 20), "desk": share(2, 1), "post": share(1, 2), "telephone": share(5, 5)}
    row = figure(counts, {"website": 400, "desk": 100, "post": 100, "telephone": 400})
    assert (row["method"], row["merged"]) == (Pooling.THIN_TOGETHER, ["desk+post"])
    # By hand: .4 x .8 + .2 x 3/6 + .4 x .5.
    assert row["value"] == pytest.approx(0.62, abs=1e-12)
    assert row["warnings"] == [Caution.UNEQUAL_WEIGHTS, Caution.FEW_EFFECTIVE, Caution.STRATA_MERGED]


def test_all_channels_that_are_not_digital_are_put_together_where_the_thin_ones_do_not_reach():
    counts = {"website": share(80, 20), "desk": share(2, 1), "telephone": share(5, 5)}
    row = figure(counts, {"website": 500, "desk": 100, "telephone": 400})
    assert (row["method"], row["merged"]) == (Pooling.NOT_DIGITAL_TOGETHER, ["desk+telephone"])
    # By hand: .5 x .8 + .5 x 7/13.
    assert row["value"] == pytest.approx(0.4 + 3.5 / 13, abs=1e-12)


def test_where_none_has_enough_one_answer_in_each_channel_will_do_with_a_warning():
    row = figure({"website": share(80, 20), "desk": share(2, 1)}, {"website": 500, "desk": 500})
    assert (row["method"], row["smallest_n"]) == (Pooling.CHANNEL, 3)
    assert row["value"] == pytest.approx(0.4 + 0.5 * 2 / 3, abs=1e-12)
    assert row["warnings"] == [Caution.UNEQUAL_WEIGHTS, Caution.FEW_EFFECTIVE, Caution.FEW_IN_STRATUM]


def test_a_silent_channel_is_put_together_with_others_that_are_not_digital():
    row = figure({"website": share(80, 20), "desk": share(1, 1)}, {"website": 500, "desk": 400, "post": 100})
    assert (row["method"], row["merged"], row["silent"]) == (Pooling.THIN_TOGETHER, ["desk+post"], ["post"])
    assert Caution.FEW_IN_STRATUM in row["warnings"]


def test_where_every_channel_that_is_not_digital_is_silent_there_is_no_figure():
    row = figure({"website": share(80, 20)}, {"website": 500, "desk": 400, "post": 100})
    assert (row["value"], row["low"], row["method"]) == (None, None, None)
    assert (row["reason"], row["silent"]) == (Unweighted.CHANNELS_SILENT, ["desk", "post"])
    assert (row["n"], row["warnings"], row["merged"]) == (0, [], [])


def test_a_silent_digital_channel_is_never_stood_in_for_by_others():
    row = figure({"desk": share(80, 20)}, {"website": 500, "desk": 500})
    assert (row["value"], row["reason"], row["silent"]) == (None, Unweighted.CHANNELS_SILENT, ["website"])


def test_without_volumes_there_is_no_weighted_figure_and_the_reason_is_that():
    assert figure(WELL, {})["reason"] == Unweighted.NO_VOLUMES
    assert figure(WELL, {"website": 500, "desk": None})["reason"] == Unweighted.NO_VOLUMES
    assert figure(WELL, {"website": 0, "desk": 0})["reason"] == Unweighted.NO_VOLUMES


def test_without_answers_there_is_no_weighted_figure_and_the_reason_is_that():
    row = figure({"website": share(0, 0)}, {"website": 500})
    assert (row["value"], row["reason"]) == (None, Unweighted.NO_ANSWERS)


def test_few_answers_and_cases_of_unknown_channel_are_left_out_and_told():
    row = figure({**WELL, None: share(0, 5)}, {"website": 500, "desk": 500, None: 50})
    assert (row["value"], row["n"], row["left_out"]) == (pytest.approx(0.7, abs=1e-12), 120, 5)
    assert row["warnings"] == [Caution.ANSWERS_LEFT_OUT, Caution.CASES_UNPLACED]


def test_many_answers_of_unknown_channel_leave_no_figure():
    row = figure({**WELL, None: share(15, 15)}, {"website": 500, "desk": 500})
    assert (row["value"], row["reason"], row["silent"]) == (None, Unweighted.TOO_MUCH_UNPLACED, [])


def test_answers_of_a_channel_without_cases_this_time_join_those_that_are_not_digital():
    counts = {"website": share(8, 2), "desk": share(3, 3), "post": share(3, 0)}
    row = figure(counts, {"website": 50, "desk": 50, "post": 0})
    assert (row["method"], row["merged"], row["left_out"]) == (Pooling.NOT_DIGITAL_TOGETHER, ["desk+post"], 0)
    # By hand: .5 x .8 + .5 x 6/9.
    assert row["value"] == pytest.approx(0.4 + 1 / 3, abs=1e-12)


def test_a_silent_channel_is_the_reason_also_where_another_has_answers_and_no_cases():
    row = figure({"desk": share(8, 2), "post": share(3, 0)}, {"website": 50, "desk": 50, "post": 0})
    assert (row["value"], row["reason"], row["silent"]) == (None, Unweighted.CHANNELS_SILENT, ["website"])


def test_many_cases_of_unknown_channel_leave_no_figure():
    assert figure(WELL, {"website": 500, "desk": 500, None: 500})["reason"] == Unweighted.TOO_MUCH_UNPLACED


def test_segments_that_the_cases_do_not_know_leave_the_channels():
    volumes = came({"website": 500, "desk": 500}, customer="unknown")
    row = only(weighted(answered_in(THIN_CELL), volumes, by=BY, design=design("channel", "customer")))
    assert (row["method"], row["n"]) == (Pooling.CHANNEL, 99)


def test_few_cases_of_unknown_segment_are_spread_as_the_known_ones_when_raking():
    row = figure_in(THIN_CELL, {**CASES_IN, ("website", None): 60, ("desk", None): 40})
    same = figure_in(THIN_CELL, {**CASES_IN, ("website", "resident"): 462, ("website", "business"): 198})
    assert (row["method"], row["warnings"]) == ("raked", [Caution.CASES_UNPLACED])
    assert row["value"] != same["value"]
    # By hand: channels 660 of 1100 and 440 of 1100, segments 700 and 300 of 1000: the shares without the unknown ones.
    assert row["value"] == pytest.approx(figure_in(THIN_CELL, CASES_IN)["value"], abs=1e-9)


def test_few_answers_of_unknown_segment_are_left_out_when_raking():
    row = figure_in({**THIN_CELL, ("website", None): share(0, 9)}, CASES_IN)
    assert (row["method"], row["left_out"], row["n"]) == ("raked", 9, 99)
    assert row["value"] == pytest.approx(figure_in(THIN_CELL, CASES_IN)["value"], abs=1e-9)


@pytest.mark.parametrize(("cases", "warned"), [(500, False), (501, True)])
def test_weights_more_than_five_times_apart_are_warned_of(cases, warned):
    row = figure({"website": share(50, 50), "desk": share(50, 50)}, {"website": 100, "desk": cases})
    assert (Caution.UNEQUAL_WEIGHTS in row["warnings"]) is warned


@pytest.mark.parametrize(("cases", "warned"), [(1, False), (100, True)])
def test_an_effective_number_under_half_of_the_answers_is_warned_of(cases, warned):
    # By hand: website 90 answers for 9 cases, desk 10 for `cases`: 1 case is the answers' own mix; 100 gives
    # (9 + 100)^2 / (81/90 + 10000/10) = 11.9 of 100.
    row = figure({"website": share(45, 45), "desk": share(5, 5)}, {"website": 9, "desk": cases})
    assert (Caution.FEW_EFFECTIVE in row["warnings"]) is warned


def test_how_many_answers_are_enough_is_a_setting():
    row = figure({"website": share(80, 20), "desk": share(2, 1)}, {"website": 500, "desk": 500}, enough=3)
    assert Caution.FEW_IN_STRATUM not in row["warnings"]


def test_the_limits_of_a_mean_stay_within_its_scale():
    counts = answered({"website": {5.0: 4, 4.0: 1}, "desk": {5.0: 4, 4.0: 1}}).rename({"score": "value"})
    scored = mean_scores(counts.with_columns(pl.col("value").cast(pl.Int64), scale=pl.lit("1-5")))
    row = only(weighted(scored, came({"website": 5, "desk": 5}), by=BY, design=design(interval=IntervalKind.MEAN)))
    assert (row["value"], row["high"]) == (pytest.approx(4.8, abs=1e-12), 5.0)
    assert row["low"] < 4.8


def test_thousands_of_groups_get_a_row_each_with_the_columns_promised():
    answers = pl.concat([answered(WELL, item=item) for item in ("clarity", "satisfaction")])
    found = weighted(answers, came({"website": 500, "desk": 500}), by=["project", "item"], design=design())
    assert found.schema == pl.Schema({"project": pl.String(), "item": pl.String(), **WEIGHTED})
    assert found["item"].to_list() == ["clarity", "satisfaction"]


def test_no_answers_at_all_are_no_groups():
    found = weighted(answered({}), came({"website": 5}), by=BY, design=design("channel"))
    assert (found.height, found.columns) == (0, ["project", *WEIGHTED.names()])
    both = answered({}, customer="resident"), came({"website": 5}, customer="resident")
    assert weighted(*both, by=BY, design=design("channel", "customer")).height == 0


def test_a_group_that_is_null_is_a_group_like_any_other():
    answers = pl.concat([answered(WELL), answered(WELL).with_columns(project=pl.lit(None, dtype=pl.String))])
    volumes = pl.concat([came({"website": 500, "desk": 500}), came({"website": 9, "desk": 1}, project=None)])
    rows = weighted(answers, volumes.cast({"project": pl.String}), by=BY, design=design())
    assert dict(rows.select("project", "value").rows()) == {
        "p": pytest.approx(0.7, abs=1e-12),
        None: pytest.approx(0.78, abs=1e-12),
    }


channels = st.dictionaries(
    st.sampled_from(["website", "desk", "post", "telephone", None]),
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 60)),
    min_size=1,
)


@quickly
@given(channels)
def test_a_weighted_figure_is_the_plain_sum_over_its_strata(survey):
    counts = {channel: share(good, bad) for channel, (good, bad, _) in survey.items()}
    volumes = {channel: volume for channel, (_, _, volume) in survey.items()}
    row = figure(counts, volumes)
    if row["value"] is None:
        assert row["reason"] is not None
        return
    pool = {name: label for label in row["merged"] for name in label.split("+")}
    strata = {}
    for channel, volume in volumes.items():
        if channel is not None and (volume > 0 or channel in pool):
            strata.setdefault(pool.get(channel, channel), []).append(channel)
    whole = sum(volumes[channel] for names in strata.values() for channel in names)
    means = {
        label: fmean(score for _, score in each_answer({name: counts[name] for name in names}))
        for label, names in strata.items()
    }
    expected = sum(means[label] * sum(volumes[name] for name in names) for label, names in strata.items()) / whole
    assert row["value"] == pytest.approx(expected, abs=1e-9)
    assert row["n"] + row["left_out"] == sum(sum(scores.values()) for scores in counts.values())
    assert row["low"] - 1e-12 <= row["value"] <= row["high"] + 1e-12


@quickly
@given(channels)
def test_volumes_in_another_unit_of_the_same_mix_change_nothing(survey):
    counts = {channel: share(good, bad) for channel, (good, bad, _) in survey.items()}
    volumes = {channel: volume for channel, (_, _, volume) in survey.items()}
    tenfold = figure(counts, {channel: volume * 10 for channel, volume in volumes.items()})
    once = figure(counts, volumes)
    assert (tenfold["method"], tenfold["reason"], tenfold["warnings"]) == (
        once["method"],
        once["reason"],
        once["warnings"],
    )
    assert tenfold["value"] == (None if once["value"] is None else pytest.approx(once["value"], abs=1e-12))
