"""Filters: native selects in a form whose state is the address; it works without a script."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.address import Address
from dashboard.components.attributes import aria
from dashboard.components.chrome import Chrome
from dashboard.views.parts import Choice


def filter_form(choices: Sequence[Choice], *, submit: str, address: Address, chrome: Chrome) -> Component | None:
    """Draw the form, or nothing where there is nothing to choose. What the form does not ask, it keeps."""
    if not choices:
        return None
    asked = {choice.name for choice in choices}
    kept = [(name, value) for name, value in address.query.items() if name not in asked]
    return html.Form(
        [
            *(_hidden(name, value) for name, value in kept),
            *(_select(choice) for choice in choices),
            html.Button(submit, type="submit", className="button"),
        ],
        method="get",
        action=address.path,
        className="filters",
        role="search",
        **aria(label=chrome.filters),
    )


def _select(choice: Choice) -> Component:
    field = f"choice-{choice.name}"
    options = [
        html.Option(text, value=value, selected="selected" if value == choice.chosen else None)
        for value, text in choice.options
    ]
    return html.Div(
        [
            html.Label(choice.label, htmlFor=field, className="filters__label"),
            html.Select(options, name=choice.name, id=field, className="select"),
        ],
        className="filters__field",
    )


def _hidden(name: str, value: str) -> Component:
    # dash.html has no input; a hidden select goes along with the form just the same.
    return html.Select(html.Option(value, value=value, selected="selected"), name=name, hidden=True)
