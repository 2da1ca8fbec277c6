"""Composing one project: cards, series, curve, groups, what was left out, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from config.programme import Programme, Project
from dashboard.compose.compared import compared
from dashboard.compose.control import control_charts
from dashboard.compose.curve import curve_chart
from dashboard.compose.expected import counterfactuals, without_trend
from dashboard.compose.groups import breakdowns, worse_channels
from dashboard.compose.ladders import ladders
from dashboard.compose.left_out import left_out_table
from dashboard.compose.others import others_table
from dashboard.compose.portfolio import address, money_text, period_choice
from dashboard.compose.published import published_chart, published_notice
from dashboard.compose.reach import reach_notes, reach_table
from dashboard.compose.series import series_chart
from dashboard.compose.tracks import track
from dashboard.compose.workload import flow_table, waiting_tables, workload_intro
from dashboard.compose.worth import worth_intro, worth_table
from dashboard.findings import Finding, OtherFigure, comparable_baseline
from dashboard.views.evidence import ControlChart, Section
from dashboard.views.parts import Link
from dashboard.views.project import MeasureCard, ProjectView
from dashboard.wording.effect import change_sentence
from dashboard.wording.evidence import chance_text
from dashboard.wording.evidence import level_text as sureness_text
from dashboard.wording.fairness import gap_sentence
from dashboard.wording.figures import (
    contrast_sentence,
    level_text,
    number_text,
    range_text,
    sentence,
    value_text,
)
from dashboard.wording.measures import kpi_note, made_up_text, measure_title
from dashboard.wording.periods import period_name
from dashboard.wording.variation import false_alarm_text
from dashboard.wording.verdicts import reason_sentence, verdict_word
from dashboard.wording.words import Words
from metrics.breakdowns import UNKNOWN
from metrics.estimate import Estimate, NotReported, Status
from metrics.flow.workload import Workload
from metrics.periods import Grain
from metrics.records import Kind
from metrics.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProject:
    """What is known of a project, before it is worded.

    `curves` is by line (`metrics.curves.CURVES` as parallel lists), `left_out` counts records by reason,
    `rejected` rows by reason, `published` has the columns of `metrics.published.COMPARED`; `spent` is in cents.
    """

    programme: Programme
    name: str
    grain: Grain
    as_of: date
    known_at: int
    findings: Sequence[Finding]
    curves: Mapping[str, Mapping[str, Sequence[float | None]]]
    left_out: Mapping[str, int]
    rejected: pl.DataFrame
    published: pl.DataFrame
    spent: int | None
    workload: Workload | None
    others: Sequence[OtherFigure]

    @property
    def project(self) -> Project:
        """The project as the programme describes it."""
        return self.programme.projects[self.name]


def project_view(words: Words, known: KnownProject, *, grain: str) -> ProjectView:
    """Compose the page of a project; `grain` is the period asked for, empty for the programme's own."""
    project = known.project
    charts = control_charts(words, known.findings, project)
    return ProjectView(
        language=words.language,
        programme=known.programme.name,
        name=known.name,
        title=words.text(project.title),
        meta=_meta(words, known),
        goal=words.text(project.goal) if project.goal else None,
        made_up=made_up_text(words) if known.programme.made_up else None,
        lead=[sentence(words, finding) for finding in known.findings] or [words.say("Nothing was measured yet.")],
        notices=_notices(words, known),
        choices=[period_choice(words, grain)],
        submit=words.say("Show"),
        links=[
            Link(
                text=words.say("Report (PDF)"),
                href=address(words, f"/project/{known.programme.name}/{known.name}/report.pdf", period=grain),
            ),
        ],
        cards=[_card(words, finding, known.grain) for finding in known.findings],
        ladders=ladders(words, known.findings),
        series=[series_chart(words, finding, project, known.grain) for finding in known.findings],
        curve=curve_chart(words, known.findings, known.curves, project.norm_days),
        published=published_chart(words, known.published),
        controls=charts,
        counterfactuals=counterfactuals(words, known.findings, project.started_on),
        compared=compared(words, known.findings, project),
        worth=worth_table(words, known.findings),
        breakdowns=breakdowns(words, known.findings, known.programme),
        waits=waiting_tables(words, known.workload),
        flow=flow_table(words, known.workload),
        others=others_table(words, known.others),
        reach=reach_table(words, known.findings),
        left_out_heading=words.say("What is in no figure, and why"),
        left_out=left_out_table(words, known.left_out, known.rejected, known.findings),
        left_out_note=words.say(
            "A row that we could not read is kept with its reason, so that its source can mend it."
        ),
        origin_heading=words.say("Where the figures come from"),
        origin=_origin(words, known),
        table_label=words.say("The figures as a table"),
        **_questions(words, known, charts),
    )


def _questions(words: Words, known: KnownProject, charts: Sequence[ControlChart]) -> Mapping[str, Section]:
    """Return the questions that the page answers, by the name of their place in the view."""
    asked = {
        "sure": (words.say("How sure are we?"), [_sure(words)]),
        "over_time": (words.say("How did it go?"), []),
        "real": (words.say("Real change or noise?"), _noise(words, charts)),
        "cause": (words.say("Did the project do it?"), _cause(words, known)),
        "money": (words.say("What does that mean for the money?"), _money(words, known)),
        "whom": (words.say("For whom?"), _for_whom(words, known)),
        "waiting": (words.say("What is still waiting?"), workload_intro(words, known.workload)),
        "beside": (words.say("What else was measured?"), []),
        "inside": (words.say("What is in the number?"), reach_notes(words, known.findings, known.programme)),
        "monthly": (
            words.say("Month by month"),
            [words.say("The figures behind the charts above that have a point for every month.")],
        ),
    }
    return {
        name: Section(key=name.replace("_", "-"), heading=heading, intro=intro)
        for name, (heading, intro) in asked.items()
    }


def _sure(words: Words) -> str:
    return words.say(
        "Five steps, from a figure alone to a test by lot. "
        "A higher step takes a stronger comparison, not a larger figure."
    )


def _noise(words: Words, charts: Sequence[ControlChart]) -> list[str]:
    if not charts:
        return [words.say("There are not enough months with a figure to tell change from chance.")]
    return [words.say("A mark is a question, not a verdict."), false_alarm_text(words, len(charts))]


def _cause(words: Words, known: KnownProject) -> list[str]:
    if known.project.started_on is None:
        return [words.say("The start of the project is not on record, so nothing can be said of what it did.")]
    return without_trend(words, known.findings)


def _money(words: Words, known: KnownProject) -> list[str]:
    spent, share = money_text(words, known.spent, known.project.budget)
    told = (
        [] if spent is None else [words.say("Spent so far: {money}.", money=f"{spent} ({share})" if share else spent)]
    )
    notes = [*told, *worth_intro(words, known.findings)]
    return notes or [words.say("What the project costs is not on record.")]


def _for_whom(words: Words, known: KnownProject) -> list[str]:
    hidden = any(
        isinstance(one.now.known, NotReported) and one.now.known.status is Status.HIDDEN
        for finding in known.findings
        for one in finding.groups
        if one.now is not None
    )
    gaps = [
        gap_sentence(words, one.claim.fairness, one.kpi, known.programme.channels)
        for one in known.findings
        if one.claim is not None and one.claim.fairness is not None
    ]
    return [*gaps, *([words.say("Some groups are hidden: so few persons could be recognised.")] if hidden else [])]


def _meta(words: Words, known: KnownProject) -> Sequence[str]:
    project = known.project
    money, share = money_text(words, known.spent, project.budget)
    spent = None if money is None else words.say("spent: {money}", money=money) + (f" ({share})" if share else "")
    parts = [
        words.text(known.programme.title),
        project.owner,
        words.say("started {day}", day=words.day(project.started_on)) if project.started_on else None,
        spent,
    ]
    return [part for part in parts if part]


def _notices(words: Words, known: KnownProject) -> Sequence[str]:
    return [
        *published_notice(words, known.published),
        *_risen_by_mix(words, known),
        *_after_an_extreme(words, known),
        *_unheard(words, known),
    ]


def _risen_by_mix(words: Words, known: KnownProject) -> Iterator[str]:
    """Say where the whole looks better while it got worse by channel: a shift between channels can do that alone."""
    for finding in known.findings:
        title = measure_title(words, finding.kpi.measure)
        change = finding.claim.now if finding.claim is not None else None
        worse = worse_channels(words, finding, known.programme.channels)
        if change is not None and change.reverses:
            yield f"{title}. {change_sentence(words, change, finding.kpi)}"
        elif worse and finding.judged.verdict in {Verdict.GOAL_MET, Verdict.ON_ITS_WAY}:
            yield words.say(
                "{measure}: the whole looks better, but it is worse by {channels}. "
                "A shift of residents between channels can make the whole rise while nobody is served better.",
                measure=title,
                channels=words.both(worse),
            )


def _after_an_extreme(words: Words, known: KnownProject) -> Sequence[str]:
    """Warn of regression to the mean: what stood out before the start goes back by itself."""
    titles = [
        measure_title(words, one.kpi.measure)
        for one in known.findings
        if one.claim is not None and one.claim.regression_to_the_mean
    ]
    if not titles:
        return []
    return [
        words.say(
            "{measures}: the project began right after an extreme. An extreme goes back by itself, "
            "so what followed may have nothing to do with the project.",
            measures=words.both(titles),
        )
    ]


def _unheard(words: Words, known: KnownProject) -> Sequence[str]:
    """Say through which channels residents came without being heard: no answer is not a satisfied answer."""
    answered, came = _channels(known, asked=True), _channels(known, asked=False)
    silent = [words.label(known.programme.channels, code) for code in came if code not in answered]
    if answered and silent:
        return [
            words.say(
                "Not heard: {channels}. Residents came that way, but gave no answer.", channels=words.both(silent)
            )
        ]
    if len(answered) == 1 and not came:
        return [
            words.say(
                "Only {channel} is heard; who uses another channel is not in the answers.",
                channel=words.label(known.programme.channels, answered[0]),
            )
        ]
    return []


def _channels(known: KnownProject, *, asked: bool) -> Sequence[str]:
    groups = [
        group
        for finding in known.findings
        if finding.kpi.record is (Kind.ANSWERS if asked else Kind.CASES)
        for group in finding.groups
        if group.breakdown.startswith("channel=") and group.now is not None and group.now.known.n != 0
    ]
    return list(dict.fromkeys(code for group in groups if (code := group.breakdown.partition("=")[2]) != UNKNOWN))


def _card(words: Words, finding: Finding, grain: Grain) -> MeasureCard:
    known, kpi = finding.now.known, finding.kpi
    usable = isinstance(known, Estimate)
    shown = range_text(words, known, kpi) if isinstance(known, Estimate) else ""
    return MeasureCard(
        name=kpi.measure.value,
        title=measure_title(words, kpi.measure),
        note=kpi_note(words, kpi),
        value=value_text(words, known, kpi) if isinstance(known, Estimate) else "–",
        range=words.say("range {range}", range=shown) if usable and shown else "",
        verdict=verdict_word(words, finding.judged.verdict),
        track=track(words, finding),
        sentence=words.say(kpi.why),
        facts=_facts(words, finding, grain),
        contrast=contrast_sentence(words, finding),
    )


def _facts(words: Words, finding: Finding, grain: Grain) -> Sequence[str]:
    known, kpi = finding.now.known, finding.kpi
    before = finding.baseline.known if finding.baseline else None
    limited = isinstance(known, Estimate) and known.status is Status.INDICATIVE and known.reason is not None
    asked_alike = comparable_baseline(finding.now, finding.baseline) is not None
    facts = [
        f"{period_name(words, finding.now.period, grain)}: {number_text(words, finding.now, kpi)}",
        _before(words, _with_range(words, before, finding), asked_alike=asked_alike)
        if isinstance(before, Estimate)
        else None,
        words.say("goal: {value}", value=level_text(words, finding.target, kpi))
        if finding.target is not None
        else None,
        reason_sentence(words, known.reason, n=known.n) if limited and known.reason else None,
        *_trust(words, finding),
    ]
    return [fact for fact in facts if fact]


def _trust(words: Words, finding: Finding) -> list[str]:
    """Say how sure we are, and the chance that the goal is met."""
    claim = finding.claim
    if claim is None:
        return []
    chance = claim.target_probability
    return [sureness_text(words, claim.level), *([] if chance is None else [chance_text(words, chance)])]


def _before(words: Words, value: str, *, asked_alike: bool) -> str:
    if asked_alike:
        return words.say("before the start: {value}", value=value)
    return words.say("before the start, asked differently: {value}", value=value)


def _with_range(words: Words, known: Estimate, finding: Finding) -> str:
    shown = range_text(words, known, finding.kpi)
    value = value_text(words, known, finding.kpi)
    return f"{value} ({shown})" if shown else value


def _origin(words: Words, known: KnownProject) -> Sequence[tuple[str, str]]:
    newest = max((day for one in known.findings if (day := one.now.newest_on)), default=None)
    definitions = [
        f"{kpi_note(words, one.kpi)} ({words.say('version {n}', n=one.kpi.version)})" for one in known.findings
    ]
    methods = [
        f"{kpi_note(words, one.kpi)}: {words.say(one.now.known.method)}"
        for one in known.findings
        if isinstance(one.now.known, Estimate)
    ]
    return [
        (words.say("As seen on"), words.day(known.as_of)),
        (words.say("Newest record"), words.day(newest) if newest else words.say("none")),
        (words.say("Version of the records"), str(known.known_at)),
        (words.say("Definitions"), ", ".join(definitions) or words.say("none")),
        (words.say("Methods"), "; ".join(methods) or words.say("none")),
        (
            words.say("Range"),
            words.say(
                "95 %: about 19 of 20 such ranges hold the true figure. It covers chance, not who stayed silent."
            ),
        ),
    ]
