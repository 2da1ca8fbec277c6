"""Connectors: each turns what one kind of source sends into records."""

from __future__ import annotations

from connectors.connector import Connector
from connectors.event_log import EventLog
from connectors.files import Files

CONNECTORS: tuple[tuple[str, type[Connector]], ...] = (
    ("files", Files),
    ("event_log", EventLog),
)
"""Every kind of source with its settings, which pydantic checks: `TypeAdapter(Files).validate_python(...)`."""
