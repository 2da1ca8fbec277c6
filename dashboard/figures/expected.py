"""What was measured beside what the trend before the start would have given."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.flags import Timeline, iso
from dashboard.figures.framing import on_timeline
from dashboard.figures.style import ACCENT, INK, Figure, Trace
from dashboard.views.evidence import Counterfactual, ExpectedPoint

_BAND = "rgba(91, 102, 115, 0.18)"


def expected_figure(chart: Counterfactual, *, language: str, paper: bool = False) -> Figure:
    """Draw the measured months as points, the trend before the start as a line, dashed where it is carried on."""
    timeline = Timeline(
        periods=[(point.start, point.label) for point in chart.points],
        axis=chart.axis,
        percent=chart.percent,
        unit=chart.unit,
        events=[chart.start],
    )
    start = chart.start.day
    before = [point for point in chart.points if start is None or point.start < start]
    after = [point for point in chart.points if start is not None and point.start >= start]
    traces = [
        *_band(after),
        _trend([*before], "before", dash="solid", name=None),
        _trend([*before[-1:], *after], "expected", dash="dash", name=chart.expected_label),
        _measured(chart),
    ]
    figure = on_timeline(timeline, traces, language=language, paper=paper, below=72)
    figure["layout"]["legend"] |= {"y": -0.24, "traceorder": "reversed"}
    return figure


def _band(points: Sequence[ExpectedPoint]) -> list[Trace]:
    known = [point for point in points if point.low is not None and point.high is not None]
    if not known:
        return []
    days = [iso(point.start) for point in known]
    return [
        {
            "type": "scatter",
            "uid": "band",
            "x": days + days[::-1],
            "y": [point.high for point in known] + [point.low for point in reversed(known)],
            "mode": "lines",
            "fill": "toself",
            "fillcolor": _BAND,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _trend(points: Sequence[ExpectedPoint], uid: str, *, dash: str, name: str | None) -> Trace:
    return {
        "type": "scatter",
        "uid": uid,
        "name": name or "",
        "x": [iso(point.start) for point in points],
        "y": [point.expected for point in points],
        "mode": "lines",
        "line": {"color": INK, "width": 2, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": name is not None,
    }


def _measured(chart: Counterfactual) -> Trace:
    known = [point for point in chart.points if point.value is not None]
    return {
        "type": "scatter",
        "uid": "points",
        "name": chart.measured_label,
        "x": [iso(point.start) for point in known],
        "y": [point.value for point in known],
        "mode": "markers+lines",
        "text": [point.text for point in known],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": True,
        "cliponaxis": False,
        "line": {"color": ACCENT, "width": 1.5},
        "marker": {"size": 7, "color": ACCENT, "line": {"color": ACCENT, "width": 1}},
    }
