"""Figures in words: one plain sentence that gives the value, its range and what it means."""

from __future__ import annotations

from dashboard.findings import Figure, Finding, comparable_baseline
from dashboard.wording.verdicts import reason_sentence
from dashboard.wording.words import Words, digits_of, outward
from metrics.estimate import Estimate, NotReported, Reason
from metrics.estimators.events import Event
from metrics.kpi import Kpi, Unit
from metrics.records import Kind
from metrics.verdict import Verdict

Statement = str | tuple[str, str]
"""A sentence, or one for a value of exactly 1 and one for every other."""

_STATEMENTS: dict[str, Statement] = {
    "satisfaction": (
        "Of every 100 residents who answered, {value} is satisfied{range}.",
        "Of every 100 residents who answered, {value} are satisfied{range}.",
    ),
    "satisfaction_weighted": "The satisfaction score is {value} out of 100{range}.",
    "satisfaction_mean": "Residents give {value} on average{range}.",
    "nps": (
        "The net promoter score is {value}{range}: of every 100 residents who answered, those who would warmly "
        "recommend the service minus those who would not."
    ),
    "clarity": "Of every 100 residents who answered, {value} found it clear{range}.",
    "lead_time_p50": "Half of the applications are decided within {value}{range}.",
    "lead_time_p85": "85 of every 100 applications are decided within {value}{range}.",
    "lead_time_p90": "9 out of 10 applications are decided within {value}{range}.",
    "lead_time_mean": (
        "An application takes {value} on average{range}; what takes longer than half a year counts as half a year."
    ),
    "lead_time_within_norm": (
        "Of every 100 applications, {value} is decided within the norm{range}.",
        "Of every 100 applications, {value} are decided within the norm{range}.",
    ),
    "decided_within_norm": (
        "Of every 100 applications that came in, {value} gets a decision within the norm{range}.",
        "Of every 100 applications that came in, {value} get a decision within the norm{range}.",
    ),
    "on_time": "Of every 100 decisions that were due, {value} came in time{range}.",
    "on_service_norm": "Of every 100 decisions that the service had promised by now, {value} came in time{range}.",
    "repeat_contact": "After {value} of every 100 contacts the resident had to come back within four weeks{range}.",
    "completion": "Of every 100 forms that were started, {value} came to a right end{range}.",
    "contacts_per_hundred": (
        "For every 100 applications there was {value} contact{range}.",
        "For every 100 applications there were {value} contacts{range}.",
    ),
}
"""English keys of the statements by KPI; the catalogue has the Dutch."""

_WEIGHTED_STATEMENTS: dict[str, Statement] = {
    "satisfaction": (
        "Of every 100 residents who came, an estimated {value} is satisfied{range}.",
        "Of every 100 residents who came, an estimated {value} are satisfied{range}.",
    ),
    "satisfaction_weighted": "Over all residents who came, the satisfaction score is an estimated {value}{range}.",
    "satisfaction_mean": "Over all residents who came, the average is an estimated {value}{range}.",
    "clarity": "Of every 100 residents who came, an estimated {value} found it clear{range}.",
}
"""The same where the answers were weighted to who really came."""


def value_text(words: Words, known: Estimate, kpi: Kpi) -> str:
    """Write the value with its unit, in as many digits as its interval carries."""
    return words.value(known.value, kpi.unit, digits_of(known.low, known.high, kpi.unit))


def range_text(words: Words, known: Estimate, kpi: Kpi) -> str:
    """Write the range as `85–91`, or `from 84` where there is no upper limit; empty where there is none."""
    ends = _ends(words, known, kpi)
    if ends is None:
        return ""
    low, high = ends
    return words.say("from {low}", low=low) if high is None else words.span(low, high)


def level_text(words: Words, value: float, kpi: Kpi) -> str:
    """Write a target with its unit; no more digits than it was given."""
    if kpi.unit in {Unit.DAYS, Unit.POINTS}:
        return words.value(value, kpi.unit)
    of_hundred = value * 100 if kpi.unit is Unit.SHARE else value
    return words.value(value, kpi.unit, 0 if round(of_hundred, 6) == round(of_hundred) else 1)


def statement(words: Words, figure: Figure, kpi: Kpi) -> str:
    """Say a figure in one sentence, with its range; or say why there is none."""
    known = figure.known
    if isinstance(known, NotReported):
        return _absent(words, figure, known, kpi)
    bare = words.bare(known.value, kpi.unit, digits_of(known.low, known.high, kpi.unit))
    value = words.value(known.value, kpi.unit) if kpi.unit is Unit.DAYS else bare
    weighted = "crude" in figure.detail and kpi.name in _WEIGHTED_STATEMENTS
    said = _WEIGHTED_STATEMENTS[kpi.name] if weighted else _STATEMENTS[kpi.name]
    shown = _range_clause(words, known, kpi)
    if isinstance(said, str):
        return words.say(said, value=value, range=shown)
    return words.count(*said, 1 if bare == "1" else 2, value=value, range=shown)


def sentence(words: Words, finding: Finding) -> str:
    """Say a finding in one or two sentences: the figure, and what it means against baseline and target."""
    first = statement(words, finding.now, finding.kpi)
    second = meaning(words, finding)
    return f"{first} {second}".strip()


def meaning(words: Words, finding: Finding) -> str:
    """Say what the verdict rests on; empty where the statement has said it all."""
    comparable = comparable_baseline(finding.now, finding.baseline)
    known = comparable.known if comparable else None
    before = value_text(words, known, finding.kpi) if isinstance(known, Estimate) else None
    target = None if finding.target is None else level_text(words, finding.target, finding.kpi)
    verdict = finding.judged.verdict
    if verdict is Verdict.GOAL_MET:
        return _goal_met(words, before, target)
    if verdict in {Verdict.ON_ITS_WAY, Verdict.WORSE, Verdict.NO_DIFFERENCE}:
        return _compared(words, verdict, before, target)
    return _incomparable(words, verdict)


def contrast_sentence(words: Words, finding: Finding) -> str | None:
    """Say what finished cases alone would have told; None where there is nothing to contrast."""
    beside = finding.contrast
    if beside is None or not isinstance(beside.known, Estimate):
        return None
    value = words.value(beside.known.value, finding.kpi.unit)
    open_cases = finding.now.count("open")
    if not open_cases:
        return words.say("Finished cases alone would say {value}.", value=value)
    return words.count(
        "Finished cases alone would say {value}; {n} case is still open and counts as waiting here.",
        "Finished cases alone would say {value}; {n} cases are still open and count as waiting here.",
        open_cases,
        value=value,
    )


def number_text(words: Words, figure: Figure, kpi: Kpi) -> str:
    """Say how many observations a figure rests on; hidden where the count itself is hidden."""
    n = figure.known.n
    if n is None:
        return words.say("number hidden")
    if kpi.cohort is None:
        return _counted_text(words, n, kpi)
    total = words.count("{n} case", "{n} cases", n)
    open_cases = figure.count("open")
    if not open_cases:
        return total
    return words.say("{total}, of which {open} still open", total=total, open=words.number(open_cases))


def _counted_text(words: Words, n: int, kpi: Kpi) -> str:
    """Say how many of what is no case: answers, forms, applications or contacts."""
    if kpi.record is Kind.ANSWERS:
        return words.count("{n} answer", "{n} answers", n)
    if Event.FORM_START.value in kpi.events:
        return words.count("{n} form", "{n} forms", n)
    if kpi.unit is Unit.PER_HUNDRED:
        return words.count("{n} application", "{n} applications", n)
    return words.count("{n} contact", "{n} contacts", n)


def _ends(words: Words, known: Estimate, kpi: Kpi) -> tuple[str, str | None] | None:
    if known.low is None:
        return None
    digits = digits_of(known.low, known.high, kpi.unit)
    low = words.bare(outward(known.low, kpi.unit, digits, up=False), kpi.unit, digits)
    if known.high is None:
        return low, None
    return low, words.bare(outward(known.high, kpi.unit, digits, up=True), kpi.unit, digits)


def _range_clause(words: Words, known: Estimate, kpi: Kpi) -> str:
    ends = _ends(words, known, kpi)
    if ends is None:
        return ""
    low, high = ends
    if high is None:
        return words.say(" (at least {low})", low=low)
    return words.say(" ({low} to {high})", low=low, high=high)


def _goal_met(words: Words, before: str | None, target: str | None) -> str:
    if before is None:
        return words.say("The goal of {target} is met, also at the cautious end of the range.", target=target)
    return words.say(
        "The goal of {target} is met, also at the cautious end of the range; before the start it was {before}.",
        target=target,
        before=before,
    )


def _compared(words: Words, verdict: Verdict, before: str | None, target: str | None) -> str:
    if before is None:
        return words.say("That is worse than agreed: the goal is {target}.", target=target or "")
    if verdict is Verdict.NO_DIFFERENCE:
        return words.say("That is not demonstrably different from the {before} before the start.", before=before)
    if verdict is Verdict.WORSE:
        return words.say("That is worse than the {before} before the start.", before=before)
    if target is None:
        return words.say("That is better than the {before} before the start.", before=before)
    return words.say(
        "That is better than the {before} before the start; whether the goal of {target} is met is not certain yet.",
        before=before,
        target=target,
    )


def _incomparable(words: Words, verdict: Verdict) -> str:
    return {
        Verdict.SERIES_BREAK: words.say(
            "It was asked on another scale or in other words before: then and now cannot be compared."
        ),
        Verdict.STALE: reason_sentence(words, Reason.SOURCE_LATE, n=None),
        Verdict.MEASURED: words.say("There is no baseline to compare it with."),
    }.get(verdict, "")


def _absent(words: Words, figure: Figure, known: NotReported, kpi: Kpi) -> str:
    open_cases = figure.count("open")
    if known.reason is Reason.NOT_REACHED and known.at_least is not None and open_cases is not None:
        return words.say(
            "{open} of {n} applications are still open: {title} takes more than {days}.",
            open=words.number(open_cases),
            n=words.number(known.n or 0),
            title=words.say(_SHARES_IN_WORDS[kpi.name]),
            days=words.value(known.at_least, Unit.DAYS),
        )
    return reason_sentence(words, known.reason, n=known.n)


_SHARES_IN_WORDS: dict[str, str] = {
    "lead_time_p50": "deciding half of them",
    "lead_time_p85": "deciding 85 of every 100",
    "lead_time_p90": "deciding 9 out of 10",
}
