"""Composing who is in the number: customers, invited, answered, and what the silent ones could change."""

from __future__ import annotations

from collections.abc import Sequence

from config.programme import Programme
from dashboard.findings import Finding
from dashboard.views.parts import Table
from dashboard.wording.measures import kpi_note, measure_title
from dashboard.wording.reach import (
    both_figures,
    caution_text,
    merged_text,
    range_of,
    silence_text,
    unweighted_text,
)
from dashboard.wording.words import Words
from metrics.estimate import Estimate
from metrics.evidence.reach import Reach


def reach_table(words: Words, findings: Sequence[Finding]) -> Table | None:
    """Return a row for every measure that residents were asked about, or None where nobody was asked."""
    asked = [(one, reach) for one in findings if (reach := _reach(one)) is not None]
    if not asked:
        return None
    return Table(
        caption=words.say("Who is in the figures of now"),
        columns=[
            words.say("Measure"),
            words.say("customers"),
            words.say("invited"),
            words.say("answered"),
            words.say("Response"),
            words.say("If the silent ones were heard"),
        ],
        rows=[_row(words, finding, reach) for finding, reach in asked],
        numeric=frozenset({1, 2, 3, 4, 5}),
    )


def reach_notes(words: Words, findings: Sequence[Finding], programme: Programme) -> list[str]:
    """Say, per measure, which figure leads and what to be careful of; each sentence once."""
    told: list[str] = []
    for finding in findings:
        title = measure_title(words, finding.kpi.measure)
        told += [f"{title}: {line}" for line in _lines(words, finding, programme)]
    return list(dict.fromkeys(told))


def _reach(finding: Finding) -> Reach | None:
    return finding.claim.reached if finding.claim is not None else None


def _row(words: Words, finding: Finding, reach: Reach) -> list[str]:
    return [
        kpi_note(words, finding.kpi),
        *("–" if count is None else words.number(count) for count in (reach.customers, reach.invited, reach.answered)),
        "–" if reach.response is None else words.percent(reach.response),
        range_of(words, reach.lowest, reach.highest, finding.kpi),
    ]


def _lines(words: Words, finding: Finding, programme: Programme) -> list[str]:
    reach, known = _reach(finding), finding.now.known
    detail = finding.now.detail
    crude = detail.get("crude")
    lines: list[str | None] = []
    if isinstance(known, Estimate) and isinstance(crude, int | float):
        lines.append(both_figures(words, finding.kpi, led=known.value, crude=float(crude)))
    if reach is not None:
        lines.append(silence_text(words, reach, finding.kpi))
    codes = [*(reach.cautions if reach else ()), *_codes(detail.get("cautions"))]
    channels = words.both([words.label(programme.channels, code) for code in (reach.silent if reach else ())])
    merged = merged_text(words, _codes(detail.get("merged")), dict(programme.channels))
    lines += [caution_text(words, code, channels=channels, merged=merged) for code in codes]
    lines += [unweighted_text(words, code) for code in _codes([detail.get("unweighted")])]
    return [line for line in lines if line]


def _codes(found: object) -> list[str]:
    return [str(one) for one in found if one] if isinstance(found, list) else []
