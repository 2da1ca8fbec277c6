"""The series: a figure over time with its range, target, baseline and what happened on the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dashboard.figures.flags import Timeline, iso
from dashboard.figures.framing import level_line, on_timeline
from dashboard.figures.style import ACCENT, BAND, Figure, Trace
from dashboard.views.parts import Point, SeriesChart


def series_figure(chart: SeriesChart, *, language: str, paper: bool = False) -> Figure:
    """Draw a series. A period without a figure stays a gap, and no line crosses a break."""
    runs = _runs(chart)
    drawn = [(mark, uid) for mark, uid in ((chart.baseline, "baseline"), (chart.target, "target")) if mark]
    timeline = Timeline(
        periods=[(point.start, point.label) for point in chart.points],
        axis=chart.axis,
        percent=chart.percent,
        unit=chart.unit,
        marks=[mark for mark, _ in drawn],
        events=chart.events,
        breaks=chart.breaks,
    )
    traces = [
        _band(runs),
        *_whiskers(runs),
        *(level_line(mark, timeline, uid) for mark, uid in drawn),
        _line(runs),
        _points(chart, paper=paper),
    ]
    return on_timeline(timeline, traces, language=language, paper=paper)


def _runs(chart: SeriesChart) -> list[list[Point]]:
    """Return the stretches of periods that a line may connect."""
    runs: list[list[Point]] = [[]]
    for before, point in pairwise([None, *chart.points]):
        parted = (
            before is not None and point is not None and any(before.start < day <= point.start for day in chart.breaks)
        )
        if point is None or point.value is None or parted:
            runs.append([])
        if point is not None and point.value is not None:
            runs[-1].append(point)
    return [run for run in runs if run]


def _band(runs: Sequence[Sequence[Point]]) -> Trace:
    xs: list[str | None] = []
    ys: list[float | None] = []
    for run in runs:
        known = [point for point in run if point.low is not None and point.high is not None]
        if len(known) > 1:
            days = [iso(point.start) for point in known]
            xs += [*days, *reversed(days), days[0], None]
            ys += [*(point.high for point in known), *(point.low for point in reversed(known)), known[0].high, None]
    return {
        "type": "scatter",
        "uid": "band",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _whiskers(runs: Sequence[Sequence[Point]]) -> list[Trace]:
    """Return the range of periods that stand alone, where a band would have no width."""
    alone = [run[0] for run in runs if len(run) == 1]
    known = [(p, p.value, p.low, p.high) for p in alone]
    whole = [
        (p, value, low, high)
        for p, value, low, high in known
        if value is not None and low is not None and high is not None
    ]
    if not whole:
        return []
    error = {
        "type": "data",
        "symmetric": False,
        "array": [high - value for _, value, _, high in whole],
        "arrayminus": [value - low for _, value, low, _ in whole],
        "color": ACCENT,
        "thickness": 1.5,
        "width": 4,
    }
    return [
        {
            "type": "scatter",
            "uid": "whisker",
            "x": [iso(p.start) for p, *_ in whole],
            "y": [value for _, value, *_ in whole],
            "mode": "markers",
            "marker": {"size": 1, "color": ACCENT},
            "error_y": error,
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _line(runs: Sequence[Sequence[Point]]) -> Trace:
    xs: list[str | None] = []
    ys: list[float | None] = []
    for run in runs:
        xs += [*(iso(point.start) for point in run), None]
        ys += [*(point.value for point in run), None]
    return {
        "type": "scatter",
        "uid": "line",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "connectgaps": False,
        "line": {"color": ACCENT, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _points(chart: SeriesChart, *, paper: bool) -> Trace:
    """Return the points: filled where the figure is firm, hollow where it is an indication."""
    known = [point for point in chart.points if point.value is not None]
    hollow = "white" if paper else "rgba(255,255,255,1)"
    return {
        "type": "scatter",
        "uid": "points",
        "x": [iso(point.start) for point in known],
        "y": [point.value for point in known],
        "mode": "markers",
        "text": [point.text for point in known],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
        "cliponaxis": False,
        "marker": {
            "size": 7,
            "color": [ACCENT if point.firm else hollow for point in known],
            "line": {"color": ACCENT, "width": 1.5},
        },
    }
