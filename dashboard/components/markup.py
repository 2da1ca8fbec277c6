"""Markup: components as HTML, for the first view and for the parts that Dash need not know piece by piece."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dash import dcc
from dash.development.base_component import Component

_NAMES = {"className": "class", "htmlFor": "for"}
_EMPTY = frozenset({"br", "hr", "img"})
_LEFT_OUT = frozenset({"children", "key", "n_clicks", "disable_n_clicks", "n_clicks_timestamp"})


class Still(Component):
    """Ready-made HTML in a div, put in its place in one go; `assets/js/3-start.js` draws it.

    Dash looks after each component of a page for itself, which takes a browser seconds for a few long tables.
    The HTML comes from `markup`, which escapes all texts.
    """

    _namespace = "uitkomst"
    _type = "Still"

    def __init__(self, *, html: str) -> None:
        self._prop_names = ["html"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = ["html"]
        self.available_wildcard_properties: list[str] = []
        super().__init__(html=html)  # type: ignore[no-untyped-call]


def still(part: Component) -> Component:
    """Return a part that nothing in the page will change, as HTML."""
    return Still(html=markup(part))


def markup(part: object) -> str:
    """Return components, texts, numbers or a list of them as HTML.

    A graph becomes an empty place of the same class: it is drawn by script, its table stands beside it. A clock becomes
    nothing.
    """
    if part is None:
        return ""
    if isinstance(part, list | tuple):
        return "".join(markup(item) for item in part)
    if isinstance(part, Component):
        return _element(part)
    return escape(str(part), quote=False)


def _element(component: Component) -> str:
    props: Mapping[str, Any] = component.to_plotly_json()["props"]
    if isinstance(component, Still):
        return f"<div>{props['html']}</div>"
    if isinstance(component, dcc.Interval):
        return ""
    if isinstance(component, dcc.Graph):
        return f'<div class="{escape(props.get("className", ""))}"></div>'
    tag = type(component).__name__.lower()
    written = "".join(_attribute(name, value) for name, value in props.items() if name not in _LEFT_OUT)
    if tag in _EMPTY:
        return f"<{tag}{written}>"
    return f"<{tag}{written}>{markup(props.get('children'))}</{tag}>"


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    html_name = _NAMES.get(name, name.lower())
    return f" {html_name}" if value is True else f' {html_name}="{escape(str(value))}"'
