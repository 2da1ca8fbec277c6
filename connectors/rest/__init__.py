"""Rest: records of any kind from any JSON API, by declaration."""

from __future__ import annotations

from connectors.rest.columns import PathRule
from connectors.rest.entry import Entry
from connectors.rest.paging import Paging
from connectors.rest.source import Rest
from connectors.rest.wordings import Wordings

__all__ = ["Entry", "Paging", "PathRule", "Rest", "Wordings"]
