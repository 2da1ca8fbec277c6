"""Sql: records from any database, one question at a time, or counted where they are."""

from __future__ import annotations

from connectors.sql.source import Sql

__all__ = ["Sql"]
