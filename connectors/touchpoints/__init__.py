"""GSA Touchpoints: answers to the questions of OMB Circular A-11, and how many were asked."""

from connectors.touchpoints.source import Touchpoints

__all__ = ["Touchpoints"]
