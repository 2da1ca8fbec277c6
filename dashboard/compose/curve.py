"""Composing the lead-time curve: what part of the cases is decided after how many days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.findings import Finding
from dashboard.views.parts import CurveChart, CurveLine, Mark, Table
from dashboard.wording.headings import curve_heading
from dashboard.wording.words import Words
from metrics.kpi import Cohort

_STEPS = 12
"""About as many rows a table of a curve has; each curve has hundreds of days."""

_ALMOST_ALL = 99.0

Points = Mapping[str, Sequence[float | None]]


def curve_chart(
    words: Words, findings: Sequence[Finding], curves: Mapping[str, Points], norm_days: int | None
) -> CurveChart | None:
    """Return the chart of the lead-time curves, or None where the project has too few decided cases."""
    waiting = next((one for one in findings if one.kpi.cohort is Cohort.RECEIVED), None)
    if waiting is None or "now" not in curves:
        return None
    lines = [_line(words, role, curves[role]) for role in ("now", "baseline", "completed") if role in curves]
    last = _last_day(lines, norm_days)
    return CurveChart(
        name="curve",
        heading=curve_heading(words, waiting),
        caption=words.say(
            "Part of the cases that is decided after so many days. Open cases count as still waiting. "
            "The band shows how far the curve could be off by chance.",
        ),
        sentence=_sentence(words, lines, norm_days or last // 2),
        x_title=words.say("days since receipt"),
        y_title=words.say("decided"),
        last_day=last,
        lines=lines,
        norm=Mark(label=words.say("norm: {n} days", n=norm_days), level=float(norm_days)) if norm_days else None,
        table=_table(words, lines, last, norm_days),
    )


def _line(words: Words, role: str, points: Points) -> CurveLine:
    labels = {
        "now": words.say("now"),
        "baseline": words.say("before the start"),
        "completed": words.say("finished cases only"),
    }
    return CurveLine(
        role=role,
        label=labels[role],
        days=[int(day or 0) for day in points["days"]],
        decided=[round(100 * (share or 0.0), 2) for share in points["decided"]],
        low=[None if end is None else round(100 * end, 2) for end in points["low"]],
        high=[None if end is None else round(100 * end, 2) for end in points["high"]],
    )


def _last_day(lines: Sequence[CurveLine], norm_days: int | None) -> int:
    ends = [
        next((day for day, share in zip(line.days, line.decided, strict=True) if share >= _ALMOST_ALL), line.days[-1])
        for line in lines
    ]
    return max([*ends, norm_days or 0])


def decided_by(line: CurveLine, day: int) -> float | None:
    """Return the percentage decided after so many days; None beyond the last day that was seen."""
    if day > line.days[-1] and line.decided[-1] < _ALMOST_ALL:
        return None
    known = [share for seen, share in zip(line.days, line.decided, strict=True) if seen <= day]
    return known[-1] if known else 0.0


def _sentence(words: Words, lines: Sequence[CurveLine], day: int) -> str:
    told = [words.say("{line}: {share} decided", line=line.label, share=_share(words, line, day)) for line in lines]
    return words.say("After {n} days: {told}.", n=day, told=words.both(told))


def _share(words: Words, line: CurveLine, day: int) -> str:
    share = decided_by(line, day)
    return words.say("not seen yet") if share is None else words.percent(share / 100)


def _table(words: Words, lines: Sequence[CurveLine], last: int, norm_days: int | None) -> Table:
    step = max(1, round(last / _STEPS / 7)) * 7 if last > 7 * _STEPS else max(1, round(last / _STEPS))
    days = sorted({*range(0, last + step, step), *([norm_days] if norm_days else [])})
    return Table(
        caption=words.say("Part of the cases decided, by number of days"),
        columns=[words.say("Days"), *(line.label for line in lines)],
        rows=[[words.number(day), *(_share(words, line, day) for line in lines)] for day in days],
        numeric=frozenset(range(1, len(lines) + 1)),
    )
