"""`uitkomst evidence`: print figures with their interval, status and reason."""

from __future__ import annotations

import json
from argparse import Namespace

import polars as pl
from rich.table import Table

from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.evaluate import evaluate_programme, question_of
from dashboard.cli.exits import Exit, StopError
from dashboard.jobs import remember
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
    parts = []
    for programme, path in chosen_programmes(desk, place, arguments):
        if arguments.programme is not None:
            remember(place, programme, path)
        if arguments.project is not None and arguments.project not in programme.projects:
            continue
        question = question_of(programme, arguments)
        found = evaluate_programme(desk, place, programme, question)
        rows = load_evidence(place.engine, found, project=arguments.project)
        parts.append(
            rows.filter(pl.col("grain") != Grain.BASELINE.value).select(
                *FIELDS,
                programme=pl.lit(programme.name),
                known_at=pl.lit(found.basis.known_at),
            ),
        )
    if not parts:
        raise StopError(
            Exit.NOTHING_THERE,
            desk.words.say("There is no project '{name}' in the chosen programmes.", name=arguments.project),
        )
    shown = pl.concat(parts)
    if arguments.kpi is not None:
        shown = shown.filter(pl.col("kpi") == arguments.kpi)
    if arguments.json:
        desk.out.file.write(as_json(shown))
    else:
        desk.out.print(_as_table(desk, shown))
    return Exit.DONE


def as_json(rows: pl.DataFrame) -> str:
    """Write figures as a list of objects: shares as fractions, lead times in days, days as 2026-01-31."""
    return json.dumps(rows.to_dicts(), default=str, indent=1) + "\n"


def _as_table(desk: Desk, rows: pl.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("project", "kpi", "period_start", "breakdown", "value", "low", "high", "n", "status", "reason"):
        table.add_column(name, justify="right" if name in {"value", "low", "high", "n"} else "left")
    for row in rows.iter_rows(named=True):
        numbers = ["–" if row[name] is None else f"{row[name]:.4g}" for name in ("value", "low", "high")]
        n = "–" if row["n"] is None else desk.words.number(row["n"])
        words = [row["project"], row["kpi"], str(row["period_start"]), row["breakdown"]]
        table.add_row(*words, *numbers, n, row["status"], row["reason"] or "")
    return table
