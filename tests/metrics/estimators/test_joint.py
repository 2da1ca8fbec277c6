"""Correlation of two questions on one form, against numpy."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimators.joint import correlation
from tests.metrics.builders import quickly


def forms(*rows: tuple[int | None, int | None, int]) -> pl.DataFrame:
    schema = {"satisfaction": pl.Int64, "clarity": pl.Int64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def found(*rows: tuple[int | None, int | None, int]) -> float | None:
    return correlation(forms(*rows), "satisfaction", "clarity")


def test_answers_that_go_up_and_down_together_correlate_fully():
    assert found((1, 2, 3), (2, 3, 1), (4, 5, 7)) == pytest.approx(1)
    assert found((1, 5, 3), (2, 4, 1), (4, 2, 7)) == pytest.approx(-1)


def test_a_form_that_leaves_a_question_open_does_not_count():
    rows = ((1, 2, 3), (2, 5, 1), (4, 4, 7))
    assert found(*rows, (5, None, 9), (None, 1, 4)) == found(*rows)


@pytest.mark.parametrize("rows", [(), ((3, 4, 1),), ((3, 1, 5), (3, 5, 5)), ((1, 3, 5), (5, 3, 5))])
def test_equal_answers_to_a_question_correlate_with_nothing(rows):
    assert found(*rows) is None


@quickly
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 9)), min_size=2, max_size=20))
def test_the_correlation_is_that_of_the_forms_written_out(rows):
    one, other = (np.repeat([row[place] for row in rows], [row[2] for row in rows]) for place in (0, 1))
    expected = None if one.std() == 0 or other.std() == 0 else pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-9)
    assert found(*rows) == expected
