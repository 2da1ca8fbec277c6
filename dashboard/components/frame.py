"""The frame: skip link, header with navigation and language, main, footer."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.address import LANGUAGES, Address, local
from dashboard.components.attributes import aria, data
from dashboard.components.chrome import Chrome

Part = Component | None


def framed(content: Sequence[Part], *, title: str, address: Address, chrome: Chrome) -> Component:
    """Put a page's content in the frame. What the browser needs to know of the page stands on its outermost element."""
    return html.Div(
        [
            html.A(chrome.skip, href="#main", className="skip-link"),
            _header(address, chrome),
            html.Main([part for part in content if part is not None], id="main", className="page", tabIndex=-1),
            _footer(chrome),
        ],
        className="frame",
        lang=chrome.language,
        **data(address=address.href, path=address.path, title=f"{title} · Uitkomst"),
    )


def page_head(parts: Sequence[Part], *, title: str) -> Component:
    """Draw the top of a page: its title, which takes the focus after a switch of pages, and what follows it."""
    heading = html.H1(title, tabIndex=-1, className="title")
    return html.Div([heading, *(part for part in parts if part is not None)], className="page-head")


def lead_text(sentences: Sequence[str]) -> Component:
    """Draw the sentences that answer the question of the page."""
    return html.Div([html.P(sentence) for sentence in sentences], className="lead")


def notice_list(notices: Sequence[str]) -> Part:
    """Draw short warnings, or nothing where there is nothing to warn of."""
    if not notices:
        return None
    return html.Ul([html.Li(notice) for notice in notices], className="notices")


def _header(address: Address, chrome: Chrome) -> Component:
    brand = html.A("Uitkomst", href=local("/", chrome.language), className="brand")
    navigation = html.Nav(
        html.Ul(
            [
                html.Li(_link(chrome.portfolio, "/", address, chrome)),
                html.Li(_link(chrome.sources, "/sources", address, chrome)),
                html.Li(_link(chrome.method, "/method", address, chrome)),
            ]
        ),
        className="navigation",
        **aria(label=chrome.navigation),
    )
    return html.Header(
        html.Div([brand, navigation, _switch(address, chrome)], className="header__inner"), className="header"
    )


def _link(text: str, path: str, address: Address, chrome: Chrome) -> Component:
    current = aria(current="page") if address.path == path else {}
    return html.A(text, href=local(path, chrome.language), **current)


def _switch(address: Address, chrome: Chrome) -> Component:
    language = next(other for other in LANGUAGES if other != chrome.language)
    return html.A(
        chrome.other_text,
        href=address.in_language(language).href,
        hrefLang=language,
        lang=language,
        className="language",
    )


def _footer(chrome: Chrome) -> Component:
    link = html.A(chrome.about_link, href=local("/method", chrome.language))
    return html.Footer(html.P([chrome.about, " ", link]), className="footer")
