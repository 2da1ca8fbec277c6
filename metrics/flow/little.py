"""Little's law on a window: the stock counted day by day against the days that each case spent in it."""

from __future__ import annotations

import polars as pl

from metrics.flow.stock import moves, open_on


def little(waiting: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Hold the average stock of each period against what each case spent in it: two ways that must agree exactly.

    `waiting` comes from `metrics.flow.stock.stock`; `periods` has `project`, `period_start` and `period_end`, which may
    not lie after the as-of day. What happens on a day happens at its end. Gives:

    - `window_days` and `arrivals`, those received in the period;
    - `open_days`: the stock at the end of each day, from the day before the period to the last but one, added up;
    - `case_days`: the days that each case waited inside the window, added up case by case;
    - `holds`: whether the two are equal. Where they are not, a case ends before it begins, or a source is counted twice
      on one side: mend the records before any figure of the stock is used;
    - `mean_open`, `arrivals_per_day`, and `mean_residence_days` per arrival, clipped to the window: the first is the
      product of the other two. With the mean duration of the cases that ended (`mean_ended_days`) it is not;
    - `open_at_end`. An average of nothing is null.
    """
    windows = periods.select("project", "period_end", since=pl.col("period_start").dt.offset_by("-1d"))
    keys = ["project", "since", "period_end"]
    counted = _counted_by_day(waiting, windows, keys)
    clipped = _counted_by_case(waiting, windows, keys)
    length = (pl.col("period_end") - pl.col("since")).dt.total_days()
    some = pl.col("arrivals") > 0
    return (
        counted.join(clipped, on=keys, how="left")
        .with_columns(pl.col("arrivals", "case_days").fill_null(0), window_days=length)
        .select(
            "project",
            pl.col("since").dt.offset_by("1d").alias("period_start"),
            *("period_end", "window_days", "arrivals", "open_days", "case_days", "open_at_end", "mean_ended_days"),
            holds=pl.col("open_days") == pl.col("case_days"),
            mean_open=pl.col("open_days") / pl.col("window_days"),
            arrivals_per_day=pl.col("arrivals") / pl.col("window_days"),
            mean_residence_days=pl.when(some).then(pl.col("case_days") / pl.col("arrivals")),
        )
        .sort("project", "period_start", "period_end")
    )


def balanced(waiting: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Tell per `project` whether the identity `holds` over all that was recorded, up to the as-of day.

    `moved` comes from `metrics.flow.stock.moves`.
    """
    stay = (pl.col("left_on").fill_null(pl.col("as_of")) - pl.col("received_on")).dt.total_days().clip(0)
    first = pl.min_horizontal("received_on", "left_on")
    # Streaming: of millions of cases no more than a part is looked at at a time.
    by_case = (
        waiting.lazy()
        .select("project", "as_of", first=first, case_days=pl.col("n") * stay)
        .group_by("project")
        .agg(pl.col("case_days").sum(), pl.col("first").min(), pl.col("as_of").first())
        .collect(engine="streaming")
    )
    days = by_case.select("project", day=pl.date_ranges("first", "as_of", closed="left")).explode("day").drop_nulls()
    by_day = open_on(moved, days).group_by("project").agg(open_days=pl.col("open").sum())
    joined = by_case.join(by_day, on="project", how="left")
    return joined.select("project", holds=pl.col("case_days") == pl.col("open_days").fill_null(0)).sort("project")


def _counted_by_day(waiting: pl.DataFrame, windows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    days = windows.with_columns(day=pl.date_ranges("since", "period_end")).explode("day")
    inside = pl.col("day") < pl.col("period_end")
    return (
        open_on(moves(waiting), days)
        .group_by(keys)
        .agg(open_days=pl.col("open").filter(inside).sum(), open_at_end=pl.col("open").filter(~inside).sum())
    )


def _counted_by_case(waiting: pl.DataFrame, windows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    first = pl.max_horizontal("received_on", "since")
    last = pl.min_horizontal("left_on", "period_end")
    stayed = (last - first).dt.total_days().clip(0)
    arrived = (pl.col("received_on") > pl.col("since")) & (pl.col("received_on") <= pl.col("period_end"))
    ended_inside = (pl.col("left_on") > pl.col("since")) & (pl.col("left_on") <= pl.col("period_end"))
    took = (pl.col("left_on") - pl.col("received_on")).dt.total_days()
    return (
        windows.join(waiting, on="project")
        .group_by(keys)
        .agg(
            arrivals=pl.col("n").filter(arrived).sum(),
            case_days=(pl.col("n") * stayed).sum(),
            _took=(pl.col("n") * took).filter(ended_inside).sum(),
            _ended=pl.col("n").filter(ended_inside).sum(),
        )
        .with_columns(mean_ended_days=pl.when(pl.col("_ended") > 0).then(pl.col("_took") / pl.col("_ended")))
        .drop("_took", "_ended")
    )
