"""Marks: the line with baseline, range, now and target, and the verdict in a word."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.attributes import aria
from dashboard.views.parts import Tone, Track, Word


def verdict_mark(word: Word) -> Component:
    """Draw a verdict: its sign, hidden from screen readers, and its text."""
    return html.P(
        [html.Span(word.sign, className="verdict__sign", **aria(hidden="true")), " ", word.text],
        className=f"verdict tone-{word.tone.value}",
    )


def track_mark(track: Track, tone: Tone) -> Component:
    """Draw a track. Places are classes (`a37`, `b62`), so that the page needs no inline style."""
    parts: list[Component] = []
    if track.low is not None and (track.high is not None or track.open_end):
        high = 100.0 if track.open_end or track.high is None else track.high
        ends = "track__range track__range--open" if track.open_end else "track__range"
        parts.append(html.Span(className=f"{ends} a{_place(track.low)} b{_place(high)}"))
    for part, place in (("target", track.target), ("baseline", track.baseline), ("now", track.now)):
        if place is not None:
            parts.append(html.Span(className=f"track__{part} a{_place(place)}"))
    return html.Div(parts, className=f"track tone-{tone.value}", role="img", **aria(label=track.sentence))


def legend_mark(mark: str) -> Component:
    """Draw a mark of the track by its name (`baseline`, `now`, `range`, `target`), or the text that stands for it."""
    drawn = {"baseline": "baseline", "○": "baseline", "now": "now", "●": "now", "range": "range", "target": "target"}
    drawn |= {"|": "target", "┃": "target", "▬": "range", "━": "range"}
    if mark not in drawn:
        return html.Span(mark, className="legend__text", **aria(hidden="true"))
    return html.Span(className=f"legend__mark legend__mark--{drawn[mark]}", **aria(hidden="true"))


def made_up_mark(text: str) -> Component:
    """Draw the label that says that figures are made up."""
    return html.P(text, className="made-up")


def _place(per_cent: float) -> int:
    return min(100, max(0, round(per_cent)))
