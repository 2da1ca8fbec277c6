"""Tables of a project: groups, who is heard, money, what waits, what else was measured; expected texts are by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dashboard.compose.groups import breakdowns, worse_channels
from dashboard.compose.others import others_table
from dashboard.compose.reach import reach_notes, reach_table
from dashboard.compose.workload import flow_table, waiting_tables, workload_intro
from dashboard.compose.worth import worth_intro, worth_table
from dashboard.findings import OtherFigure
from metrics.estimate import Reason, Status
from metrics.flow.workload import Part
from metrics.funding.achievement import Achievement
from metrics.funding.cost import CostKind, CostPerExtra, Gain
from metrics.kpis import kpi
from metrics.leading import ELSEWHERE
from metrics.verdict import Verdict
from metrics.weighting.cautions import Caution
from tests.dashboard.evidence_samples import (
    EN,
    LEAD_TIME,
    NL,
    QUARTER,
    YEAR,
    absent,
    change,
    claim,
    difference,
    estimate,
    figure,
    finding,
    flow,
    group,
    programme,
    reach,
    workload,
    worth,
)

BETTER, WORSE = Verdict.ON_ITS_WAY, Verdict.WORSE
HIDDEN = absent(Reason.FEW_PERSONS, n=None, status=Status.HIDDEN)
SAME_WAY = change(crude=difference(0.80, 0.85), held=difference(0.81, 0.84))
OTHER_WAY = change(crude=difference(0.80, 0.85), held=difference(0.82, 0.76))
AGES = [
    group("age=old", estimate(0.90, 0.86, 0.93), estimate(0.80, 0.75, 0.84), BETTER),
    group("age=young", estimate(0.70, 0.66, 0.74), estimate(0.80, 0.76, 0.84), WORSE),
]
CHANNELS = [
    group("channel=web", estimate(0.90, 0.86, 0.93), estimate(0.80, 0.75, 0.84), BETTER),
    group("channel=desk", estimate(0.70, 0.66, 0.74), estimate(0.80, 0.76, 0.84), WORSE),
]

# --- groups ------------------------------------------------------------------------------------------------------


def test_a_breakdown_says_for_whom_it_got_better_and_for_whom_worse():
    (shown,) = breakdowns(NL, [finding(groups=AGES)], programme())
    assert (shown.name, shown.heading) == (
        "satisfaction-age",
        "Tevredenheid per groep: beter bij 65 en ouder, slechter bij tot 65",
    )
    assert shown.caption == "Tevreden inwoners, nu en vóór de start, allemaal op dezelfde lijn."
    assert [(row.label, row.text, row.n_text, row.note) for row in shown.rows] == [
        ("65 en ouder", "90% (86–93)", "400 antwoorden", "beter dan eerst"),
        ("tot 65", "70% (66–74)", "400 antwoorden", "slechter"),
    ]
    assert shown.table.rows == [
        ["65 en ouder", "80%", "90%", "86–93", "400 antwoorden", "beter dan eerst"],
        ["tot 65", "80%", "70%", "66–74", "400 antwoorden", "slechter"],
    ]


def test_where_a_shift_between_channels_turns_the_whole_round_no_group_is_called_better_or_worse():
    """Together 5 points up, at a constant mix 6 points down: then the channels of a group may have shifted as well."""
    shifted = finding(groups=[*CHANNELS, *AGES], claim=claim(now=OTHER_WAY))
    channels, ages = breakdowns(NL, [shifted], programme())
    assert ages.heading == "Tevredenheid per groep"
    assert ages.caption == (
        "Tevreden inwoners, nu en vóór de start, allemaal op dezelfde lijn. "
        "Inwoners verschoven tussen kanalen: binnen een groep zijn nu en eerst niet te vergelijken."
    )
    assert [row.note for row in ages.rows] == [None, None]
    assert [row[-1] for row in ages.table.rows] == ["", ""]
    # Both figures stay: they are true, only their difference says nothing.
    assert [row[1:3] for row in ages.table.rows] == [["80%", "90%"], ["80%", "70%"]]
    assert channels.heading == "Tevredenheid per kanaal: beter bij website, slechter bij balie"
    assert "verschoven" not in channels.caption


@pytest.mark.parametrize("known", [None, claim(), claim(now=SAME_WAY), claim(now=change(crude=difference(0.8, 0.7)))])
def test_without_such_a_shift_groups_are_compared(known):
    (shown,) = breakdowns(EN, [finding(groups=AGES, claim=known)], programme())
    assert shown.heading == "Satisfaction by group: better for 65 and over, worse for up to 65"
    assert "shifted" not in shown.caption


def test_a_hidden_group_and_one_without_a_figure_keep_their_row_and_say_why():
    groups = [CHANNELS[0], group("channel=desk", HIDDEN, estimate(0.8)), group("channel=post", None, estimate(0.7))]
    (shown,) = breakdowns(EN, [finding(groups=groups)], programme())
    hidden, unseen = shown.rows[1:]
    assert (hidden.text, hidden.n_text, hidden.track) == ("–", "number hidden", None)
    assert hidden.note == "Hidden: fewer than 5 persons, who could be recognised."
    assert (unseen.label, unseen.text, unseen.n_text, unseen.note) == ("post", "–", "", None)
    assert shown.table.rows[1] == [
        "desk", "80%", "–", "", "number hidden", "Hidden: fewer than 5 persons, who could be recognised."
    ]  # fmt: skip
    assert shown.table.rows[2] == ["post", "70%", "–", "", "", ""]


def test_an_indication_says_both_what_changed_and_that_it_is_no_more_than_one():
    few = group("age=young", estimate(0.7, n=20, reason=Reason.FEW_OBSERVATIONS), estimate(0.8), Verdict.NO_DIFFERENCE)
    (shown,) = breakdowns(EN, [finding(groups=[AGES[0], few])], programme())
    assert shown.table.rows[1][-1] == (
        "no difference shown. Few observations: an indication, no more (30 are needed to be firm)."
    )
    assert shown.rows[1].text == "70%"


def test_one_group_is_everybody_and_an_unknown_one_is_called_so():
    assert breakdowns(NL, [finding(groups=CHANNELS[:1])], programme()) == []
    unknown = replace(CHANNELS[1], breakdown="channel=unknown")
    (shown,) = breakdowns(NL, [finding(groups=[CHANNELS[0], unknown])], programme())
    assert [row.label for row in shown.rows] == ["website", "onbekend"]


def test_channels_that_got_worse_are_named():
    assert worse_channels(NL, finding(groups=[*CHANNELS, *AGES]), programme().channels) == ["balie"]
    assert worse_channels(NL, finding(), programme().channels) == []


# --- who is heard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [None, claim()])
def test_where_nobody_was_asked_there_is_no_table_of_who_is_heard(known):
    assert reach_table(NL, [finding(claim=known)]) is None
    assert reach_notes(NL, [finding(claim=known)], programme()) == []


def test_who_is_heard_is_told_from_customers_to_answers_with_a_dash_for_what_is_unknown():
    full = reach(customers=5012, invited=4029, answered=1249, response=0.31, lowest=0.2721, highest=0.9609)
    found = [finding(claim=claim(reached=full)), finding(kpi("clarity"), claim=claim(reached=reach()))]
    table = reach_table(NL, found)
    assert table.caption == "Wie er in de cijfers van nu zitten"
    assert list(table.columns) == [
        "Maatstaf", "klanten", "uitgenodigd", "geantwoord", "Respons", "Als wie zweeg gehoord was"
    ]  # fmt: skip
    assert table.rows == [
        ["Tevreden inwoners", "5.012", "4.029", "1.249", "31%", "27–97"],
        ["Duidelijk voor inwoners", "–", "–", "–", "–", "–"],
    ]
    assert table.numeric == frozenset({1, 2, 3, 4, 5})


def test_the_notes_say_which_figure_leads_and_what_to_be_careful_of():
    found = reach(
        response=0.31,
        lowest=0.2721,
        highest=0.9609,
        silent=("desk", "fax"),
        cautions=(Caution.CHANNELS_SILENT.value, Caution.MIX_REVERSES.value),
    )
    weighted = figure(estimate(0.871), crude=0.904, cautions=[Caution.STRATA_MERGED.value], merged=["desk+web"])
    assert reach_notes(NL, [finding(now=weighted, claim=claim(reached=found))], programme()) == [
        "Tevredenheid: 87% als elk kanaal telt voor wie er langs kwam; 90% zoals de antwoorden binnenkwamen.",
        (
            "Tevredenheid: 31% van de genodigden antwoordde. Was iedereen die zweeg ontevreden, dan zou het 27% zijn; "
            "was iedereen tevreden, 96%."
        ),
        "Tevredenheid: Hierlangs kwamen inwoners en antwoordde niemand: balie en fax.",
        "Tevredenheid: Kanalen met weinig antwoorden zijn samen geteld: balie en website.",
    ]


def test_the_notes_say_why_answers_were_not_weighted_and_say_nothing_twice():
    crude = figure(estimate(0.87), unweighted=ELSEWHERE)
    twice = [finding(now=crude), finding(now=crude)]
    assert reach_notes(EN, twice, programme()) == [
        "Satisfaction: Now or the baseline could not be weighted, so neither is."
    ]


# --- money -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [None, claim(), claim(worth=worth(came=400))])
def test_where_nothing_can_be_said_of_the_worth_there_is_no_table(known):
    assert worth_table(NL, [finding(claim=known)]) is None
    assert worth_intro(NL, [finding(claim=known)]) == []


def test_the_worth_of_a_measure_is_its_way_its_gain_and_what_that_cost():
    full = worth(
        achieved=Achievement(percent=64.0, low=40.0, high=88.0),
        came=5012,
        cost=Decimal("219.40"),
        extra=Gain(value=340.0, low=200.0, high=480.0),
        extra_cost=CostPerExtra(point=3206.0, low=2271.0, high=5450.0, kind=CostKind.BOUNDED),
    )
    way = worth(achieved=Achievement(percent=100.0))
    found = [finding(claim=claim(worth=full)), finding(LEAD_TIME, claim=claim(worth=way)), finding(kpi("clarity"))]
    table = worth_table(NL, found)
    assert table.caption == "Resultaat en geld per maat"
    assert [[cell.replace("\xa0", " ") for cell in row] for row in table.rows] == [
        ["Tevreden inwoners", "64% (40–88)", "340 meer (200–480)", "€ 219", "€ 3.206 (2.271–5.450)"],
        ["9 van de 10 zijn klaar binnen", "100%", "–", "–", "–"],
    ]
    assert worth_intro(EN, found)[0] == (
        "The costs count everything that was spent so far, and the 5,012 residents who came since the start. "
        "They take it that the difference holds for all of them."
    )


# --- what waits --------------------------------------------------------------------------------------------------


def test_a_project_without_cases_has_nothing_that_waits():
    assert (workload_intro(NL, None), waiting_tables(NL, None), flow_table(NL, None)) == ([], [], None)


def test_what_waits_is_told_by_its_term_and_its_age_without_rows_of_nothing():
    found = workload(
        open=188,
        standing=(Part(name="past_due", n=41), Part(name="due_soon", n=0), Part(name="no_term", n=None)),
        bands=(Part(name="0-28", n=72), Part(name="29-56", n=0), Part(name=">182", n=None)),
    )
    assert workload_intro(NL, found)[0] == "Er staan 188 zaken open."
    terms, ages = waiting_tables(NL, found)
    assert (terms.caption, list(terms.columns)) == ("Open zaken en hun termijn", ["Wettelijke termijn", "Open zaken"])
    assert terms.rows == [["termijn verlopen", "41"], ["geen termijn bekend", "verborgen"]]
    assert (ages.caption, list(ages.columns)) == ("Hoe lang de open zaken al wachten", ["Leeftijd", "Open zaken"])
    assert ages.rows == [["0–28 dagen", "72"], ["meer dan 182 dagen", "verborgen"]]


def test_where_no_case_is_open_there_is_no_table_of_what_waits():
    assert waiting_tables(EN, workload()) == []


def test_the_flow_shows_the_last_twelve_months_and_hides_what_is_hidden():
    older = flow(1, 999, 999)
    months = (older, *(flow(month, 10 + month, 8 + month) for month in range(1, 12)), flow(12, None, 20, None))
    table = flow_table(EN, workload(months=months))
    assert list(table.columns) == ["Month", "came in", "went out", "open at the end"]
    assert len(table.rows) == 12
    assert table.rows[0] == ["January 2026", "11", "9", "50"]
    assert table.rows[-1] == ["December 2026", "hidden", "20", "hidden"]


# --- what else was measured --------------------------------------------------------------------------------------


def test_nothing_else_measured_is_no_table():
    assert others_table(NL, []) is None


def test_what_else_was_measured_stands_beside_what_it_was_before_or_says_why_it_is_not_there():
    contacts, forms = kpi("contacts_per_hundred"), kpi("completion")
    table = others_table(
        NL,
        [
            OtherFigure(kpi=contacts, now=figure(estimate(43.2, 40.4, 46.1)), baseline=figure(estimate(60.3), YEAR)),
            OtherFigure(kpi=forms, now=figure(HIDDEN, QUARTER), baseline=None),
        ],
    )
    assert table.caption == "Al het andere dat is gemeten, nu en vóór de start"
    assert table.rows == [
        ["Contacten per 100 aanvragen", "43 per 100 (40–47)", "60 per 100", "400 aanvragen"],
        ["Formulieren afgerond", "–", "–", "Verborgen: minder dan 5 mensen, die herkenbaar zouden zijn."],
    ]
