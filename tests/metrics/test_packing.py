"""Packing columns into numbers, and adding up rows by them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.packing import Packing, added, added_apart
from tests.metrics.builders import quickly

KIND = pl.Enum(["decided", "withdrawn"])
ROW = st.tuples(
    st.integers(-3, 9),
    st.none() | st.integers(0, 400),
    st.none() | st.booleans(),
    st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)),
    st.none() | st.sampled_from(KIND.categories.to_list()),
    st.none() | st.sampled_from(["desk", "post"]),
    st.integers(0, 5),
)
NAMES = ("place", "days", "closed", "day", "ended", "channel")


def frame(rows):
    schema = {"place": pl.Int64, "days": pl.Int32, "closed": pl.Boolean, "day": pl.Date, "ended": KIND}
    categories = pl.Categorical(pl.Categories.random())
    return pl.DataFrame(rows, schema={**schema, "channel": pl.String, "n": pl.Int64}, orient="row").with_columns(
        pl.col("channel").cast(categories)
    )


def grouped(rows, by):
    return rows.group_by(by).agg(pl.col("n").sum()).filter(pl.col("n") > 0)


@quickly
@given(st.lists(ROW, max_size=60))
def test_rows_add_up_to_what_a_group_by_gives_for_every_kind_of_column(rows):
    # By a second method: the group-by of polars.
    given_rows = frame(rows)
    assert_frame_equal(added(given_rows, NAMES), grouped(given_rows, NAMES), check_row_order=False)


def test_text_is_grouped_as_it_is():
    rows = pl.DataFrame({"event": ["a", "b", "a"], "n": [1, 2, 3]})
    assert dict(added(rows, ["event"]).iter_rows()) == {"a": 4, "b": 2}


@pytest.mark.parametrize("apart", [1, 10**6, 10**13, 10**19 // 4])
def test_the_outcome_is_sorted_however_far_numbers_lie_apart(apart):
    # Near together they get a slot each, far apart a look-up, and too far for one number a group-by.
    rows = pl.DataFrame({"a": [apart, 0, apart, -1], "b": [3, 2, 3, apart], "n": [1, 2, 4, 8]})
    found = added(rows, ["a", "b"])
    assert found.rows() == [(-1, apart, 8), (0, 2, 2), (apart, 3, 5)]


@quickly
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 4)), max_size=40), st.booleans())
def test_parts_add_up_apart_near_together_and_far_apart(rows, far):
    given_rows = pl.DataFrame(rows, schema={"day": pl.Int64, "fate": pl.Int64, "n": pl.Int64}, orient="row")
    spread = given_rows.with_columns(pl.col("day") * (10**9 if far else 1))
    found = added_apart(spread, ["day"], part=pl.col("fate"), names=("open", "closed", "otherwise"))
    known = grouped(spread, ["day", "fate"])
    melted = {(day, fate): n for day, *sums in found.iter_rows() for fate, n in enumerate(sums) if n}
    assert melted == {(day, fate): n for day, fate, n in known.iter_rows()}
    assert found["day"].is_sorted()


@quickly
@given(st.lists(ROW, max_size=60))
def test_sorted_rows_add_up_to_the_same(rows):
    # By a second method: the group-by of polars; nulls are last, as in the packed numbers.
    in_order = frame(rows).sort(NAMES, nulls_last=True)
    assert_frame_equal(added(in_order, NAMES), grouped(in_order, NAMES), check_row_order=False)
    fate = pl.col("closed").cast(pl.Int64).fill_null(2)
    apart = added_apart(in_order, ["place", "days"], part=fate, names=("waiting", "decided", "unsaid"))
    known = grouped(in_order.with_columns(fate=fate), ["place", "days", "fate"])
    melted = {(place, day, fate): n for place, day, *sums in apart.iter_rows() for fate, n in enumerate(sums) if n}
    assert melted == {(place, day, fate): n for place, day, fate, n in known.iter_rows()}


def test_numbers_that_would_grow_too_large_are_not_packed():
    rows = pl.DataFrame({"a": [0, 2**40], "b": [0, 2**40]})
    assert Packing.of(rows, ["a", "b"]) is None
