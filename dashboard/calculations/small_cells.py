"""Calculations on small cells: what is hidden of a table, and what a subtraction would give away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, FiniteFloat, model_validator

from dashboard.calculations.method import Given, Method, Result
from metrics.breakdowns import EVERYBODY
from metrics.disclosure.audit import Range, audit
from metrics.disclosure.primary import FEWEST_PERSONS, telling
from metrics.disclosure.secondary import suppress
from metrics.disclosure.subtraction import Group, behind_share, between_totals, remaining
from metrics.disclosure.tables import Hidden, Secret, Table
from metrics.disclosure.totals import crossed, running

Count = Annotated[int, Field(ge=0)]
Value = Annotated[str, Field(min_length=1)]
Fewest = Annotated[int, Field(ge=2)]


class GivenCell(Given):
    """`of`: the value of each property, such as {"channel": "desk"}. `n`: how many persons.

    `hits`: how many of them had the good outcome, where a share is shown too.
    """

    of: Annotated[dict[Value, Value], Field(min_length=1)]
    n: Count
    hits: Count | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if EVERYBODY in self.of.values():
            message = f"'{EVERYBODY}' is the name of totals; they are added up here, so leave them out."
            raise ValueError(message)
        if self.hits is not None and self.hits > self.n:
            message = f"hits is {self.hits} and n is {self.n}; give no more hits than persons."
            raise ValueError(message)
        return self


class GivenTable(Given):
    """`cells`: the table without its totals. `fewest`: the smallest number of persons that may be shown.

    `nobody_tells`: whether it must be hidden as well that a cell holds nobody.
    """

    cells: Annotated[tuple[GivenCell, ...], Field(min_length=1)]
    fewest: Fewest = FEWEST_PERSONS
    nobody_tells: bool = False

    @model_validator(mode="after")
    def _alike(self) -> Self:
        if len({frozenset(cell.of) for cell in self.cells}) > 1:
            message = "every cell must have a value of the same properties."
            raise ValueError(message)
        if len({cell.hits is None for cell in self.cells}) > 1:
            message = "give hits for every cell or for none."
            raise ValueError(message)
        return self


class GivenGroup(Given):
    """`n` persons and the `mean` of what they gave; a share is a mean of zeros and ones."""

    n: Count
    mean: FiniteFloat


class GivenTotal(Given):
    """`total`: everybody. `shown`: the groups that are shown."""

    total: GivenGroup
    shown: tuple[GivenGroup, ...]


class GivenShare(Given):
    """`share` (0 to 1, rounded or not) of `n` persons."""

    n: Count
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]


class GivenRunning(Given):
    """`running`: the total up to and including each period. `shown`: each period; null where hidden."""

    running: tuple[Count | None, ...]
    shown: tuple[Count | None, ...]
    fewest: Fewest = FEWEST_PERSONS

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if len(self.running) != len(self.shown):
            message = f"running has {len(self.running)} periods and shown has {len(self.shown)}; give as many of both."
            raise ValueError(message)
        return self


def _small_cells(given: GivenTable) -> Result:
    order = list(given.cells[0].of)
    rows = [{**{name: cell.of[name] for name in order}, "n": cell.n, "hits": cell.hits} for cell in given.cells]
    counts = pl.DataFrame(rows, schema_overrides={"n": pl.Int64, "hits": pl.Int64})
    if given.cells[0].hits is None:
        counts = counts.drop("hits")
    table = crossed(counts, fewest=given.fewest, zero_tells=given.nobody_tells)
    found = suppress(table)
    return {
        "persons_hidden": sorted(cell.name for cell in table.cells if cell.secret is Secret.PERSONS),
        "figures_hidden": sorted(cell.name for cell in table.cells if cell.secret is Secret.FIGURE),
        "numbers_hidden_in_all": sorted(found.counts),
        "figures_hidden_in_all": sorted(found.figures - found.counts),
        "could_be_if_nothing_more_were_hidden": _listed(audit(table, _secrets(table))),
        "could_be": _listed(audit(table, found)),
    }


def _secrets(table: Table) -> Hidden:
    return Hidden(
        counts=frozenset(cell.name for cell in table.cells if cell.secret is Secret.PERSONS),
        figures=frozenset(cell.name for cell in table.cells if cell.secret is not None),
    )


def _listed(ranges: tuple[Range, ...]) -> list[Mapping[str, Any]]:
    return [
        {
            "cell": one.cell,
            "counted": one.counted.value,
            "low": round(one.low, _DECIMALS),
            "high": None if one.high is None else round(one.high, _DECIMALS),
            "safe": one.safe,
        }
        for one in ranges
    ]


_DECIMALS = 6
"""The ranges are those of a linear programme, which is no more exact than this."""


def _left_over(given: GivenTotal) -> Result:
    found = remaining(_group(given.total), [_group(one) for one in given.shown])
    return {"n": None if found is None else found.n, "mean": None if found is None else found.mean}


def _group(given: GivenGroup) -> Group:
    return Group(n=given.n, mean=given.mean)


def _behind_share(given: GivenShare) -> Result:
    hits, misses = behind_share(given.n, given.share)
    return {"hits": hits, "others": misses, "may_be_shown": not telling(given.n, hits)}


def _running_totals(given: GivenRunning) -> Result:
    found = between_totals(given.running, given.shown)
    periods = [found.get(place, shown) for place, shown in enumerate(given.shown)]
    known = [one for one in periods if one is not None]
    hidden = sorted(suppress(running(known, fewest=given.fewest)).counts) if len(known) == len(periods) else None
    return {"found": [{"period": place + 1, "n": n} for place, n in found.items()], "hide": hidden}


METHODS: tuple[Method, ...] = (
    Method(
        name="small-cells",
        what="What is hidden of a table of persons and its totals, and how far each secret can still be narrowed down.",
        given=GivenTable,
        run=_small_cells,
        example={
            "cells": [
                {"of": {"channel": "website"}, "n": 350},
                {"of": {"channel": "telephone"}, "n": 120},
                {"of": {"channel": "desk"}, "n": 40},
                {"of": {"channel": "post"}, "n": 3},
            ],
            "fewest": 5,
            "nobody_tells": False,
        },
    ),
    Method(
        name="group-left-over",
        what="The group that a total and the groups shown beside it give away.",
        given=GivenTotal,
        run=_left_over,
        example={"total": {"n": 12, "mean": 3.0}, "shown": [{"n": 10, "mean": 3.4}]},
    ),
    Method(
        name="share-as-counts",
        what="How many persons a share stands for, and whether so small a share may be shown.",
        given=GivenShare,
        run=_behind_share,
        example={"n": 6, "share": 0.33},
    ),
    Method(
        name="running-totals",
        what="The hidden periods that totals so far give away, and what to hide so that they do not.",
        given=GivenRunning,
        run=_running_totals,
        example={"running": [40, 41, 78], "shown": [40, None, 37], "fewest": 5},
    ),
)
