"""Composing the portfolio: every project of every programme asked for, in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from config.programme import Programme, Project
from dashboard.compose.groups import worse_channels
from dashboard.compose.tracks import track
from dashboard.findings import Finding, comparable_baseline, usable
from dashboard.views.parts import Choice, Link
from dashboard.views.portfolio import MeasureCell, MeasureHead, PortfolioView, ProjectRow
from dashboard.wording.evidence import certainty_text
from dashboard.wording.figures import level_text, range_text, value_text
from dashboard.wording.measures import kpi_note, made_up_text
from dashboard.wording.periods import as_of_text
from dashboard.wording.verdicts import reason_sentence, verdict_word
from dashboard.wording.words import Words
from metrics.estimate import Estimate, NotReported, Status
from metrics.kpi import Measure
from metrics.kpis import HEADLINE
from metrics.periods import Grain
from metrics.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the portfolio knows of one project: its findings, what it spent (cents) and the day it is seen on."""

    programme: Programme
    name: str
    findings: Sequence[Finding]
    spent: int | None
    as_of: date

    @property
    def project(self) -> Project:
        """The project as the programme describes it."""
        return self.programme.projects[self.name]


def portfolio_view(
    words: Words,
    known: Sequence[Known],
    *,
    programmes: Sequence[Programme],
    chosen: str,
    grain: str,
    notices: Sequence[str],
) -> PortfolioView:
    """Compose the page. `chosen` is a programme's name or empty for all; `grain` a period or empty for its own."""
    made_up = any(one.programme.made_up for one in known)
    return PortfolioView(
        language=words.language,
        title=words.say("Did residents benefit?"),
        lead=_lead(words, known),
        made_up=made_up_text(words) if made_up else None,
        notices=notices,
        legend=track_legend(words),
        choices=[_programme_choice(words, programmes, chosen), period_choice(words, grain)],
        submit=words.say("Show"),
        head_project=words.say("Project"),
        head_money=words.say("Spent"),
        head_newest=words.say("Newest record"),
        heads=[_head(words, measure) for measure in Measure],
        rows=[_row(words, one, grain) for one in sorted(known, key=_without_promise)],
        empty=None if known else words.say("There are no projects yet. An operator loads them with: uitkomst sync."),
        as_of=_as_of(words, known),
        caption=words.say("Projects with what residents noticed of them"),
    )


def track_legend(words: Words) -> Sequence[tuple[str, str]]:
    """Explain the marks of a track by their names."""
    return [
        ("baseline", words.say("before the start")),
        ("now", words.say("now, with its range")),
        ("target", words.say("goal")),
    ]


def period_choice(words: Words, grain: str) -> Choice:
    """Return the choice of period; empty is the programme's own."""
    options = [
        ("", words.say("as agreed")),
        (Grain.MONTH.value, words.say("month")),
        (Grain.QUARTER.value, words.say("quarter")),
        (Grain.YEAR.value, words.say("year")),
        (Grain.ALL.value, words.say("everything so far")),
    ]
    return Choice(name="period", label=words.say("Period"), options=options, chosen=grain)


def address(words: Words, path: str, **query: str) -> str:
    """Return an address on this site that keeps the language and what was chosen."""
    kept = {name: value for name, value in query.items() if value}
    if words.language != "nl":
        kept["lang"] = words.language
    return f"{path}?{urlencode(kept)}" if kept else path


def money_text(words: Words, spent: int | None, budget: Decimal | None) -> tuple[str | None, str | None]:
    """Return what was spent of which budget, and the part of it as a percentage."""
    if budget is None:
        return (None, None) if spent is None else (words.money(Decimal(spent) / 100), None)
    if spent is None:
        return words.say("budget {budget}", budget=words.money(budget)), None
    used = Decimal(spent) / 100
    text = words.say("{spent} of {budget}", spent=words.money(used), budget=words.money(budget))
    return text, words.percent(float(used / budget)) if budget else None


def _lead(words: Words, known: Sequence[Known]) -> Sequence[str]:
    if not known:
        return []
    counts = Counter(_overall(one) for one in known)
    told = [
        words.say(sentence, n=words.number(n)) for verdict, sentence in _OVERALL.items() if (n := counts.get(verdict))
    ]
    first = words.count("Of {n} project: {told}.", "Of {n} projects: {told}.", len(known), told=words.both(told))
    return [first]


_OVERALL: Mapping[Verdict, str] = {
    Verdict.GOAL_MET: "at {n} every goal that can be judged is met",
    Verdict.ON_ITS_WAY: "at {n} something got better",
    Verdict.NO_DIFFERENCE: "at {n} no difference is shown",
    Verdict.WORSE: "at {n} something got worse",
    Verdict.MEASURED: "at {n} there is nothing to compare with",
    Verdict.TOO_LITTLE: "of {n} too little is known",
}


def _overall(one: Known) -> Verdict:
    found = [finding.judged.verdict for finding in one.findings]
    judged = [verdict for verdict in found if usable(verdict)]
    if not judged:
        return Verdict.MEASURED if Verdict.MEASURED in found else Verdict.TOO_LITTLE
    if Verdict.WORSE in judged:
        return Verdict.WORSE
    if set(judged) == {Verdict.GOAL_MET}:
        return Verdict.GOAL_MET
    return Verdict.NO_DIFFERENCE if set(judged) == {Verdict.NO_DIFFERENCE} else Verdict.ON_ITS_WAY


def _head(words: Words, measure: Measure) -> MeasureHead:
    titles = {
        Measure.SATISFACTION: (words.say("Satisfaction"), words.say("answers 4 or 5 out of 5")),
        Measure.LEAD_TIME: (words.say("Lead time"), words.say("9 out of 10 decided, open cases counted")),
        Measure.CLARITY: (words.say("Clarity"), words.say("“I understood what was asked”")),
    }
    title, note = titles[measure]
    return MeasureHead(title=title, note=note)


def _row(words: Words, one: Known, grain: str) -> ProjectRow:
    by_measure = {finding.kpi.measure: finding for finding in one.findings}
    money, share = money_text(words, one.spent, one.project.budget)
    newest = max((day for finding in one.findings if (day := finding.now.newest_on)), default=None)
    started = one.project.started_on
    return ProjectRow(
        project=Link(
            text=words.text(one.project.title),
            href=address(words, f"/project/{one.programme.name}/{one.name}", period=grain),
        ),
        programme=words.text(one.programme.title),
        meta=words.say("since {day}", day=words.short_month(started)) if started else words.say("no start known"),
        made_up=one.programme.made_up,
        cells=[_cell(words, by_measure.get(measure), one.programme) for measure in Measure],
        money=money,
        money_share=share,
        newest=_age(words, newest, one.as_of),
        late=any(_late(finding) for finding in one.findings),
    )


def _age(words: Words, newest: date | None, as_of: date) -> str:
    if newest is None:
        return words.say("none")
    return words.count("{day}, {n} day old", "{day}, {n} days old", (as_of - newest).days, day=words.day(newest))


def _without_promise(one: Known) -> bool:
    # Projects that promised something come first: they are what money is decided on.
    return not one.project.targets


def _late(finding: Finding) -> bool:
    return finding.now.known.status in {Status.STALE, Status.NO_DATA}


def _cell(words: Words, finding: Finding | None, programme: Programme) -> MeasureCell | None:
    if finding is None:
        return None
    return MeasureCell(
        track=track(words, finding),
        summary=_summary(words, finding),
        verdict=verdict_word(words, finding.judged.verdict),
        note=_note(words, finding, programme),
        certainty=certainty_text(words, finding.claim.level) if finding.claim else None,
    )


def _summary(words: Words, finding: Finding) -> str:
    known, kpi = finding.now.known, finding.kpi
    comparable = comparable_baseline(finding.now, finding.baseline)
    before = comparable.known if comparable else None
    now = value_text(words, known, kpi) if isinstance(known, Estimate) else "–"
    shown = range_text(words, known, kpi) if isinstance(known, Estimate) else ""
    parts = [
        f"{value_text(words, before, kpi)} → " if isinstance(before, Estimate) else "",
        now,
        f" ({shown})" if shown else "",
        f" · {words.say('goal {value}', value=level_text(words, finding.target, kpi))}"
        if finding.target is not None
        else "",
    ]
    return "".join(parts)


def _note(words: Words, finding: Finding, programme: Programme) -> str | None:
    known = finding.now.known
    # The head of the column names the usual KPI; a project with another one says so in its own cell.
    other = None if finding.kpi is HEADLINE[finding.kpi.measure] else kpi_note(words, finding.kpi)
    why = reason_sentence(words, known.reason, n=known.n) if isinstance(known, NotReported) else None
    return ". ".join(part for part in (other, why, _worse_for(words, finding, programme)) if part) or None


def _worse_for(words: Words, finding: Finding, programme: Programme) -> str | None:
    # A figure that rose because more people use one channel hides that it fell for the others.
    worse = worse_channels(words, finding, programme.channels)
    if not worse or finding.judged.verdict is Verdict.WORSE:
        return None
    return words.say("but worse by {channels}", channels=words.both(worse))


def _programme_choice(words: Words, programmes: Sequence[Programme], chosen: str) -> Choice:
    options = [("", words.say("all programmes")), *((one.name, words.text(one.title)) for one in programmes)]
    return Choice(name="programme", label=words.say("Programme"), options=options, chosen=chosen)


def _as_of(words: Words, known: Sequence[Known]) -> str:
    days = sorted({one.as_of for one in known})
    if not days:
        return ""
    return as_of_text(words, days)
