"""Connectors: each turns what one kind of source sends into records."""

from __future__ import annotations

from connectors.connector import Connector
from connectors.event_log import EventLog
from connectors.files import Files
from connectors.limesurvey import LimeSurvey
from connectors.matomo import Matomo
from connectors.open311 import Open311
from connectors.open_klant import OpenKlant
from connectors.rest import Rest
from connectors.signalen import Signalen
from connectors.sql import Sql
from connectors.touchpoints import Touchpoints
from connectors.zgw import Zgw

CONNECTORS: tuple[tuple[str, type[Connector]], ...] = (
    ("files", Files),
    ("event_log", EventLog),
    ("limesurvey", LimeSurvey),
    ("matomo", Matomo),
    ("open311", Open311),
    ("open_klant", OpenKlant),
    ("rest", Rest),
    ("signalen", Signalen),
    ("sql", Sql),
    ("touchpoints", Touchpoints),
    ("zgw", Zgw),
)
"""Every kind of source with its settings, which pydantic checks: `TypeAdapter(Files).validate_python(...)`."""
