"""Verdicts and reasons in words."""

from __future__ import annotations

from dashboard.views.parts import Tone, Word
from dashboard.wording.words import Words
from metrics.disclosure.primary import FEWEST_FIRM, FEWEST_PERSONS, FEWEST_SHOWN, FEWEST_UNANIMOUS
from metrics.effect.interrupted import FEWEST_FIRM_MONTHS, FEWEST_MONTHS
from metrics.estimate import Reason
from metrics.verdict import Verdict

_SIGNS: dict[Verdict, tuple[str, Tone]] = {
    Verdict.GOAL_MET: ("✔", Tone.GOOD),
    Verdict.ON_ITS_WAY: ("↗", Tone.PROGRESS),
    Verdict.NO_DIFFERENCE: ("=", Tone.NEUTRAL),
    Verdict.WORSE: ("↘", Tone.BAD),
    Verdict.MEASURED: ("·", Tone.NEUTRAL),
    Verdict.STALE: ("…", Tone.UNSURE),
    Verdict.SERIES_BREAK: ("≠", Tone.UNSURE),
    Verdict.TOO_LITTLE: ("?", Tone.UNSURE),
}


def verdict_word(words: Words, verdict: Verdict) -> Word:
    """Return the verdict in a word or two, with its sign."""
    texts = {
        Verdict.GOAL_MET: words.say("goal met"),
        Verdict.ON_ITS_WAY: words.say("on its way"),
        Verdict.NO_DIFFERENCE: words.say("no difference shown"),
        Verdict.WORSE: words.say("worse"),
        Verdict.MEASURED: words.say("measured, nothing to compare with"),
        Verdict.STALE: words.say("records too old"),
        Verdict.SERIES_BREAK: words.say("asked differently, not comparable"),
        Verdict.TOO_LITTLE: words.say("too little to say"),
    }
    sign, tone = _SIGNS[verdict]
    return Word(code=verdict.value, sign=sign, text=texts[verdict], tone=tone)


def better_or_worse(words: Words, verdict: Verdict) -> str:
    """Say a verdict without a target: better, worse or no difference shown since the baseline."""
    return words.say("better than before") if verdict is Verdict.ON_ITS_WAY else verdict_word(words, verdict).text


def reason_sentence(words: Words, reason: Reason, *, n: int | None) -> str:
    """Say why a figure is limited or absent."""
    count = words.number(n or 0)
    sentences = {
        Reason.FEW_OBSERVATIONS: words.say(
            "Few observations: an indication, no more ({firm} are needed to be firm).", firm=FEWEST_FIRM
        ),
        Reason.WIDE_INTERVAL: words.say("The range is wide: an indication, no more."),
        Reason.UPPER_LIMIT_OPEN: words.say("The range has no upper end: too few cases were followed that long."),
        Reason.NO_INTERVAL: words.say(
            "Everything seen points the same way, so there is no range; that is no certainty."
        ),
        Reason.TOO_FEW_OBSERVATIONS: words.say(
            "Too few observations; from {least} we show a figure.", least=FEWEST_SHOWN
        ),
        Reason.TOO_FEW_CLOSED: words.say(
            "Of {n} cases fewer than {least} are decided; from {least} we show a figure.",
            n=count,
            least=FEWEST_SHOWN,
        ),
        Reason.FEW_PERSONS: words.say(
            "Hidden: fewer than {least} persons, who could be recognised.", least=FEWEST_PERSONS
        ),
        Reason.EVERYBODY_THE_SAME: words.say(
            "Hidden: all of fewer than {least} persons gave the same answer.", least=FEWEST_UNANIMOUS
        ),
        Reason.PROTECTS_OTHERS: words.say("Hidden: with it, another hidden figure could be worked out."),
        Reason.MIXED_SCALES: words.say(
            "The scale of the question changed within this period: the answers cannot be added up."
        ),
        Reason.MIXED_QUESTIONS: words.say(
            "The wording of the question changed within this period: the answers cannot be added up."
        ),
        Reason.OTHER_SCALE: words.say("The question was not asked on the scale that this figure needs."),
        Reason.ALL_OPEN: words.say("All {n} cases are still open.", n=count),
        Reason.NOT_REACHED: words.say("Too many of the {n} cases are still open to name a day.", n=count),
        Reason.FOLLOW_UP_TOO_SHORT: words.say("The cases are not old enough yet to tell."),
        Reason.NO_NORM: words.say("The project has no norm to measure by."),
        Reason.STRATUM_EMPTY: words.say(
            "One of the groups has no cases in this period: its share cannot be held constant."
        ),
        Reason.SUSPENSION_UNKNOWN: words.say("The source does not say of enough cases how long the clock stood still."),
        Reason.NOTHING_RECORDED: words.say("Nothing was recorded in this period."),
        Reason.NOTHING_DUE: words.say("No decision was due in this period."),
        Reason.MORE_ENDS_THAN_STARTS: words.say(
            "More forms ended than were started: the counts do not belong together."
        ),
        Reason.NO_CASES: words.say("There were contacts and no applications to hold them against."),
        Reason.SOURCE_LATE: words.say(
            "The records are too old, or their source was not read as agreed: the figure keeps its value, "
            "without a verdict."
        ),
        Reason.SHORT_SERIES: words.say(
            "Few months before or after the start: from {least} on each side there is an indication, from {firm} more.",
            least=FEWEST_MONTHS,
            firm=FEWEST_FIRM_MONTHS,
        ),
        Reason.FEW_SERVICES: words.say("Too few services to compare: with so few, chance alone does as much."),
    }
    return sentences[reason]
