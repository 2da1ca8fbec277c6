"""The cells of every period and breakdown of projects: which of them to hide, and hiding them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from metrics.breakdowns import EVERYBODY
from metrics.disclosure.primary import few, telling
from metrics.disclosure.secondary import suppress
from metrics.disclosure.tables import Cell, Secret, Sum, Table
from metrics.estimate import Reason, Status
from metrics.periods import Grain
from metrics.placing import PERIOD

CELLS = pl.Schema(
    {
        "project": pl.String(),
        "population": pl.String(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "breakdown": pl.String(),
        "n": pl.Int64(),
        "hits": pl.Int64(),
        "withheld": pl.Boolean(),
    },
)
"""A cell is what the figures of one population say of a project, a period and a breakdown.

`population` names the KPIs that look at the same rows. `n` counts their persons, `hits` those among them with the good
outcome that a share counts; null throughout a project and population where no figure adds up. `withheld` says that the
figure is not shown for a reason of its own, beyond what `n` and `hits` tell.
"""

_TABLE = ["project", "population"]
_PLACE = ["grain", "period_start", "period_end"]
_KEY = [*_TABLE, *_PLACE, "breakdown"]
_DIMENSION = "dimension"
_CHANNEL = "channel"


def cells_of(placed: pl.DataFrame, population: str, *, hit: pl.Expr | None) -> pl.DataFrame:
    """Return the cells (`CELLS`) of counted rows with the columns of `PERIOD`, `breakdown` and `n`, of any grains.

    `hit` says which rows count as hits, or is None where nothing but persons adds up.
    """
    hits = pl.lit(None, dtype=pl.Int64) if hit is None else pl.col("n").filter(hit).sum()
    return (
        placed.group_by(*PERIOD, "breakdown")
        .agg(pl.col("n").sum(), hits=hits.cast(pl.Int64))
        .with_columns(population=pl.lit(population), withheld=pl.lit(value=False))
        .select(pl.col(name).cast(dtype) for name, dtype in CELLS.items())
    )


def protect(cells: pl.DataFrame) -> pl.DataFrame:
    """Return which cells to hide besides those that are secrets themselves, with `n_hidden`: whether the number too.

    `cells` (`CELLS`) holds those of all grains together: what one grain hides another would give away. Cells without
    persons may be left out. Sums: the channels make everybody, the values of a segment everybody or fewer, the months
    every longer period and the baseline.
    """
    counted = cells.filter(pl.col("n") > 0).with_columns(
        hits=pl.when(pl.col("hits").is_not_null().all().over(_TABLE)).then(pl.col("hits")),
        shown=pl.lit(value=True),
    )
    marked = pl.concat([counted, _remainders(counted)], how="diagonal").with_columns(_secret())
    touched = marked.filter(pl.col("secret").is_not_null()).select(_TABLE).unique()
    hidden = [
        _protected(table)
        for table in marked.join(touched, on=_TABLE, how="semi").partition_by(_TABLE, maintain_order=True)
    ]
    return pl.concat([_none(), *hidden]).sort(_KEY)


def hide(figures: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Blank the figures of one population that stand in hidden cells (as `protect` gives them, of that population).

    Of a cell that hides its number nothing stays; of another the number stays, and a row that has no value for a reason
    of its own keeps that reason.
    """
    by = [*PERIOD, "breakdown"]
    joined = figures.join(hidden.select(*by, "n_hidden"), on=by, how="left")
    found, all_of_it = pl.col("n_hidden").is_not_null(), pl.col("n_hidden").fill_null(value=False)
    own = pl.col("status").is_in(
        [Status.HIDDEN.value, Status.TOO_FEW.value, Status.UNDEFINED.value, Status.NO_DATA.value]
    )
    told = all_of_it | (found & ~own)
    return joined.with_columns(
        *(pl.when(~found).then(pl.col(name)).alias(name) for name in ("value", "low", "high", "detail")),
        *(pl.when(~all_of_it).then(pl.col(name)).alias(name) for name in ("n", "support")),
        status=pl.when(told).then(pl.lit(Status.HIDDEN.value)).otherwise(pl.col("status")),
        reason=pl.when(told).then(pl.lit(Reason.PROTECTS_OTHERS.value)).otherwise(pl.col("reason")),
    ).select(figures.columns)


def _remainders(counted: pl.DataFrame) -> pl.DataFrame:
    """Return who is in no value of a segment: on no page, and yet everybody less the values."""
    by = [*_TABLE, *_PLACE]
    everybody = counted.filter(pl.col("breakdown") == EVERYBODY)
    valued = counted.filter(pl.col("breakdown") != EVERYBODY).with_columns(_dimension())
    sums = valued.filter(pl.col(_DIMENSION) != _CHANNEL).group_by(*by, _DIMENSION).agg(pl.col("n", "hits").sum())
    return (
        everybody.join(sums, on=by, suffix="_of_values")
        .with_columns(
            breakdown=pl.format("{}=", _DIMENSION),
            n=pl.col("n") - pl.col("n_of_values"),
            hits=pl.col("hits") - pl.col("hits_of_values"),
            shown=pl.lit(value=False),
        )
        .filter(pl.col("n") > 0)
        .select(*counted.columns)
    )


def _dimension() -> pl.Expr:
    return pl.col("breakdown").str.extract("^([^=]*)=", 1).alias(_DIMENSION)


def _secret() -> pl.Expr:
    n, hits = pl.col("n"), pl.col("hits")
    figure = hits.is_not_null() & (telling(n, hits) | pl.col("withheld"))
    return (
        pl.when(few(n))
        .then(pl.lit(Secret.PERSONS.value))
        .when(figure)
        .then(pl.lit(Secret.FIGURE.value))
        .alias("secret")
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={**{name: CELLS[name] for name in _KEY}, "n_hidden": pl.Boolean()})


def _protected(marked: pl.DataFrame) -> pl.DataFrame:
    """Return what to hide of the cells of one project and population."""
    named = marked.with_columns(name=pl.int_range(pl.len()).cast(pl.String))
    table = Table(
        cells=tuple(
            Cell(name=name, n=n, hits=hits, secret=Secret(secret) if secret else None, shown=shown)
            for name, n, hits, secret, shown in named.select("name", "n", "hits", "secret", "shown").iter_rows()
        ),
        sums=(*_over_breakdowns(named), *_over_time(named)),
    )
    found = suppress(table)
    persons, figure = (pl.col("secret").eq_missing(one.value) for one in Secret)
    all_of_it, only_figure = pl.col("name").is_in(found.counts), pl.col("name").is_in(found.figures)
    return (
        named.filter((all_of_it & ~persons) | (only_figure & ~persons & ~figure))
        .with_columns(n_hidden=all_of_it)
        .select(_none().columns)
    )


def _over_breakdowns(named: pl.DataFrame) -> Iterator[Sum]:
    """Yield for each period that everybody is the channels, and the values of each segment with who has none."""
    everybody = named.filter(pl.col("breakdown") == EVERYBODY).select(*_PLACE, total="name")
    parts = (
        named.with_columns(_dimension())
        .drop_nulls(_DIMENSION)
        .group_by(*_PLACE, _DIMENSION, maintain_order=True)
        .agg("name")
        .join(everybody, on=_PLACE, maintain_order="left")
    )
    for total, names in parts.select("total", "name").iter_rows():
        yield Sum(total=total, parts=tuple(names))


def _over_time(named: pl.DataFrame) -> Iterator[Sum]:
    """Yield for each longer period and each breakdown the longest shorter periods that it is made of."""
    shown = named.filter("shown")
    places = shown.select(_PLACE).unique().sort("grain", "period_start").rows()
    months = {(start, end): number for number, (grain, start, end) in enumerate(places) if grain == Grain.MONTH.value}
    cover = {
        (grain, start, end): frozenset(m for (s0, e0), m in months.items() if s0 <= end and e0 >= start)
        for grain, start, end in places
    }
    names = {}
    for g, a, b, br, name in shown.select(*_PLACE, "breakdown", "name").iter_rows():
        names.setdefault((g, a, b), {})[br] = name
    for whole, inside in cover.items():
        if whole[0] == Grain.MONTH.value:
            continue
        left = set(inside)
        parts = []
        rank = {"month": 1, "quarter": 2, "year": 3, "baseline": 4, "all": 5}
        for other, o in sorted(cover.items(), key=lambda kv: (-len(kv[1]), -rank[kv[0][0]], kv[0])):
            if other != whole and rank[other[0]] < rank[whole[0]] and o and o <= left and other[0] != "baseline":
                parts.append(other)
                left -= o
        for br, name in names[whole].items():
            yield Sum(total=name, parts=tuple(names[p][br] for p in parts if br in names[p]))
