"""Matomo: page feedback as answers and steps of forms as counts, from the day reports of a web site's statistics."""

from connectors.matomo.settings import Answers, Forms, Step
from connectors.matomo.source import Matomo

__all__ = ["Answers", "Forms", "Matomo", "Step"]
