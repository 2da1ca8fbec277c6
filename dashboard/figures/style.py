"""Style: the colours, letters and margins that all figures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Figure = dict[str, Any]
Trace = dict[str, Any]

# The style sheet gives these colours others on a dark screen, by their values: change them in 6-themes.css too.
INK = "#1a2430"
QUIET = "#5b6673"
RULE = "#dde2e7"
ACCENT = "#0b5a8a"
BAND = "rgba(11, 90, 138, 0.16)"
GOOD = "#09684f"
BAD = "#a3301c"
PAPER_SIZE = (660, 320)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis: where it runs, and which places carry which words. `title` stands at its end."""

    low: Any
    high: Any
    places: Sequence[Any]
    words: Sequence[str]


def note(text: str, **where: object) -> dict[str, Any]:
    """Return words in a figure, without an arrow."""
    return {"text": text, "showarrow": False, "font": {"size": 12}, **where}


def lines_of(label: str) -> str:
    """Break a label before its figure, so that it fits a narrow margin: `target / 85 %`."""
    words = label.split(" ")
    for place, word in enumerate(words):
        if place and word[:1].isdigit():
            return " ".join(words[:place]) + "<br>" + " ".join(words[place:])
    return label


def framed_figure(
    traces: Sequence[Trace], *, x: Axis, y: Axis, notes: Sequence[dict[str, Any]], margin: dict[str, int], paper: bool
) -> Figure:
    """Return a figure on white paper or on the page's own ground; on paper nothing answers to a pointer."""
    layout: dict[str, Any] = {
        "template": {},
        "margin": {"pad": 4, **margin},
        "font": {"family": "Noto Sans", "size": 12, "color": INK},
        "paper_bgcolor": "white" if paper else "rgba(0,0,0,0)",
        "plot_bgcolor": "white" if paper else "rgba(0,0,0,0)",
        "xaxis": _drawn(x)
        | {"showgrid": False, "ticks": "outside", "ticklen": 4, "tickcolor": QUIET, "showline": True},
        "yaxis": _drawn(y) | {"gridcolor": RULE, "showline": False},
        "annotations": list(notes),
        "showlegend": any(trace.get("showlegend") for trace in traces),
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -0.2,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
        },
        "hovermode": False if paper else "closest",
        "hoverlabel": {"bgcolor": INK, "bordercolor": INK, "font": {"color": "white", "size": 13}, "align": "left"},
        "dragmode": False,
    }
    if paper:
        layout |= {"width": PAPER_SIZE[0], "height": PAPER_SIZE[1], "autosize": False}
    return {"data": list(traces), "layout": layout}


def _drawn(axis: Axis) -> dict[str, Any]:
    return {
        "range": [axis.low, axis.high],
        "tickmode": "array",
        "tickvals": list(axis.places),
        "ticktext": list(axis.words),
        "tickangle": 0,
        "fixedrange": True,
        "zeroline": False,
        "linecolor": QUIET,
        "automargin": False,
    }
