"""LimeSurvey: answers to the closed questions of one survey, over RemoteControl 2."""

from __future__ import annotations

from connectors.limesurvey.source import LimeSurvey

__all__ = ["LimeSurvey"]
