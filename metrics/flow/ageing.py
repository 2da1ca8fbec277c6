"""Ageing: how long the cases that are open have waited, and how they stand to their term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from metrics.disclosure.primary import FEWEST_PERSONS, FEWEST_SHOWN
from metrics.estimators.completed import completed_percentile

BANDS = (28, 56, 98, 182)
"""Last day of each age band: four weeks, the eight weeks of Awb 4:13, with six weeks more, and half a year."""

DUE_SOON_DAYS = 14
"""A case whose term runs out within so many days is due soon."""


def open_cases(waiting: pl.DataFrame) -> pl.DataFrame:
    """Return the cases of `metrics.flow.stock.stock` that are open on the as-of day, with `age_days`."""
    age = (pl.col("as_of") - pl.col("received_on")).dt.total_days()
    return waiting.filter(pl.col("left_on").is_null(), pl.col("n") > 0).with_columns(age_days=age)


def ages(still_open: pl.DataFrame) -> pl.DataFrame:
    """Return per project the number, the median age and the greatest age of `open_cases`, as counted.

    Gives `project`, `open`, `median_days` (between the middle two) and `oldest_days`. Nothing is withheld yet:
    `shown_ages` does that.
    """
    counted = still_open.select("project", "n", days="age_days")
    middle = completed_percentile(counted, ["project"], share=0.5).select("project", median_days="linear")
    return (
        counted.group_by("project")
        .agg(open=pl.col("n").sum(), oldest_days=pl.col("days").max())
        .join(middle, on="project")
        .select("project", "open", "median_days", "oldest_days")
        .sort("project")
    )


def shown_ages(found: pl.DataFrame) -> pl.DataFrame:
    """Blank what could point at a person in `ages`: a number of 1 to 4, and the ages of fewer than ten."""
    n = pl.col("open")
    days = pl.when(n >= FEWEST_SHOWN).then(pl.col("^.*_days$"))
    return found.with_columns(days, open=pl.when(~n.is_between(1, FEWEST_PERSONS - 1)).then(n))


def age_bands(still_open: pl.DataFrame, *, edges: Sequence[int] = BANDS) -> pl.DataFrame:
    """Return how many of `open_cases` are in each age band, as counted: `project`, `part`, `n`, in order of age.

    `edges` are the last days of the bands; the last band has no end. A part is named `0-28`, `29-56`, `>182`. A band
    without cases is there with 0. Nothing is withheld yet: `shown_parts` does that.
    """
    names = _band_names(edges)
    within = {name: pl.col("age_days") <= edge for name, edge in zip(names, edges, strict=False)}
    return _all_parts(still_open.with_columns(part=_first_of(within, otherwise=names[-1])), names)


def standing(still_open: pl.DataFrame, *, due: str = "due_on") -> pl.DataFrame:
    """Return how `open_cases` stand to their term, as counted: `project`, `part`, `n`.

    Parts: `past_due` (the term has run out, on the as-of day at the latest), `due_soon` (within `DUE_SOON_DAYS`),
    `not_yet_due`, and `no_term`. `due` is `due_on` for the term of the law, `service_due_on` for that of the service.
    Nothing is withheld yet: `shown_parts` does that.
    """
    left = (pl.col(due) - pl.col("as_of")).dt.total_days()
    parts = {"past_due": left <= 0, "due_soon": left <= DUE_SOON_DAYS, "not_yet_due": left > DUE_SOON_DAYS}
    return _all_parts(still_open.with_columns(part=_first_of(parts, otherwise="no_term")), [*parts, "no_term"])


def longest_past_due(still_open: pl.DataFrame, *, due: str = "due_on") -> pl.DataFrame:
    """Return per project how many of `open_cases` are past their term, and how far, as counted.

    Gives `project`, `open` (past their term), `oldest_days` (the greatest age among them) and `late_days` (the longest
    that a term has run out). Nothing is withheld yet: `shown_past_due` does that.
    """
    late = (pl.col("as_of") - pl.col(due)).dt.total_days()
    return (
        still_open.filter(late >= 0)
        .group_by("project")
        .agg(open=pl.col("n").sum(), oldest_days=pl.col("age_days").max(), late_days=late.max())
        .sort("project")
    )


def shown_past_due(found: pl.DataFrame) -> pl.DataFrame:
    """Blank the days of fewer than ten cases in `longest_past_due`, and leave out how many they are.

    That number is a part of `standing`, where `shown_parts` may have hidden it for the sake of another part.
    """
    return shown_ages(found).drop("open")


def shown_parts(parts: pl.DataFrame) -> pl.DataFrame:
    """Blank the parts of a whole that could point at a person, also where the whole is shown beside them.

    A part of 1 to 4 persons is hidden, and with it the smallest others until two or more are hidden that hold five
    persons or more together: then neither the total nor a sum of the others gives one of them away. `hidden` tells
    which; a part of 0 hides nobody.
    """
    smallest_first = parts.sort("project", "n", "part").filter(pl.col("n") > 0)
    before = pl.col("n").cum_sum().over("project") - pl.col("n")
    place = pl.int_range(pl.len()).over("project")
    begun = pl.col("n").min().over("project") < FEWEST_PERSONS
    wanting = (place < _FEWEST_HIDDEN) | (before < FEWEST_PERSONS)
    hidden = smallest_first.filter((pl.col("n") < FEWEST_PERSONS) | (begun & wanting)).select("project", "part")
    return (
        parts.join(
            hidden.with_columns(hidden=pl.lit(value=True)), on=["project", "part"], how="left", maintain_order="left"
        )
        .with_columns(pl.col("hidden").fill_null(value=False))
        .with_columns(n=pl.when(~pl.col("hidden")).then(pl.col("n")))
    )


_FEWEST_HIDDEN = 2


def _band_names(edges: Sequence[int]) -> list[str]:
    first = [0, *(edge + 1 for edge in edges[:-1])]
    return [*(f"{start}-{end}" for start, end in zip(first, edges, strict=True)), f">{edges[-1]}"]


def _first_of(parts: Mapping[str, pl.Expr], *, otherwise: str) -> pl.Expr:
    """Name the first part whose condition holds; a condition that is null does not hold."""
    return pl.coalesce(*(pl.when(holds).then(pl.lit(name)) for name, holds in parts.items()), pl.lit(otherwise))


def _all_parts(placed: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    every = placed.select("project").unique().join(pl.DataFrame({"part": names}).with_row_index("order"), how="cross")
    counted = placed.group_by("project", "part").agg(pl.col("n").sum())
    return (
        every.join(counted, on=["project", "part"], how="left")
        .sort("project", "order")
        .select("project", "part", pl.col("n").fill_null(0))
    )
