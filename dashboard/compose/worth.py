"""Composing what the results mean for the money."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.findings import Finding
from dashboard.views.parts import Table
from dashboard.wording.measures import kpi_note
from dashboard.wording.money import NOTHING, cost_text, extra_cost_text, extra_text, money_notes, way_text
from dashboard.wording.words import Words
from metrics.evidence.worth import Worth


def worth_table(words: Words, findings: Sequence[Finding]) -> Table | None:
    """Return a row for every measure of which something can be said, or None where there is none."""
    rows = [(one, one.claim.worth) for one in findings if one.claim is not None]
    told = [(one, worth) for one, worth in rows if worth.achieved or worth.cost is not None or worth.extra]
    if not told:
        return None
    return Table(
        caption=words.say("Results and money by measure"),
        columns=[
            words.say("Measure"),
            words.say("Way to the goal"),
            words.say("More residents than before"),
            words.say("Spent per resident"),
            words.say("Spent per extra resident"),
        ],
        rows=[_row(words, finding, worth) for finding, worth in told],
        numeric=frozenset({1, 2, 3, 4}),
    )


def worth_intro(words: Words, findings: Sequence[Finding]) -> list[str]:
    """Say what the table rests on."""
    found = [one.claim.worth for one in findings if one.claim is not None]
    return money_notes(words, [one for one in found if one.cost is not None or one.extra_cost is not None])


def _row(words: Words, finding: Finding, worth: Worth) -> list[str]:
    return [
        kpi_note(words, finding.kpi),
        way_text(words, worth.achieved),
        extra_text(words, worth.extra) if worth.extra else NOTHING,
        cost_text(words, worth.cost),
        extra_cost_text(words, worth.extra_cost),
    ]
