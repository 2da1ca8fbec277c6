"""Effect in words: beyond its own trend, and changed since before; the expected texts are written by hand."""

from __future__ import annotations

import pytest

from dashboard.wording.effect import (
    change_sentence,
    difference_text,
    effect_heading,
    effect_notes,
    effect_sentence,
    signed_text,
)
from metrics.kpis import kpi
from tests.dashboard.evidence_samples import (
    EN,
    LEAD_TIME,
    SATISFACTION,
    SHORT,
    change,
    difference,
    effect,
    in_both,
    interrupted,
    trend,
)

# --- against its own trend ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "one", "nl", "en"),
    [
        (
            trend(interrupted(0.06), beyond=True),
            SATISFACTION,
            "Tevredenheid: beter dan de eigen trend had gebracht",
            "Satisfaction: better than its own trend would have brought",
        ),
        (
            trend(interrupted(6.0), beyond=True),
            LEAD_TIME,
            "Doorlooptijd: slechter dan de eigen trend had gebracht",
            "Lead time: worse than its own trend would have brought",
        ),
        (
            trend(interrupted(0.06)),
            SATISFACTION,
            "Tevredenheid: geen effect aangetoond boven op de eigen trend",
            "Satisfaction: no effect shown beyond its own trend",
        ),
        (
            trend(SHORT),
            SATISFACTION,
            "Tevredenheid: te weinig maanden om project en eigen trend uit elkaar te houden",
            "Satisfaction: too few months to tell the project from its own trend",
        ),
    ],
)
def test_the_heading_says_what_the_months_show_beyond_their_own_trend(found, one, nl, en):
    assert in_both(effect_heading, found, one) == (nl, en)


def test_what_was_to_be_expected_is_said_beside_what_it_became():
    """The trend stands at 0.80 (0.77 to 0.83) in the latest month; with 0.06 more it becomes 0.86."""
    assert in_both(effect_sentence, interrupted(0.06), SATISFACTION, "februari 2026") == (
        (
            "Trekt u de lijn van vóór de start door, dan komt u in februari 2026 uit op 80% (marge 77–83). "
            "De maanden sinds de start komen uit op 86%."
        ),
        (
            "Drawn on from before the start, the trend comes to 80% in februari 2026 (range 77–83). "
            "The months since the start come to 86%."
        ),
    )


def test_the_notes_say_how_far_an_effect_can_be_relied_on():
    """2.8 standard errors of 0.01 are 2.8 points: 3."""
    assert in_both(effect_notes, trend(), SATISFACTION) == (
        [
            "In de maanden telt elk kanaal even zwaar mee als vóór de start.",
            "Een kleiner effect dan 3 procentpunten blijft in zo weinig maanden makkelijk onopgemerkt.",
            "Van 20 maanden die de start hadden kunnen zijn, springt deze er het meest uit.",
        ],
        [
            "The months count every channel as much as before the start.",
            "A smaller effect than 3 percentage points could easily have gone unseen in so few months.",
            "Of 20 months that could have been the start, this one stands out most.",
        ],
    )


def test_the_notes_say_where_another_month_shows_as_much_and_the_mix_was_not_held():
    found = interrupted(effect=effect(0.06, None, None), placebo_rank=4)
    assert effect_notes(EN, trend(found, held=False), SATISFACTION) == [
        "Here a shift between channels can move the months as well: it could not be held constant.",
        "Other months, taken as the start, stand out as much: place 4 of 20.",
    ]


def test_the_notes_of_too_short_a_series_say_how_many_months_it_takes():
    assert in_both(effect_notes, trend(SHORT), SATISFACTION) == (
        ["Weinig maanden vóór of na de start: vanaf 8 aan elke kant is er een aanwijzing, vanaf 12 meer."],
        ["Few months before or after the start: from 8 on each side there is an indication, from 12 more."],
    )


# --- a difference ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "one", "nl", "en"),
    [
        (0.044, SATISFACTION, "4 procentpunten meer", "4 percentage points more"),
        (-0.011, SATISFACTION, "1 procentpunt minder", "1 percentage point less"),
        (0.004, SATISFACTION, "vrijwel geen verandering", "hardly any change"),
        (-12.4, LEAD_TIME, "12 dagen minder", "12 days less"),
        (0.3, LEAD_TIME, "vrijwel geen verandering", "hardly any change"),
        (0.0, kpi("nps"), "vrijwel geen verandering", "hardly any change"),
        (0.12, kpi("satisfaction_mean"), "0,1 meer", "0.1 more"),
    ],
)
def test_a_difference_is_said_with_its_direction(value, one, nl, en):
    assert in_both(signed_text, value, one) == (nl, en)


def test_a_difference_without_an_end_has_no_range():
    assert in_both(difference_text, difference(118.0, 76.0, low=-50.0), LEAD_TIME) == (
        "van 118 dagen naar 76 dagen: 42 dagen minder",
        "from 118 days to 76 days: 42 days less",
    )


def test_a_change_at_a_constant_mix_is_said_to_be_so():
    held, crude = difference(0.57, 0.84, 0.231, 0.299), difference(0.58, 0.83, 0.2, 0.3)
    assert in_both(change_sentence, change(crude, held), SATISFACTION) == (
        "Als elk kanaal even zwaar meetelt als vóór de start: van 57% naar 84%: 27 procentpunten meer (marge 23–30).",
        (
            "With every channel counting as much as before the start: from 57% to 84%: 27 percentage points more "
            "(range 23–30)."
        ),
    )


def test_a_change_that_a_shift_between_channels_turned_round_is_said_both_ways():
    held, crude = difference(0.82, 0.76, -0.09, -0.03), difference(0.80, 0.85, 0.02, 0.08)
    assert in_both(change_sentence, change(crude, held), SATISFACTION) == (
        (
            "Als elk kanaal even zwaar meetelt als vóór de start: van 82% naar 76%: 6 procentpunten minder "
            "(marge 3–9). Geteld zoals de antwoorden binnenkwamen is het andersom: van 80% naar 85%: "
            "5 procentpunten meer (marge 2–8). Dat komt door een verschuiving tussen kanalen."
        ),
        (
            "With every channel counting as much as before the start: from 82% to 76%: 6 percentage points less "
            "(range 3–9). Counted as the answers came in it is the other way round: from 80% to 85%: "
            "5 percentage points more (range 2–8). That is a shift between channels."
        ),
    )


def test_of_no_change_nothing_is_said():
    assert change_sentence(EN, change(), SATISFACTION) is None
