"""Composing the series of a measure: a point a period, with its range, and the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config.programme import Project
from dashboard.compose.scales import axis_of, scaled, unit_name
from dashboard.findings import Figure, Finding, broken_on
from dashboard.views.parts import Mark, Point, SeriesChart, Table
from dashboard.wording.figures import level_text, number_text, range_text, value_text
from dashboard.wording.headings import series_heading
from dashboard.wording.measures import kpi_note, measure_title
from dashboard.wording.periods import period_name, short_period
from dashboard.wording.verdicts import reason_sentence
from dashboard.wording.words import Words
from metrics.estimate import Estimate, NotReported, Status
from metrics.kpi import Cohort, Kpi, Unit
from metrics.periods import Grain


def series_chart(words: Words, finding: Finding, project: Project, grain: Grain) -> SeriesChart:
    """Return the chart of a finding's series."""
    kpi = finding.kpi
    points = [_point(words, one, kpi, grain) for one in finding.series]
    before = finding.baseline.known if finding.baseline else None
    breaks = broken_on(finding.series)
    comparable = isinstance(before, Estimate) and not breaks
    baseline = scaled(before.value, kpi.unit) if comparable and isinstance(before, Estimate) else None
    target = None if finding.target is None else scaled(finding.target, kpi.unit)
    return SeriesChart(
        name=kpi.name,
        heading=series_heading(words, finding),
        caption=_caption(words, kpi),
        sentence=_sentence(words, finding, grain),
        percent=kpi.unit is Unit.SHARE,
        unit=unit_name(words, kpi.unit),
        axis=axis_of([*(end for one in points for end in (one.value, one.low, one.high)), target, baseline], kpi.unit),
        points=points,
        target=None
        if target is None
        else Mark(label=words.say("goal {value}", value=level_text(words, finding.target or 0.0, kpi)), level=target),
        baseline=None if baseline is None else Mark(label=words.say("before the start"), level=baseline),
        events=[Mark(label=words.say("start of the project"), day=project.started_on)] if project.started_on else [],
        breaks=breaks,
        table=_table(words, finding, grain),
    )


def _caption(words: Words, kpi: Kpi) -> str:
    range_note = words.say("The band shows how far the figure could be off by chance; an open circle is an indication.")
    cohort = _cohort(words, kpi)
    return f"{kpi_note(words, kpi)}. {range_note}" + (f" {cohort}" if cohort else "")


def _cohort(words: Words, kpi: Kpi) -> str:
    """Say which cases a point holds; empty for what is no case."""
    if kpi.cohort in {Cohort.DUE, Cohort.SERVICE_DUE}:
        return words.say("Each point holds the decisions that were due in that period; still open counts as late.")
    if kpi.cohort in {Cohort.RECEIVED, Cohort.ARRIVED}:
        return words.say("Each point holds the cases received in that period, open ones included.")
    return ""


def _sentence(words: Words, finding: Finding, grain: Grain) -> str:
    anew = max(broken_on(finding.series), default=date.min)
    # From the first to the last is a comparison, so it does not reach over a break.
    known = [one for one in finding.series if isinstance(one.known, Estimate) and one.period.start >= anew]
    if not known:
        return words.say("{title}: no period has enough to show.", title=measure_title(words, finding.kpi.measure))
    first, last = known[0], known[-1]
    return words.say(
        "{title} per period: {first} in {start}, {last} in {end}. {n} of {all} periods have a figure.",
        title=measure_title(words, finding.kpi.measure),
        first=_value(words, first, finding.kpi),
        start=period_name(words, first.period, grain),
        last=_value(words, last, finding.kpi),
        end=period_name(words, last.period, grain),
        n=sum(isinstance(one.known, Estimate) for one in finding.series),
        all=len(finding.series),
    )


def _value(words: Words, figure: Figure, kpi: Kpi) -> str:
    return value_text(words, figure.known, kpi) if isinstance(figure.known, Estimate) else "–"


def _point(words: Words, figure: Figure, kpi: Kpi, grain: Grain) -> Point:
    known = figure.known
    label = short_period(words, figure.period, grain)
    full = period_name(words, figure.period, grain)
    if isinstance(known, NotReported):
        text = f"{full}: {reason_sentence(words, known.reason, n=known.n)}"
        return Point(start=figure.period.start, label=label, value=None, low=None, high=None, firm=False, text=text)
    shown = range_text(words, known, kpi)
    return Point(
        start=figure.period.start,
        label=label,
        value=scaled(known.value, kpi.unit),
        low=None if known.low is None else scaled(known.low, kpi.unit),
        high=None if known.high is None else scaled(known.high, kpi.unit),
        firm=known.status is Status.OK,
        text=f"{full}: {value_text(words, known, kpi)}" + (f" ({shown})" if shown else ""),
    )


def _table(words: Words, finding: Finding, grain: Grain) -> Table:
    kpi = finding.kpi
    return Table(
        caption=words.say("{title} per period", title=measure_title(words, kpi.measure)),
        columns=[
            words.say("Period"),
            kpi_note(words, kpi),
            words.say("Range"),
            words.say("Rests on"),
            words.say("Remark"),
        ],
        rows=[_row(words, one, kpi, grain) for one in finding.series],
        numeric=frozenset({1, 2}),
    )


def _row(words: Words, figure: Figure, kpi: Kpi, grain: Grain) -> Sequence[str]:
    known = figure.known
    running = words.say("This period is still running.") if figure.running else ""
    remark = reason_sentence(words, known.reason, n=known.n) if known.reason else ""
    return [
        period_name(words, figure.period, grain),
        _value(words, figure, kpi),
        range_text(words, known, kpi) if isinstance(known, Estimate) else "",
        number_text(words, figure, kpi),
        " ".join(part for part in (remark, running) if part),
    ]
