"""Views of evidence: ladders, control charts, what would have been, comparisons; the expected texts are by hand."""

from __future__ import annotations

from datetime import date

import pytest

from config.programme import Pilot, Rebase, Text
from dashboard.compose.compared import compared
from dashboard.compose.control import control_charts
from dashboard.compose.expected import counterfactuals, without_trend
from dashboard.compose.ladders import ladders
from dashboard.compose.scales import axis_of, scaled
from dashboard.views.evidence import Icon
from metrics.effect.interrupted import Line
from metrics.estimate import Reason
from metrics.evidence.claim import Move
from metrics.evidence.level import Held, Hold, Level
from metrics.kpi import Unit
from tests.dashboard.evidence_samples import (
    EN,
    LEAD_TIME,
    NL,
    SHORT,
    STARTED_ON,
    absent,
    change,
    claim,
    control,
    difference,
    dot,
    figure,
    finding,
    interrupted,
    panel,
    pilot,
    project,
    trend,
)

LOT = Pilot(segment="arm", pilot="new", control="old", by_lot=True, registered_on=date(2025, 12, 1))
NEW_SYSTEM = Rebase(
    on=date(2026, 3, 1),
    reason=Text(nl="nieuw zaaksysteem", en="new case system"),
    who="directeur",
    decided_on=date(2026, 3, 9),
)

# --- ladders -----------------------------------------------------------------------------------------------------


def test_a_measure_of_which_nothing_is_claimed_has_no_ladder():
    assert ladders(NL, [finding()]) == []


def test_a_ladder_tells_each_step_what_it_rests_on_and_what_is_above():
    found = claim(
        Level.BEYOND_OWN_TREND,
        move=Move.BETTER,
        now=change(held=difference(0.80, 0.86, 0.03, 0.09)),
        trend=trend(beyond=True),
        held=(Held(hold=Hold.NO_COMPARATORS, needed=19),),
    )
    (ladder,) = ladders(NL, [finding(claim=found)])
    assert (ladder.name, ladder.title, ladder.level) == ("satisfaction", "Tevredenheid", 3)
    assert ladder.level_text == "Niveau 3 van 5: Meer veranderd dan de eigen trend"
    assert ladder.sentence == "Het werd beter nadat het project begon, en meer dan het al werd."
    assert [(rung.number, rung.text, rung.state, rung.note) for rung in ladder.rungs] == [
        (1, "Beschreven", "reached", "400 antwoorden"),
        (2, "Veranderd sinds vóór de start", "reached", "van 80% naar 86%: 6 procentpunten meer (marge 3–9)"),
        (
            3,
            "Meer veranderd dan de eigen trend",
            "here",
            "14 maanden ervoor, 12 erna; zonder project was 80% (77–83) te verwachten",
        ),
        (4, "Meer veranderd dan vergelijkbare diensten", "above", None),
        (5, "Getoetst door loting", "above", None),
    ]
    assert (ladder.why_not_label, ladder.why_not) == (
        "Waarom niet hoger?",
        ["Er zijn vóór de start geen vergelijkbare diensten aangewezen."],
    )
    assert (ladder.what_would_label, ladder.what_would) == (
        "Wat zou helpen",
        ["Ten minste 19 vergelijkbare diensten, aangewezen vóór de start."],
    )


def test_below_the_first_step_nothing_is_reached():
    (ladder,) = ladders(EN, [finding(claim=claim(Level.NOT_MEASURED))])
    assert (ladder.level, ladder.level_text) == (0, "Level 0 of 5: Not measured")
    assert {(rung.state, rung.note) for rung in ladder.rungs} == {("above", None)}


@pytest.mark.parametrize("known", [{}, {"now": change()}, {"trend": trend(SHORT)}])
def test_a_step_that_was_reached_by_what_is_not_known_has_no_note(known):
    """A test by lot leads past the other steps: they count as reached without figures of their own."""
    (ladder,) = ladders(EN, [finding(claim=claim(Level.BY_LOT, move=Move.BETTER, **known))])
    assert [rung.note for rung in ladder.rungs] == ["400 answers", None, None, None, None]
    assert [rung.state for rung in ladder.rungs] == ["reached"] * 4 + ["here"]


# --- control charts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [None, control(dot(1, None), dot(2, None))])
def test_without_a_month_to_show_there_is_no_control_chart(found):
    assert control_charts(NL, [finding(control=found)], project()) == []


def test_a_control_chart_tells_what_stands_out_and_whether_the_goal_will_be_met():
    found = control(
        dot(1, 0.81, mark="ordinary", signal="none"),
        dot(2, None),
        dot(3, 0.91, mark="improvement", signal="outside"),
        variation="improvement",
        since=date(2026, 3, 1),
        assurance="inconsistent",
        missing_months=1,
        frozen_until=date(2025, 12, 1),
    )
    (chart,) = control_charts(NL, [finding(control=found, target=0.85)], project())
    assert chart.heading == "Tevredenheid: er is iets ten goede veranderd sinds maart 2026"
    assert chart.sentence == (
        "Tevredenheid: er is iets ten goede veranderd sinds maart 2026. "
        "Zoals het nu gaat, wordt het doel van 85% in sommige maanden gehaald en in andere gemist."
    )
    assert chart.caption == (
        "Tevreden inwoners, maand voor maand. De band toont de gewone schommelingen; de streepjeslijn is het midden."
    )
    assert chart.icons == [
        Icon(code="better", text="Er is iets ten goede veranderd sinds maart 2026"),
        Icon(
            code="inconsistent",
            text="Zoals het nu gaat, wordt het doel van 85% in sommige maanden gehaald en in andere gemist",
        ),
    ]
    assert (chart.percent, chart.unit) == (True, "%")
    assert [(one.value, one.low, one.mean, one.high, one.mark) for one in chart.points] == [
        (81.0, 72.0, 80.0, 88.0, "ordinary"),
        (None, 72.0, 80.0, 88.0, "ordinary"),
        (91.0, 72.0, 80.0, 88.0, "better"),
    ]
    assert [one.text for one in chart.points] == [
        "januari 2026: 81%",
        "februari 2026: geen cijfer",
        "maart 2026: 91%, beter dan gewoon",
    ]
    assert (chart.target.label, chart.target.level) == ("doel 85%", 85.0)
    assert [(one.label, one.day) for one in chart.events] == [("start van het project", STARTED_ON)]
    assert chart.legend == [("better", "beter dan gewoon"), ("ordinary", "gewoon")]
    assert chart.notes == [
        "De gewone band rust op de maanden tot en met december 2025, vóór de start.",
        "1 maand heeft geen cijfer: reeksen van maanden tellen daar niet overheen.",
    ]
    assert list(chart.table.columns) == ["Maand", "Tevreden inwoners", "Gewone band", "Springt eruit", "Waarom"]
    assert chart.table.rows == [
        ["januari 2026", "81%", "72–88", "", ""],
        ["februari 2026", "–", "72–88", "", ""],
        ["maart 2026", "91%", "72–88", "beter dan gewoon", "buiten de gewone band"],
    ]


def test_a_control_chart_without_limits_a_goal_or_a_start_says_why_and_shows_only_its_months():
    found = control(dot(1, 0.81, limits=None), variation=None, no_limits="one_point")
    (chart,) = control_charts(EN, [finding(control=found)], project(started_on=None))
    assert chart.heading == "Satisfaction: too little to tell change from chance"
    why = "One month has a figure: that is too little to say what is ordinary."
    assert chart.sentence == f"Satisfaction: too little to tell change from chance. {why}"
    assert (chart.icons, chart.target, chart.events, chart.notes) == ([], None, [], [why])
    assert [(one.low, one.mean, one.high, one.mark) for one in chart.points] == [(None, None, None, "ordinary")]
    assert chart.table.rows == [["January 2026", "81%", "", "", ""]]


def test_a_limit_beyond_what_a_value_can_be_is_drawn_at_the_edge():
    found = control(dot(1, 0.97, limits=(0.90, 0.98, 1.06)), dot(2, 0.02, limits=(-0.04, 0.01, 0.06)))
    (chart,) = control_charts(EN, [finding(control=found)], project())
    assert [(one.low, one.high) for one in chart.points] == [(90.0, 100.0), (0.0, 6.0)]
    assert [row[2] for row in chart.table.rows] == ["90–100", "0–6"]


def test_a_wait_is_charted_in_days_with_its_goal():
    found = control(dot(1, 74.0, limits=(50.0, 60.0, 70.0), mark="concern", signal="outside"), variation="concern",
                    since=date(2026, 1, 1), assurance="fail")  # fmt: skip
    (chart,) = control_charts(EN, [finding(LEAD_TIME, control=found, target=56.0)], project())
    assert (chart.percent, chart.unit) == (False, "days")
    assert [icon.code for icon in chart.icons] == ["worse", "fail"]
    assert chart.target.label == "goal 56 days"
    assert chart.table.rows == [
        ["January 2026", "74 days", "50–70", "worse than ordinary", "outside the ordinary range"]
    ]
    # From the goal of 50 to 74, with a tenth of that below and above.
    assert chart.axis == pytest.approx((47.6, 76.4))


@pytest.mark.parametrize(("kpis", "told"), [((), True), (("lead_time_p90",), False), (("satisfaction",), True)])
def test_a_rebase_is_told_with_who_decided_it_at_the_charts_that_it_touches(kpis, told):
    made = project(rebases=(NEW_SYSTEM.model_copy(update={"kpis": kpis}),))
    (chart,) = control_charts(NL, [finding(control=control())], made)
    note = "Vanaf 1 maart 2026 is de band opnieuw bepaald: nieuw zaaksysteem (besloten door directeur op 9 maart 2026)."
    assert chart.notes == ([note] if told else [])


# --- what would have been ----------------------------------------------------------------------------------------


def test_what_was_measured_stands_beside_what_was_to_be_expected():
    (chart,) = counterfactuals(NL, [finding(claim=claim(trend=trend(beyond=True)))], STARTED_ON)
    assert chart.heading == "Tevredenheid: beter dan de eigen trend had gebracht"
    assert chart.caption == (
        "Tevreden inwoners, maand voor maand. De streepjeslijn trekt de lijn van vóór de start door; "
        "de band toont hoe ver die ernaast kan zitten."
    )
    assert chart.notes[0] == chart.sentence
    assert len(chart.notes) == 4
    assert (chart.measured_label, chart.expected_label) == ("gemeten", "te verwachten zonder project")
    assert (chart.start.label, chart.start.day) == ("start van het project", STARTED_ON)
    assert [(one.value, one.expected, one.low, one.high) for one in chart.points] == [
        (79.0, 80.0, None, None),
        (81.0, 80.0, None, None),
        (85.0, 80.0, 78.0, 82.0),
        (87.0, 80.0, 77.0, 83.0),
    ]
    assert [one.text for one in chart.points] == [
        "november 2025: gemeten 79%",
        "december 2025: gemeten 81%",
        "januari 2026: gemeten 85%, verwacht 80%",
        "februari 2026: gemeten 87%, verwacht 80%",
    ]
    assert chart.table.caption == "Tevredenheid met en zonder project"
    assert chart.table.rows == [
        ["november 2025", "79%", "", ""],
        ["december 2025", "81%", "", ""],
        ["januari 2026", "85%", "80%", "78–82"],
        ["februari 2026", "87%", "80%", "77–83"],
    ]


def test_a_month_without_a_figure_keeps_what_was_to_be_expected():
    (chart,) = counterfactuals(EN, [finding(claim=claim(trend=trend(values=(0.79, 0.81, None, 0.87))))], STARTED_ON)
    assert (chart.points[2].value, chart.points[2].text) == (None, "January 2026: expected 80%")
    assert chart.table.rows[2] == ["January 2026", "–", "80%", "78–82"]


def test_a_trend_that_runs_beyond_all_values_is_written_as_far_as_values_go():
    found = interrupted()
    line = Line(months=found.months[2:], values=(1.02, 1.04), low=(0.97, 0.96), high=(1.07, 1.12))
    (chart,) = counterfactuals(EN, [finding(claim=claim(trend=trend(interrupted(counterfactual=line))))], STARTED_ON)
    assert chart.table.rows[3] == ["February 2026", "87%", "100%", "96–100"]
    assert chart.axis[1] == 100.0


def test_a_band_that_runs_far_out_does_not_flatten_the_months():
    """The months and the line lie between 30 and 62 days, with room from 26.8 to 65.2; half of that again is 84.4."""
    found = interrupted(
        20.0,
        fitted=(60.0, 60.0, 40.0, 32.0),
        counterfactual=Line(
            months=interrupted().months[2:], values=(61.0, 62.0), low=(10.0, -900.0), high=(99.0, 900.0)
        ),
    )
    told = trend(found, values=(60.0, 58.0, 40.0, 30.0))
    (chart,) = counterfactuals(EN, [finding(LEAD_TIME, claim=claim(trend=told))], STARTED_ON)
    low, high = chart.axis
    assert low < 26.8
    assert 84.4 < high < 100


@pytest.mark.parametrize(
    ("found", "started_on"),
    [(None, STARTED_ON), (claim(), STARTED_ON), (claim(trend=trend(SHORT)), STARTED_ON), (claim(trend=trend()), None)],
)
def test_without_a_trend_or_a_start_there_is_nothing_to_hold_the_months_against(found, started_on):
    assert counterfactuals(NL, [finding(claim=found)], started_on) == []


def test_of_which_measures_there_is_no_trend_is_said_with_the_reason():
    long, short = (finding(LEAD_TIME, claim=claim(trend=one)) for one in (trend(), trend(SHORT)))
    (told,) = without_trend(NL, [finding(), finding(claim=claim()), long, short])
    assert told == (
        "Doorlooptijd: te weinig maanden om project en eigen trend uit elkaar te houden. "
        "Weinig maanden vóór of na de start: vanaf 8 aan elke kant is er een aanwijzing, vanaf 12 meer."
    )


# --- compared ----------------------------------------------------------------------------------------------------


def test_a_project_is_shown_beside_comparable_services_with_its_own_first():
    (shown,) = compared(NL, [finding(LEAD_TIME, claim=claim(panel=panel()))], project())
    assert (shown.name, shown.heading) == (
        "lead_time_p90-services",
        "Doorlooptijd: het ging beter dan bij vergelijkbare diensten",
    )
    assert len(shown.sentences) == 3
    assert shown.table.caption == "Doorlooptijd per dienst, vóór en sinds de start"
    assert list(shown.table.columns) == ["Dienst", "Met het project?", "Vóór", "Sinds de start", "Verandering"]
    assert shown.table.rows == [
        ["permit", "ja", "110 dagen", "70 dagen", "40 dagen minder"],
        ["event-permit", "nee", "50 dagen", "42 dagen", "8 dagen minder"],
        ["weed-permit", "nee", "60 dagen", "48 dagen", "12 dagen minder"],
    ]


def test_too_few_services_are_a_sentence_without_a_table():
    (shown,) = compared(EN, [finding(claim=claim(panel=absent(Reason.FEW_SERVICES, n=2)))], project())
    assert shown.heading == "Satisfaction: too few comparable services"
    assert shown.table is None


def test_a_pilot_is_told_in_sentences():
    (shown,) = compared(EN, [finding(claim=claim(pilot=pilot()))], project(pilot=LOT))
    assert (shown.name, shown.heading) == (
        "satisfaction-pilot",
        "Satisfaction: better in the group with the new way",
    )
    assert "A lot decided who was in which group." in shown.sentences
    assert shown.table is None


@pytest.mark.parametrize("found", [None, claim(), claim(pilot=pilot())])
def test_what_was_put_on_record_nowhere_is_compared_with_nothing(found):
    assert compared(NL, [finding(claim=found)], project()) == []


# --- scales ------------------------------------------------------------------------------------------------------


def test_a_share_is_drawn_as_a_percentage_and_nothing_else_is():
    assert scaled(0.825, Unit.SHARE) == 82.5
    assert scaled(0.1 + 0.2, Unit.SHARE) == 30.0
    assert scaled(56.0, Unit.DAYS) == 56.0


@pytest.mark.parametrize(
    ("values", "unit", "axis"),
    [
        ([80.0, 90.0], Unit.SHARE, (79.0, 91.0)),
        ([80.0, None, 100.0], Unit.SHARE, (78.0, 100.0)),
        ([0.4], Unit.SHARE, (0.0, 1.4)),
        ([4.0, 4.1], Unit.POINTS, (3.9, 4.2)),
        ([None], Unit.DAYS, (0.0, 2.0)),
        ([], Unit.SHARE, (0.0, 2.0)),
    ],
)
def test_an_axis_holds_all_that_is_drawn_with_room_and_stays_where_values_can_be(values, unit, axis):
    assert axis_of(values, unit) == pytest.approx(axis)


def test_the_figure_of_now_is_what_the_first_step_rests_on():
    now = figure(absent(Reason.FEW_PERSONS, n=None))
    (ladder,) = ladders(NL, [finding(now=now, claim=claim(Level.DESCRIBED))])
    assert ladder.rungs[0].note == "aantal verborgen"
