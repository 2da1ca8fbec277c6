"""The curve: what part of the cases is decided after so many days, in steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.figures.style import (
    ACCENT,
    BAND,
    INK,
    QUIET,
    Axis,
    Figure,
    Trace,
    framed_figure,
    note,
)
from dashboard.figures.ticks import level_words, levels
from dashboard.views.parts import CurveChart, CurveLine

_DRAWN: dict[str, dict[str, Any]] = {
    "now": {"color": ACCENT, "width": 2.5, "dash": "solid"},
    "baseline": {"color": INK, "width": 1.5, "dash": "dash"},
    "completed": {"color": QUIET, "width": 2, "dash": "dot"},
}
_ALL = 100
_ORDER = ("completed", "baseline", "now")


def curve_figure(chart: CurveChart, *, language: str, paper: bool = False) -> Figure:
    """Draw the curve: now with its band, the baseline dashed, completed cases alone dotted."""
    lines = sorted(chart.lines, key=lambda line: _ORDER.index(line.role))
    traces = [
        *(trace for line in lines for trace in _band(line)),
        *_norm(chart),
        *(_steps(line, chart.last_day) for line in lines),
    ]
    days = levels((0, chart.last_day), most=9)
    x = Axis(low=0, high=chart.last_day, places=days, words=level_words(days, percent=False, language=language))
    shares: list[float] = [0, 25, 50, 75, 100]
    y = Axis(low=0, high=101, places=shares, words=level_words(shares, percent=True, language=language))
    notes = [*_titles(chart), *_norm_note(chart)]
    figure = framed_figure(traces, x=x, y=y, notes=notes, margin={"l": 48, "r": 12, "t": 46, "b": 76}, paper=paper)
    figure["layout"]["legend"] |= {"y": -0.27, "traceorder": "reversed"}
    return figure


def _steps(line: CurveLine, last_day: int) -> Trace:
    days, decided = [0, *line.days], [0.0, *line.decided]
    # A line that has not reached the end says nothing of the days after its last; one that has stays there.
    if days[-1] < last_day and decided[-1] >= _ALL:
        days, decided = [*days, last_day], [*decided, decided[-1]]
    return {
        "type": "scatter",
        "uid": line.role,
        "name": line.label,
        "x": days,
        "y": decided,
        "mode": "lines",
        "line": {"shape": "hv", **_DRAWN[line.role]},
        "showlegend": True,
        "hoverinfo": "skip",
    }


def _band(line: CurveLine) -> list[Trace]:
    """Return the limits of a line as an area in steps; days without limits have none."""
    if line.role != "now":
        return []
    known = [
        (day, low, high)
        for day, low, high in zip(line.days, line.low, line.high, strict=True)
        if low is not None and high is not None
    ]
    if not known:
        return []
    days = [day for day, *_ in known]
    common: Trace = {
        "type": "scatter",
        "x": days,
        "mode": "lines",
        "line": {"shape": "hv", "width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [
        {**common, "uid": "low", "y": [low for _, low, _ in known]},
        {**common, "uid": "band", "y": [high for *_, high in known], "fill": "tonexty", "fillcolor": BAND},
    ]


def _norm(chart: CurveChart) -> list[Trace]:
    if chart.norm is None or chart.norm.level is None:
        return []
    return [
        {
            "type": "scatter",
            "uid": "target",
            "x": [chart.norm.level] * 2,
            "y": [0, 101],
            "mode": "lines",
            "line": {"color": INK, "width": 1.5},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _norm_note(chart: CurveChart) -> Sequence[dict[str, Any]]:
    """Return the label of the norm above the plot, turned towards the middle."""
    if chart.norm is None or chart.norm.level is None:
        return ()
    late = chart.norm.level * 2 > chart.last_day
    side = {"xanchor": "right", "xshift": 5} if late else {"xanchor": "left", "xshift": -5}
    return (note(chart.norm.label, x=chart.norm.level, y=1, yref="paper", yanchor="bottom", yshift=2, **side),)


def _titles(chart: CurveChart) -> list[dict[str, Any]]:
    return [
        note(
            chart.y_title, x=0, xref="paper", xanchor="left", xshift=-44, y=1, yref="paper", yanchor="bottom", yshift=22
        ),
        note(chart.x_title, x=1, xref="paper", xanchor="right", y=0, yref="paper", yanchor="top", yshift=-26),
    ]
