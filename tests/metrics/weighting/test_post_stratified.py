"""Post-stratified figures by hand, against R's `survey`, and against a plain count answer by answer."""

from __future__ import annotations

import math
from statistics import fmean, pvariance, variance

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.weighting.post_stratified import post_stratified, stratum_weights
from metrics.weighting.strata import cells
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered, came, each_answer, share


def figure(counts, volumes):
    return only(post_stratified(cells(answered(counts), came(volumes), by=BY, strata=["channel"]), BY))


SHIFT = {"website": share(400, 100), "desk": share(30, 20)}


def test_each_channel_counts_in_proportion_to_its_cases():
    # By hand: .6 x 400/500 + .4 x 30/50 = .72, where all answers together say 430/550 = .78.
    assert figure(SHIFT, {"website": 600, "desk": 400})["value"] == pytest.approx(0.72, abs=1e-12)


def test_the_three_standard_errors_are_those_worked_out_by_hand():
    row = figure(SHIFT, {"website": 600, "desk": 400})
    website, desk = 0.8 * 0.2, 0.6 * 0.4
    plug_in = 0.36 * website / 500 + 0.16 * desk / 50
    assert row["plug_in_error"] == pytest.approx(math.sqrt(plug_in), abs=1e-12)
    assert row["linearised_error"] == pytest.approx(math.sqrt(plug_in * 550 / 549), abs=1e-12)
    conditional = 0.36 * website / 499 + 0.16 * desk / 49
    assert row["standard_error"] == pytest.approx(math.sqrt(conditional), abs=1e-12)


def test_the_effective_number_of_answers_is_that_of_kish():
    # By hand: weights 600/500 = 1.2 and 400/50 = 8; (500 x 1.2 + 50 x 8)^2 / (500 x 1.44 + 50 x 64) = 10^6 / 3920.
    row = figure(SHIFT, {"website": 600, "desk": 400})
    assert row["n_eff"] == pytest.approx(1_000_000 / 3920, abs=1e-9)
    assert row["weight_ratio"] == pytest.approx(8 / 1.2, abs=1e-12)
    assert (row["n"], row["smallest_n"], row["strata"]) == (550, 50, 2)


def test_the_spread_of_a_weighted_share_is_that_of_any_share():
    assert figure(SHIFT, {"website": 600, "desk": 400})["spread"] == pytest.approx(0.72 * 0.28, abs=1e-12)


def test_a_channel_without_answers_leaves_no_figure():
    row = figure({"website": share(400, 100)}, {"website": 600, "desk": 400})
    assert {row[name] for name in ("value", "standard_error", "spread", "n_eff", "weight_ratio", "freedom")} == {None}
    assert (row["n"], row["smallest_n"], row["strata"]) == (500, 0, 2)


def test_without_volumes_there_is_no_figure():
    row = figure(SHIFT, {})
    assert (row["value"], row["n"], row["strata"]) == (None, 0, 0)


def test_answers_of_a_channel_where_nobody_came_weigh_nothing():
    row = figure({**SHIFT, "chat": share(0, 90)}, {"website": 600, "desk": 400, "chat": 0})
    assert row["value"] == pytest.approx(0.72, abs=1e-12)
    assert (row["n"], row["strata"]) == (550, 2)


def test_one_answer_in_a_stratum_has_no_spread_and_so_no_conditional_error():
    row = figure({"website": share(400, 100), "desk": share(1, 0)}, {"website": 600, "desk": 400})
    assert (row["standard_error"], row["freedom"]) == (None, None)
    # Linearised, as R has it: the lone answer lies on its own mean and adds nothing.
    assert row["linearised_error"] == pytest.approx(math.sqrt(0.36 * 0.16 / 500 * 501 / 500), abs=1e-12)


def test_a_single_answer_has_no_error_at_all():
    row = figure({"desk": share(1, 0)}, {"desk": 400})
    assert (row["value"], row["standard_error"], row["linearised_error"]) == (1.0, None, None)


def test_equal_scores_have_a_spread_of_exactly_zero():
    # (7 - 1) / 9 has no exact binary fraction, so sums of it and its square do not cancel by themselves.
    row = figure({"website": {2 / 3: 31}, "desk": {2 / 3: 7}}, {"website": 600, "desk": 400})
    assert (row["spread"], row["standard_error"], row["freedom"]) == (0.0, 0.0, None)


def test_the_degrees_of_freedom_are_those_of_satterthwaite():
    # By hand: one stratum of n has n - 1; two equal ones of n each have 2 (n - 1).
    assert figure({"desk": share(6, 4)}, {"desk": 9})["freedom"] == pytest.approx(9, abs=1e-9)
    both = figure({"desk": share(6, 4), "website": share(6, 4)}, {"desk": 9, "website": 9})
    assert both["freedom"] == pytest.approx(18, abs=1e-9)


def test_volumes_of_billions_do_not_overflow():
    row = figure(SHIFT, {"website": 6 * 10**11, "desk": 4 * 10**11})
    assert row["value"] == pytest.approx(0.72, abs=1e-12)
    assert row["n_eff"] == pytest.approx(1_000_000 / 3920, abs=1e-6)


def test_the_groups_do_not_run_into_each_other():
    answers = pl.concat([answered(SHIFT), answered({"website": share(1, 3)}, project="q")])
    volumes = pl.concat([came({"website": 600, "desk": 400}), came({"website": 5}, project="q")])
    rows = post_stratified(cells(answers, volumes, by=BY, strata=["channel"]), BY).sort("project")
    assert rows["value"].to_list() == pytest.approx([0.72, 0.25], abs=1e-12)


def test_the_weight_of_an_answer_is_the_cases_it_stands_for():
    rows = cells(answered(SHIFT), came({"website": 600, "desk": 400, "post": 5}), by=BY, strata=["channel"])
    weights = stratum_weights(rows).sort("channel").select("channel", "weight").rows()
    assert weights == [("desk", 8.0), ("post", None), ("website", 1.2)]


surveys = st.dictionaries(
    st.sampled_from(["desk", "post", "telephone", "website"]),
    st.tuples(
        st.dictionaries(st.integers(1, 5), st.integers(1, 6), min_size=1),
        st.integers(1, 50),
    ),
    min_size=1,
)


@quickly
@given(surveys)
def test_figures_are_those_of_a_plain_count_answer_by_answer(survey):
    counts = {channel: scores for channel, (scores, _) in survey.items()}
    volumes = {channel: volume for channel, (_, volume) in survey.items()}
    row = figure(counts, volumes)
    each = {channel: [score for _, score in each_answer({channel: scores})] for channel, scores in counts.items()}
    whole = sum(volumes.values())
    share_of = {channel: volume / whole for channel, volume in volumes.items()}
    weights = [volumes[channel] / len(scores) for channel, scores in each.items() for _ in scores]
    n = len(weights)
    value = sum(share_of[channel] * fmean(scores) for channel, scores in each.items())
    plug_in = sum(share_of[channel] ** 2 * pvariance(scores) / len(scores) for channel, scores in each.items())
    assert row["value"] == pytest.approx(value, abs=1e-9)
    assert row["plug_in_error"] == pytest.approx(math.sqrt(plug_in), abs=1e-9)
    assert row["n_eff"] == pytest.approx(sum(weights) ** 2 / sum(one**2 for one in weights), abs=1e-9)
    around = sum(
        share_of[channel] * fmean((score - value) ** 2 for score in scores) for channel, scores in each.items()
    )
    assert row["spread"] == pytest.approx(around, abs=1e-9)
    if all(len(scores) > 1 for scores in each.values()):
        exact = sum(share_of[channel] ** 2 * variance(scores) / len(scores) for channel, scores in each.items())
        assert row["standard_error"] == pytest.approx(math.sqrt(exact), abs=1e-9)
    if n > 1:
        assert row["linearised_error"] == pytest.approx(math.sqrt(plug_in * n / (n - 1)), abs=1e-9)


@quickly
@given(surveys)
def test_weights_add_up_to_the_volumes(survey):
    counts = {channel: scores for channel, (scores, _) in survey.items()}
    volumes = {channel: volume for channel, (_, volume) in survey.items()}
    rows = stratum_weights(cells(answered(counts), came(volumes), by=BY, strata=["channel"]))
    summed = dict(rows.select("channel", pl.col("weight") * pl.col("n")).rows())
    assert summed == pytest.approx(volumes, abs=1e-9)


@quickly
@given(surveys)
def test_weighting_to_the_answers_own_mix_gives_the_crude_figure(survey):
    counts = {channel: scores for channel, (scores, _) in survey.items()}
    row = figure(counts, {channel: sum(scores.values()) for channel, scores in counts.items()})
    each = [score for _, score in each_answer(counts)]
    assert row["value"] == pytest.approx(fmean(each), abs=1e-9)
    assert row["spread"] == pytest.approx(pvariance(each), abs=1e-9)
    assert row["n_eff"] == pytest.approx(len(each), abs=1e-9)
