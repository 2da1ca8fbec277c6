"""Fairness in words: who fares worst, how far from everybody, and whether chance can have done it."""

from __future__ import annotations

from collections.abc import Mapping

from config.programme import Text
from dashboard.wording.effect import ends_text, size_text
from dashboard.wording.measures import measure_title
from dashboard.wording.words import Words
from metrics.evidence.fairness import FairnessGap
from metrics.kpi import Kpi


def gap_sentence(words: Words, found: FairnessGap, kpi: Kpi, channels: Mapping[str, Text]) -> str:
    """Say which channel fares worst, against everybody, or that none is shown to where the range holds 0."""
    ends = ends_text(words, found.low, found.high, kpi)
    told = {
        "measure": measure_title(words, kpi.measure),
        "channel": words.label(channels, found.worst),
        "worst": words.value(found.worst_value, kpi.unit),
        "everybody": words.value(found.everybody, kpi.unit),
        "apart": size_text(words, found.difference, kpi)
        + (f"; {words.say('range {range}', range=ends)}" if ends else ""),
    }
    if found.low is not None and found.high is not None and not found.low <= 0 <= found.high:
        return words.say(
            "{measure}: residents who come by {channel} fare worst: {worst}, against {everybody} for everybody "
            "({apart}).",
            **told,
        )
    return words.say(
        "{measure}: no channel is shown to fare worse than the others. "
        "Lowest is {channel}: {worst}, against {everybody} for everybody ({apart}).",
        **told,
    )
