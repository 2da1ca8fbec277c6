"""Framing: traces over time on their axes, with levels at the right and events above."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.flags import Timeline, event_notes, level_notes, span, unit_note, uprights
from dashboard.figures.style import INK, QUIET, Figure, Trace, framed_figure
from dashboard.views.parts import Mark


def on_timeline(timeline: Timeline, traces: Sequence[Trace], *, language: str, paper: bool, below: int = 44) -> Figure:
    """Return the traces on the axes of a timeline, with all that stands around them; `below` is room for a legend."""
    notes = [*level_notes(timeline), *event_notes(timeline), *unit_note(timeline)]
    margin = timeline.margin(below=below)
    figure = framed_figure(traces, x=timeline.x(), y=timeline.y(language), notes=notes, margin=margin, paper=paper)
    figure["layout"]["shapes"] = uprights(timeline)
    return figure


def level_line(mark: Mark, timeline: Timeline, uid: str) -> Trace:
    """Return a level as a line over the whole width: dashed and quiet for the baseline, else solid."""
    dash, colour, width = ("dash", QUIET, 1.5) if uid == "baseline" else ("solid", INK, 1.5)
    return {
        "type": "scatter",
        "uid": uid,
        "x": list(span(timeline)),
        "y": [mark.level, mark.level],
        "mode": "lines",
        "line": {"dash": dash, "color": colour, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }
