"""Composing what else was measured: the KPIs that stand for no measure of the project, in one table."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.findings import OtherFigure
from dashboard.views.parts import Table
from dashboard.wording.figures import number_text, range_text, value_text
from dashboard.wording.measures import kpi_note
from dashboard.wording.verdicts import reason_sentence
from dashboard.wording.words import Words
from metrics.estimate import Estimate


def others_table(words: Words, others: Sequence[OtherFigure]) -> Table | None:
    """Return a row for every other KPI that has records, or None where there is none."""
    if not others:
        return None
    return Table(
        caption=words.say("Everything else that was measured, now and before the start"),
        columns=[words.say("What"), words.say("Now"), words.say("Before the start"), words.say("Rests on")],
        rows=[
            [
                kpi_note(words, one.kpi),
                _text(words, one, now=True),
                _text(words, one, now=False),
                _rests_on(words, one),
            ]
            for one in others
        ],
        numeric=frozenset({1, 2}),
    )


def _text(words: Words, one: OtherFigure, *, now: bool) -> str:
    figure = one.now if now else one.baseline
    if figure is None or not isinstance(figure.known, Estimate):
        return "–"
    shown = range_text(words, figure.known, one.kpi)
    value = value_text(words, figure.known, one.kpi)
    return f"{value} ({shown})" if shown else value


def _rests_on(words: Words, one: OtherFigure) -> str:
    known = one.now.known
    if isinstance(known, Estimate):
        return number_text(words, one.now, one.kpi)
    return reason_sentence(words, known.reason, n=known.n)
