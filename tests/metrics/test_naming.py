"""Names as categories: less room, and the same in every frame."""

from __future__ import annotations

import polars as pl

from metrics.naming import with_categories


def named(*channels):
    return pl.DataFrame({"service": "permits", "channel": channels, "segments": None, "n": range(len(channels))})


def test_frames_that_were_coded_apart_can_be_put_together():
    both = pl.concat([with_categories(named("desk", "post")), with_categories(named("post", None, "website"))])
    assert both["channel"].cast(pl.String).to_list() == ["desk", "post", "post", None, "website"]


def test_what_is_coded_already_stays_as_it_is():
    once = with_categories(named("desk"))
    assert with_categories(once).equals(once)


def test_the_numbers_of_one_name_are_not_spread_by_another():
    # Wide numbers would ask for more room when rows are added up.
    services = pl.DataFrame({"service": [f"s{at}" for at in range(500)], "channel": "desk", "segments": "a=b", "n": 1})
    with_categories(services)
    coded = with_categories(named("by pigeon"))
    assert coded["channel"].to_physical().item() < 500
