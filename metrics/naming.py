"""What names millions of counted records, kept as numbers: in a quarter of the room, and looked up once."""

from __future__ import annotations

import polars as pl

_CODED = ("service", "channel", "segments")


def with_categories(counted: pl.DataFrame) -> pl.DataFrame:
    """Return counted records with `service`, `channel` and `segments` as categories, each of their own kind."""
    return counted.with_columns(pl.col(name).cast(category(name)) for name in _CODED)


def category(name: str) -> pl.Categorical:
    """Return the type of a coded column; the same in the whole process, so that frames can be put together."""
    return pl.Categorical(pl.Categories(f"uitkomst.{name}"))
