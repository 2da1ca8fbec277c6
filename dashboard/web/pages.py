"""Which page is at an address: the view that the door gives, drawn, with its HTTP status."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from dash.development.base_component import Component

from dashboard.components.address import Address
from dashboard.components.chrome import chrome_in
from dashboard.pages import method, missing, portfolio, project, sources
from dashboard.views.method import MethodView
from dashboard.views.portfolio import PortfolioView
from dashboard.views.project import ProjectView
from dashboard.views.sources import SourcesView

_logger = logging.getLogger(__name__)


class ViewDoor(Protocol):
    """The one door to what pages and reports say. `query` holds what stands in the address, the language as `lang`."""

    def portfolio(self, query: Mapping[str, str]) -> PortfolioView:
        """Return the portfolio."""

    def project(self, programme: str, project: str, query: Mapping[str, str]) -> ProjectView | None:
        """Return a project, or None where there is none of that name."""

    def method(self, query: Mapping[str, str]) -> MethodView:
        """Return the definitions."""

    def sources(self, query: Mapping[str, str]) -> SourcesView:
        """Return the sources."""

    def rejected(self, programme: str, source: str) -> str | None:
        """Return all rejected rows of a source as CSV, or None where there is no such source."""

    def run_now(self, programme: str, source: str) -> bool:
        """Ask for a run of a source; false where there is no such source in the schedule."""

    def report(self, programme: str, project: str, query: Mapping[str, str]) -> bytes | None:
        """Return a project's report as PDF, or None where there is no such project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page ready to be sent: its components, the HTTP status, and whether it holds charts."""

    page: Component
    status: int
    charts: bool = False


def draw(door: ViewDoor, address: Address) -> Drawn:
    """Draw the page at an address. A failure becomes a page that says so; the log has the reason."""
    try:
        found = _found(door, address)
    except Exception:
        _logger.exception("The page at %s could not be made.", address.href)
        return Drawn(page=missing.broken(address=address, chrome=chrome_in(address.language)), status=500)
    return found or Drawn(page=missing.lost(address=address, chrome=chrome_in(address.language)), status=404)


def _found(door: ViewDoor, address: Address) -> Drawn | None:
    asked = {**address.query, "lang": address.language}
    match address.path.strip("/").split("/"):
        case [""]:
            chrome = chrome_in(address.language)
            return Drawn(page=portfolio.layout(door.portfolio(asked), address=address, chrome=chrome), status=200)
        case ["method"]:
            chrome = chrome_in(address.language)
            return Drawn(page=method.layout(door.method(asked), address=address, chrome=chrome), status=200)
        case ["sources"]:
            chrome = chrome_in(address.language)
            return Drawn(page=sources.layout(door.sources(asked), address=address, chrome=chrome), status=200)
        case ["project", programme, name]:
            return _project(door, address, programme=programme, name=name)
        case _:
            return None


def _project(door: ViewDoor, address: Address, *, programme: str, name: str) -> Drawn | None:
    view = door.project(programme, name, {**address.query, "lang": address.language})
    if view is None:
        return None
    page = project.layout(view, address=address, chrome=chrome_in(address.language))
    return Drawn(page=page, status=200, charts=bool(view.series or view.curve or view.published))
