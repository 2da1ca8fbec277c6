"""Composing what would have been: the months as they were beside the trend from before the start, carried on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard.compose.scales import axis_of, scaled, unit_name, within
from dashboard.findings import Finding
from dashboard.views.evidence import Counterfactual, ExpectedPoint
from dashboard.views.parts import Mark, Table
from dashboard.wording.effect import effect_heading, effect_notes, effect_sentence
from dashboard.wording.measures import kpi_note, measure_title
from dashboard.wording.periods import period_name, short_period
from dashboard.wording.words import Words, span_text
from metrics.effect.interrupted import Interrupted
from metrics.evidence.claim import Trend
from metrics.kpi import Kpi, Unit
from metrics.periods import Grain, period_of


def counterfactuals(words: Words, findings: Sequence[Finding], started_on: date | None) -> list[Counterfactual]:
    """Return the chart of every measure of which the months are long enough for a trend."""
    return [
        _chart(words, one, one.claim.trend, one.claim.trend.found, started_on)
        for one in findings
        if one.claim is not None
        and one.claim.trend is not None
        and isinstance(one.claim.trend.found, Interrupted)
        and started_on is not None
    ]


def without_trend(words: Words, findings: Sequence[Finding]) -> list[str]:
    """Say of which measures nothing can be held against its own trend, and why."""
    return [
        f"{effect_heading(words, trend, one.kpi)}. {' '.join(effect_notes(words, trend, one.kpi))}"
        for one in findings
        if one.claim is not None and (trend := one.claim.trend) is not None and not isinstance(trend.found, Interrupted)
    ]


def _chart(words: Words, finding: Finding, trend: Trend, found: Interrupted, started_on: date) -> Counterfactual:
    kpi = finding.kpi
    points = _points(words, trend, found, kpi)
    last = period_name(words, period_of(found.months[-1], Grain.MONTH), Grain.MONTH)
    return Counterfactual(
        name=kpi.name,
        heading=effect_heading(words, trend, kpi),
        caption=words.say(
            "{kpi}, month by month. The dashed line carries the trend from before the start on; "
            "the band shows how far that could be off.",
            kpi=kpi_note(words, kpi),
        ),
        sentence=effect_sentence(words, found, kpi, last),
        percent=kpi.unit is Unit.SHARE,
        unit=unit_name(words, kpi.unit),
        axis=_axis(points, kpi.unit),
        measured_label=words.say("measured"),
        expected_label=words.say("to be expected without the project"),
        points=points,
        start=Mark(label=words.say("start of the project"), day=started_on),
        notes=[effect_sentence(words, found, kpi, last), *effect_notes(words, trend, kpi)],
        table=_table(words, points, kpi),
    )


def _axis(points: Sequence[ExpectedPoint], unit: Unit) -> tuple[float, float]:
    """Hold the measured months and the line; a band that runs far out is cut off, or nothing else could be read."""
    drawn = [end for one in points for end in (one.value, one.expected)]
    low, high = axis_of(drawn, unit)
    ends = [end for one in points for end in (one.low, one.high) if end is not None]
    room = high - low
    return axis_of([*drawn, *(min(max(end, low - room / 2), high + room / 2) for end in ends)], unit)


def _points(words: Words, trend: Trend, found: Interrupted, kpi: Kpi) -> list[ExpectedPoint]:
    measured = dict(zip(trend.months, trend.values, strict=True))
    line = found.counterfactual
    band = {month: (low, high) for month, low, high in zip(line.months, line.low, line.high, strict=True)}
    expected = dict(zip(found.months, found.fitted, strict=True)) | dict(zip(line.months, line.values, strict=True))
    return [
        _point(words, month, kpi, value=measured.get(month), expected=level, band=band.get(month))
        for month, level in sorted(expected.items())
    ]


def _point(
    words: Words, month: date, kpi: Kpi, *, value: float | None, expected: float, band: tuple[float, float] | None
) -> ExpectedPoint:
    period = period_of(month, Grain.MONTH)
    told = [words.say("measured {value}", value=words.value(value, kpi.unit))] if value is not None else []
    if band is not None:
        told.append(words.say("expected {value}", value=words.value(within(expected, kpi.unit), kpi.unit)))
    return ExpectedPoint(
        start=month,
        label=short_period(words, period, Grain.MONTH),
        value=None if value is None else scaled(value, kpi.unit),
        expected=scaled(expected, kpi.unit),
        low=None if band is None else scaled(band[0], kpi.unit),
        high=None if band is None else scaled(band[1], kpi.unit),
        text=f"{period_name(words, period, Grain.MONTH)}: {', '.join(told)}",
    )


def _table(words: Words, points: Sequence[ExpectedPoint], kpi: Kpi) -> Table:
    return Table(
        caption=words.say("{title} with and without the project", title=measure_title(words, kpi.measure)),
        columns=[
            words.say("Month"),
            words.say("measured"),
            words.say("to be expected without the project"),
            words.say("Range"),
        ],
        rows=[_row(words, point, kpi) for point in points],
        numeric=frozenset({1, 2, 3}),
    )


def _row(words: Words, point: ExpectedPoint, kpi: Kpi) -> list[str]:
    factor = 100.0 if kpi.unit is Unit.SHARE else 1.0
    low, high = point.low, point.high
    return [
        period_name(words, period_of(point.start, Grain.MONTH), Grain.MONTH),
        "–" if point.value is None else words.value(point.value / factor, kpi.unit),
        "" if low is None else words.value(within(point.expected / factor, kpi.unit), kpi.unit),
        ""
        if low is None or high is None
        else span_text(words, within(low / factor, kpi.unit), within(high / factor, kpi.unit), kpi.unit),
    ]
