"""`uitkomst evidence`: print figures with their interval, status and reason."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from config.programme import Programme
from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.evaluate import evaluate_programme, question_of
from dashboard.cli.exits import Exit, StopError
from dashboard.jobs import Workplace, remember
from dashboard.wording.words import Words, digits_of, outward
from metrics.kpis import kpi as kpi_of
from metrics.periods import Grain
from metrics.store.looks import load_evidence

FIELDS = (
    "project",
    "kpi",
    "kpi_version",
    "period_start",
    "period_end",
    "breakdown",
    "value",
    "low",
    "high",
    "n",
    "status",
    "reason",
    "method",
    "as_of",
    "warnings",
)
"""The fields of a figure in JSON, in order; `programme` and `known_at` (version of the records) follow."""


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Print the evidence of every chosen programme."""
    place = desk.workplace()
    chosen = [
        (programme, path)
        for programme, path in chosen_programmes(desk, place, arguments)
        if arguments.project is None or arguments.project in programme.projects
    ]
    if not chosen:
        raise StopError(
            Exit.NOTHING_THERE,
            desk.words.say("There is no project '{name}' in the chosen programmes.", name=arguments.project),
        )
    shown = pl.concat([_figures(desk, place, programme, path, arguments) for programme, path in chosen])
    if arguments.json:
        desk.out.file.write(as_json(shown))
    else:
        for line in _as_table(desk.words, shown):
            desk.out.file.write(f"{line}\n")
    return Exit.DONE


def _figures(desk: Desk, place: Workplace, programme: Programme, path: Path, arguments: Namespace) -> pl.DataFrame:
    if arguments.programme is not None:
        remember(place, programme, path)
    found = evaluate_programme(desk, place, programme, question_of(programme, arguments))
    rows = load_evidence(place.engine, found, project=arguments.project)
    asked = pl.lit(value=True) if arguments.kpi is None else pl.col("kpi") == arguments.kpi
    return rows.filter(pl.col("grain") != Grain.BASELINE.value, asked).select(
        *FIELDS,
        programme=pl.lit(programme.name),
        known_at=pl.lit(found.basis.known_at),
    )


def as_json(rows: pl.DataFrame) -> str:
    """Write figures as a list of objects: shares as fractions, lead times in days, days as 2026-01-31."""
    return json.dumps(rows.to_dicts(), default=str, indent=1) + "\n"


_SHOWN = ("project", "kpi", "period_start", "breakdown", "value", "low", "high", "n", "status", "reason")
_NUMERIC = frozenset({"value", "low", "high", "n"})


def _as_table(words: Words, rows: pl.DataFrame) -> Iterator[str]:
    """Yield the lines of a table, as wide as its content: what is cut off cannot be read."""
    cells = [_SHOWN, *(_cells(words, row) for row in rows.iter_rows(named=True))]
    widths = [max(len(row[place]) for row in cells) for place in range(len(_SHOWN))]
    for row in cells:
        aligned = (
            cell.rjust(width) if name in _NUMERIC else cell.ljust(width)
            for name, cell, width in zip(_SHOWN, row, widths, strict=True)
        )
        yield "  ".join(aligned).rstrip()


def _cells(words: Words, row: Mapping[str, Any]) -> Sequence[str]:
    unit = kpi_of(row["kpi"]).unit
    digits = digits_of(row["low"], row["high"], unit)
    ends = [
        "–" if row[name] is None else words.bare(outward(row[name], unit, digits, up=name == "high"), unit, digits)
        for name in ("low", "high")
    ]
    value = "–" if row["value"] is None else words.value(row["value"], unit, digits)
    n = "–" if row["n"] is None else words.number(row["n"])
    named = [row["project"], row["kpi"], str(row["period_start"]), row["breakdown"]]
    return [*named, value, *ends, n, row["status"], row["reason"] or ""]
