"""Still: a part of a page that Dash need not know piece by piece, sent as HTML and put in its place in one go.

Dash looks after every component of a page one by one, which takes seconds for a few long tables.
"""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components.markup import markup


class Still(Component):
    """Ready-made HTML in a div; `assets/js/3-start.js` draws it. The HTML comes from `markup`, which escapes all texts."""

    _children_props: tuple[str, ...] = ()
    _base_nodes = ("children",)
    _namespace = "uitkomst"
    _type = "Still"

    def __init__(self, *, html: str) -> None:
        self._prop_names = ["html"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = ["html"]
        self.available_wildcard_properties: list[str] = []
        super().__init__(html=html)


def still(part: Component) -> Component:
    """Return a part that nothing in the page will change, as HTML."""
    return Still(html=markup(part))
