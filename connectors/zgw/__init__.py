"""Systems of the Dutch standard for casework (ZGW), such as Open Zaak: cases with the norms of their own case type."""

from __future__ import annotations

from connectors.zgw.source import Zgw

__all__ = ("Zgw",)
