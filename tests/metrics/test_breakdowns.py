"""Breakdowns: everybody, each channel, each segment."""

from __future__ import annotations

from datetime import date

import polars as pl

from metrics.breakdowns import broken_down


def found(*rows: tuple[str | None, str | None], plain: bool = False) -> dict[str, int]:
    schema = {"channel": pl.String, "segments": pl.String}
    named = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("place")
    places = named.with_columns(project=pl.lit("p"), month=pl.lit(date(2026, 1, 1)), norm_days=pl.lit(None, pl.Int64))
    counted = named.select("place", value=pl.lit(5, pl.Int64), n=pl.lit(1, pl.Int64))
    cells, broken = broken_down(counted, places, ["value"], plain=plain)
    return dict(broken.join(cells, on="cell").group_by("breakdown").agg(pl.col("n").sum()).iter_rows())


def test_a_row_counts_for_everybody_for_its_channel_and_for_each_of_its_segments():
    assert found(("website", "customer=resident;district=north")) == {
        "all": 1,
        "channel=website": 1,
        "customer=resident": 1,
        "district=north": 1,
    }


def test_a_row_without_a_channel_is_shown_as_unknown():
    assert found((None, None), ("desk", None)) == {"all": 2, "channel=unknown": 1, "channel=desk": 1}


def test_a_row_without_segments_is_in_no_segment():
    assert found(("desk", None), ("desk", "customer=business")) == {"all": 2, "channel=desk": 2, "customer=business": 1}


def test_no_rows_have_no_breakdowns():
    assert found() == {}


def test_what_is_not_broken_down_has_everybody_only():
    assert found(("desk", "customer=business"), (None, None), plain=True) == {"all": 2}
