"""Resources as Touchpoints sends them: an id, and beside it an object with all else."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors import columns as ours
from connectors.objects import Path
from connectors.table import Table
from metrics.records import Kind

SHAPE: Mapping[str, Path] = {"attributes": "attributes"}
"""What to read of a resource beside its values, so that one without an object of them is known."""

_OBJECT = "{}"


def shaped(table: Table, file: str, kind: Kind) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells of what has the shape of a resource, with its `line`, and rejected rows for the others."""
    cells = table.cells.with_columns(line=table.lines)
    without = cells.filter(pl.col("attributes").ne_missing(_OBJECT))
    rows = without.select("line", found=pl.lit(None, dtype=pl.String), allowed=pl.lit(_OBJECT))
    unreadable = pl.concat([table.unreadable, rows])
    return cells.filter(pl.col("attributes") == _OBJECT), ours.unreadable(unreadable, file=file, kind=kind)
