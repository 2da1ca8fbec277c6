"""Inside: the Dash application that draws the pages, and the HTML in which the first view already stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

import flask
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.address import address_of
from dashboard.components.chrome import chrome_in
from dashboard.components.markup import markup
from dashboard.pages import sources
from dashboard.web.bundles import ASSETS, Bundle
from dashboard.web.pages import Drawn, ViewDoor, draw

_PLOTLY_SCRIPT = "/_dash-component-suites/plotly/package_data/plotly.min.js"
_NOT_NEEDED = ("polyfill@", "dash_table/")
"""Scripts of Dash that no page uses: help for browsers of before 2017, and Dash's own table."""

_SHELL = (Path(__file__).parent / "shell.html").read_text(encoding="utf-8")


class Inside(Dash):
    """Dash with a first view in its HTML: readable before, and without, any script."""

    def __init__(self, door: ViewDoor, *, style: Bundle, script: Bundle) -> None:
        super().__init__(
            __name__,
            use_async=False,
            use_pages=False,
            serve_locally=True,
            assets_ignore=".*",
            assets_folder=str(ASSETS),
            update_title="",
            suppress_callback_exceptions=True,
            add_log_handler=False,
        )
        self.door = door
        self.style = style
        self.script = script
        self.layout = html.Div([dcc.Location(id="address", refresh="callback-nav"), html.Div(id="page")])
        self.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))(self._page)
        self.callback(
            Output(sources.LIVE, "children"),
            Output(sources.CLOCK, "disabled"),
            Input(sources.CLOCK, "n_intervals"),
            State("address", "search"),
            prevent_initial_call=True,
        )(self._sources)
        self.server.after_request(_with_status)
        # Asked once, so that Dash knows which scripts it may hand out.
        self.script_addresses = self._script_addresses()

    def _page(self, path: str, search: str) -> Component:
        return draw(self.door, address_of(path, search)).page

    def _sources(self, _looks: int, search: str) -> tuple[Sequence[Component], bool]:
        address = address_of("/sources", search)
        view = self.door.sources({**address.query, "lang": address.language})
        return sources.groups(view, chrome=chrome_in(address.language)), not view.moving

    def _script_addresses(self) -> Sequence[str]:
        found = re.findall(r'src="([^"]+)"', self._generate_scripts_html())
        return [address for address in found if not any(part in address for part in _NOT_NEEDED)]

    def interpolate_index(self, *_: object, config: str = "", **__: object) -> str:
        """Return the HTML of the page that was asked for, with its first view drawn."""
        address = address_of(flask.request.path, flask.request.query_string.decode())
        drawn = draw(self.door, address)
        flask.g.status = drawn.status
        return self._filled(drawn, config=config, language=address.language)

    def _filled(self, drawn: Drawn, *, config: str, language: str) -> str:
        nonce = flask.request.environ["asgi.scope"]["state"]["nonce"]
        scripts = [f'<script defer src="{address}"></script>' for address in self.script_addresses]
        ahead = f'<link rel="preload" as="script" href="{_PLOTLY_SCRIPT}">' if drawn.charts else ""
        filling = {
            "language": language,
            "title": escape(getattr(drawn.page, "data-title")),
            "about": escape(chrome_in(language).about),
            "style": self.style.href,
            "nonce": nonce,
            "ahead": ahead,
            "scripts": "\n".join(scripts),
            "start": self.script.href,
            "config": config,
            "view": markup(drawn.page),
        }
        return re.sub(r"\{\{(\w+)\}\}", lambda found: filling[found[1]], _SHELL)


def _with_status(response: flask.Response) -> flask.Response:
    response.status_code = flask.g.get("status", response.status_code)
    return response
