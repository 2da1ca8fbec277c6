"""Tables: worded cells in a real table, that scrolls inside its own region when it is too wide."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.attributes import aria
from dashboard.components.markup import still
from dashboard.views.parts import Table


def data_table(table: Table, *, key: str, beside: str = "") -> Component:
    """Draw a table inside a region that a keyboard can scroll. `key` makes the caption's id unique on the page.

    `beside` is the id of what names the region together with the caption, which may say the same as a heading.
    """
    caption = f"{key}-caption"
    drawn = html.Table(
        [
            html.Caption(table.caption, id=caption),
            html.Thead(html.Tr([_head(table, place) for place in range(len(table.columns))])),
            html.Tbody([_row(table, row) for row in table.rows]),
        ],
        className="table",
    )
    return still(
        html.Div(
            drawn, className="scroller", role="region", tabIndex=0, **aria(labelledby=f"{beside} {caption}".strip())
        )
    )


def table_toggle(table: Table, *, key: str, label: str) -> Component:
    """Draw a table behind a switch: it is one keystroke away and prints always."""
    toggle = f"{key}-toggle"
    return html.Details(
        [html.Summary(label, className="toggle", id=toggle), data_table(table, key=key, beside=toggle)],
        className="figures",
        id=f"{key}-table",
    )


def _head(table: Table, place: int) -> Component:
    return html.Th(table.columns[place], scope="col", className=_side(table, place))


def _row(table: Table, row: Sequence[str]) -> Component:
    first, *rest = row
    return html.Tr(
        [
            html.Th(first, scope="row"),
            *(html.Td(cell, className=_side(table, place)) for place, cell in enumerate(rest, start=1)),
        ]
    )


def _side(table: Table, place: int) -> str | None:
    return "numeric" if place in table.numeric else None
