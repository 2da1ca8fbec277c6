"""Composing ladders: how sure we are of each measure, why not surer, and what would make us so."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.findings import Finding
from dashboard.views.evidence import Ladder, Rung
from dashboard.wording.effect import difference_text
from dashboard.wording.evidence import claim_sentence, level_name, level_text, what_would, why_not
from dashboard.wording.figures import number_text
from dashboard.wording.measures import measure_title
from dashboard.wording.verdicts import verdict_word
from dashboard.wording.words import Words, span_text
from metrics.effect.interrupted import Interrupted
from metrics.evidence.claim import Claim
from metrics.evidence.level import Level

_HERE, _REACHED, _ABOVE = "here", "reached", "above"


def ladders(words: Words, findings: Sequence[Finding]) -> list[Ladder]:
    """Return a ladder for every measure of which something is claimed."""
    return [_ladder(words, one, one.claim) for one in findings if one.claim is not None]


def _ladder(words: Words, finding: Finding, claim: Claim) -> Ladder:
    return Ladder(
        name=finding.kpi.measure.value,
        title=measure_title(words, finding.kpi.measure),
        verdict=verdict_word(words, finding.judged.verdict),
        level=int(claim.level),
        level_text=level_text(words, claim.level),
        sentence=claim_sentence(words, claim),
        rungs=[_rung(words, finding, claim, level) for level in Level if level is not Level.NOT_MEASURED],
        why_not_label=words.say("Why not higher?"),
        why_not=why_not(words, claim),
        what_would_label=words.say("What would raise it"),
        what_would=what_would(words, claim),
    )


def _rung(words: Words, finding: Finding, claim: Claim, level: Level) -> Rung:
    state = _HERE if level is claim.level else _REACHED if level < claim.level else _ABOVE
    note = None if state == _ABOVE else _note(words, finding, claim, level)
    return Rung(number=int(level), text=level_name(words, level), state=state, note=note)


def _note(words: Words, finding: Finding, claim: Claim, level: Level) -> str | None:
    """Say what a level that was reached rests on."""
    if level is Level.DESCRIBED:
        return number_text(words, finding.now, finding.kpi)
    if level is Level.CHANGED and claim.now is not None and claim.now.leading is not None:
        return difference_text(words, claim.now.leading, finding.kpi)
    found = claim.trend.found if claim.trend else None
    if level is not Level.BEYOND_OWN_TREND or not isinstance(found, Interrupted):
        return None
    line = found.counterfactual
    return words.say(
        "{before} months before, {after} after; without the project {expected} ({range}) was to be expected",
        before=found.months_before,
        after=found.months_after,
        expected=words.value(line.values[-1], finding.kpi.unit),
        range=span_text(words, line.low[-1], line.high[-1], finding.kpi.unit),
    )
