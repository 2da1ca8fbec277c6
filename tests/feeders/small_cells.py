"""Small cells: tables with totals, and what subtraction gives away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from metrics.disclosure.audit import Range, audit
from metrics.disclosure.primary import FEWEST_PERSONS
from metrics.disclosure.secondary import suppress
from metrics.disclosure.subtraction import Group, behind_share, between_totals, remaining
from metrics.disclosure.tables import Cell, Hidden, Secret, Sum, Table
from metrics.disclosure.totals import APART, crossed, running

TOPIC = "20-small-cells"

Case = Mapping[str, Any]

_TOTAL = "total"


def answer(given: Case, asked: Case, _folder: Path) -> Case:
    kinds = {"cells": _cells, "groups": _groups, "share": _share, "ytd": _running}
    (kind,) = [kinds[name] for name in kinds if name in given]
    answers = kind(given)
    return {name: answers[name] for name in asked}


def accept(case: Case, _folder: Path) -> None:
    """Hold our pattern against the three criteria of the case, and our ranges against those of its own pattern."""
    given, expected = case["input"], case["expected"]
    table, ours = _table(given), _cells(given)
    assert ours["primary"] == sorted(expected["primary"])
    assert ours["recomputable_if_only_primary_hidden"] == sorted(expected["recomputable_if_only_primary_hidden"])
    for names, wanted in (
        (expected["primary"], expected["feasible_if_only_primary_hidden"]),
        (expected["one_valid_full_suppression"], expected["feasible_after_full_suppression"]),
    ):
        ranges = _ends(audit(table, _hidden(names)))
        for name, ends in wanted.items():
            assert ranges[name] == pytest.approx(ends, abs=float(case["tolerance"])), name
    pattern = ours["one_valid_full_suppression"]
    assert set(expected["primary"]) <= set(pattern)
    assert [one for one in audit(table, _hidden(pattern)) if not one.safe] == []
    assert len(pattern) <= expected["number_suppressed"] + len(expected["primary"])


def _table(given: Case) -> Table:
    tells = not given.get("zeros_are_safe", True)
    return crossed(pl.DataFrame(given["cells"]), fewest=given.get("threshold", FEWEST_PERSONS), zero_tells=tells)


def _hidden(names: Iterable[str]) -> Hidden:
    return Hidden(counts=frozenset(names), figures=frozenset(names))


def _ends(ranges: Iterable[Range]) -> Mapping[str, list[float | None]]:
    return {one.cell: [one.low, one.high] for one in ranges}


def _cells(given: Case) -> Case:
    table = _table(given)
    inner = {APART.join(str(value) for name, value in row.items() if name != "n") for row in given["cells"]}
    secret = [cell.name for cell in table.cells if cell.secret]
    pattern = sorted(suppress(table).counts)
    bare = audit(table, _hidden(secret))
    return {
        "primary": sorted(inner & set(secret)),
        "one_valid_full_suppression": pattern,
        "number_suppressed": len(pattern),
        "feasible_if_only_primary_hidden": _ends(bare),
        "feasible_after_full_suppression": _ends(audit(table, _hidden(pattern))),
        "recomputable_if_only_primary_hidden": sorted(inner & {one.cell for one in bare if one.certain}),
    }


def _groups(given: Case) -> Case:
    """One group is hidden: the total, less the others, gives it; so another must be hidden with it."""
    fewest, total = given["threshold"], given[_TOTAL]
    groups = {name: Group(n=one["n"], mean=one["mean"]) for name, one in given["groups"].items()}
    shown = [one for one in groups.values() if one.n >= fewest]
    found = remaining(Group(n=total["n"], mean=total["mean"]), shown)
    cells = [
        Cell(name=name, n=one.n, secret=Secret.PERSONS if 0 < one.n < fewest else None) for name, one in groups.items()
    ]
    table = Table(
        cells=(*cells, Cell(name=_TOTAL, n=total["n"])),
        sums=(Sum(total=_TOTAL, parts=tuple(groups)),),
        fewest=fewest,
    )
    more = sorted(suppress(table).counts - {cell.name for cell in cells if cell.secret})
    smallest = min(shown, key=lambda one: one.n, default=None)
    told = [f"{name}, the smallest" if groups.get(name) == smallest else name for name in more]
    return {
        "hidden_n_recovered": None if found is None else found.n,
        "hidden_mean_recovered": None if found is None else found.mean,
        "must_also_hide": f"one more group ({'; '.join(told)}) or the total" if more else None,
    }


def _share(given: Case) -> Case:
    hits, misses = behind_share(given["n"], given["share"])
    return {"count_recovered": hits, "hide": f"share and both complementary counts ({hits} and {misses})"}


def _running(given: Case) -> Case:
    found = between_totals(given["ytd"], given["monthly_shown"])
    months = [found.get(place, month) for place, month in enumerate(given["monthly_shown"])]
    table = running(months, fewest=given.get("threshold", FEWEST_PERSONS))
    hidden = suppress(table).counts
    secret = {cell.name for cell in table.cells if cell.secret}
    assert all(one.safe for one in audit(table, _hidden(hidden)))
    rule = "hide the year-to-date of the period in which a hidden cell appears, or hide a second month"
    return {
        **{f"recovered_month_{place + 1}": number for place, number in found.items()},
        "rule": rule if hidden - secret else None,
    }
