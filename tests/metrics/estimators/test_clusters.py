"""Repeat respondents: the error of the mean when some answered more than once."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimators.clusters import clustered
from tests.metrics.builders import only, quickly


def given_by(*rows: tuple[str, int, int]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"respondent": pl.String, "value": pl.Int64, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit("p"))


def found(*rows: tuple[str, int, int]):
    return only(clustered(given_by(*rows), ["project"]))


def test_two_persons_who_each_answer_twice_the_same_tell_as_little_as_two_answers():
    row = found(("a", 1, 2), ("b", 5, 2))
    # By hand: deviations -4 and 4 a person, 32 * 2 / 1 = 64, error sqrt(64) / 4 = 2; alone sqrt((16 / 3) / 4).
    assert (row["n"], row["respondents"], row["mean"]) == (4, 2, 3.0)
    assert (row["clustered_error"], row["error"]) == (pytest.approx(2), pytest.approx((4 / 3) ** 0.5))
    assert (row["design_effect"], row["effective_n"]) == (pytest.approx(3), pytest.approx(4 / 3))


def test_answers_of_different_persons_have_a_design_effect_of_one():
    row = found(("a", 1, 1), ("b", 5, 1), ("c", 4, 1), ("d", 4, 1))
    assert (row["design_effect"], row["effective_n"]) == (pytest.approx(1), pytest.approx(4))


def test_one_person_alone_has_no_clustered_error():
    row = found(("a", 1, 3), ("a", 5, 2))
    assert (row["respondents"], row["clustered_error"], row["design_effect"]) == (1, None, None)
    assert row["error"] is not None


def test_equal_answers_have_no_design_effect():
    row = found(("a", 4, 2), ("b", 4, 1))
    assert (row["error"], row["clustered_error"], row["design_effect"], row["effective_n"]) == (0.0, 0.0, None, None)


def test_persons_whose_answers_all_lie_at_the_mean_leave_no_number_to_use():
    # By hand: each of two persons gives a 1 and a 5, and lies at the mean 3: a design effect of 0 tells nothing.
    row = found(("a", 1, 1), ("a", 5, 1), ("b", 1, 1), ("b", 5, 1))
    assert (row["design_effect"], row["effective_n"]) == (0.0, None)


def test_no_answers_have_no_error():
    row = only(clustered(given_by(), []))
    assert (row["n"], row["respondents"], row["mean"], row["clustered_error"]) == (0, 0, None, None)


def test_a_person_whose_answers_were_all_taken_back_is_no_respondent():
    assert found(("a", 1, 1), ("b", 5, 1), ("c", 3, 2), ("c", 3, -2))["respondents"] == 2


def test_the_persons_of_one_group_are_not_those_of_another():
    both = pl.concat([given_by(("a", 1, 2), ("b", 5, 2)), given_by(("a", 2, 1)).with_columns(project=pl.lit("q"))])
    rows = clustered(both, ["project"]).sort("project")
    assert rows["respondents"].to_list() == [2, 1]
    assert rows["design_effect"].to_list() == [pytest.approx(3), None]


answered_by = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(1, 5), st.integers(1, 4)), min_size=2, max_size=20
).filter(lambda rows: len({person for person, _, _ in rows}) > 1)


@quickly
@given(answered_by)
def test_the_error_is_the_sandwich_of_a_regression_on_a_constant(rows):
    # By a second method: residuals summed by person, X'X = n, in numpy.
    written = np.array([value for _, value, n in rows for _ in range(n)], dtype=float)
    persons = np.array([person for person, _, n in rows for _ in range(n)])
    residuals = written - written.mean()
    groups = sorted(set(persons))
    meat = sum(residuals[persons == person].sum() ** 2 for person in groups)
    factor = len(groups) / (len(groups) - 1)
    assert found(*rows)["clustered_error"] == pytest.approx((factor * meat) ** 0.5 / len(written), abs=1e-9)


@quickly
@given(answered_by)
def test_counted_rows_give_the_same_error_as_rows_one_by_one(rows):
    single = [(person, value, 1) for person, value, n in rows for _ in range(n)]
    assert found(*rows) == pytest.approx(found(*single))
