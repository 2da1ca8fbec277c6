"""The published figure beside what the publisher's own answers give by the same formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dashboard.figures.style import ACCENT, INK, QUIET, Axis, Figure, Trace, framed_figure
from dashboard.figures.ticks import level_words, levels, some, two_lines
from dashboard.views.parts import ComparedPoint, PublishedChart
from dashboard.wording.words import Words


def published_figure(chart: PublishedChart, *, language: str, paper: bool = False) -> Figure:
    """Draw three lines by month; a month in which the figures part is marked with a diamond on the published line."""
    points = chart.points
    parted = [point for point in points if point.differs]
    traces = [
        _line(
            "top",
            chart.top_share_label,
            points,
            [p.top_share for p in points],
            {"color": QUIET, "dash": "dot", "width": 2},
        ),
        _line("line", chart.recomputed_label, points, [p.recomputed for p in points], {"color": ACCENT, "width": 2.5}),
        _line(
            "baseline",
            chart.published_label,
            points,
            [p.published for p in points],
            {"color": INK, "dash": "dash", "width": 1.5},
        ),
        _parted(parted),
    ]
    kept = [points[place] for place in some(len(points))]
    words = Words(language=language)
    x = Axis(
        low=(points[0].start - timedelta(days=15)).isoformat(),
        high=(points[-1].start + timedelta(days=15)).isoformat(),
        places=[point.start.isoformat() for point in kept],
        words=[two_lines(words.short_month(point.start)) for point in kept],
    )
    places = levels(chart.axis)
    y = Axis(
        low=chart.axis[0], high=chart.axis[1], places=places, words=level_words(places, percent=True, language=language)
    )
    return framed_figure(traces, x=x, y=y, notes=(), margin={"l": 48, "r": 12, "t": 12, "b": 100}, paper=paper)


def _line(uid: str, name: str, points: Sequence[ComparedPoint], values: Sequence[float], line: dict[str, Any]) -> Trace:
    return {
        "type": "scatter",
        "uid": uid,
        "name": name,
        "x": [point.start.isoformat() for point in points],
        "y": list(values),
        "mode": "lines",
        "line": line,
        "showlegend": True,
        "hoverinfo": "skip",
    }


def _parted(points: Sequence[ComparedPoint]) -> Trace:
    return {
        "type": "scatter",
        "uid": "parted",
        "x": [point.start.isoformat() for point in points],
        "y": [point.published for point in points],
        "mode": "markers",
        "showlegend": False,
        "hoverinfo": "skip",
        "marker": {
            "symbol": "diamond",
            "size": 9,
            "color": INK,
            "line": {"color": INK, "width": 1.5},
        },
    }
