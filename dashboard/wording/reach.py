"""Reach in words: who could be heard, how far the silent ones could move a figure, and which figure leads."""

from __future__ import annotations

from collections.abc import Sequence

from config.programme import Text
from dashboard.wording.words import Words, span_text
from metrics.evidence.reach import Reach
from metrics.kpi import Kpi, Unit
from metrics.leading import ELSEWHERE, THIN
from metrics.weighting.cautions import Caution, Unweighted

_CAUTIONS: dict[str, str] = {
    Caution.RESPONSE_UNKNOWN: "It is not known how many were invited, so not who stayed silent.",
    Caution.LOW_RESPONSE: "Few of those invited answered: the silent ones weigh heavily.",
    Caution.UNREPRESENTATIVE: "Some channels answer much more often than others.",
    Caution.UNEVEN_RESPONSE: "The gap in response between channels is more than 15 percentage points.",
    Caution.ONLY_DIGITAL: "Only the digital channel is heard. Who needs another channel is not in this figure.",
    Caution.CHANNELS_SILENT: "Residents came this way and nobody answered: {channels}.",
    Caution.MORE_ANSWERS_THAN_INVITATIONS: "There are more answers than invitations: one of the two counts is wrong.",
    Caution.MORE_INVITATIONS_THAN_CUSTOMERS: "There are more invitations than customers: one of the two is wrong.",
    Caution.UNEQUAL_WEIGHTS: "Some answers weigh more than five times as much as others.",
    Caution.FEW_EFFECTIVE: "A few answers weigh so heavily that the figure is worth less than half of them.",
    Caution.ANSWERS_LEFT_OUT: "Answers of which the channel is unknown do not weigh.",
    Caution.CASES_UNPLACED: "Of some cases the channel is unknown.",
    Caution.STRATA_MERGED: "Channels with few answers were counted together: {merged}.",
    Caution.RAKING_FAILED: "Channel and group together could not be weighted; channel alone was.",
}

_UNWEIGHTED: dict[str, str] = {
    Unweighted.NO_ANSWERS: "There are no answers to weight.",
    Unweighted.NO_VOLUMES: "How many came by each channel is not recorded, so the answers cannot be weighted.",
    Unweighted.CHANNELS_SILENT: "Not every channel that residents use has answers, so they cannot be weighted.",
    Unweighted.TOO_MUCH_UNPLACED: "Too many answers or cases have an unknown channel to weight them.",
    Unweighted.MARGINS_DIFFER: "The totals by channel and by group do not fit together, so they cannot be weighted.",
    Unweighted.NOT_CONVERGED: "No weights fit the totals by channel and by group.",
    THIN: "A channel has too few answers to weight by.",
    ELSEWHERE: "Now or the baseline could not be weighted, so neither is.",
}


def caution_text(words: Words, code: str, *, channels: str = "", merged: str = "") -> str | None:
    """Say a caution; None for one that the figures show already."""
    return words.say(_CAUTIONS[code], channels=channels, merged=merged) if code in _CAUTIONS else None


def unweighted_text(words: Words, code: str) -> str:
    """Say why the answers could not be weighted."""
    return words.say(_UNWEIGHTED[code])


def silence_text(words: Words, reach: Reach, kpi: Kpi) -> str | None:
    """Say how far those who stayed silent could move a share: the no-assumption range."""
    known = kpi.unit is Unit.SHARE and reach.response is not None
    if not known or reach.response is None or reach.lowest is None or reach.highest is None:
        return None
    return words.say(
        "{response} of those invited answered. If all who stayed silent were dissatisfied it would be {lowest}; "
        "if all were satisfied, {highest}.",
        response=words.percent(reach.response),
        lowest=words.percent(reach.lowest),
        highest=words.percent(reach.highest),
    )


def both_figures(words: Words, kpi: Kpi, *, led: float, crude: float) -> str:
    """Say the weighted figure beside the crude one."""
    return words.say(
        "{led} with every channel counting for as many as came by it; {crude} as the answers came in.",
        led=words.value(led, kpi.unit),
        crude=words.value(crude, kpi.unit),
    )


def merged_text(words: Words, merged: Sequence[str], labels: dict[str, Text]) -> str:
    """Name channels that were counted together: `desk with post`."""
    named = [words.both([words.label(labels, code) for code in one.split("+")]) for one in merged]
    return "; ".join(named)


def range_of(words: Words, low: float | None, high: float | None, kpi: Kpi) -> str:
    """Write a range, or a dash where there is none."""
    return "–" if low is None or high is None else span_text(words, low, high, kpi.unit)
