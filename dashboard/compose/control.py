"""Composing control charts: each month beside the range of ordinary ups and downs, and what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config.programme import Project
from dashboard.compose.scales import axis_of, scaled, unit_name, within
from dashboard.findings import Finding
from dashboard.views.evidence import ControlChart, ControlPoint, Icon
from dashboard.views.parts import Mark, Table
from dashboard.wording.figures import level_text
from dashboard.wording.measures import kpi_note, measure_title
from dashboard.wording.periods import period_name, short_period
from dashboard.wording.variation import (
    assurance_text,
    control_heading,
    control_notes,
    mark_name,
    no_limits_text,
    signal_text,
    variation_text,
)
from dashboard.wording.words import Words, span_text
from metrics.evidence.control import Control, Dot
from metrics.kpi import Kpi, Unit
from metrics.periods import Grain, period_of
from metrics.variation.signals import Mark as Sign
from metrics.variation.signals import Signal

_MARKS = {
    Sign.IMPROVEMENT.value: "better",
    Sign.CONCERN.value: "worse",
    Sign.NEUTRAL.value: "other",
    Sign.ORDINARY.value: "ordinary",
}


def control_charts(words: Words, findings: Sequence[Finding], project: Project) -> list[ControlChart]:
    """Return the control chart of every measure that has one with a month to show."""
    return [
        _chart(words, one, one.control, project)
        for one in findings
        if one.control is not None and any(dot.value is not None for dot in one.control.dots)
    ]


def _chart(words: Words, finding: Finding, control: Control, project: Project) -> ControlChart:
    kpi = finding.kpi
    month = "" if control.since is None else _month(words, control.since)
    points = [_point(words, dot, kpi) for dot in control.dots]
    target = None if finding.target is None else scaled(finding.target, kpi.unit)
    heading = control_heading(words, control, kpi, month)
    why = [text for text in (no_limits_text(words, control),) if text]
    assured = [text for text in (_assured(words, finding, control),) if text]
    shown = {point.mark for point in points if point.value is not None}
    return ControlChart(
        name=kpi.name,
        heading=heading,
        caption=words.say(
            "{kpi}, month by month. The band is the range of ordinary ups and downs; the dashed line its middle.",
            kpi=kpi_note(words, kpi),
        ),
        sentence=" ".join([f"{heading}.", *why, *(f"{text}." for text in assured)]),
        icons=_icons(words, finding, control, month),
        percent=kpi.unit is Unit.SHARE,
        unit=unit_name(words, kpi.unit),
        axis=axis_of([*(end for one in points for end in (one.value, one.low, one.high)), target], kpi.unit),
        points=points,
        target=None
        if finding.target is None
        else Mark(
            label=words.say("goal {value}", value=level_text(words, finding.target, kpi)),
            level=scaled(finding.target, kpi.unit),
        ),
        events=[Mark(label=words.say("start of the project"), day=project.started_on)] if project.started_on else [],
        legend=[(mark, mark_name(words, sign)) for sign, mark in _MARKS.items() if mark in shown],
        notes=[
            *why,
            *control_notes(
                words,
                control,
                frozen_until=None if control.frozen_until is None else _month(words, control.frozen_until),
                rebases=_rebases(words, project, kpi),
            ),
        ],
        table=_table(words, control, kpi),
    )


def _assured(words: Words, finding: Finding, control: Control) -> str | None:
    goal = None if finding.target is None else level_text(words, finding.target, finding.kpi)
    return None if goal is None else assurance_text(words, control, goal)


def _icons(words: Words, finding: Finding, control: Control, month: str) -> list[Icon]:
    varied = variation_text(words, control, month)
    icons = [] if varied is None or control.variation is None else [Icon(code=_MARKS[control.variation], text=varied)]
    assured = _assured(words, finding, control)
    return icons + (
        [] if assured is None or control.assurance is None else [Icon(code=control.assurance, text=assured)]
    )


def _rebases(words: Words, project: Project, kpi: Kpi) -> list[str]:
    return [
        words.say(
            "From {day} on the range was drawn anew: {reason} (decided by {who} on {decided}).",
            day=words.day(one.on),
            reason=words.text(one.reason),
            who=one.who,
            decided=words.day(one.decided_on),
        )
        for one in project.rebases
        if not one.kpis or kpi.name in one.kpis
    ]


def _point(words: Words, dot: Dot, kpi: Kpi) -> ControlPoint:
    month = period_of(dot.month, Grain.MONTH)
    name = period_name(words, month, Grain.MONTH)
    value = None if dot.value is None else scaled(dot.value, kpi.unit)
    text = words.say("{month}: no figure", month=name)
    if dot.value is not None:
        text = f"{name}: {words.value(dot.value, kpi.unit)}" + (
            "" if dot.mark in {None, Sign.ORDINARY.value} else f", {mark_name(words, str(dot.mark))}"
        )
    return ControlPoint(
        start=dot.month,
        label=short_period(words, month, Grain.MONTH),
        value=value,
        low=_within(dot.low, kpi.unit),
        mean=None if dot.low is None or dot.mean is None else scaled(dot.mean, kpi.unit),
        high=_within(dot.high, kpi.unit),
        mark=_MARKS[dot.mark or Sign.ORDINARY.value],
        text=text,
    )


def _within(limit: float | None, unit: Unit) -> float | None:
    return None if limit is None else scaled(within(limit, unit), unit)


def _table(words: Words, control: Control, kpi: Kpi) -> Table:
    return Table(
        caption=words.say("{title} month by month", title=measure_title(words, kpi.measure)),
        columns=[
            words.say("Month"),
            kpi_note(words, kpi),
            words.say("Ordinary range"),
            words.say("Stands out"),
            words.say("Why"),
        ],
        rows=[_row(words, dot, kpi) for dot in control.dots],
        numeric=frozenset({1, 2}),
    )


def _row(words: Words, dot: Dot, kpi: Kpi) -> list[str]:
    low, high = (_within(end, kpi.unit) for end in (dot.low, dot.high))
    factor = 100.0 if kpi.unit is Unit.SHARE else 1.0
    signal, mark = dot.signal or Signal.NONE.value, dot.mark or Sign.ORDINARY.value
    signalled = signal != Signal.NONE.value
    return [
        _month(words, dot.month),
        "–" if dot.value is None else words.value(dot.value, kpi.unit),
        "" if low is None or high is None else span_text(words, low / factor, high / factor, kpi.unit),
        mark_name(words, mark) if signalled else "",
        signal_text(words, signal) if signalled else "",
    ]


def _month(words: Words, day: date) -> str:
    return period_name(words, period_of(day, Grain.MONTH), Grain.MONTH)
