"""Evidence in words: how sure, why not surer, what would help; the expected texts are written by hand."""

from __future__ import annotations

import pytest

from dashboard.wording.evidence import (
    certainty_text,
    chance_text,
    claim_sentence,
    level_text,
    often,
    what_would,
    why_not,
)
from metrics.evidence.claim import Move
from metrics.evidence.level import Held, Hold, Level
from tests.dashboard.evidence_samples import EN, NL, claim, in_both

# --- how sure ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "move", "nl", "en"),
    [
        (
            Level.NOT_MEASURED,
            Move.NONE,
            "Er is nog niets om een uitspraak op te baseren.",
            "There is nothing yet to base a statement on.",
        ),
        (
            Level.DESCRIBED,
            Move.WORSE,
            "Het lijkt slechter dan vóór de start, maar de vergelijking kan dat niet dragen.",
            "It looks worse than before the start, but the comparison does not carry that.",
        ),
        (
            Level.CHANGED,
            Move.BETTER,
            "Het werd beter nadat het project begon; of het door het project komt, weten we niet.",
            "It got better after the project began; we do not know whether the project did it.",
        ),
        (
            Level.BY_LOT,
            Move.BETTER,
            "Het lot bepaalde wie de nieuwe werkwijze kreeg; die mensen waren beter af, en dat komt door het project.",
            "A lot decided who got the new way; they fared better because of the project.",
        ),
    ],
)
def test_a_claim_says_no_more_than_its_level_carries(level, move, nl, en):
    assert in_both(claim_sentence, claim(level, move=move)) == (nl, en)


def test_a_level_is_said_with_its_place_on_the_ladder():
    assert in_both(level_text, Level.BEYOND_OWN_TREND) == (
        "Niveau 3 van 5: Meer veranderd dan de eigen trend",
        "Level 3 of 5: Changed more than its own trend",
    )
    assert in_both(certainty_text, Level.BEYOND_OWN_TREND) == ("zekerheid 3 van 5", "certainty 3 of 5")
    assert in_both(certainty_text, Level.NOT_MEASURED) == (None, None)


def test_only_what_bites_now_is_told_and_not_what_would_bite_higher_up():
    held = (Held(hold=Hold.NO_DIFFERENCE), Held(hold=Hold.SHORT_SERIES, needed=12), Held(hold=Hold.NO_LOT))
    assert in_both(why_not, claim(Level.DESCRIBED, held=held)) == (
        ["Het verschil met vóór de start kan toeval zijn."],
        ["The difference with before the start may be chance."],
    )


def test_who_stands_on_the_third_step_hears_of_lots_as_well():
    held = (Held(hold=Hold.LIKE_COMPARATORS), Held(hold=Hold.NO_LOT))
    assert why_not(EN, claim(Level.BEYOND_OWN_TREND, held=held)) == [
        "Comparable services changed about as much.",
        "No lot decided who got the new way.",
    ]
    assert what_would(NL, claim(Level.BEYOND_OWN_TREND, held=held)) == [
        "Laten loten wie de nieuwe werkwijze het eerst krijgt."
    ]
    assert why_not(EN, claim(Level.CHANGED, held=held)) == []


@pytest.mark.parametrize(
    ("held", "nl", "en"),
    [
        (
            Held(hold=Hold.LOW_RESPONSE, found=0.124),
            "Maar 12% van de genodigden antwoordde; wie zweeg, telt te zwaar.",
            "Only 12% of those invited answered; the silent ones weigh too much.",
        ),
        (
            Held(hold=Hold.MANY_OPEN, found=0.31),
            "31% van de zaken is nog open.",
            "31% of the cases are still open.",
        ),
        (
            Held(hold=Hold.TOO_FEW, found=1204),
            "Een cijfer rust op maar 1.204 antwoorden of afgehandelde zaken.",
            "A figure rests on only 1,204 answers or decided cases.",
        ),
        (
            Held(hold=Hold.TOO_FEW),
            "Een cijfer rust op maar 0 antwoorden of afgehandelde zaken.",
            "A figure rests on only 0 answers or decided cases.",
        ),
    ],
)
def test_what_holds_a_claim_back_is_told_with_its_number(held, nl, en):
    assert in_both(why_not, claim(Level.CHANGED, held=(held,))) == ([nl], [en])


@pytest.mark.parametrize(
    ("held", "nl", "en"),
    [
        (
            Held(hold=Hold.NO_DIFFERENCE, more=1310),
            "Ongeveer 1.310 antwoorden meer per periode: genoeg om het beloofde verschil te zien, als het er is.",
            "About 1,310 more answers in a period: enough to see the promised difference, if it is there.",
        ),
        (
            Held(hold=Hold.NO_DIFFERENCE),
            "Meer antwoorden of zaken per periode: dan worden kleinere verschillen zichtbaar.",
            "More answers or cases in a period: they make smaller differences visible.",
        ),
        (
            Held(hold=Hold.TOO_FEW, more=1),
            "Ten minste 1 antwoord of afgehandelde zaak meer.",
            "At least 1 more answer.",
        ),
        (
            Held(hold=Hold.LOW_RESPONSE, found=0.1, more=40),
            "Ten minste 40 antwoorden of afgehandelde zaken meer.",
            "At least 40 more answers or decided cases.",
        ),
        (
            Held(hold=Hold.LOW_RESPONSE, found=0.1),
            "Meer antwoorden van wie is uitgenodigd.",
            "More answers from those who are invited.",
        ),
        (Held(hold=Hold.SHORT_SERIES, needed=12, more=1), "Nog 1 maand meten.", "1 more month."),
        (Held(hold=Hold.SHORT_SERIES, needed=12, more=4), "Nog 4 maanden meten.", "4 more months."),
        (
            Held(hold=Hold.SHORT_SERIES, needed=12),
            "Meer maanden: ten minste 12 vóór de start en 12 erna.",
            "More months: at least 12 before the start and 12 after it.",
        ),
        (
            Held(hold=Hold.UNWEIGHTED),
            "Ten minste 10 antwoorden langs elk kanaal.",
            "At least 10 answers through every channel.",
        ),
        (
            Held(hold=Hold.FEW_COMPARATORS, found=2, needed=19),
            "Ten minste 19 vergelijkbare diensten, aangewezen vóór de start.",
            "At least 19 comparable services, named before the start.",
        ),
    ],
)
def test_what_would_raise_a_claim_is_told_with_how_much_it_takes(held, nl, en):
    assert in_both(what_would, claim(Level.BEYOND_OWN_TREND, held=(held,))) == ([nl], [en])


@pytest.mark.parametrize("hold", [Hold.TOO_FEW, Hold.LIKE_COMPARATORS, Hold.LOT_SHOWS_NOTHING])
def test_what_nothing_would_raise_is_not_made_up(hold):
    assert what_would(EN, claim(Level.MORE_THAN_COMPARABLE, held=(Held(hold=hold, found=3),))) == []


def test_two_reasons_with_one_remedy_give_it_once():
    held = (Held(hold=Hold.ANY_MONTH), Held(hold=Hold.NOT_ROBUST))
    assert len(why_not(EN, claim(Level.CHANGED, held=held))) == 2
    assert what_would(NL, claim(Level.CHANGED, held=held)) == ["Meer maanden na de start."]


@pytest.mark.parametrize(
    ("probability", "nl", "en"),
    [
        (0.0, "minder dan 1 op de 100", "less than 1 in 100"),
        (0.004, "minder dan 1 op de 100", "less than 1 in 100"),
        (0.03, "ongeveer 3 op de 100", "about 3 in 100"),
        (0.3, "ongeveer 3 op de 10", "about 3 in 10"),
        (0.84, "ongeveer 8 op de 10", "about 8 in 10"),
        (0.97, "ongeveer 97 op de 100", "about 97 in 100"),
        (0.999, "meer dan 99 op de 100", "more than 99 in 100"),
        (1.0, "meer dan 99 op de 100", "more than 99 in 100"),
    ],
)
def test_a_chance_is_said_as_a_frequency_and_never_as_none_or_all(probability, nl, en):
    assert in_both(often, probability) == (nl, en)


@pytest.mark.parametrize(
    ("probability", "nl"),
    [
        (0.97, "kans dat het doel is gehaald: ongeveer 97 op de 100 (vrijwel zeker wel)"),
        (0.84, "kans dat het doel is gehaald: ongeveer 8 op de 10 (waarschijnlijk wel)"),
        (0.5, "kans dat het doel is gehaald: ongeveer 5 op de 10 (nog niet te zeggen)"),
        (0.2, "kans dat het doel is gehaald: ongeveer 2 op de 10 (waarschijnlijk niet)"),
        (0.02, "kans dat het doel is gehaald: ongeveer 2 op de 100 (vrijwel zeker niet)"),
    ],
)
def test_the_chance_of_the_goal_is_said_twice_in_a_frequency_and_in_words(probability, nl):
    assert chance_text(NL, probability) == nl
