"""Workload in words: what waits, how old it is, and how long the clock of the law stood still."""

from __future__ import annotations

from dashboard.wording.notices import notice_sentence
from dashboard.wording.words import Words
from metrics.flow.workload import Part, Workload
from metrics.kpi import Unit

_STANDINGS: dict[str, str] = {
    "past_due": "term has run out",
    "due_soon": "term runs out within two weeks",
    "not_yet_due": "term runs out later",
    "no_term": "no term known",
}


def workload_sentences(words: Words, found: Workload) -> list[str]:
    """Say what waits, whether it grows, and what the law counts beside what residents wait."""
    told = [_open(words, found), _late(words, found), _growth(words, found), _clock(words, found)]
    if not found.balanced:
        told.insert(0, _unbalanced(words))
    return [one for one in told if one]


def standing_text(words: Words, part: Part) -> str:
    """Say how open cases stand to their term."""
    return words.say(_STANDINGS[part.name])


def band_text(words: Words, part: Part) -> str:
    """Say an age band: `29–56 days`, `more than 182 days`."""
    first, dash, last = part.name.lstrip(">").partition("-")
    if not dash:
        return words.say("more than {n} days", n=first)
    return words.say("{first}–{last} days", first=first, last=last)


def number_or_hidden(words: Words, n: int | None) -> str:
    """Write a number of cases, or that it is hidden."""
    return words.say("hidden") if n is None else words.number(n)


def _unbalanced(words: Words) -> str:
    return words.say(
        "Counted by day and case by case the stock differs: some cases end before they begin, or are counted twice. "
        "Mend the records before you use these numbers."
    )


def _open(words: Words, found: Workload) -> str:
    if found.open is None:
        return words.say("A few cases are open; so few that they could be recognised.")
    if found.open == 0:
        return words.say("No case is open.")
    if found.median_days is None or found.oldest_days is None:
        return words.count("{n} case is open.", "{n} cases are open.", found.open)
    return words.say(
        "{n} cases are open. Half of them have waited {median} or longer, the oldest {oldest}.",
        n=words.number(found.open),
        median=words.value(found.median_days, Unit.DAYS),
        oldest=words.value(found.oldest_days, Unit.DAYS),
    )


def _late(words: Words, found: Workload) -> str | None:
    late = next((part.n for part in found.standing if part.name == "past_due"), None)
    if not late:
        return None
    if found.longest_past_due_days is None:
        return words.say("Of {n} the term of the law has run out.", n=words.number(late))
    return words.say(
        "Of {n} the term of the law has run out, of the latest {days} ago.",
        n=words.number(late),
        days=words.value(found.longest_past_due_days, Unit.DAYS),
    )


def _growth(words: Words, found: Workload) -> str | None:
    whole = found.months[-_QUARTER:]
    ins, outs = [one.inflow for one in whole], [one.outflow for one in whole]
    if len(whole) < _QUARTER or None in ins or None in outs:
        return None
    came, went = (sum(one for one in some if one is not None) for some in (ins, outs))
    told = {"came": words.number(came), "went": words.number(went)}
    if came > went:
        return words.say("In the last three months {came} came in and {went} went out: the stock grows.", **told)
    if came < went:
        return words.say("In the last three months {came} came in and {went} went out: the stock shrinks.", **told)
    return words.say("In the last three months as many came in as went out: {came}.", **told)


_QUARTER = 3


def _clock(words: Words, found: Workload) -> str | None:
    if found.gross_days is not None and found.net_days is not None:
        return words.say(
            "Of the cases decided in this period residents waited {gross} on average. The law counts {net} of those: "
            "the rest of the time its clock stood still.",
            gross=words.value(found.gross_days, Unit.DAYS),
            net=words.value(found.net_days, Unit.DAYS),
        )
    return notice_sentence(words, found.clock) if found.clock else None
