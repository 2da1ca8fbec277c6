"""Comparisons in words: a project against comparable services, and a pilot against its control group."""

from __future__ import annotations

from dashboard.wording.effect import ends_text, signed_text, size_text
from dashboard.wording.measures import measure_title
from dashboard.wording.verdicts import reason_sentence
from dashboard.wording.words import Words
from metrics.effect.panel import ALPHA, DifferenceInDifferences, more_than_comparable
from metrics.effect.pilot import Pilot
from metrics.estimate import NotReported, Reason
from metrics.kpi import Direction, Kpi


def panel_heading(words: Words, found: DifferenceInDifferences | NotReported, kpi: Kpi) -> str:
    """Return the conclusion of a comparison with other services."""
    title = measure_title(words, kpi.measure)
    if isinstance(found, NotReported):
        return words.say("{title}: too few comparable services", title=title)
    if not more_than_comparable(found):
        return words.say("{title}: not shown to have changed more than comparable services", title=title)
    if (found.effect.value > 0) == (kpi.direction is Direction.UP):
        return words.say("{title}: it went better than at comparable services", title=title)
    return words.say("{title}: it went worse than at comparable services", title=title)


def panel_sentences(words: Words, found: DifferenceInDifferences | NotReported, kpi: Kpi) -> list[str]:
    """Say how much more the services of the project changed, how often chance does that, and if they were alike.

    Without the interval of the difference: of so few services it is wide whatever happens, and the draws decide.
    """
    if isinstance(found, NotReported):
        return [reason_sentence(words, found.reason, n=found.n)]
    with_project, others = ([one.change for one in found.services if one.treated is side] for side in (True, False))
    told = [
        words.say(
            "Since the start: with the project {with_project}, at {n} comparable services {others}. "
            "The difference is {difference}.",
            with_project=signed_text(words, sum(with_project) / len(with_project), kpi),
            n=len(others),
            others=signed_text(words, sum(others) / len(others), kpi),
            difference=signed_text(words, found.effect.value, kpi),
        ),
        words.say(
            "If chance had picked which services got the project, a difference this large would come up "
            "in {times} of 100 draws.",
            times=max(1, round(found.permuted.p_value * 100)),
        ),
        _before(words, found, kpi),
    ]
    if found.permuted.smallest > ALPHA:
        told.append(words.say("With so few services chance cannot be ruled out, whatever comes out."))
    if found.without_both_sides:
        told.append(
            words.say(
                "Left out, for want of figures before or after the start: {services}.",
                services=words.both(found.without_both_sides),
            )
        )
    return told


def pilot_heading(words: Words, found: Pilot, kpi: Kpi) -> str:
    """Return the conclusion of a pilot."""
    title = measure_title(words, kpi.measure)
    if found.value is None:
        return words.say("{title}: too few in the pilot to say anything", title=title)
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return words.say("{title}: no difference shown between the two groups", title=title)
    if (found.value > 0) == (kpi.direction is Direction.UP):
        return words.say("{title}: better in the group with the new way", title=title)
    return words.say("{title}: worse in the group with the new way", title=title)


def pilot_sentences(words: Words, found: Pilot, kpi: Kpi, *, by_lot: bool) -> list[str]:
    """Say how far the groups lie apart, who decided who was in them, and how many were lost on the way."""
    if found.value is None:
        return [reason_sentence(words, found.reason or Reason.TOO_FEW_OBSERVATIONS, n=None)]
    return [
        words.say(
            "The group with the new way against the other group: {difference}.",
            difference=_with_range(words, found, found.value, kpi),
        ),
        words.say("A lot decided who was in which group.")
        if by_lot
        else words.say("No lot decided who was in which group: they may have differed from the beginning."),
        words.say(
            "Measured: {pilot} of {pilot_assigned} with the new way, {control} of {control_assigned} in the other "
            "group. Everybody counts in the group to which they were assigned.",
            pilot=words.number(found.pilot.measured),
            pilot_assigned=words.number(found.pilot.assigned),
            control=words.number(found.control.measured),
            control_assigned=words.number(found.control.assigned),
        ),
        *([] if found.low_loss else [words.say("So many were lost on the way that the outcome proves little.")]),
    ]


def _with_range(words: Words, found: Pilot, value: float, kpi: Kpi) -> str:
    told = signed_text(words, value, kpi)
    shown = ends_text(words, found.low, found.high, kpi)
    return f"{told} ({words.say('range {range}', range=shown)})" if shown else told


def _before(words: Words, found: DifferenceInDifferences, kpi: Kpi) -> str:
    if found.pre_trend is None or found.drift is None or found.pre_trend.standard_error is None:
        return words.say("There are too few months before the start to see whether the services moved alike.")
    if found.alike_before:
        return words.say("Before the start the services moved alike, as far as can be seen.")
    return words.say(
        "Before the start they already moved apart. Carried on, that alone makes {size} of the difference.",
        size=size_text(words, found.drift.value, kpi),
    )
