"""Effect in words: what would have been without the project, and what that says."""

from __future__ import annotations

from dashboard.wording.measures import measure_title
from dashboard.wording.verdicts import reason_sentence
from dashboard.wording.words import Words, digits_of, outward, span_text
from metrics.effect.interrupted import Interrupted
from metrics.estimate import NotReported
from metrics.evidence.change import Change, Difference
from metrics.evidence.claim import Trend
from metrics.kpi import Direction, Kpi, Unit

_BEYOND: dict[tuple[bool, bool], str] = {
    (True, True): "{title}: better than its own trend would have brought",
    (True, False): "{title}: worse than its own trend would have brought",
    (False, True): "{title}: no effect shown beyond its own trend",
    (False, False): "{title}: no effect shown beyond its own trend",
}


def effect_heading(words: Words, trend: Trend, kpi: Kpi) -> str:
    """Return the conclusion of an interrupted series."""
    title = measure_title(words, kpi.measure)
    if isinstance(trend.found, NotReported):
        return words.say("{title}: too few months to tell the project from its own trend", title=title)
    better = (trend.found.effect.value > 0) == (kpi.direction is Direction.UP)
    return words.say(_BEYOND[trend.beyond, better], title=title)


def effect_sentence(words: Words, found: Interrupted, kpi: Kpi, month: str) -> str:
    """Say what was to be expected in the latest month without the project, and what it became."""
    line = found.counterfactual
    return words.say(
        "Drawn on from before the start, the trend comes to {expected} in {month} (range {range}). "
        "The months since the start come to {became}.",
        expected=words.value(line.values[-1], kpi.unit),
        month=month,
        range=span_text(words, line.low[-1], line.high[-1], kpi.unit),
        became=words.value(line.values[-1] + found.effect.value, kpi.unit),
    )


def effect_notes(words: Words, trend: Trend, kpi: Kpi) -> list[str]:
    """Say how far the outcome can be relied on: the smallest effect that would show, and how the start stands out."""
    found = trend.found
    if isinstance(found, NotReported):
        return [reason_sentence(words, found.reason, n=found.n)]
    smallest = found.effect.smallest_seen
    notes = [
        words.say("The months count every channel as much as before the start.")
        if trend.held
        else words.say("Here a shift between channels can move the months as well: it could not be held constant."),
        words.say(
            "A smaller effect than {size} could easily have gone unseen in so few months.",
            size=size_text(words, smallest, kpi),
        )
        if smallest is not None
        else None,
        words.say(
            "Of {starts} months that could have been the start, this one stands out most.", starts=found.placebo_starts
        )
        if found.stands_out
        else words.say(
            "Other months, taken as the start, stand out as much: place {rank} of {starts}.",
            rank=found.placebo_rank,
            starts=found.placebo_starts,
        ),
    ]
    return [note for note in notes if note]


def size_text(words: Words, size: float, kpi: Kpi) -> str:
    """Write a difference without its sign: `4 percentage points`, `12 days`, `9 per 100`."""
    if kpi.unit is Unit.SHARE:
        return words.count("{n} percentage point", "{n} percentage points", max(1, round(abs(size) * 100)))
    if kpi.unit is Unit.NET_POINTS:
        return words.count("{n} point", "{n} points", max(1, round(abs(size))))
    small = kpi.unit is Unit.PER_HUNDRED and abs(size) < 1
    return words.value(abs(size), kpi.unit, 1 if small else 0)


def signed_text(words: Words, difference: float, kpi: Kpi) -> str:
    """Write a difference with its direction: `4 percentage points more`, `12 days less`, or `hardly any change`."""
    if words.bare(abs(difference), kpi.unit) == words.bare(0, kpi.unit):
        return words.say("hardly any change")
    size = size_text(words, difference, kpi)
    return words.say("{size} more", size=size) if difference > 0 else words.say("{size} less", size=size)


def difference_text(words: Words, found: Difference, kpi: Kpi) -> str:
    """Write a difference with its range: `from 57% to 84%, 27 percentage points higher (range 23–30)`."""
    size = size_text(words, found.value, kpi)
    digits = 0 if kpi.unit is Unit.SHARE else digits_of(found.low, found.high, kpi.unit)
    before, after = (words.value(value, kpi.unit, digits) for value in (found.before, found.after))
    ends = ends_text(words, found.low, found.high, kpi)
    said = (
        words.say("from {before} to {after}: {size} more", before=before, after=after, size=size)
        if found.value > 0
        else words.say("from {before} to {after}: {size} less", before=before, after=after, size=size)
    )
    return f"{said} ({words.say('range {range}', range=ends)})" if ends else said


def change_sentence(words: Words, change: Change, kpi: Kpi) -> str | None:
    """Say the change at a constant mix, and the crude one beside it where that points the other way."""
    leading = change.leading
    if leading is None:
        return None
    told = difference_text(words, leading, kpi)
    if change.held is None or change.crude is None:
        return words.say("Counted as the answers came in: {told}.", told=told)
    if not change.reverses:
        return words.say("With every channel counting as much as before the start: {told}.", told=told)
    return words.say(
        "With every channel counting as much as before the start: {told}. "
        "Counted as the answers came in it is the other way round: {crude}. That is a shift between channels.",
        told=told,
        crude=difference_text(words, change.crude, kpi),
    )


def ends_text(words: Words, low: float | None, high: float | None, kpi: Kpi) -> str:
    """Write the range of a difference without its sign, or with words where it holds 0; empty where it has no end."""
    if low is None or high is None:
        return ""
    if low < 0 < high:
        less, more = (words.bare(outward(end, kpi.unit, 0, up=True), kpi.unit) for end in (-low, high))
        return words.say("{low} less to {high} more", low=less, high=more)
    near, far = sorted((abs(low), abs(high)))
    return span_text(words, near, far, kpi.unit)
