"""The method page: each definition, why it is so, and the words that figures carry."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.address import Address
from dashboard.components.attributes import aria
from dashboard.components.chrome import Chrome
from dashboard.components.frame import framed, lead_text, page_head
from dashboard.components.markup import still
from dashboard.views.method import Definition, MethodView


def layout(view: MethodView, *, address: Address, chrome: Chrome) -> Component:
    """Draw the method."""
    definitions = [_definition(definition, view.history_label) for definition in view.definitions]
    body = still(
        html.Div(
            [_contents(view, chrome), html.Div([*definitions, _words(view)], className="definitions")],
            className="method",
        )
    )
    return framed(
        [page_head([lead_text(view.lead)], title=view.title), body], title=view.title, address=address, chrome=chrome
    )


def _contents(view: MethodView, chrome: Chrome) -> Component:
    links = [html.Li(html.A(definition.title, href=f"#{definition.name}")) for definition in view.definitions]
    links.append(html.Li(html.A(view.words_heading, href="#words")))
    return html.Nav(html.Ul(links), className="contents", **aria(label=chrome.contents))


def _definition(definition: Definition, history_label: str) -> Component:
    parts = [
        html.H2(definition.title, id=definition.name, className="heading"),
        html.P(definition.why, className="definition__why"),
        html.Dl([html.Div([html.Dt(label), html.Dd(text)]) for label, text in definition.facts], className="facts"),
        html.P(definition.contrast, className="card__contrast") if definition.contrast else None,
        _history(definition, history_label) if definition.history else None,
    ]
    return html.Section(
        [part for part in parts if part is not None], className="definition", **aria(labelledby=definition.name)
    )


def _history(definition: Definition, label: str) -> Component:
    versions = html.Ol([html.Li(version) for version in definition.history], className="history")
    return html.Details([html.Summary(label, className="toggle"), versions], className="figures")


def _words(view: MethodView) -> Component:
    return html.Section(
        [
            html.H2(view.words_heading, id="words", className="heading"),
            html.Dl([html.Div([html.Dt(word), html.Dd(text)]) for word, text in view.words], className="facts"),
        ],
        className="definition",
        **aria(labelledby="words"),
    )
