"""Tracks: baseline, now with its range, and target as places on one line."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.compose.scales import within
from dashboard.findings import Figure, Finding, comparable_baseline
from dashboard.views.parts import Track
from dashboard.wording.figures import level_text, range_text, value_text
from dashboard.wording.words import Words
from metrics.estimate import Estimate
from metrics.kpi import Kpi, Unit

_MARGIN = 0.12
"""Room at both ends of a line, as a part of what is drawn on it."""

_NARROWEST = {Unit.SHARE: 0.2, Unit.DAYS: 10.0, Unit.POINTS: 1.0, Unit.PER_HUNDRED: 20.0, Unit.NET_POINTS: 40.0}
"""A line spans at least this much, so that small differences do not look large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The lowest and highest value of a line, in the unit of the KPI."""

    low: float
    high: float

    def place(self, value: float | None) -> float | None:
        """Return the place of a value in per cent from the left."""
        if value is None:
            return None
        return round(100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 2)


def axis_for(values: list[float | None], unit: Unit) -> Axis:
    """Return an axis that holds all values with a margin, no wider than the unit allows."""
    given = [value for value in values if value is not None] or [0.0]
    low, high = min(given), max(given)
    room = max((high - low) * _MARGIN, (_NARROWEST[unit] - (high - low)) / 2)
    return Axis(low=within(low - room, unit), high=within(high + room, unit))


def track(words: Words, finding: Finding) -> Track | None:
    """Return the line of a finding, or None where there is neither a figure now nor a baseline."""
    return line(words, finding.now, finding.baseline, finding.target, finding.kpi)


def line(
    words: Words, now: Figure | None, baseline: Figure | None, target: float | None, kpi: Kpi, axis: Axis | None = None
) -> Track | None:
    """Return the line of a figure against baseline and target, on its own axis or on a shared one.

    A baseline that was asked differently is not drawn: two places on one line are a comparison.
    """
    current, before = _estimate(now), _estimate(comparable_baseline(now, baseline))
    if current is None and before is None:
        return None
    return Track(
        **_places(current, before, target, axis or axis_for(_values(current, before, target), kpi.unit)),
        open_end=current is not None and current.low is not None and current.high is None,
        sentence=_sentence(words, current, before, target, kpi),
    )


def _places(
    current: Estimate | None, before: Estimate | None, target: float | None, axis: Axis
) -> dict[str, float | None]:
    return {
        "baseline": axis.place(before.value) if before else None,
        "now": axis.place(current.value) if current else None,
        "low": axis.place(current.low) if current else None,
        "high": axis.place(current.high) if current else None,
        "target": axis.place(target),
    }


def _values(current: Estimate | None, before: Estimate | None, target: float | None) -> list[float | None]:
    return [
        target,
        *([current.value, current.low, current.high] if current else []),
        *([before.value] if before else []),
    ]


def _estimate(figure: Figure | None) -> Estimate | None:
    return figure.known if figure is not None and isinstance(figure.known, Estimate) else None


def _sentence(words: Words, current: Estimate | None, before: Estimate | None, target: float | None, kpi: Kpi) -> str:
    parts = []
    if before is not None:
        parts.append(words.say("baseline {value}", value=value_text(words, before, kpi)))
    if current is not None:
        shown = range_text(words, current, kpi)
        parts.append(words.say("now {value}", value=value_text(words, current, kpi)) + (f" ({shown})" if shown else ""))
    if target is not None:
        parts.append(words.say("goal {value}", value=level_text(words, target, kpi)))
    return ", ".join(parts)
