"""Money and waiting in words; the expected texts are written by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.wording.money import cost_text, extra_cost_text, extra_text, money_notes, way_text
from dashboard.wording.workload import band_text, number_or_hidden, standing_text, workload_sentences
from metrics.flow.suspension import NEVER_TOLD
from metrics.flow.workload import Part
from metrics.funding.achievement import Achievement, LineHeld
from metrics.funding.cost import CostKind, CostPerExtra, Gain
from metrics.notices import Notice
from tests.dashboard.evidence_samples import (
    EN,
    NL,
    flow,
    in_both,
    workload,
    worth,
)

# --- money -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "nl", "en"),
    [
        (Achievement(percent=64.2, low=40.4, high=87.9), "64% (40–88)", "64% (40–88)"),
        (Achievement(percent=-12.0, low=-48.0, high=24.0), "-12% (-48 tot 24)", "-12% (-48 to 24)"),
        (Achievement(percent=1204.0, low=900.0, high=None), "1.204%", "1,204%"),
        (LineHeld(met=True, certain=True), "peil gehouden", "line held"),
        (LineHeld(met=False, certain=None), "peil niet gehouden", "line not held"),
        (None, "–", "–"),
    ],
)
def test_the_way_to_the_goal_is_a_percentage_and_away_from_it_below_zero(found, nl, en):
    assert in_both(way_text, found) == (nl, en)


@pytest.mark.parametrize(
    ("found", "nl", "en"),
    [
        (Gain(value=1340.2, low=1200.4, high=1479.6), "1.340 meer (1.200–1.480)", "1,340 more (1,200–1,480)"),
        (Gain(value=-25.0, low=-80.0, high=30.0), "25 minder (-80 tot 30)", "25 fewer (-80 to 30)"),
        (Gain(value=0.2, low=-80.0, high=81.0), "0 (-80 tot 81)", "0 (-80 to 81)"),
        (None, "–", "–"),
    ],
)
def test_how_many_more_residents_is_said_with_a_direction_unless_it_is_none(found, nl, en):
    assert in_both(extra_text, found) == (nl, en)


def test_a_cost_is_in_whole_euros():
    assert [text.replace("\xa0", " ") for text in in_both(cost_text, Decimal("1219.60"))] == ["€ 1.220", "€ 1,220"]
    assert cost_text(NL, None) == "–"


@pytest.mark.parametrize(
    ("found", "nl", "en"),
    [
        (
            CostPerExtra(point=213.4, low=153.2, high=335.1, kind=CostKind.BOUNDED),
            "€ 213 (153–335)",
            "€ 213 (153–335)",
        ),
        (
            CostPerExtra(point=900.0, low=410.0, high=None, kind=CostKind.NO_UPPER_LIMIT),
            "minstens € 410, zonder bovengrens: misschien won niemand erbij",
            "at least € 410, no upper limit: perhaps no one gained",
        ),
        (
            CostPerExtra(point=None, low=410.0, high=None, kind=CostKind.NO_UPPER_LIMIT),
            "minstens € 410, zonder bovengrens: misschien won niemand erbij",
            "at least € 410, no upper limit: perhaps no one gained",
        ),
        (
            CostPerExtra(point=None, low=None, high=None, kind=CostKind.UNDEFINED),
            "niemand extra: geen kosten te noemen",
            "no one more: no cost to give",
        ),
        (None, "–", "–"),
    ],
)
def test_the_cost_of_one_more_resident_never_looks_surer_than_it_is(found, nl, en):
    assert [text.replace("\xa0", " ") for text in in_both(extra_cost_text, found)] == [nl, en]


def test_the_notes_on_money_count_the_most_residents_that_any_measure_has():
    assert in_both(money_notes, [worth(came=4980), worth(came=5012), worth()]) == (
        [
            (
                "De kosten tellen alles wat tot nu toe is besteed, en de 5.012 inwoners die sinds de start kwamen. "
                "Ze gaan ervan uit dat het verschil voor hen allemaal geldt."
            ),
            "Hoe zeker dat verschil is en of het project het maakte, staat hierboven: lees ze samen.",
        ],
        [
            (
                "The costs count everything that was spent so far, and the 5,012 residents who came since the start. "
                "They take it that the difference holds for all of them."
            ),
            "How sure that difference is, and whether the project made it, is said above: read them together.",
        ],
    )
    assert money_notes(EN, [worth()]) == []
    assert money_notes(EN, []) == []


# --- what waits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "nl", "en"),
    [
        (workload(open=0), "Er staat geen zaak open.", "No case is open."),
        (
            workload(open=None),
            "Er staan een paar zaken open; zo weinig dat ze herkenbaar zouden zijn.",
            "A few cases are open; so few that they could be recognised.",
        ),
        (workload(open=1), "Er staat 1 zaak open.", "1 case is open."),
        (workload(open=1204), "Er staan 1.204 zaken open.", "1,204 cases are open."),
        (
            workload(open=188, median_days=41.0, oldest_days=203.0),
            "Er staan 188 zaken open. De helft daarvan wacht 41 dagen of langer, de oudste 203 dagen.",
            "188 cases are open. Half of them have waited 41 days or longer, the oldest 203 days.",
        ),
    ],
)
def test_what_is_open_is_said_with_its_age_where_that_may_be_shown(found, nl, en):
    assert in_both(workload_sentences, found) == ([nl], [en])


@pytest.mark.parametrize(
    ("longest", "nl", "en"),
    [
        (
            96.0,
            "Van 41 daarvan is de wettelijke termijn verlopen, bij de langste 96 dagen geleden.",
            "Of 41 the term of the law has run out, of the latest 96 days ago.",
        ),
        (
            None,
            "Van 41 daarvan is de wettelijke termijn verlopen.",
            "Of 41 the term of the law has run out.",
        ),
    ],
)
def test_what_is_too_late_is_said(longest, nl, en):
    late = (Part(name="past_due", n=41), Part(name="no_term", n=3))
    found = workload(open=188, standing=late, longest_past_due_days=longest)
    assert tuple(told[1] for told in in_both(workload_sentences, found)) == (nl, en)


@pytest.mark.parametrize("n", [None, 0])
def test_of_nothing_late_or_of_too_few_to_show_nothing_is_said(n):
    assert len(workload_sentences(EN, workload(standing=(Part(name="past_due", n=n),)))) == 1


@pytest.mark.parametrize(
    ("months", "nl", "en"),
    [
        (
            (flow(1, 900, 1), flow(2, 10, 8), flow(3, 12, 9), flow(4, 11, 10)),
            "In de laatste drie maanden kwamen er 33 binnen en gingen er 27 uit: de voorraad groeit.",
            "In the last three months 33 came in and 27 went out: the stock grows.",
        ),
        (
            (flow(2, 10, 12), flow(3, 10, 12), flow(4, 10, 12)),
            "In de laatste drie maanden kwamen er 30 binnen en gingen er 36 uit: de voorraad krimpt.",
            "In the last three months 30 came in and 36 went out: the stock shrinks.",
        ),
        (
            (flow(2, 10, 12), flow(3, 12, 10), flow(4, 10, 10)),
            "In de laatste drie maanden kwamen er evenveel binnen als eruit gingen: 32.",
            "In the last three months as many came in as went out: 32.",
        ),
    ],
)
def test_whether_the_stock_grows_is_said_of_the_last_three_months(months, nl, en):
    assert tuple(told[1] for told in in_both(workload_sentences, workload(months=months))) == (nl, en)


@pytest.mark.parametrize(
    "months",
    [
        (flow(3, 10, 12), flow(4, 10, 12)),
        (flow(2, None, 12), flow(3, 10, 12), flow(4, 10, 12)),
        (flow(2, 10, 12), flow(3, 10, None), flow(4, 10, 12)),
    ],
)
def test_whether_the_stock_grows_is_not_said_of_too_few_months_or_of_hidden_ones(months):
    assert workload_sentences(EN, workload(months=months)) == ["No case is open."]


def test_what_the_law_counts_is_said_beside_what_residents_waited():
    found = workload(gross_days=74.2, net_days=51.6)
    assert tuple(told[1] for told in in_both(workload_sentences, found)) == (
        (
            "Op de zaken die in deze periode zijn afgehandeld, wachtten inwoners gemiddeld 74 dagen. "
            "De wet telt daarvan 52 dagen: de rest van de tijd stond de klok stil."
        ),
        (
            "Of the cases decided in this period residents waited 74 days on average. "
            "The law counts 52 days of those: the rest of the time its clock stood still."
        ),
    )


def test_that_a_source_does_not_tell_of_the_clock_is_said_instead():
    told = workload_sentences(EN, workload(gross_days=74.2, clock=Notice(code=NEVER_TOLD)))
    assert told[1] == (
        "The source does not tell how long the clock of the law stood still: "
        "only the days that residents waited are known."
    )


def test_records_that_do_not_add_up_are_warned_of_before_anything_else():
    told = in_both(workload_sentences, workload(balanced=False))
    assert tuple(one[0] for one in told) == (
        (
            "Per dag geteld is de voorraad anders dan per zaak geteld: er zijn zaken die eindigen voor ze beginnen, of "
            "die dubbel tellen. Herstel de gegevens voor u deze aantallen gebruikt."
        ),
        (
            "Counted by day and case by case the stock differs: some cases end before they begin, or are counted "
            "twice. Mend the records before you use these numbers."
        ),
    )


@pytest.mark.parametrize(
    ("name", "nl", "en"),
    [
        ("past_due", "termijn verlopen", "term has run out"),
        ("due_soon", "termijn verloopt binnen twee weken", "term runs out within two weeks"),
        ("not_yet_due", "termijn verloopt later", "term runs out later"),
        ("no_term", "geen termijn bekend", "no term known"),
    ],
)
def test_how_a_case_stands_to_its_term_is_said(name, nl, en):
    assert in_both(standing_text, Part(name=name, n=1)) == (nl, en)


@pytest.mark.parametrize(
    ("name", "nl", "en"), [("29-56", "29–56 dagen", "29–56 days"), (">182", "meer dan 182 dagen", "more than 182 days")]
)
def test_an_age_is_said_in_days(name, nl, en):
    assert in_both(band_text, Part(name=name, n=1)) == (nl, en)


def test_a_hidden_number_is_said_to_be_hidden_and_none_is_zero():
    assert in_both(number_or_hidden, None) == ("verborgen", "hidden")
    assert in_both(number_or_hidden, 0) == ("0", "0")
