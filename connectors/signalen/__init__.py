"""Signalen: reports on public space (meldingen), their deadlines, and whether the reporters were satisfied."""

from __future__ import annotations

from connectors.signalen.source import Signalen

__all__ = ["Signalen"]
