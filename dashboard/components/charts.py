"""Charts: a conclusion as heading, what is drawn, the graph with its sentence, and the table behind a switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.attributes import aria
from dashboard.components.chrome import Chrome
from dashboard.components.evidence import icon_list, note_list
from dashboard.components.marks import track_mark
from dashboard.components.markup import still
from dashboard.components.tables import table_toggle
from dashboard.views.evidence import ControlChart, Counterfactual
from dashboard.views.parts import BarRow, Breakdown, CurveChart, PublishedChart, SeriesChart, Tone

Chart = SeriesChart | CurveChart | PublishedChart | ControlChart | Counterfactual

_CONFIG: Any = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}


def chart_section(chart: Chart, figure: Mapping[str, Any], *, label: str, chrome: Chrome) -> Component:
    """Draw a chart with its heading and its table. `label` is the text of the switch."""
    key = f"{type(chart).__name__.removesuffix('Chart').lower()}-{chart.name}"
    graph = dcc.Graph(figure=dict(figure), config=_CONFIG, responsive=True, className="graph__plot")
    return html.Section(
        [
            html.H3(chart.heading, id=key, className="heading"),
            *([icon_list(chart.icons)] if isinstance(chart, ControlChart) else []),
            html.P(chart.caption, className="caption"),
            html.Div(graph, className="graph", role="img", **aria(label=chart.sentence)),
            *(note_list(chart.notes) if isinstance(chart, ControlChart | Counterfactual) else []),
            table_toggle(chart.table, key=key, label=label or chrome.table),
        ],
        className="chart",
        **aria(labelledby=key),
    )


def breakdown_section(breakdown: Breakdown, *, label: str, chrome: Chrome) -> Component:
    """Draw a measure by channel or segment: a row a group, with the table beside it."""
    key = f"breakdown-{breakdown.name}"
    return html.Section(
        [
            html.H3(breakdown.heading, id=key, className="heading"),
            html.P(breakdown.caption, className="caption"),
            still(html.Ul([_group(row) for row in breakdown.rows], className="groups")),
            table_toggle(breakdown.table, key=key, label=label or chrome.table),
        ],
        className="chart",
        **aria(labelledby=key),
    )


def _group(row: BarRow) -> Component:
    line = track_mark(row.track, Tone.PROGRESS) if row.track else html.Div(className="track track--none")
    note = html.Div(row.note, className="groups__note") if row.note else None
    return html.Li(
        [
            html.Div(row.label, className="groups__label"),
            line,
            html.Div([html.Strong(row.text), " ", html.Span(row.n_text, className="groups__n")]),
            *([note] if note else []),
        ],
        className="groups__row",
    )
