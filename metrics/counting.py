"""The one group-by that turns records into counted records, the same on Polars, DuckDB and PySpark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from metrics.records import Kind

KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ANSWERS: ("service", "month", "item", "scale", "question", "channel", "segments", "value"),
    Kind.CASES: (
        *("service", "received_on", "decided_on", "due_on", "service_due_on"),
        *("suspended_days", "extended_on", "outcome", "channel", "segments"),
    ),
    Kind.COUNTS: ("service", "month", "event", "gap_days", "channel", "segments"),
    Kind.PUBLISHED: ("service", "item", "published_for", "percent"),
}
"""What is kept apart when rows are counted; everything our estimators need, nothing that points at a person.

`month` is the local month of the record's day as `YYYY-MM`.
"""

NEWEST: Mapping[Kind, str] = {
    Kind.ANSWERS: "answered_on",
    Kind.CASES: "received_on",
    Kind.COUNTS: "happened_on",
    Kind.PUBLISHED: "published_for",
}


def count(frame: Any, kind: Kind) -> Any:  # noqa: ANN401 - narwhals takes and gives back the caller's own kind of frame
    """Count records of one kind: a row per combination of `KEYS`, with `n` and `newest` (latest day).

    Takes and returns a Polars frame or lazy frame, a DuckDB relation or a PySpark frame; laziness is kept.
    Adding up the result of any split of the rows gives the same as counting them together.
    """
    rows = nw.from_native(frame)
    counted = rows.group_by(*KEYS[kind]).agg(
        nw.col("n").sum().cast(nw.Int64),
        nw.col(NEWEST[kind]).max().alias("newest"),
    )
    return counted.to_native()
