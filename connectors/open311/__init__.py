"""Open311 GeoReport v2: requests to a city as cases."""

from connectors.open311.source import Open311

__all__ = ["Open311"]
