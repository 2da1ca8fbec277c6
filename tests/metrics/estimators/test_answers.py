"""How answers are spread over their scale."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimators.answers import distribution
from tests.metrics.builders import answered, quickly

counts = st.lists(st.integers(0, 300), min_size=5, max_size=5)


def spread(rows: pl.DataFrame) -> list[tuple[int, int, float]]:
    return distribution(rows, ["project"]).select("value", "n", "share").rows()


def test_every_value_of_the_scale_has_a_row_also_where_nobody_gave_it():
    assert spread(answered(1, 0, 0, 2, 1)) == [(1, 1, 0.25), (2, 0, 0.0), (3, 0, 0.0), (4, 2, 0.5), (5, 1, 0.25)]


@pytest.mark.parametrize(("scale", "values"), [("0-10", range(11)), ("1-10", range(1, 11)), ("yes-no", range(2))])
def test_the_rows_run_from_the_lowest_to_the_highest_value_of_the_scale(scale, values):
    assert [value for value, _, _ in spread(answered(7, lowest=1, scale=scale))] == list(values)


def test_two_scales_and_two_wordings_stand_apart():
    rows = pl.concat(
        [answered(1, 1, question="a"), answered(4, question="b"), answered(3, lowest=8, scale="1-10", question="a")]
    )
    totals = distribution(rows, ["project"]).group_by("scale", "question").agg(pl.col("n", "share").sum())
    assert sorted(totals.rows()) == [("1-10", "a", 3, 1.0), ("1-5", "a", 2, 1.0), ("1-5", "b", 4, 1.0)]


def test_a_group_without_answers_has_no_rows():
    assert spread(answered(0, 0, 0, 0, 0)) == []


def test_a_correction_that_takes_all_of_a_value_back_leaves_nobody_there():
    rows = pl.concat([answered(10, lowest=4), answered(-10, 10, lowest=4)])
    assert spread(rows)[3:] == [(4, 0, 0.0), (5, 10, 1.0)]


@quickly
@given(counts.filter(sum))
def test_the_distribution_is_the_counts_over_their_sum(given_counts):
    # By a second method: plain Python.
    found = spread(answered(*given_counts))
    assert [(value, n) for value, n, _ in found] == list(enumerate(given_counts, start=1))
    assert [share for _, _, share in found] == pytest.approx([n / sum(given_counts) for n in given_counts])


@quickly
@given(counts.filter(sum), counts)
def test_counted_rows_are_spread_the_same_however_they_were_split(given_counts, taken):
    part = [min(one, less) for one, less in zip(given_counts, taken, strict=True)]
    rest = [one - less for one, less in zip(given_counts, part, strict=True)]
    assert spread(pl.concat([answered(*rest), answered(*part)])) == spread(answered(*given_counts))
