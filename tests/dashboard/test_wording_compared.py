"""Comparisons in words: against comparable services, and of a pilot; the expected texts are written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.wording.compared import panel_heading, panel_sentences, pilot_heading, pilot_sentences
from metrics.effect.pilot import Side
from metrics.estimate import Reason
from tests.dashboard.evidence_samples import (
    EN,
    LEAD_TIME,
    NL,
    SATISFACTION,
    absent,
    effect,
    in_both,
    panel,
    pilot,
    service,
)

# --- against comparable services ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "one", "nl", "en"),
    [
        (
            panel(-30.0),
            LEAD_TIME,
            "Doorlooptijd: het ging beter dan bij vergelijkbare diensten",
            "Lead time: it went better than at comparable services",
        ),
        (
            panel(-0.05),
            SATISFACTION,
            "Tevredenheid: het ging slechter dan bij vergelijkbare diensten",
            "Satisfaction: it went worse than at comparable services",
        ),
        (
            panel(-30.0, p=0.06),
            LEAD_TIME,
            "Doorlooptijd: niet aangetoond dat het meer veranderde dan bij vergelijkbare diensten",
            "Lead time: not shown to have changed more than comparable services",
        ),
        (
            absent(Reason.FEW_SERVICES, n=2),
            LEAD_TIME,
            "Doorlooptijd: te weinig vergelijkbare diensten",
            "Lead time: too few comparable services",
        ),
    ],
)
def test_the_heading_says_how_it_went_against_comparable_services(found, one, nl, en):
    assert in_both(panel_heading, found, one) == (nl, en)


def test_a_comparison_says_both_changes_how_often_chance_does_that_and_if_they_moved_alike():
    """With the project 110 to 70 days; elsewhere 12 and 8 days less, 10 on average: 30 days more of a difference."""
    assert in_both(panel_sentences, panel(-30.0), LEAD_TIME) == (
        [
            (
                "Sinds de start: met het project 40 dagen minder, bij 2 vergelijkbare diensten 10 dagen minder. "
                "Het verschil is 30 dagen minder."
            ),
            (
                "Had het toeval gekozen welke diensten het project kregen, dan kwam zo'n groot verschil in 1 van de "
                "100 trekkingen voor."
            ),
            "Vóór de start gingen de diensten gelijk op, voor zover te zien is.",
        ],
        [
            (
                "Since the start: with the project 40 days less, at 2 comparable services 10 days less. "
                "The difference is 30 days less."
            ),
            (
                "If chance had picked which services got the project, a difference this large would come up in 1 of "
                "100 draws."
            ),
            "Before the start the services moved alike, as far as can be seen.",
        ],
    )


def test_a_comparison_says_what_weakens_it():
    found = panel(-30.0, p=0.333, without_both_sides=("chimney-permit", "tree-permit"))
    weak = replace(found, permuted=replace(found.permuted, smallest=1 / 3), pre_trend=effect(-1.0, 0.1, 4.0))
    assert in_both(panel_sentences, weak, LEAD_TIME)[0][1:] == [
        (
            "Had het toeval gekozen welke diensten het project kregen, dan kwam zo'n groot verschil in 33 van de 100 "
            "trekkingen voor."
        ),
        "Al vóór de start liepen ze uiteen. Doorgetrokken verklaart dat alleen al 1 dag van het verschil.",
        "Met zo weinig diensten is toeval niet uit te sluiten, wat er ook uitkomt.",
        "Niet meegeteld, omdat er geen cijfers zijn van vóór of na de start: chimney-permit en tree-permit.",
    ]


@pytest.mark.parametrize("changed", [{"pre_trend": None}, {"drift": None}, {"pre_trend": effect(0.1, None, None)}])
def test_too_few_months_before_the_start_do_not_show_that_services_moved_alike(changed):
    assert in_both(panel_sentences, panel(**changed), LEAD_TIME)[1][2] == (
        "There are too few months before the start to see whether the services moved alike."
    )


def test_an_effect_of_no_chance_at_all_is_still_one_of_a_hundred():
    (_, told, _) = panel_sentences(EN, panel(p=0.0001), LEAD_TIME)
    assert told.endswith("in 1 of 100 draws.")


def test_several_services_with_the_project_count_by_their_average():
    found = panel(services=(service("a", 60.0, 40.0, treated=True), service("b", 60.0, 20.0, treated=True),
                            service("c", 60.0, 60.0), service("d", 60.0, 60.0)))  # fmt: skip
    assert panel_sentences(EN, found, LEAD_TIME)[0] == (
        "Since the start: with the project 30 days less, at 2 comparable services hardly any change. "
        "The difference is 30 days less."
    )


def test_too_few_services_are_no_comparison():
    assert in_both(panel_sentences, absent(Reason.FEW_SERVICES, n=2), LEAD_TIME) == (
        ["Te weinig diensten om te vergelijken: bij zo weinig doet het toeval alleen net zo veel."],
        ["Too few services to compare: with so few, chance alone does as much."],
    )


# --- a pilot against its control group ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "one", "nl", "en"),
    [
        (
            pilot(),
            SATISFACTION,
            "Tevredenheid: beter in de groep met de nieuwe werkwijze",
            "Satisfaction: better in the group with the new way",
        ),
        (
            pilot(5.0, 1.0, 9.0),
            LEAD_TIME,
            "Doorlooptijd: slechter in de groep met de nieuwe werkwijze",
            "Lead time: worse in the group with the new way",
        ),
        (
            pilot(0.02, -0.04, 0.08),
            SATISFACTION,
            "Tevredenheid: geen verschil aangetoond tussen de twee groepen",
            "Satisfaction: no difference shown between the two groups",
        ),
        (
            pilot(0.02, None, None),
            SATISFACTION,
            "Tevredenheid: geen verschil aangetoond tussen de twee groepen",
            "Satisfaction: no difference shown between the two groups",
        ),
        (
            pilot(None, None, None),
            SATISFACTION,
            "Tevredenheid: te weinig mensen in de proef om iets te zeggen",
            "Satisfaction: too few in the pilot to say anything",
        ),
    ],
)
def test_the_heading_says_what_a_pilot_shows(found, one, nl, en):
    assert in_both(pilot_heading, found, one) == (nl, en)


def test_a_pilot_says_how_far_its_groups_lie_apart_who_decided_and_who_was_lost():
    told = (pilot_sentences(words, pilot(), SATISFACTION, by_lot=True) for words in (NL, EN))
    assert tuple(told) == (
        [
            "De groep met de nieuwe werkwijze vergeleken met de andere groep: 9 procentpunten meer (marge 2–16).",
            "Het lot bepaalde wie in welke groep kwam.",
            (
                "Gemeten: 201 van 220 met de nieuwe werkwijze, 1.120 van 1.230 in de andere groep. "
                "Iedereen telt mee in de groep waarin hij was ingedeeld."
            ),
        ],
        [
            "The group with the new way against the other group: 9 percentage points more (range 2–16).",
            "A lot decided who was in which group.",
            (
                "Measured: 201 of 220 with the new way, 1,120 of 1,230 in the other group. "
                "Everybody counts in the group to which they were assigned."
            ),
        ],
    )


def test_a_pilot_without_a_lot_that_lost_many_says_so_and_has_no_range_where_it_has_none():
    """Of 220 half were lost: far more than a fifth."""
    found = pilot(0.09, None, None, pilot=Side(assigned=220, measured=110))
    told = pilot_sentences(EN, found, SATISFACTION, by_lot=False)
    assert told[0] == "The group with the new way against the other group: 9 percentage points more."
    assert told[1] == "No lot decided who was in which group: they may have differed from the beginning."
    assert told[3] == "So many were lost on the way that the outcome proves little."
    assert pilot_sentences(NL, found, SATISFACTION, by_lot=False)[1::2] == [
        "Niet het lot bepaalde wie in welke groep kwam: de groepen kunnen vanaf het begin hebben verschild.",
        "Onderweg vielen er zo veel af dat de uitkomst weinig bewijst.",
    ]


@pytest.mark.parametrize("reason", [None, Reason.TOO_FEW_OBSERVATIONS])
def test_a_pilot_of_too_few_says_no_more_than_that(reason):
    assert pilot_sentences(NL, pilot(None, None, None, reason=reason), SATISFACTION, by_lot=True) == [
        "Te weinig waarnemingen; vanaf 10 tonen we een cijfer."
    ]
