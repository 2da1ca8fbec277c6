"""Flags: the words around a series, and the lines of what happened on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.figures.style import QUIET, Axis, lines_of, note
from dashboard.figures.ticks import level_words, levels, some, two_lines
from dashboard.views.parts import Mark

_NEAR = 0.15
"""Two labels of two lines touch when they are nearer than this part of the axis."""
_LINE = 18
"""Height of a label above the plot, in pixels."""
_ROWS = 3
"""Labels of events take turns on so many rows."""
_PLOT_HEIGHT = 250
"""About the height of the plot, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the frame of a chart over time needs to know: its periods, its axis, and what stands around it.

    `periods` pairs the first day of each period with its label; `marks` are levels with a label at the right.
    """

    periods: Sequence[tuple[date, str]]
    axis: tuple[float, float]
    percent: bool
    unit: str
    marks: Sequence[Mark] = ()
    events: Sequence[Mark] = ()
    breaks: Sequence[date] = ()

    def x(self) -> Axis:
        """The time axis, with room for the marks at the ends."""
        first, last = span(self)
        kept = [self.periods[place] for place in some(len(self.periods))]
        return Axis(low=first, high=last, places=[iso(day) for day, _ in kept], words=[two_lines(w) for _, w in kept])

    def y(self, language: str) -> Axis:
        """The axis of values, at round levels."""
        places = levels(self.axis)
        words = level_words(places, percent=self.percent, language=language)
        return Axis(low=self.axis[0], high=self.axis[1], places=places, words=words)

    def margin(self, *, below: int = 44) -> dict[str, int]:
        """The room around the plot."""
        return {"l": 48, "r": _ROOM_FOR_LABELS if self.marks else 12, "t": height_above(self), "b": below}


_ROOM_FOR_LABELS = 100
"""Pixels at the right that the longest label of a level needs, in Dutch and English."""


def span(chart: Timeline) -> tuple[str, str]:
    """Return both ends of the time axis."""
    days = [day for day, _ in chart.periods] + days_of(chart.events)
    first, last = min(days), max(days)
    room = max(timedelta(days=15), (last - first) / len(chart.periods) * 0.5)
    return iso(first - room), iso(last + room)


def iso(day: date) -> str:
    """Write a day as plotly reads it."""
    return day.isoformat()


def days_of(marks: Sequence[Mark]) -> list[date]:
    """Return the days of the marks that have one."""
    return [mark.day for mark in marks if mark.day is not None]


def height_above(chart: Timeline) -> int:
    """Return the height of what stands above the plot, in pixels."""
    return 12 + _LINE * (_rows_above(chart) + (0 if chart.percent else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flag:
    """An event with the row, counted from the plot upwards, on which its label stands."""

    label: str
    day: date
    row: int


def _flags(chart: Timeline) -> tuple[list[_Flag], bool]:
    """Return the events with their rows, and whether their labels run to the right of their lines.

    All run to the side where there is most room, and the line that the others would run into is the highest, so that no
    line crosses a label.
    """
    events = sorted((event.day, event.label) for event in chart.events if event.day is not None)
    first, last = chart.periods[0][0], chart.periods[-1][0]
    rightwards = sum(2 * (day - first) < (last - first) for day, _ in events) * 2 >= len(events)
    order = events[::-1] if rightwards else events
    return [_Flag(label=label, day=day, row=turn % _ROWS) for turn, (day, label) in enumerate(order)], rightwards


def _rows_above(chart: Timeline) -> int:
    return min(_ROWS, len(days_of(chart.events)))


def uprights(chart: Timeline) -> list[dict[str, Any]]:
    """Return a line for each event, as high as its label, and for each break that no event tells of."""
    days = days_of(chart.events)
    lines = [_upright(flag.day, rows=flag.row + 1, dash="solid") for flag in _flags(chart)[0]]
    return lines + [_upright(day, rows=0, dash="dot") for day in chart.breaks if day not in days]


def _upright(day: date, *, rows: int, dash: str) -> dict[str, Any]:
    return {
        "type": "line",
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        "x0": iso(day),
        "x1": iso(day),
        "y0": 0,
        "y1": 1 + rows * _LINE / _PLOT_HEIGHT,
        "line": {"color": QUIET, "width": 1, "dash": dash},
    }


def level_notes(chart: Timeline) -> list[dict[str, Any]]:
    """Return the labels of target and baseline, right of the plot and moved apart where they would touch."""
    marks = sorted(
        ((mark.level, lines_of(mark.label)) for mark in chart.marks if mark.level is not None),
    )
    low, high = chart.axis
    near = _NEAR * (high - low)
    places = [level for level, _ in marks]
    if len(places) > 1 and places[1] - places[0] < near:
        apart = (near - (places[1] - places[0])) / 2
        places = [places[0] - apart, places[1] + apart]
    # Placed on the paper, not on the axis: plotly drops words beside an axis that stand just outside it.
    heights = [(place - low) / (high - low) for place in places]
    return [
        note(text, x=1, xref="paper", xanchor="left", xshift=6, y=height, yref="paper", yanchor="middle", align="left")
        for height, (_, text) in zip(heights, marks, strict=True)
    ]


def event_notes(chart: Timeline) -> list[dict[str, Any]]:
    """Return the labels of events above the plot, each beside the top of its line like a flag."""
    flags, rightwards = _flags(chart)
    side = {"xanchor": "left", "xshift": 3} if rightwards else {"xanchor": "right", "xshift": -3}
    return [
        note(flag.label, x=iso(flag.day), y=1, yref="paper", yanchor="bottom", yshift=_LINE * flag.row, **side)
        for flag in flags
    ]


def unit_note(chart: Timeline) -> list[dict[str, Any]]:
    """Return the unit above the axis, where it does not have to be read sideways; a percentage says it itself."""
    if chart.percent:
        return []
    above = 4 + _LINE * _rows_above(chart)
    return [
        note(
            chart.unit, x=0, xref="paper", xanchor="left", xshift=-44, y=1, yref="paper", yanchor="bottom", yshift=above
        )
    ]
