"""The cells of every period and breakdown of projects: which of them to hide, and hiding them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import polars as pl

from metrics.breakdowns import EVERYBODY
from metrics.disclosure.primary import few, telling
from metrics.disclosure.secondary import suppress
from metrics.disclosure.sums import CHANNEL, DIMENSION, dimension, over_breakdowns, over_time
from metrics.disclosure.tables import Cell, Secret, Table
from metrics.estimate import Reason, Status
from metrics.periods import Grain
from metrics.placing import PERIOD, placed
from metrics.threads import side_by_side

_KEY = {
    "project": pl.String(),
    "population": pl.String(),
    "grain": pl.String(),
    "period_start": pl.Date(),
    "period_end": pl.Date(),
    "breakdown": pl.String(),
}

CELLS = pl.Schema({**_KEY, "n": pl.Int64(), "hits": pl.Int64(), "withheld": pl.Boolean()})
"""A cell is what the figures of one population say of a project, a period and a breakdown.

`population` names the KPIs that look at the same rows. `n` counts their persons, `hits` those among them with the good
outcome that a share counts; null throughout a project and population where no figure adds up. `withheld` says that the
figure is not shown for a reason of its own, beyond what `n` and `hits` tell.
"""

HIDDEN = pl.Schema({**_KEY, "n_hidden": pl.Boolean(), "secret": pl.String()})
"""A cell of which every figure is hidden, and the number too where `n_hidden`.

`secret` is what is hidden for its own sake (`Secret`), null where the cell would give away another one.
"""

_TABLE = ["project", "population"]
_PLACE = [*_TABLE, "grain", "period_start", "period_end"]
_WITHOUT_VALUE = [one.value for one in (Status.HIDDEN, Status.TOO_FEW, Status.UNDEFINED, Status.NO_DATA)]


def cells_of(monthly: pl.DataFrame, facts: pl.DataFrame, *, population: str) -> pl.DataFrame:
    """Return the cells (`CELLS`) of every grain and the baseline, made of those of months.

    `monthly` has a row per `project`, `month` (its first day) and `breakdown` with `n` and `hits`; `facts` is what
    `metrics.placing.placed` needs to know of each project.
    """
    grains = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL)
    own = [placed(monthly, facts, grain).filter(pl.col("grain") == grain.value) for grain in grains]
    baseline = placed(monthly, facts, Grain.MONTH).filter(pl.col("grain") == Grain.BASELINE.value)
    counted = pl.col("hits").is_not_null().all()
    return (
        pl.concat([*own, baseline])
        .group_by(*PERIOD, "breakdown")
        .agg(pl.col("n").sum(), hits=pl.when(counted).then(pl.col("hits").sum()))
        .with_columns(population=pl.lit(population), withheld=pl.lit(value=False))
        .select(pl.col(name).cast(dtype) for name, dtype in CELLS.items())
    )


def protect(cells: pl.DataFrame) -> pl.DataFrame:
    """Return which cells to hide (`HIDDEN`): the secrets, and what would give them away.

    `cells` (`CELLS`) holds those of all grains together, months included: what one grain hides another would give away.
    Cells without persons may be left out. The channels make everybody, the values of a segment everybody or fewer,
    the months every longer period and the baseline.
    """
    counted = cells.filter(pl.col("n") > 0).with_columns(
        hits=pl.when(pl.col("hits").is_not_null().all().over(_TABLE)).then(pl.col("hits")),
        shown=pl.lit(value=True),
    )
    marked = pl.concat([counted, _remainders(counted)]).with_columns(secret=_secret())
    touched = marked.filter(pl.col("secret").is_not_null()).select(_TABLE).unique()
    # Sorted, so that which of two equal cells is hidden does not hang on the order in which they came.
    tables = marked.join(touched, on=_TABLE, how="semi").sort(list(_KEY)).partition_by(_TABLE)
    by_project = [list(mine) for _, mine in groupby(tables, key=lambda one: one["project"][0])]
    # The programmes run outside the interpreter's lock, so that projects are looked at side by side.
    found = side_by_side(_project_protected, by_project)
    return pl.concat([pl.DataFrame(schema=HIDDEN), *found]).sort(list(_KEY))


def hide(figures: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Blank what stands in hidden cells (`HIDDEN`) in the figures of one population; give both of that population.

    Where the number is hidden nothing stays. Elsewhere a row that had no value for a reason of its own keeps that
    reason, and so do a few persons.
    """
    if hidden.is_empty():
        return figures
    by = [*PERIOD, "breakdown"]
    joined = figures.join(hidden.select(*by, "n_hidden"), on=by, how="left")
    found, all_of_it = pl.col("n_hidden").is_not_null(), pl.col("n_hidden").fill_null(value=False)
    few_persons = pl.col("reason").eq_missing(Reason.FEW_PERSONS.value)
    told = (all_of_it & ~few_persons) | (found & ~pl.col("status").is_in(_WITHOUT_VALUE))
    return joined.with_columns(
        *(pl.when(~found).then(pl.col(name)).alias(name) for name in ("value", "low", "high", "detail")),
        *(pl.when(~all_of_it).then(pl.col(name)).alias(name) for name in ("n", "support")),
        status=pl.when(told).then(pl.lit(Status.HIDDEN.value)).otherwise(pl.col("status")),
        reason=pl.when(told).then(pl.lit(Reason.PROTECTS_OTHERS.value)).otherwise(pl.col("reason")),
    ).select(figures.columns)


def _remainders(counted: pl.DataFrame) -> pl.DataFrame:
    """Return who has no value of a segment: on no page, and yet everybody less those who have."""
    everybody = counted.filter(pl.col("breakdown") == EVERYBODY)
    valued = counted.with_columns(dimension()).filter(pl.col(DIMENSION) != CHANNEL)
    sums = valued.group_by(*_PLACE, DIMENSION).agg(pl.col("n", "hits").sum())
    return (
        everybody.join(sums, on=_PLACE, suffix="_of_values")
        .with_columns(
            breakdown=pl.format("{}=", DIMENSION),
            n=pl.col("n") - pl.col("n_of_values"),
            hits=pl.col("hits") - pl.col("hits_of_values"),
            shown=pl.lit(value=False),
        )
        .filter(pl.col("n") > 0)
        .select(counted.columns)
    )


def _secret() -> pl.Expr:
    n, hits = pl.col("n"), pl.col("hits")
    figure = hits.is_not_null() & (telling(n, hits) | pl.col("withheld"))
    persons = pl.when(few(n)).then(pl.lit(Secret.PERSONS.value))
    return persons.when(figure).then(pl.lit(Secret.FIGURE.value))


def _project_protected(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return what to hide of the tables of one project; populations with the same cells are looked at once."""
    done: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    found = [pl.DataFrame(schema=HIDDEN)]
    for marked in tables:
        cells = marked.drop("population")
        hidden = next((hidden for other, hidden in done if other.equals(cells)), None)
        if hidden is None:
            hidden = _protected(marked)
            done.append((cells, hidden))
        found.append(hidden.with_columns(population=pl.lit(marked["population"][0])))
    return pl.concat(found)


def _protected(marked: pl.DataFrame) -> pl.DataFrame:
    """Return what to hide of the cells of one project and population."""
    named = marked.with_columns(name=pl.int_range(pl.len()).cast(pl.String))
    rows = named.select("name", "n", "hits", "secret", "shown").iter_rows()
    cells = [
        Cell(name=name, n=n, hits=hits, secret=Secret(secret) if secret else None, shown=shown)
        for name, n, hits, secret, shown in rows
    ]
    # Who has no value of a segment has no cell in a period without any value, so these do not add up over time.
    sums = (*over_breakdowns(named), *over_time(named.filter("shown")))
    found = suppress(Table(cells=tuple(cells), sums=sums))
    return (
        named.with_columns(n_hidden=pl.col("name").is_in(found.counts))
        .filter(pl.col("n_hidden") | pl.col("name").is_in(found.figures))
        .select(HIDDEN.names())
    )
