"""The reader: the one door to evidence for pages, reports and downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import polars as pl

from config.programme import Programme
from dashboard.compose.method import method_view
from dashboard.compose.portfolio import Known, portfolio_view
from dashboard.compose.project import KnownProject, project_view
from dashboard.compose.published import published_summary
from dashboard.compose.sources import KnownSources, sources_view
from dashboard.evaluating import look
from dashboard.exhibits import claims_in, controls_in, exhibits_by_project, workload_in
from dashboard.findings import Kept, by_project, findings, kpis_on_show, other_figures
from dashboard.jobs import Workplace
from dashboard.lateness import late_sources, late_text
from dashboard.recent import Recent
from dashboard.source_facts import known_sources, rejected_csv
from dashboard.views.method import MethodView
from dashboard.views.portfolio import PortfolioView
from dashboard.views.project import ProjectView
from dashboard.views.sources import SourcesView
from dashboard.wording.words import Words
from metrics.evidence.windows import shown_period
from metrics.periods import Grain
from metrics.store.exhibits import Shown, load_exhibits
from metrics.store.looks import (
    Look,
    Question,
    find_look,
    load_curves,
    load_evidence,
    load_left_out,
    load_published,
    load_spent,
)
from metrics.store.programmes import stored_programmes
from metrics.store.runs import rejected_rows
from metrics.store.schedules import ask

Print = Callable[[ProjectView, date], bytes]
"""Makes the PDF of a project's view, dated on its as-of day."""

LANGUAGES = ("nl", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Gives pages and reports their views. `language` is the one used where an address asks for none."""

    place: Workplace
    language: str
    print_report: Print
    portfolios: Recent[PortfolioView] = field(default_factory=Recent)
    turn: Lock = field(default_factory=Lock)

    def portfolio(self, query: Mapping[str, str]) -> PortfolioView:
        """Return the portfolio: `programme` narrows it to one programme, `period` names a grain."""
        programmes = self.programmes()
        asked_for = query.get("programme", "")
        chosen = asked_for if asked_for in {one.name for one in programmes} else ""
        asked = _grain(query)
        words = self._words(query)
        looks = [(one, self._look(one, asked)) for one in programmes if chosen in {"", one.name}]

        def compose() -> PortfolioView:
            return portfolio_view(
                words,
                [known for programme, found in looks for known in self._known(programme, found)],
                programmes=programmes,
                chosen=chosen,
                grain=asked.value if asked else "",
                notices=[
                    notice
                    for _, found in looks
                    for notice in published_summary(words, load_published(self.place.engine, found))
                ],
            )

        # A look names its evidence and the programme it was made by; titles may change without a new evaluation.
        written = tuple(one.model_dump_json() for one in programmes)
        return self.portfolios.get((words, chosen, asked, written, tuple(found for _, found in looks)), compose)

    def project(self, programme: str, project: str, query: Mapping[str, str]) -> ProjectView | None:
        """Return the view of a project, or None where there is no such project."""
        mine = next((one for one in self.programmes() if one.name == programme), None)
        if mine is None or project not in mine.projects:
            return None
        asked = _grain(query)
        found = self._look(mine, asked)
        return project_view(
            self._words(query), self._known_project(mine, project, found), grain=asked.value if asked else ""
        )

    def method(self, query: Mapping[str, str]) -> MethodView:
        """Return the method."""
        return method_view(self._words(query))

    def sources(self, query: Mapping[str, str]) -> SourcesView:
        """Return the sources of every programme, or of the one that `programme` names."""
        asked, now = query.get("programme", ""), self.place.clock()
        return sources_view(
            self._words(query),
            [
                KnownSources(programme=one, sources=known_sources(self.place.engine, one), now=now)
                for one in self.programmes()
                if asked in {"", one.name}
            ],
        )

    def rejected(self, programme: str, source: str) -> str | None:
        """Return all rejected rows of a source as CSV, or None where there is no such source."""
        mine = next((one for one in self.programmes() if one.name == programme and source in one.sources), None)
        return None if mine is None else rejected_csv(self.place.engine, programme, source)

    def run_now(self, programme: str, source: str) -> bool:
        """Ask for a run of a source; false where there is no such source in the schedule."""
        return ask(self.place.engine, programme, source, now=self.place.clock())

    def report(self, programme: str, project: str, query: Mapping[str, str]) -> bytes | None:
        """Return the report of a project as PDF, or None where there is no such project."""
        view = self.project(programme, project, query)
        mine = next((one for one in self.programmes() if one.name == programme), None)
        if view is None or mine is None:
            return None
        basis = self._look(mine, _grain(query)).basis
        return self.print_report(view, mine.as_of_for(mine.projects[project], asked=None, today=basis.seen_on))

    def programmes(self) -> Sequence[Programme]:
        """Return every programme in the database, as it was last read."""
        return [Programme.model_validate_json(one.content) for one in stored_programmes(self.place.engine)]

    def _words(self, query: Mapping[str, str]) -> Words:
        asked = query.get("lang", self.language)
        return Words(language=asked if asked in LANGUAGES else self.language)

    def _look(self, programme: Programme, asked: Grain | None) -> Look:
        question = Question(programme=programme.name, grain=asked or Grain(programme.period))
        return self._last(programme, question) or self._anew(programme, question)

    def _last(self, programme: Programme, question: Question) -> Look | None:
        """Return what was evaluated last, which a page shows, unless other sources are late by now.

        Whoever would evaluate it anew may be what stands still, so that a page looks itself.
        """
        found = find_look(self.place.engine, question)
        late = late_text(late_sources(self.place, programme))
        return found if found is not None and found.basis.late == late else None

    def _anew(self, programme: Programme, question: Question) -> Look:
        with self.turn:
            # Whoever waited finds what the one before it made.
            return self._last(programme, question) or look(self.place, programme, question)

    def _known(self, programme: Programme, found: Look) -> list[Known]:
        evidence = by_project(self._shown(programme, found))
        claims = exhibits_by_project(load_exhibits(self.place.engine, found.number, shown=Shown.CLAIM))
        spent = load_spent(self.place.engine, found)
        today = found.basis.seen_on
        return [
            Known(
                programme=programme,
                name=name,
                findings=findings(
                    Kept(evidence=evidence.get(name, ()), claims=claims_in(claims.get(name, ()))),
                    programme,
                    name,
                    grain=found.question.grain,
                    as_of=as_of,
                ),
                spent=spent.get(name),
                as_of=as_of,
            )
            for name, project in programme.projects.items()
            for as_of in [programme.as_of_for(project, asked=found.question.as_of, today=today)]
        ]

    def _shown(self, programme: Programme, found: Look) -> pl.DataFrame:
        """Return the evidence that a portfolio shows: now and the baseline of the headline KPIs, by channel too."""
        days = {
            programme.as_of_for(project, asked=found.question.as_of, today=found.basis.seen_on)
            for project in programme.projects.values()
        }
        periods = [shown_period(found.question.grain, day) for day in days]
        starts = None if None in periods else [period.start for period in periods if period]
        return load_evidence(self.place.engine, found, kpis=kpis_on_show(programme), starts=starts, dimension="channel")

    def _known_project(self, programme: Programme, name: str, found: Look) -> KnownProject:
        engine = self.place.engine
        as_of = programme.as_of_for(programme.projects[name], asked=found.question.as_of, today=found.basis.seen_on)
        exhibits = load_exhibits(engine, found.number, project=name)
        kept = Kept(
            evidence=by_project(load_evidence(engine, found, project=name)).get(name, ()),
            claims=claims_in(exhibits),
            controls=controls_in(exhibits),
        )
        return KnownProject(
            programme=programme,
            name=name,
            grain=found.question.grain,
            as_of=as_of,
            known_at=found.basis.known_at,
            findings=findings(kept, programme, name, grain=found.question.grain, as_of=as_of),
            curves=load_curves(engine, found, name),
            left_out=load_left_out(engine, found, name),
            rejected=self._rejected(programme),
            published=load_published(engine, found, name),
            spent=load_spent(engine, found).get(name),
            workload=workload_in(exhibits),
            others=other_figures(kept, programme, name, grain=found.question.grain, as_of=as_of),
        )

    def _rejected(self, programme: Programme) -> pl.DataFrame:
        return rejected_rows(self.place.engine, programme.name)


def _grain(query: Mapping[str, str]) -> Grain | None:
    asked = query.get("period", "")
    return Grain(asked) if asked in {Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL} else None
