"""Composing what was compared: the project beside comparable services, and a pilot beside its control group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.programme import Project
from dashboard.findings import Finding
from dashboard.views.evidence import Compared
from dashboard.views.parts import Table
from dashboard.wording.compared import panel_heading, panel_sentences, pilot_heading, pilot_sentences
from dashboard.wording.effect import signed_text
from dashboard.wording.measures import measure_title
from dashboard.wording.words import Words
from metrics.effect.panel import DifferenceInDifferences, ServiceChange
from metrics.kpi import Kpi


def compared(words: Words, findings: Sequence[Finding], project: Project) -> list[Compared]:
    """Return what every measure was compared with; empty where a project put no comparison on record."""
    return [one for finding in findings for one in _compared(words, finding, project)]


def _compared(words: Words, finding: Finding, project: Project) -> Iterator[Compared]:
    claim, kpi = finding.claim, finding.kpi
    if claim is None:
        return
    if claim.panel is not None:
        table = _table(words, claim.panel, kpi) if isinstance(claim.panel, DifferenceInDifferences) else None
        yield Compared(
            name=f"{kpi.name}-services",
            heading=panel_heading(words, claim.panel, kpi),
            sentences=panel_sentences(words, claim.panel, kpi),
            table=table,
        )
    if claim.pilot is not None and project.pilot is not None:
        yield Compared(
            name=f"{kpi.name}-pilot",
            heading=pilot_heading(words, claim.pilot, kpi),
            sentences=pilot_sentences(words, claim.pilot, kpi, by_lot=project.pilot.by_lot),
            table=None,
        )


def _table(words: Words, found: DifferenceInDifferences, kpi: Kpi) -> Table:
    services = sorted(found.services, key=lambda one: (not one.treated, one.service))
    return Table(
        caption=words.say("{title} by service, before and since the start", title=measure_title(words, kpi.measure)),
        columns=[
            words.say("Service"),
            words.say("With the project?"),
            words.say("Before"),
            words.say("Since the start"),
            words.say("Change"),
        ],
        rows=[_row(words, one, kpi) for one in services],
        numeric=frozenset({2, 3, 4}),
    )


def _row(words: Words, one: ServiceChange, kpi: Kpi) -> list[str]:
    return [
        one.service,
        words.say("yes") if one.treated else words.say("no"),
        words.value(one.before, kpi.unit),
        words.value(one.after, kpi.unit),
        signed_text(words, one.change, kpi),
    ]
