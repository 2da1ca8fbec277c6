"""The formats a file can have, told from the end of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePath

import polars as pl

from connectors.connector import Page, SourceChangedError
from connectors.delimited import TEXT_ENDINGS, delimited
from connectors.json_objects import json_array, json_lines
from connectors.local import content
from connectors.table import Table, require, whole_table
from connectors.workbook import workbook

_PLAIN_TYPES = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is laid out, as far as its format leaves that open: a sheet's name, a separator, an encoding."""

    sheet: str | None
    separator: str | None
    encoding: str


def read_table(page: Page, wanted: Sequence[str], layout: Layout) -> Table:
    """Read the wanted columns of a file, in the format that the end of its name tells."""
    ending = PurePath(page.name).suffix.lower()
    if ending not in _FORMATS:
        sentence = f"files that end in '{ending}' are not read. Allowed are: {', '.join(_FORMATS)}."
        raise SourceChangedError(page.name, sentence)
    return _FORMATS[ending](page, wanted, layout)


def written_as_text(name: str) -> bool:
    """Whether numbers and days in this file are as a person or program wrote them, with its own marks."""
    return PurePath(name).suffix.lower() in TEXT_ENDINGS


def _delimited(page: Page, wanted: Sequence[str], layout: Layout) -> Table:
    raw = content(page)
    return delimited(raw, wanted, where=page.name, separator=layout.separator, encoding=layout.encoding)


def _workbook(page: Page, wanted: Sequence[str], layout: Layout) -> Table:
    return workbook(content(page), wanted, where=page.name, sheet=layout.sheet)


def _json_array(page: Page, wanted: Sequence[str], layout: Layout) -> Table:
    return json_array(content(page), wanted, where=page.name, encoding=layout.encoding)


def _json_lines(page: Page, wanted: Sequence[str], layout: Layout) -> Table:
    return json_lines(content(page), wanted, where=page.name, encoding=layout.encoding)


def _parquet(page: Page, wanted: Sequence[str], _layout: Layout) -> Table:
    try:
        scan = pl.scan_parquet(page.body if isinstance(page.body, Path) else BytesIO(page.body), glob=False)
        schema = scan.collect_schema()
        require(wanted, schema.names(), where=page.name)
        cells = scan.select(wanted).collect()
    except pl.exceptions.PolarsError as error:
        sentence = "this is not a Parquet file that can be read. Ask for the file again."
        raise SourceChangedError(page.name, sentence) from error
    nested = [name for name, dtype in cells.schema.items() if not (dtype in _PLAIN_TYPES or dtype.is_numeric())]
    if nested:
        allowed = "Only texts, numbers, days and yes or no are read."
        sentence = f"column '{nested[0]}' holds {cells.schema[nested[0]]}. {allowed}"
        raise SourceChangedError(page.name, sentence)
    return whole_table(cells)


_FORMATS: Mapping[str, Callable[[Page, Sequence[str], Layout], Table]] = {
    **dict.fromkeys(TEXT_ENDINGS, _delimited),
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".json": _json_array,
    ".ndjson": _json_lines,
    ".jsonl": _json_lines,
}
