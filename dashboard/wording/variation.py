"""Variation in words: what a control chart shows, without the words of statistics."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.wording.measures import measure_title
from dashboard.wording.words import Words
from metrics.evidence.control import Control
from metrics.kpi import Kpi
from metrics.variation.charts import NoLimits
from metrics.variation.false_alarms import expected_false_alarms
from metrics.variation.signals import Mark, Signal

_VARIATIONS: dict[Mark, str] = {
    Mark.IMPROVEMENT: "Something changed for the better since {month}",
    Mark.CONCERN: "Something changed for the worse since {month}",
    Mark.NEUTRAL: "Something changed since {month}",
    Mark.ORDINARY: "Ordinary ups and downs",
}

_ASSURANCES: dict[str, str] = {
    "pass": "As things are now, the goal of {goal} is met month after month",
    "fail": "As things are now, the goal of {goal} will not be met",
    "inconsistent": "As things are now, the goal of {goal} is met in some months and missed in others",
}

_NO_LIMITS: dict[NoLimits, str] = {
    NoLimits.NO_POINTS: "No month has enough to show.",
    NoLimits.ONE_POINT: "One month has a figure: that is too little to say what is ordinary.",
    NoLimits.NO_NEIGHBOURS: "No two months in a row have a figure, so there is no telling what is ordinary.",
    NoLimits.NO_MOVEMENT: "Every month gave the same figure, so there is no telling what is ordinary.",
}


def variation_text(words: Words, control: Control, month: str) -> str | None:
    """Say what the latest months show; None where there are no limits to say it by."""
    if control.variation is None:
        return None
    return words.say(_VARIATIONS[Mark(control.variation)], month=month)


def assurance_text(words: Words, control: Control, goal: str) -> str | None:
    """Say whether the goal will be met with things as they are; None where that cannot be said."""
    return None if control.assurance is None else words.say(_ASSURANCES[control.assurance], goal=goal)


def control_heading(words: Words, control: Control, kpi: Kpi, month: str) -> str:
    """Return the conclusion of a control chart."""
    title = measure_title(words, kpi.measure)
    told = variation_text(words, control, month)
    if told is None:
        return words.say("{title}: too little to tell change from chance", title=title)
    return words.say("{title}: {told}", title=title, told=told[:1].lower() + told[1:])


def no_limits_text(words: Words, control: Control) -> str | None:
    """Say why there are no limits; None where there are."""
    return None if control.no_limits is None else words.say(_NO_LIMITS[NoLimits(control.no_limits)])


def mark_name(words: Words, mark: str) -> str:
    """Name a mark for the legend and the table."""
    return {
        Mark.IMPROVEMENT.value: words.say("better than ordinary"),
        Mark.CONCERN.value: words.say("worse than ordinary"),
        Mark.NEUTRAL.value: words.say("not ordinary"),
        Mark.ORDINARY.value: words.say("ordinary"),
    }[mark]


def signal_text(words: Words, signal: str) -> str:
    """Say by which rule a month stands out; empty where it does not."""
    return {
        Signal.OUTSIDE.value: words.say("outside the ordinary range"),
        Signal.TREND.value: words.say("seven months in a row up or down"),
        Signal.TWO_OF_THREE.value: words.say("two of three months near the edge"),
        Signal.SHIFT.value: words.say("seven months in a row on one side of the middle"),
        Signal.NONE.value: "",
    }[signal]


def false_alarm_text(words: Words, charts: int) -> str:
    """Say how often chance alone gives a mark in the latest month, somewhere on this screen."""
    least, *_, most = expected_false_alarms(charts)
    return words.count(
        "By chance alone the latest month of this {n} chart is marked in about {low} of 100 looks; "
        "where each month resembles the one before, in up to {high}.",
        "By chance alone a latest month is marked somewhere in these {n} charts in about {low} of 100 looks; "
        "where each month resembles the one before, in up to {high}.",
        charts,
        low=words.number(min(99, round(100 * least.latest))),
        high=words.number(min(99, round(100 * most.latest))),
    )


def control_notes(words: Words, control: Control, *, frozen_until: str | None, rebases: Sequence[str]) -> list[str]:
    """Say what a reader must know of how the ordinary range was made."""
    notes = [
        words.say(
            "The ordinary range rests on the months up to and including {month}, before the start.", month=frozen_until
        )
        if frozen_until
        else None,
        words.say("The ordinary range rests on few months and may still move.") if control.trial else None,
        words.count(
            "{n} month has no figure: runs of months are not counted across it.",
            "{n} months have no figure: runs of months are not counted across them.",
            control.missing_months,
        )
        if control.missing_months
        else None,
        *rebases,
    ]
    return [note for note in notes if note]
