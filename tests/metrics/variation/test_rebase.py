"""From which day on a series has new limits, who decided it, and what people must be told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.notices import Notice
from metrics.periods import Grain
from metrics.variation.rebase import Rebase, rebase_frame, rebase_notices, rebased
from metrics.variation.xmr import xmr
from tests.metrics.variation.drawn import BASE, BY, month, series

DECIDED = {"reason": "second desk opened", "who": "steering group", "decided_on": date(2025, 3, 4)}


def days(*on: date) -> pl.DataFrame:
    return rebase_frame([Rebase(on=day, **DECIDED) for day in on])


def groups(points: pl.DataFrame, rebases: pl.DataFrame) -> list[int]:
    return rebased(points, BY, rebases=rebases)["group"].to_list()


def test_a_new_group_begins_with_the_first_month_that_starts_on_the_day_or_later():
    points = series(1, 2, 3, 4)
    assert groups(points, days(month(2))) == [0, 0, 1, 1]
    assert groups(points, days(date(2024, 2, 2))) == [0, 0, 1, 1]


def test_each_rebase_begins_another_group():
    assert groups(series(1, 2, 3, 4), days(month(3), month(1))) == [0, 1, 1, 2]


def test_the_same_day_twice_is_one_rebase():
    assert groups(series(1, 2, 3), days(month(1), month(1))) == [0, 1, 1]


def test_a_rebase_before_the_first_month_or_after_the_last_begins_nothing():
    assert groups(series(1, 2), days(date(2023, 12, 31), month(2))) == [0, 0]


def test_without_a_rebase_all_points_are_one_group():
    assert groups(series(1, 2), days()) == [0, 0]


def test_a_rebase_holds_for_the_series_that_it_names_and_no_other():
    both = pl.concat([series(1, 2), series(1, 2, name="b"), series(1, 2, name=None)])
    named = pl.DataFrame({"series": ["b", None], "on": [month(1), month(0)]})
    assert groups(both, named) == [0, 0, 0, 1, 1, 1]


def test_points_keep_their_order_and_an_older_group_is_replaced():
    points = series(1, 2, 3).reverse().with_columns(group=pl.lit(7, dtype=pl.Int64))
    found = rebased(points, BY, rebases=days(month(1)))
    assert found["value"].to_list() == [3, 2, 1]
    assert found["group"].to_list() == [1, 1, 0]


@pytest.mark.parametrize("name", ["reason", "who"])
def test_a_rebase_must_say_why_and_who_decided_it(name):
    with pytest.raises(ValueError, match=f"{name} is empty; say why"):
        Rebase(on=month(1), **{**DECIDED, name: " "})


def test_a_rebase_with_fewer_than_12_points_on_a_side_is_told():
    points = series(*BASE, *BASE, *BASE[:11])
    found = xmr(rebased(points, BY, rebases=days(month(12), month(24))), BY, grain=Grain.MONTH)
    told = {"series": "a", "on": "2026-01-01", "points_before": 12, "points_after": 11}
    assert rebase_notices(found.groups, BY) == (Notice(code="rebase_few_points", particulars=told),)


def test_a_rebase_after_too_few_points_is_told_as_well():
    found = xmr(rebased(series(*BASE, *BASE), BY, rebases=days(month(11))), BY, grain=Grain.MONTH)
    (notice,) = rebase_notices(found.groups, BY)
    assert (notice.particulars["points_before"], notice.particulars["points_after"]) == (11, 13)


def test_a_series_that_was_not_rebased_has_nothing_to_tell():
    two = pl.concat([series(1, 2), series(3, 4, name="b")])
    assert rebase_notices(xmr(two, BY, grain=Grain.MONTH).groups, BY) == ()
