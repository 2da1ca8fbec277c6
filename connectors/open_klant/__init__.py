"""Open Klant: contacts of residents and call-backs, from the klantinteracties API."""

from __future__ import annotations

from connectors.open_klant.source import CallBacks, OpenKlant

__all__ = ["CallBacks", "OpenKlant"]
