"""Composing breakdowns: each measure by channel and by segment, on one shared line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.programme import Programme, Text
from dashboard.compose.tracks import Axis, axis_for, line
from dashboard.findings import Finding, Group
from dashboard.views.parts import BarRow, Breakdown, Table
from dashboard.wording.figures import number_text, range_text, value_text
from dashboard.wording.headings import groups_heading
from dashboard.wording.measures import kpi_note, measure_title
from dashboard.wording.verdicts import better_or_worse, reason_sentence
from dashboard.wording.words import Words
from metrics.breakdowns import UNKNOWN
from metrics.estimate import Estimate, NotReported
from metrics.verdict import Judged, Verdict

_CHANNEL = "channel"


def breakdowns(words: Words, findings: Sequence[Finding], programme: Programme) -> Sequence[Breakdown]:
    """Return a breakdown by channel, then by each segment, of every finding that has groups."""
    dimensions = [_CHANNEL, *programme.segments]
    made = [_breakdown(words, finding, name, programme) for name in dimensions for finding in findings]
    return [one for one in made if one is not None]


def worse_channels(words: Words, finding: Finding, channels: Mapping[str, Text]) -> Sequence[str]:
    """Return the labels of the channels where it is demonstrably worse than before the start."""
    return [
        label for label, group in _groups(words, finding, _CHANNEL, channels) if group.judged.verdict is Verdict.WORSE
    ]


def _breakdown(words: Words, finding: Finding, dimension: str, programme: Programme) -> Breakdown | None:
    labels = programme.channels if dimension == _CHANNEL else programme.segments[dimension]
    groups = _groups(words, finding, dimension, labels)
    if len(groups) < 2:  # noqa: PLR2004 - one group is everybody
        return None
    shifted = dimension != _CHANNEL and _only_by_shift(finding)
    if shifted:
        groups = [(label, replace(group, judged=Judged(verdict=Verdict.MEASURED))) for label, group in groups]
    axis = _shared_axis(finding, [group for _, group in groups])
    measure = measure_title(words, finding.kpi.measure)
    title = (
        words.say("{measure} by channel", measure=measure)
        if dimension == _CHANNEL
        else words.say("{measure} by group", measure=measure)
    )
    return Breakdown(
        name=f"{finding.kpi.name}-{dimension}",
        heading=groups_heading(words, title, groups),
        caption=_caption(words, finding, shifted=shifted),
        rows=[_row(words, label, group, finding, axis) for label, group in groups],
        table=_table(words, title, groups, finding),
    )


def _only_by_shift(finding: Finding) -> bool:
    """Tell whether everybody together moves the other way than at a constant mix: then so may every group."""
    return finding.claim is not None and finding.claim.now is not None and finding.claim.now.reverses


def _caption(words: Words, finding: Finding, *, shifted: bool) -> str:
    told = words.say("{kpi}, now and before the start, all on the same line.", kpi=kpi_note(words, finding.kpi))
    if not shifted:
        return told
    return (
        f"{told} {words.say('Residents shifted between channels: within a group, now and before cannot be compared.')}"
    )


def _groups(words: Words, finding: Finding, dimension: str, labels: Mapping[str, Text]) -> list[tuple[str, Group]]:
    mine = {
        group.breakdown.partition("=")[2]: group
        for group in finding.groups
        if group.breakdown.startswith(f"{dimension}=")
    }
    order = [*(code for code in labels if code in mine), *(code for code in sorted(mine) if code not in labels)]
    return [(words.say("unknown") if code == UNKNOWN else words.label(labels, code), mine[code]) for code in order]


def _shared_axis(finding: Finding, groups: Sequence[Group]) -> Axis:
    known = [one.known for group in groups for one in (group.now, group.baseline) if one is not None]
    estimates = [one for one in known if isinstance(one, Estimate)]
    values = [end for one in estimates for end in (one.value, one.low, one.high)]
    return axis_for([*values, finding.target], finding.kpi.unit)


def _row(words: Words, label: str, group: Group, finding: Finding, axis: Axis) -> BarRow:
    known = group.now.known if group.now else None
    if group.now is None or known is None or isinstance(known, NotReported):
        note = reason_sentence(words, known.reason, n=known.n) if isinstance(known, NotReported) else None
        shown = number_text(words, group.now, finding.kpi) if group.now else ""
        return BarRow(label=label, text="–", n_text=shown, track=None, note=note)
    span = range_text(words, known, finding.kpi)
    return BarRow(
        label=label,
        text=value_text(words, known, finding.kpi) + (f" ({span})" if span else ""),
        n_text=number_text(words, group.now, finding.kpi),
        track=line(words, group.now, group.baseline, finding.target, finding.kpi, axis),
        note=_change(words, group),
    )


def _change(words: Words, group: Group) -> str | None:
    if group.judged.verdict in {Verdict.ON_ITS_WAY, Verdict.WORSE, Verdict.NO_DIFFERENCE, Verdict.SERIES_BREAK}:
        return better_or_worse(words, group.judged.verdict)
    return None


def _table(words: Words, title: str, groups: list[tuple[str, Group]], finding: Finding) -> Table:
    return Table(
        caption=title,
        columns=[
            words.say("Group"),
            words.say("before the start"),
            words.say("now"),
            words.say("Range"),
            words.say("Rests on"),
            words.say("Remark"),
        ],
        rows=[_cells(words, label, group, finding) for label, group in groups],
        numeric=frozenset({1, 2, 3}),
    )


def _cells(words: Words, label: str, group: Group, finding: Finding) -> Sequence[str]:
    before = group.baseline.known if group.baseline else None
    now = group.now.known if group.now else None
    return [
        label,
        value_text(words, before, finding.kpi) if isinstance(before, Estimate) else "–",
        value_text(words, now, finding.kpi) if isinstance(now, Estimate) else "–",
        range_text(words, now, finding.kpi) if isinstance(now, Estimate) else "",
        number_text(words, group.now, finding.kpi) if group.now else "",
        _remark(words, group),
    ]


def _remark(words: Words, group: Group) -> str:
    known = group.now.known if group.now else None
    why = reason_sentence(words, known.reason, n=known.n) if known is not None and known.reason else ""
    return ". ".join(part for part in (_change(words, group) or "", why) if part)
