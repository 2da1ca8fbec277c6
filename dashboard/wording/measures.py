"""Measures and KPIs by their names for readers."""

from __future__ import annotations

from dashboard.wording.words import Words
from metrics.kpi import Kpi, Measure


def measure_title(words: Words, measure: Measure) -> str:
    """Name a measure."""
    return {
        Measure.SATISFACTION: words.say("Satisfaction"),
        Measure.LEAD_TIME: words.say("Lead time"),
        Measure.CLARITY: words.say("Clarity"),
    }[measure]


def kpi_note(words: Words, kpi: Kpi) -> str:
    """Say in a few words what a KPI measures: its title, in this language."""
    return words.say(kpi.title)


def made_up_text(words: Words) -> str:
    """Say that figures are made up, wherever a made-up programme is shown."""
    return words.say("Made-up figures: no real municipality and no real person is in them.")
