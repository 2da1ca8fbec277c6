"""Volumes: how many really came, by month, channel and segment, to count answers in proportion to them."""

from __future__ import annotations

import polars as pl

from metrics.estimators.events import CUSTOMER

VOLUMES = pl.Schema(
    {
        "project": pl.String(),
        "month": pl.Date(),
        "channel": pl.String(),
        "segments": pl.String(),
        "volume": pl.Int64(),
    },
)
"""How many cases or customers a project had in a month (its first day), per channel and segments."""


def volumes(cases: pl.DataFrame | None, counts: pl.DataFrame | None) -> pl.DataFrame:
    """Return the volumes (`VOLUMES`) of every project that has any.

    `cases` are the sizes of all cases that arrived (`metrics.populations`), `counts` counted records with
    `project`, `month`, `event`, `channel`, `segments` and `n`. Cases go first: they are what the service did for
    residents; a project without any is measured by its customers.
    """
    nothing = pl.DataFrame(schema=VOLUMES)
    of_cases = nothing if cases is None else _summed(cases)
    came = nothing if counts is None else _summed(counts.filter(pl.col("event") == CUSTOMER))
    return pl.concat([of_cases, came.join(of_cases.select("project").unique(), on="project", how="anti")])


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    keys = ["project", "month", "channel", "segments"]
    return rows.group_by(keys).agg(volume=pl.col("n").sum()).select(VOLUMES.names()).cast(VOLUMES)
