"""Composing what waits: how old it is, how it stands to its term, and the flow by month."""

from __future__ import annotations

from dashboard.views.parts import Table
from dashboard.wording.periods import period_name
from dashboard.wording.words import Words
from dashboard.wording.workload import band_text, number_or_hidden, standing_text, workload_sentences
from metrics.flow.workload import Workload
from metrics.periods import Grain, period_of

_YEAR = 12


def workload_intro(words: Words, found: Workload | None) -> list[str]:
    """Say what waits; nothing where the project has no cases."""
    return [] if found is None else workload_sentences(words, found)


def waiting_tables(words: Words, found: Workload | None) -> list[Table]:
    """Return how the open cases stand to their term, and how old they are."""
    if found is None or not found.standing:
        return []
    open_cases = words.say("Open cases")
    standing = [[standing_text(words, one), number_or_hidden(words, one.n)] for one in found.standing if one.n != 0]
    bands = [[band_text(words, one), number_or_hidden(words, one.n)] for one in found.bands if one.n != 0]
    return [
        Table(
            caption=words.say("Open cases and their term"),
            columns=[words.say("Term of the law"), open_cases],
            rows=standing,
            numeric=frozenset({1}),
        ),
        Table(
            caption=words.say("How long the open cases have waited"),
            columns=[words.say("Age"), open_cases],
            rows=bands,
            numeric=frozenset({1}),
        ),
    ]


def flow_table(words: Words, found: Workload | None) -> Table | None:
    """Return what came in, went out and was open at the end, by month, for the last twelve months."""
    if found is None:
        return None
    return Table(
        caption=words.say("Cases by month: in, out and still open"),
        columns=[words.say("Month"), words.say("came in"), words.say("went out"), words.say("open at the end")],
        rows=[
            [
                period_name(words, period_of(one.month, Grain.MONTH), Grain.MONTH),
                *(number_or_hidden(words, n) for n in (one.inflow, one.outflow, one.open)),
            ]
            for one in found.months[-_YEAR:]
        ],
        numeric=frozenset({1, 2, 3}),
    )
