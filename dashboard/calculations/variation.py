"""Calculations of control charts: XmR, p and u charts, which chart a series gets, and false alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import polars as pl
import polars.selectors as cs
from pydantic import Field, FiniteFloat

from dashboard.calculations.method import Given, Method, Result
from metrics.kpi import Direction
from metrics.periods import Grain
from metrics.variation.charts import Charts
from metrics.variation.choice import Counts, chart_kinds
from metrics.variation.false_alarms import expected_false_alarms
from metrics.variation.proportions import proportion_chart, rate_chart
from metrics.variation.rebase import Rebase, rebase_frame, rebase_notices, rebased
from metrics.variation.runs import runs
from metrics.variation.xmr import xmr

BY = ["series"]
ONE_SERIES = "given"

Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Spacing = Literal["month", "quarter", "year"]


class GivenFigure(Given):
    """A figure of one period: the day it starts, and its value, or null where nothing is known."""

    period: date
    value: FiniteFloat | None


class GivenCounts(Given):
    """Counts of one period: the day it starts, how many, and out of how many or per how much."""

    period: date
    numerator: Count | None
    denominator: Count | None


class GivenRebase(Given):
    """A decision to compute limits anew: from which day on, why, by whom, and when it was decided."""

    on: date
    reason: str
    who: str
    decided_on: date


class GivenChart(Given):
    """What each chart takes beside its points.

    `every`: month, quarter or year, so that a period that is left out is a gap; null where each point follows the
    one before it. `better`: up, down, or null where neither way is better. `target`: the value to reach.
    `fixed_points`: limits come from the first so many points of a group. `screen`: moving ranges that are far too
    large are left out.
    """

    every: Spacing | None = "month"
    better: Direction | None = None
    target: FiniteFloat | None = None
    rebases: tuple[GivenRebase, ...] = ()
    fixed_points: Annotated[int, Field(ge=1)] | None = None
    screen: bool = True


class GivenXmr(GivenChart):
    """`points`: a figure for each period. The rest as for each chart."""

    points: tuple[GivenFigure, ...]


class GivenCounted(GivenChart):
    """`points`: counts for each period. `laney`: limits are stretched where counts vary more than by chance.

    `cautious`: limits are never narrower than chance, and there are none for one point or for points that are all 0.
    The rest as for each chart.
    """

    points: tuple[GivenCounts, ...]
    laney: bool = False
    cautious: bool = True


class GivenSizes(Given):
    """`points`: counts for each period. `counts`: share or rate. `every`: as for each chart."""

    points: tuple[GivenCounts, ...]
    counts: Counts = Counts.SHARE
    every: Spacing | None = "month"


class GivenScreen(Given):
    """`charts`: how many control charts somebody looks at together."""

    charts: Annotated[int, Field(ge=0)]


def _xmr(given: GivenXmr) -> Result:
    return _told(xmr(_points(given, value=pl.Float64), BY, grain=_grain(given.every), screen=given.screen))


def _p_chart(given: GivenCounted) -> Result:
    return _counted(given, proportion_chart)


def _u_chart(given: GivenCounted) -> Result:
    return _counted(given, rate_chart)


def _counted(given: GivenCounted, chart: Callable[..., Charts]) -> Result:
    points = _points(given, numerator=pl.Float64, denominator=pl.Float64)
    grain, told = _grain(given.every), {"laney": given.laney, "screen": given.screen, "cautious": given.cautious}
    return _told(chart(points, BY, grain=grain, **told))


def _chart_kind(given: GivenSizes) -> Result:
    points = _frame(given.points, numerator=pl.Float64, denominator=pl.Float64)
    kinds = _rows(chart_kinds(points, BY, grain=_grain(given.every), counts=given.counts))
    return kinds[0] if kinds else {"kind": None}


def _false_alarms(given: GivenScreen) -> Result:
    expected = expected_false_alarms(given.charts)
    return {
        "expected": [
            {"autocorrelation": one.autocorrelation, "latest_point": one.latest, "any_point": one.any_point}
            for one in expected
        ]
    }


def _grain(every: Spacing | None) -> Grain | None:
    return None if every is None else Grain(every)


def _points(given: GivenXmr | GivenCounted, **columns: type[pl.DataType]) -> pl.DataFrame:
    points = _frame(given.points, **columns).with_columns(
        direction=pl.lit(given.better, dtype=pl.String),
        target=pl.lit(given.target, dtype=pl.Float64),
        fixed_points=pl.lit(given.fixed_points, dtype=pl.Int64),
    )
    decided = [Rebase(**one.model_dump()) for one in given.rebases]
    return rebased(points, BY, rebases=rebase_frame(decided))


def _frame(points: Sequence[GivenFigure] | Sequence[GivenCounts], **columns: type[pl.DataType]) -> pl.DataFrame:
    rows = [point.model_dump() for point in points]
    return pl.DataFrame(rows, schema={"period": pl.Date, **columns}).select(
        pl.lit(ONE_SERIES).alias(*BY), pl.col("period").alias("period_start"), *columns
    )


def _told(charts: Charts) -> Result:
    tested = runs(charts.points, BY)
    groups = charts.groups.join(tested, on=[*BY, "group"], maintain_order="left")
    latest = _rows(charts.series)
    return {
        "latest": latest[0] if latest else None,
        "groups": _rows(groups),
        "points": _rows(charts.points),
        "notices": [
            {"code": notice.code, **{name: told for name, told in notice.particulars.items() if name not in BY}}
            for notice in rebase_notices(charts.groups, BY)
        ],
    }


def _rows(frame: pl.DataFrame) -> Sequence[Mapping[str, Any]]:
    return frame.drop(BY).with_columns(cs.date().dt.to_string("%Y-%m-%d")).to_dicts()


def _months(*rows: Mapping[str, float | None]) -> list[Mapping[str, Any]]:
    return [{"period": f"{2025 + month // 12}-{month % 12 + 1:02}-01", **row} for month, row in enumerate(rows)]


def _figures(*values: float) -> list[Mapping[str, Any]]:
    return _months(*({"value": value} for value in values))


def _counts(*counts: tuple[int, int]) -> list[Mapping[str, Any]]:
    return _months(*({"numerator": numerator, "denominator": denominator} for numerator, denominator in counts))


METHODS: tuple[Method, ...] = (
    Method(
        name="xmr-chart",
        what="The XmR control chart of a series: its limits, its signals, and whether its target will be met.",
        given=GivenXmr,
        run=_xmr,
        example={"points": _figures(*(9, 11) * 6, 16), "fixed_points": 12, "better": "up", "target": 4},
    ),
    Method(
        name="p-chart",
        what="The p chart or Laney's p' chart of shares: the limits of each period, and its signals.",
        given=GivenCounted,
        run=_p_chart,
        example={"points": _counts((80, 100), (90, 100), (310, 400)), "better": "up"},
    ),
    Method(
        name="u-chart",
        what="The u chart or Laney's u' chart of rates: the limits of each period, and its signals.",
        given=GivenCounted,
        run=_u_chart,
        example={"points": _counts((12, 4), (8, 4), (20, 2)), "better": "down"},
    ),
    Method(
        name="chart-kind",
        what="Which control chart a series of counts gets by default, and on what that rests.",
        given=GivenSizes,
        run=_chart_kind,
        example={"points": _counts((18, 20), (40, 50), (33, 40))},
    ),
    Method(
        name="false-alarms",
        what="How many of so many control charts are expected to show a signal by chance alone.",
        given=GivenScreen,
        run=_false_alarms,
        example={"charts": 40},
    ),
)
