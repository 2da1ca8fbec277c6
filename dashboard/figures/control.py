"""The control chart: months with the limits of ordinary variation, and a mark on each that stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from dashboard.figures.flags import Timeline, iso
from dashboard.figures.framing import level_line, on_timeline
from dashboard.figures.style import ACCENT, BAD, BAND, GOOD, INK, QUIET, Figure, Trace
from dashboard.views.evidence import ControlChart, ControlPoint

_DRAWN = {
    "ordinary": ("circle", ACCENT, 7),
    "better": ("square", GOOD, 9),
    "worse": ("diamond", BAD, 10),
    "other": ("cross", INK, 9),
}
"""Symbol, colour and size of each mark: the shape tells them apart without colour."""


def control_figure(chart: ControlChart, *, language: str, paper: bool = False) -> Figure:
    """Draw a control chart; a month without a figure is a gap."""
    timeline = Timeline(
        periods=[(point.start, point.label) for point in chart.points],
        axis=chart.axis,
        percent=chart.percent,
        unit=chart.unit,
        marks=[chart.target] if chart.target else [],
        events=chart.events,
    )
    traces = [
        *(_limits(run) for run in _runs(chart.points)),
        *(_mean(run) for run in _runs(chart.points)),
        *([level_line(chart.target, timeline, "target")] if chart.target else []),
        _line(chart.points),
        *(_marks(chart.points, mark, name) for mark, name in chart.legend),
    ]
    figure = on_timeline(timeline, traces, language=language, paper=paper, below=72)
    figure["layout"]["legend"] |= {"y": -0.24}
    return figure


def _runs(points: Sequence[ControlPoint]) -> list[list[ControlPoint]]:
    """Return the stretches of months that have limits."""
    return [list(run) for known, run in groupby(points, key=lambda point: point.mean is not None) if known]


def _edges(run: Sequence[ControlPoint]) -> list[date]:
    return [point.start - timedelta(days=15) for point in run] + [run[-1].start + timedelta(days=15)]


def _limits(run: Sequence[ControlPoint]) -> Trace:
    """Return the limits as an area in steps, a month wide each: they may differ from month to month."""
    days = [iso(day) for day in _edges(run)]
    high = [point.high for point in run] + [run[-1].high]
    low = [point.low for point in run] + [run[-1].low]
    return {
        "type": "scatter",
        "uid": f"limits-{days[0]}",
        "x": _stepped(days) + _stepped(days)[::-1],
        "y": _levels(high) + _levels(low)[::-1],
        "mode": "lines",
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _mean(run: Sequence[ControlPoint]) -> Trace:
    days = [iso(day) for day in _edges(run)]
    return {
        "type": "scatter",
        "uid": f"mean-{days[0]}",
        "x": days,
        "y": [point.mean for point in run] + [run[-1].mean],
        "mode": "lines",
        "line": {"shape": "hv", "color": QUIET, "width": 1.5, "dash": "dash"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _stepped(days: Sequence[str]) -> list[str]:
    """Return both ends of each stretch between two days."""
    return [day for first, last in pairwise(days) for day in (first, last)]


def _levels(values: Sequence[float | None]) -> list[float | None]:
    return [value for value in values[:-1] for _ in range(2)]


def _line(points: Sequence[ControlPoint]) -> Trace:
    return {
        "type": "scatter",
        "uid": "line",
        "x": [iso(point.start) for point in points],
        "y": [point.value for point in points],
        "mode": "lines",
        "connectgaps": False,
        "line": {"color": ACCENT, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _marks(points: Sequence[ControlPoint], mark: str, name: str) -> Trace:
    mine = [point for point in points if point.mark == mark and point.value is not None]
    symbol, colour, size = _DRAWN[mark]
    return {
        "type": "scatter",
        "uid": mark,
        "name": name,
        "x": [iso(point.start) for point in mine],
        "y": [point.value for point in mine],
        "mode": "markers",
        "text": [point.text for point in mine],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": True,
        "cliponaxis": False,
        "marker": {"symbol": symbol, "size": size, "color": colour, "line": {"color": colour, "width": 1}},
    }
