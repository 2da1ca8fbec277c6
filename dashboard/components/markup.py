"""Markup: a page's components as HTML, so that the first view stands before any script has run."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dash import dcc
from dash.development.base_component import Component

_NAMES = {"className": "class", "htmlFor": "for"}
_EMPTY = frozenset({"br", "hr", "img"})
_LEFT_OUT = frozenset({"children", "key", "n_clicks", "disable_n_clicks", "n_clicks_timestamp"})


def markup(part: object) -> str:
    """Return components, texts, numbers or a list of them as HTML.

    A graph becomes an empty place of the same class: it is drawn by script, its table stands beside it.
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
    if component._type == "Still":  # noqa: SLF001 - what Dash itself goes by
        return f"<div>{props['html']}</div>"
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
