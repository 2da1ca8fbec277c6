"""Cells: answers summed up and cases counted per stratum, and what cannot be placed in one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.weighting.strata import cells, merged, placed, segment_columns
from tests.metrics.builders import quickly
from tests.metrics.weighting.surveys import BY, answered, came, share

NAMES = ("channel", "n", "total", "squares", "least", "most", "volume")


def found(answers: pl.DataFrame, volumes: pl.DataFrame, by: list[str] = BY) -> pl.DataFrame:
    return cells(answers, volumes, by=by, strata=["channel"]).sort("channel")


def rested(answers: pl.DataFrame, volumes: pl.DataFrame, enough: int = 1) -> tuple[list[str], tuple]:
    """Return the strata that a figure may rest on, and fits, usable, left_out and unplaced."""
    rows = found(answers, volumes).with_columns(group=pl.lit(0, dtype=pl.UInt32))
    rests, groups = placed(rows, ["channel"], enough=enough)
    return sorted(rests["channel"]), groups.drop("group").row(0)


def test_a_cell_sums_scores_and_their_squares_by_how_often_they_were_given():
    # By hand: 2 x 4 + 3 x 5 = 23; 2 x 16 + 3 x 25 = 107.
    row = found(answered({"desk": {4: 2, 5: 3}}), came({"desk": 7})).select(NAMES).row(0)
    assert row == ("desk", 5, 23.0, 107.0, 4.0, 5.0, 7)


def test_a_channel_with_cases_and_no_answers_is_a_cell_of_nobody():
    row = found(answered({"desk": share(1, 1)}), came({"desk": 7, "post": 3})).select(NAMES).row(1)
    assert row == ("post", 0, 0.0, 0.0, None, None, 3)


def test_a_channel_with_answers_and_no_cases_has_volume_zero_and_not_unknown():
    assert found(answered({"chat": share(1, 1)}), came({"desk": 7}))["volume"].to_list() == [0, 7]


def test_where_no_volume_is_known_it_is_null_and_not_zero():
    assert found(answered({"desk": share(1, 1)}), came({}))["volume"].to_list() == [None]


def test_one_unknown_volume_makes_the_volumes_of_its_group_unknown():
    rows = found(answered({"desk": share(1, 1), "post": share(1, 0)}), came({"desk": 7, "post": None}))
    assert rows["volume"].to_list() == [None, None]


def test_a_missing_channel_is_unknown():
    assert found(answered({None: share(2, 1)}), came({None: 3})).select("channel", "n", "volume").row(0) == (
        "unknown",
        3,
        3,
    )


def test_volumes_without_the_item_hold_for_every_item():
    answers = pl.concat([answered({"desk": share(1, 0)}, item=item) for item in ("clarity", "satisfaction")])
    rows = cells(answers, came({"desk": 7, "post": 3}), by=["project", "item"], strata=["channel"])
    assert sorted(rows.select("item", "channel", "volume").rows()) == [
        ("clarity", "desk", 7),
        ("clarity", "post", 3),
        ("satisfaction", "desk", 7),
        ("satisfaction", "post", 3),
    ]


def test_volumes_without_any_column_of_the_group_hold_for_all():
    rows = found(answered({"desk": share(1, 0)}), came({"desk": 7}).drop("project"))
    assert rows["volume"].to_list() == [7]


def test_an_answer_without_a_score_is_not_counted():
    answers = pl.concat([answered({"desk": share(1, 1)}), answered({"desk": {0.0: 9}}).with_columns(score=None)])
    assert found(answers, came({"desk": 7}))["n"].to_list() == [2]


def test_a_score_that_nobody_gave_is_neither_the_lowest_nor_the_highest():
    row = found(answered({"desk": {1: 0, 3: 2, 5: 0}}), came({"desk": 7})).row(0, named=True)
    assert (row["least"], row["most"]) == (3.0, 3.0)


def test_a_segment_is_read_from_its_pair_and_unknown_where_it_is_not_said():
    rows = pl.DataFrame({"segments": ["customer=resident;district=north", "district=south", None, "subcustomer=x"]})
    split = segment_columns(rows, ["customer", "district"])
    assert split["customer"].to_list() == ["resident", "unknown", "unknown", "unknown"]
    assert split["district"].to_list() == ["north", "south", "unknown", "unknown"]


def test_merging_cells_adds_them_up():
    rows = found(answered({"desk": {1: 1, 4: 2}, "post": {5: 3}}), came({"desk": 7, "post": 3}))
    row = merged(rows, BY).select(*NAMES[1:]).row(0)
    # By hand: 1 + 8 + 15 = 24; 1 + 32 + 75 = 108.
    assert row == (6, 24.0, 108.0, 1.0, 5.0, 10)


def test_merging_cells_of_unknown_volume_keeps_it_unknown():
    rows = found(answered({"desk": share(1, 1)}), came({}))
    assert merged(rows, BY)["volume"].to_list() == [None]


def test_a_stratum_that_is_unknown_on_both_sides_is_no_stratum():
    strata, told = rested(answered({"desk": share(9, 0), None: share(1, 0)}), came({"desk": 90, None: 10}))
    assert (strata, told) == (["desk"], (True, True, 1, 10))


@pytest.mark.parametrize(
    ("unknown_answers", "unknown_cases", "fits"), [(1, 10, True), (2, 10, False), (1, 11, False), (0, 0, True)]
)
def test_at_most_one_in_ten_may_be_unplaced(unknown_answers, unknown_cases, fits):
    answers = answered({"desk": share(10 - unknown_answers, 0), None: share(unknown_answers, 0)})
    _, told = rested(answers, came({"desk": 100 - unknown_cases, None: unknown_cases}))
    assert told == (fits, fits, unknown_answers, unknown_cases)


def test_answers_of_a_channel_where_nobody_came_are_left_out():
    strata, told = rested(answered({"desk": share(9, 0), "chat": share(1, 0)}), came({"desk": 90, "chat": 0}))
    assert (strata, told) == (["desk"], (True, True, 1, 0))


def test_a_stratum_with_too_few_answers_makes_a_group_unusable_though_it_fits():
    counts = {"desk": share(4, 0), "website": share(9, 0)}
    assert rested(answered(counts), came({"desk": 5, "website": 5}), enough=5)[1][:2] == (True, False)
    assert rested(answered(counts), came({"desk": 5, "website": 5}), enough=4)[1][:2] == (True, True)


def test_without_any_volume_nothing_is_usable():
    assert rested(answered({"desk": share(4, 0)}), came({}))[1][1] is False


counts = st.dictionaries(
    st.sampled_from(["desk", "post", "website", None]),
    st.dictionaries(st.integers(1, 5), st.integers(0, 9), min_size=1),
    min_size=1,
)


@quickly
@given(counts, st.data())
def test_cells_are_the_same_however_the_counts_were_split(given_counts, data):
    part = {
        channel: {score: data.draw(st.integers(0, n)) for score, n in scores.items()}
        for channel, scores in given_counts.items()
    }
    rest = {
        channel: {score: n - part[channel][score] for score, n in scores.items()}
        for channel, scores in given_counts.items()
    }
    volumes = came({"desk": 3, "website": 5})
    split = found(pl.concat([answered(part), answered(rest)]), volumes)
    assert split.equals(found(answered(given_counts), volumes))
