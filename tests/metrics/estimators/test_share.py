"""The top share: what counts as satisfied on each scale, and when there is no figure."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.share import TopShare
from metrics.records import SCALES
from tests.metrics.builders import answered, ends, estimated, quickly

counts = st.lists(st.integers(0, 500), min_size=5, max_size=5).filter(sum)


@pytest.mark.parametrize(
    ("given_counts", "top"),
    # The issue, from the publisher's own counts.
    [((422, 406, 1322, 5772, 11647), 0.890132), ((23, 46, 153, 419, 528), 0.810094)],
)
def test_the_top_share_of_the_public_guardians_counts(given_counts, top):
    assert round(estimated(TopShare(), answered(*given_counts))["value"], 6) == top


def test_eight_satisfied_of_ten_is_80_percent_between_49_and_94():
    assert ends(estimated(TopShare(), answered(1, 1, 0, 3, 5)), 3) == (0.8, 0.490, 0.943)


@pytest.mark.parametrize(
    ("scale", "satisfied", "dissatisfied"),
    [
        ("1-5", {4, 5}, {1, 2}),
        ("1-10", {8, 9, 10}, {1, 2, 3, 4, 5}),
        ("0-10", {8, 9, 10}, {0, 1, 2, 3, 4, 5}),
        ("yes-no", {1}, {0}),
    ],
)
def test_which_answers_are_satisfied_and_which_are_not_on_each_scale(scale, satisfied, dissatisfied):
    lowest, highest = SCALES[scale]
    found = {
        value: json.loads(estimated(TopShare(), answered(1, lowest=value, scale=scale))["detail"])
        for value in range(lowest, highest + 1)
    }
    assert {value for value, told in found.items() if told["hits"]} == satisfied
    assert {value for value, told in found.items() if told["bottom"]} == dissatisfied


def test_neutral_answers_stay_in_the_denominator():
    assert estimated(TopShare(), answered(0, 0, 10, 10, 0))["value"] == 0.5


def test_answers_on_two_scales_give_no_figure():
    row = estimated(TopShare(), pl.concat([answered(0, 0, 0, 10, 10), answered(5, lowest=8, scale="1-10")]))
    assert (row["status"], row["reason"], row["n"]) == (Status.UNDEFINED, Reason.MIXED_SCALES, 25)
    assert ends(row) == (None, None, None)
    assert json.loads(row["detail"])["scale"] is None


def test_answers_to_two_wordings_give_no_figure():
    row = estimated(TopShare(), pl.concat([answered(5, 5, question="Tevreden?"), answered(5, 5, question="Blij?")]))
    assert (row["status"], row["reason"], row["value"]) == (Status.UNDEFINED, Reason.MIXED_QUESTIONS, None)


def test_a_count_of_zero_on_another_scale_mixes_nothing():
    row = estimated(TopShare(), pl.concat([answered(0, lowest=8, scale="1-10"), answered(0, 0, 0, 10, 10)]))
    assert (row["status"], row["value"], json.loads(row["detail"])["scale"]) == (Status.OK, 1.0, "1-5")


def test_counts_of_zero_are_no_data_and_not_0_percent():
    row = estimated(TopShare(), answered(0, 0, 0, 0, 0))
    assert (row["status"], row["reason"], row["n"]) == (Status.NO_DATA, Reason.NOTHING_RECORDED, 0)
    assert ends(row) == (None, None, None)


def test_the_figure_says_on_which_scale_and_wording_it_stands():
    row = estimated(TopShare(), answered(1, 2, 3, 4, 5, question="Tevreden?"))
    detail = json.loads(row["detail"])
    assert {name: detail[name] for name in ("scale", "question", "hits", "bottom")} == {
        "scale": "1-5",
        "question": "Tevreden?",
        "hits": 9,
        "bottom": 3,
    }
    assert row["support"] == 15


def test_the_dissatisfied_have_a_share_and_a_range_of_their_own():
    detail = json.loads(estimated(TopShare(), answered(3, 5, 2, 0, 0))["detail"])
    assert detail["bottom_share"] == 0.8
    # Wilson of 8 of 10, as published.
    assert [round(detail[name], 3) for name in ("bottom_low", "bottom_high")] == [0.490, 0.943]


def test_a_six_is_a_pass_on_the_scale_to_ten_and_on_no_other():
    ten = json.loads(estimated(TopShare(), answered(0, 0, 0, 0, 2, 3, 5, 0, 0, 0, scale="1-10"))["detail"])
    assert (ten["sufficient"], ten["sufficient_share"], ten["hits"]) == (8, 0.8, 0)
    assert [round(ten[name], 3) for name in ("sufficient_low", "sufficient_high")] == [0.490, 0.943]
    five = json.loads(estimated(TopShare(), answered(0, 0, 0, 5, 5))["detail"])
    assert (five["sufficient"], five["sufficient_share"], five["sufficient_low"]) == (None, None, None)


def test_mixed_scales_have_no_second_lines_either():
    rows = pl.concat([answered(0, 0, 0, 10, 10), answered(5, lowest=8, scale="1-10")])
    detail = json.loads(estimated(TopShare(), rows)["detail"])
    assert {detail[name] for name in ("hits", "bottom", "bottom_share", "sufficient")} == {None}


@quickly
@given(counts)
def test_the_interval_holds_the_share(given_counts):
    row = estimated(TopShare(), answered(*given_counts))
    assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1


@quickly
@given(counts, st.integers(2, 9))
def test_more_of_the_same_answers_keep_the_share_and_narrow_the_interval(given_counts, times):
    row = estimated(TopShare(), answered(*given_counts))
    more = estimated(TopShare(), answered(*(times * one for one in given_counts)))
    assert more["value"] == pytest.approx(row["value"])
    assert more["high"] - more["low"] < row["high"] - row["low"]


@quickly
@given(counts, st.lists(st.integers(0, 500), min_size=5, max_size=5))
def test_counted_rows_give_the_same_however_they_were_split(given_counts, taken):
    part = [min(one, less) for one, less in zip(given_counts, taken, strict=True)]
    rest = [one - less for one, less in zip(given_counts, part, strict=True)]
    split = pl.concat([answered(*part), answered(*rest)])
    assert estimated(TopShare(), split) == estimated(TopShare(), answered(*given_counts))
