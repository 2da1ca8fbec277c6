"""Stock: how many cases came in, went out and were open, in periods and on any day."""

from __future__ import annotations

import polars as pl

from metrics.cohorts import Frame, ended
from metrics.disclosure.primary import FEWEST_PERSONS
from metrics.flow.advice import load
from metrics.packing import added
from metrics.periods import Grain
from metrics.placing import grid

FLOWS = pl.Schema(
    {
        "project": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "inflow": pl.Int64(),
        "outflow": pl.Int64(),
        "open_before": pl.Int64(),
        "open": pl.Int64(),
        "load": pl.Float64(),
        "inflow_per_week": pl.Float64(),
        "outflow_per_week": pl.Float64(),
        "weeks_in_stock": pl.Float64(),
    },
)
"""Flow of a project in a period, ends included, up to the as-of day at most.

`inflow` were received, `outflow` ended in it, decided or not; `open_before` and `open` wait at the end of the day
before it and of its last day. `load` is inflow over outflow: above 1 the stock grows. `weeks_in_stock` is how many
weeks of outflow wait at the end. A rate without an outflow to divide by is null.
"""

_PERIOD = ("project", "period_start", "period_end")
_WEEK = 7


def stock(cases: Frame) -> Frame:
    """Return the counted cases that have waited here, with `left_on`, null where they are open on the as-of day.

    `cases` carries the counting keys, `project` and `as_of`. A withdrawn or transferred case leaves on the day it
    ended; where the source does not tell that day, nobody knows how long it waited, and it is left out.
    """
    known = cases.filter(pl.col("received_on") <= pl.col("as_of")).with_columns(ended=ended())
    left = pl.when(pl.col("ended").is_not_null()).then(pl.col("decided_on"))
    return known.with_columns(left_on=left).filter(pl.col("left_on").is_not_null() | pl.col("ended").is_null())


def moves(waiting: pl.DataFrame) -> pl.DataFrame:
    """Return per `project` and `day` how many cases `arrived` and `left`; a small frame, whatever the number of cases.

    `waiting` comes from `stock`.
    """
    arrivals, leavings = (
        added(waiting.select("project", "n", day=day).drop_nulls("day"), ["project", "day"]).rename({"n": name})
        for day, name in (("received_on", "arrived"), ("left_on", "left"))
    )
    return (
        arrivals.join(leavings, on=["project", "day"], how="full", coalesce=True)
        .with_columns(pl.col("arrived", "left").fill_null(0))
        .sort("project", "day")
    )


def open_on(moved: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Add to `days` how many cases were open at the end of each `day`: received by then, and not yet gone.

    `moved` comes from `moves`; `days` has `project` and `day`. Adds `arrived` and `left`, since the first record, and
    `open`, their difference. A day after the as-of day is told as if nothing happened after it.
    """
    totals = moved.sort("day").with_columns(pl.col("arrived", "left").cum_sum().over("project"))
    return (
        days.sort("day")
        .join_asof(totals, on="day", by="project", check_sortedness=False)
        .with_columns(pl.col("arrived", "left").fill_null(0))
        .with_columns(open=pl.col("arrived") - pl.col("left"))
        .sort("project", "day")
    )


def flows(moved: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Return the flow (`FLOWS`) of each of `periods` as counted.

    `moved` comes from `moves`; `periods` has `project`, `as_of`, `period_start` and `period_end`. Nothing is withheld
    yet: `shown` does that.
    """
    until = pl.min_horizontal("period_end", "as_of")
    wanted = (
        periods.select(*_PERIOD, "as_of")
        .join(moved.select("project").unique(), on="project", how="semi")
        .with_columns(before=pl.col("period_start").dt.offset_by("-1d"))
    )
    edges = [wanted.select("project", day=until), wanted.select("project", day="before")]
    read = open_on(moved, pl.concat(edges).unique())
    start = read.select("project", "arrived", "left", before="day", open_before="open")
    found = (
        wanted.with_columns(day=until, weeks=((until - pl.col("before")).dt.total_days() / _WEEK))
        .join(read, on=["project", "day"])
        .join(start, on=["project", "before"], suffix="_before")
        .with_columns(
            inflow=pl.col("arrived") - pl.col("arrived_before"), outflow=pl.col("left") - pl.col("left_before")
        )
    )
    return _rated(found).select(pl.col(name).cast(dtype) for name, dtype in FLOWS.items()).sort(_PERIOD)


def monthly_flows(waiting: pl.DataFrame) -> pl.DataFrame:
    """Return the flow (`FLOWS`) of every month of each project up to its as-of day, withheld where it is small.

    `waiting` comes from `stock`. Show one length of period only: a quarter beside its months gives a hidden one away.
    """
    facts = waiting.group_by("project").agg(pl.col("as_of").first(), first=pl.col("received_on").min())
    periods = grid(facts, Grain.MONTH).join(facts, on="project")
    return shown(flows(moves(waiting), periods))


def shown(found: pl.DataFrame) -> pl.DataFrame:
    """Blank the numbers of a series of flows that could point at a person.

    A count of 1 to 4 persons is hidden. Inflow and outflow are hidden together, for either of them follows from the
    other and the stock; and both around a hidden stock, which follows from them.
    """
    few = {
        name: pl.col(name).is_between(1, FEWEST_PERSONS - 1) for name in ("inflow", "outflow", "open_before", "open")
    }
    moved = pl.any_horizontal(few.values())
    rates = ("inflow", "outflow", "load", "inflow_per_week", "outflow_per_week", "weeks_in_stock")
    return found.with_columns(
        *(pl.when(~moved).then(pl.col(name)).alias(name) for name in rates),
        *(pl.when(~few[name]).then(pl.col(name)).alias(name) for name in ("open_before", "open")),
    )


def _rated(found: pl.DataFrame) -> pl.DataFrame:
    some = pl.col("outflow") > 0
    return found.with_columns(
        load=load(pl.col("inflow"), pl.col("outflow")),
        inflow_per_week=pl.col("inflow") / pl.col("weeks"),
        outflow_per_week=pl.col("outflow") / pl.col("weeks"),
        weeks_in_stock=pl.when(some).then(pl.col("open") * pl.col("weeks") / pl.col("outflow")),
    )
