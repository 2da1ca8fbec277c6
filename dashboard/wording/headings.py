"""Headings of charts: what the chart shows, as a conclusion drawn from the figures."""

from __future__ import annotations

from dashboard.findings import Finding, Group
from dashboard.wording.figures import statement
from dashboard.wording.measures import kpi_note
from dashboard.wording.words import Words
from metrics.kpi import Measure
from metrics.verdict import Verdict

_HEADINGS: dict[tuple[Measure, Verdict], str] = {
    (Measure.SATISFACTION, Verdict.GOAL_MET): "Satisfaction meets its goal",
    (Measure.SATISFACTION, Verdict.ON_ITS_WAY): "Residents are more satisfied than before the start",
    (Measure.SATISFACTION, Verdict.NO_DIFFERENCE): "Residents are about as satisfied as before the start",
    (Measure.SATISFACTION, Verdict.WORSE): "Residents are less satisfied than before the start",
    (Measure.SATISFACTION, Verdict.MEASURED): "How satisfied residents are",
    (Measure.SATISFACTION, Verdict.STALE): "How satisfied residents were: the records are too old for a verdict",
    (Measure.SATISFACTION, Verdict.SERIES_BREAK): "Satisfaction was asked differently: the series starts anew",
    (Measure.SATISFACTION, Verdict.TOO_LITTLE): "Too few answers to say how satisfied residents are",
    (Measure.LEAD_TIME, Verdict.GOAL_MET): "The lead time meets its goal",
    (Measure.LEAD_TIME, Verdict.ON_ITS_WAY): "Residents wait shorter than before the start",
    (Measure.LEAD_TIME, Verdict.NO_DIFFERENCE): "Residents wait about as long as before the start",
    (Measure.LEAD_TIME, Verdict.WORSE): "Residents wait longer than before the start",
    (Measure.LEAD_TIME, Verdict.MEASURED): "How long residents wait",
    (Measure.LEAD_TIME, Verdict.STALE): "How long residents waited: the records are too old for a verdict",
    (Measure.LEAD_TIME, Verdict.SERIES_BREAK): "Lead time was recorded differently: the series starts anew",
    (Measure.LEAD_TIME, Verdict.TOO_LITTLE): "Too few decided cases to say how long residents wait",
    (Measure.CLARITY, Verdict.GOAL_MET): "Clarity meets its goal",
    (Measure.CLARITY, Verdict.ON_ITS_WAY): "It is clearer to residents than before the start",
    (Measure.CLARITY, Verdict.NO_DIFFERENCE): "It is about as clear to residents as before the start",
    (Measure.CLARITY, Verdict.WORSE): "It is less clear to residents than before the start",
    (Measure.CLARITY, Verdict.MEASURED): "How clear it is to residents",
    (Measure.CLARITY, Verdict.STALE): "How clear it was to residents: the records are too old for a verdict",
    (Measure.CLARITY, Verdict.SERIES_BREAK): "Clarity was asked differently: the series starts anew",
    (Measure.CLARITY, Verdict.TOO_LITTLE): "Too few answers to say how clear it is to residents",
}
"""Conclusions in the words of the measure."""

_OF_A_SIDE = frozenset(
    {
        "nps",
        "decided_within_norm",
        "on_time",
        "on_service_norm",
        "repeat_contact",
        "completion",
        "contacts_per_hundred",
    }
)
"""KPIs that show one side of their measure: a service may decide more in time and let residents wait as long."""

_OWN_HEADINGS: dict[Verdict, str] = {
    Verdict.GOAL_MET: "{title}: the goal is met",
    Verdict.ON_ITS_WAY: "{title}: better than before the start",
    Verdict.NO_DIFFERENCE: "{title}: about as before the start",
    Verdict.WORSE: "{title}: worse than before the start",
    Verdict.STALE: "{title}: the records are too old for a verdict",
    Verdict.SERIES_BREAK: "{title}: asked differently, the series starts anew",
    Verdict.TOO_LITTLE: "{title}: too little to say",
}
"""Conclusions by the title of the KPI; where nothing was concluded, the title says it all."""


def series_heading(words: Words, finding: Finding) -> str:
    """Return the conclusion of a series."""
    kpi, verdict = finding.kpi, finding.judged.verdict
    title = kpi_note(words, kpi)
    if kpi.name not in _OF_A_SIDE:
        return words.say(_HEADINGS[kpi.measure, verdict])
    return words.say(_OWN_HEADINGS[verdict], title=title) if verdict in _OWN_HEADINGS else title


def curve_heading(words: Words, finding: Finding) -> str:
    """Return the conclusion of the lead-time curve: the figure in one sentence."""
    return statement(words, finding.now, finding.kpi).rstrip(".")


def groups_heading(words: Words, title: str, groups: list[tuple[str, Group]]) -> str:
    """Return the conclusion of a breakdown: for whom it got better, for whom worse.

    `groups` pairs the label of a group with what is known of it.
    """
    better = [label for label, group in groups if group.judged.verdict is Verdict.ON_ITS_WAY]
    worse = [label for label, group in groups if group.judged.verdict is Verdict.WORSE]
    if better and worse:
        return words.say(
            "{title}: better for {better}, worse for {worse}",
            title=title,
            better=words.both(better),
            worse=words.both(worse),
        )
    if better:
        return words.say("{title}: better for {better}", title=title, better=words.both(better))
    if worse:
        return words.say("{title}: worse for {worse}", title=title, worse=words.both(worse))
    if any(group.judged.verdict is Verdict.NO_DIFFERENCE for _, group in groups):
        return words.say("{title}: no group changed demonstrably", title=title)
    return title
