"""The pages for when there is no view: an address where nothing is, and a page that could not be made."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.address import Address, local
from dashboard.components.chrome import Chrome
from dashboard.components.frame import framed, lead_text, page_head


def lost(*, address: Address, chrome: Chrome) -> Component:
    """Say that nothing is at this address, and where to go."""
    home = html.P(html.A(chrome.lost_link, href=local("/", chrome.language)))
    head = page_head([lead_text([chrome.lost_text]), home], title=chrome.lost_title)
    return framed([head], title=chrome.lost_title, address=address, chrome=chrome)


def broken(*, address: Address, chrome: Chrome) -> Component:
    """Say that the page could not be made; the log holds the reason."""
    head = page_head([lead_text([chrome.broken_text])], title=chrome.broken_title)
    return framed([head], title=chrome.broken_title, address=address, chrome=chrome)
