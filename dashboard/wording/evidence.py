"""Evidence in words: the level of a claim, why it is not higher, and what would raise it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.wording.words import Words
from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.estimators.target import Likelihood, likelihood
from metrics.evidence.claim import Claim, Move
from metrics.evidence.level import Held, Hold, Level

_LEVELS: dict[Level, str] = {
    Level.NOT_MEASURED: "Not measured",
    Level.DESCRIBED: "Described",
    Level.CHANGED: "Changed since before the start",
    Level.BEYOND_OWN_TREND: "Changed more than its own trend",
    Level.MORE_THAN_COMPARABLE: "Changed more than comparable services",
    Level.BY_LOT: "Tested by lot",
}

_CLAIMS: dict[tuple[Level, Move], str] = {
    (Level.DESCRIBED, Move.NONE): "We know how it is now. A difference with before the start is not shown.",
    (Level.DESCRIBED, Move.BETTER): "It looks better than before the start, but the comparison does not carry that.",
    (Level.DESCRIBED, Move.WORSE): "It looks worse than before the start, but the comparison does not carry that.",
    (Level.CHANGED, Move.BETTER): "It got better after the project began; we do not know whether the project did it.",
    (Level.CHANGED, Move.WORSE): "It got worse after the project began; we do not know whether the project did it.",
    (Level.BEYOND_OWN_TREND, Move.BETTER): "It got better after the project began, and more than it already was.",
    (Level.BEYOND_OWN_TREND, Move.WORSE): "It got worse after the project began, and more than it already was.",
    (Level.MORE_THAN_COMPARABLE, Move.BETTER): "It got better after the project began, and more than elsewhere.",
    (Level.MORE_THAN_COMPARABLE, Move.WORSE): "It got worse after the project began, and more than elsewhere.",
    (Level.BY_LOT, Move.BETTER): "A lot decided who got the new way; they fared better because of the project.",
    (Level.BY_LOT, Move.WORSE): "A lot decided who got the new way; they fared worse because of the project.",
}

_HOLDS: dict[Hold, str] = {
    Hold.NO_FIGURE: "There is no figure for this period.",
    Hold.NO_BASELINE: "There is no baseline to compare with.",
    Hold.NO_DIFFERENCE: "The difference with before the start may be chance.",
    Hold.NOT_STARTED: "The project has not started, or its start is not on record.",
    Hold.SHORT_SERIES: "Too few months before or after the start have a figure that can be compared.",
    Hold.OWN_TREND: "The trend from before the start explains it, or cannot be told from it.",
    Hold.ANY_MONTH: "Other months, taken as the start, show as much.",
    Hold.NOT_ROBUST: "The change hangs on one single month.",
    Hold.NO_COMPARATORS: "No comparable services were named before the start.",
    Hold.FEW_COMPARATORS: "With so few comparable services chance cannot be ruled out.",
    Hold.LIKE_COMPARATORS: "Comparable services changed about as much.",
    Hold.UNLIKE_BEFORE: "Before the start the other services already moved differently.",
    Hold.BEFORE_UNKNOWN: "It cannot be seen whether the other services moved alike before the start.",
    Hold.NO_LOT: "No lot decided who got the new way.",
    Hold.LOT_SHOWS_NOTHING: "The test by lot shows no difference, or too many were lost on the way.",
    Hold.LOT_SHOWS_OPPOSITE: "The test by lot shows the opposite of the change since the start.",
    Hold.NOT_REGISTERED: "Baseline and goals were not put on record before the start.",
    Hold.SERIES_BREAK: "The question, its scale or the system changed; then and now cannot be compared.",
    Hold.TOO_FEW: "A figure rests on only {found} answers or decided cases.",
    Hold.LOW_RESPONSE: "Only {found} of those invited answered; the silent ones weigh too much.",
    Hold.RESPONSE_UNKNOWN: "It is not known how many were invited, so not who stayed silent.",
    Hold.UNEVEN_RESPONSE: "Some channels answer much more often than others.",
    Hold.UNWEIGHTED: "The answers could not be counted in proportion to who really came.",
    Hold.OTHER_PROJECT: "Another project on this service started around the same time; the two cannot be told apart.",
    Hold.EXTREME_START: "The project began right after an extreme, which goes back by itself.",
    Hold.MANY_OPEN: "{found} of the cases are still open.",
}

_RAISES: dict[Hold, str] = {
    Hold.NO_FIGURE: "Enough answers or decided cases to show a figure.",
    Hold.NO_BASELINE: "A measurement from before the start, next time.",
    Hold.NO_DIFFERENCE: "More answers or cases in a period: they make smaller differences visible.",
    Hold.NOT_STARTED: "The day of the start, on record.",
    Hold.SHORT_SERIES: "More months: at least {needed} before the start and {needed} after it.",
    Hold.OWN_TREND: "A clear bend at the start, or comparable services to hold it against.",
    Hold.ANY_MONTH: "More months after the start.",
    Hold.NOT_ROBUST: "More months after the start.",
    Hold.NO_COMPARATORS: "At least {needed} comparable services, named before the start.",
    Hold.FEW_COMPARATORS: "At least {needed} comparable services, named before the start.",
    Hold.UNLIKE_BEFORE: "Name services that moved alike in the year before the start.",
    Hold.NO_LOT: "Let a lot decide who gets the new way first.",
    Hold.LOT_SHOWS_OPPOSITE: "Find out why the two differ; a second test by lot can tell.",
    Hold.NOT_REGISTERED: "Put baseline and goals on record before the start, next time.",
    Hold.SERIES_BREAK: "Keep asking the same question on the same scale.",
    Hold.LOW_RESPONSE: "More answers from those who are invited.",
    Hold.RESPONSE_UNKNOWN: "Record how many are invited, by every channel.",
    Hold.UNEVEN_RESPONSE: "More answers through the channels that answer least.",
    Hold.UNWEIGHTED: "At least {enough} answers through every channel.",
    Hold.OTHER_PROJECT: "Three months between two projects on one service, next time.",
    Hold.EXTREME_START: "A longer baseline, from before the extreme.",
    Hold.MANY_OPEN: "Wait until more cases are decided.",
}

_LIKELIHOODS: dict[Likelihood, str] = {
    Likelihood.ALMOST_CERTAIN: "almost certainly",
    Likelihood.LIKELY: "probably",
    Likelihood.UNCLEAR: "cannot be told yet",
    Likelihood.UNLIKELY: "probably not",
    Likelihood.ALMOST_EXCLUDED: "almost certainly not",
}


def level_name(words: Words, level: Level) -> str:
    """Name a level."""
    return words.say(_LEVELS[level])


def level_text(words: Words, level: Level) -> str:
    """Say a level with its place on the ladder."""
    return words.say("Level {n} of 5: {name}", n=int(level), name=level_name(words, level))


def certainty_text(words: Words, level: Level) -> str | None:
    """Say in a few words how sure we are: `certainty 3 of 5`; None where nothing was measured."""
    return words.say("certainty {n} of 5", n=int(level)) if level is not Level.NOT_MEASURED else None


def claim_sentence(words: Words, claim: Claim) -> str:
    """Say in one sentence what may be claimed."""
    if claim.level is Level.NOT_MEASURED:
        return words.say("There is nothing yet to base a statement on.")
    return words.say(_CLAIMS[claim.level, claim.move])


def why_not(words: Words, claim: Claim) -> Sequence[str]:
    """Say what keeps the level from being higher: what bites now, not what would bite later."""
    return [_hold(words, one) for one in _binding(claim)]


def what_would(words: Words, claim: Claim) -> Sequence[str]:
    """Say what would raise the level, with how many answers, months or services it takes where that is known."""
    told = [_raise(words, one) for one in _binding(claim)]
    return list(dict.fromkeys(one for one in told if one))


def chance_text(words: Words, probability: float) -> str:
    """Say the chance that the goal is met: a word, and how often out of ten or a hundred."""
    step = words.say(_LIKELIHOODS[likelihood(probability)])
    return words.say("chance that the goal is met: {often} ({step})", often=often(words, probability), step=step)


def often(words: Words, probability: float) -> str:
    """Say a probability as a frequency: about 8 in 10; out of a hundred near the ends, and never 0 or all."""
    tenths = round(probability * 10)
    if 1 <= tenths <= 9:  # noqa: PLR2004 - out of ten
        return words.say("about {n} in 10", n=words.number(tenths))
    hundredths = round(probability * 100)
    if hundredths < 1:
        return words.say("less than 1 in 100")
    if hundredths > 99:  # noqa: PLR2004 - out of a hundred
        return words.say("more than 99 in 100")
    return words.say("about {n} in 100", n=words.number(hundredths))


def _binding(claim: Claim) -> Sequence[Held]:
    binding = [one for one in claim.held if one.most <= claim.level]
    # Lots lead past every other step, so who stands on the third one hears of them too.
    lots = [one for one in claim.held if one.hold is Hold.NO_LOT and claim.level >= Level.BEYOND_OWN_TREND]
    return list(dict.fromkeys([*binding, *lots]))


def _hold(words: Words, held: Held) -> str:
    if held.hold in {Hold.LOW_RESPONSE, Hold.MANY_OPEN}:
        return words.say(_HOLDS[held.hold], found=words.percent(held.found or 0.0))
    return words.say(_HOLDS[held.hold], found=words.number(held.found or 0.0))


def _raise(words: Words, held: Held) -> str | None:
    if held.hold is Hold.NO_DIFFERENCE and held.more:
        return words.say(
            "About {more} more answers in a period: enough to see the promised difference, if it is there.",
            more=words.number(held.more),
        )
    if held.hold in {Hold.TOO_FEW, Hold.LOW_RESPONSE} and held.more:
        return words.count("At least {n} more answer.", "At least {n} more answers or decided cases.", held.more)
    if held.hold is Hold.SHORT_SERIES and held.more:
        return words.count("{n} more month.", "{n} more months.", held.more)
    if held.hold not in _RAISES:
        return None
    needed = words.number(held.needed or 0.0)
    return words.say(_RAISES[held.hold], needed=needed, enough=words.number(FEWEST_SHOWN))
