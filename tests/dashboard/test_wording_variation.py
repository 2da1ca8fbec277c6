"""Variation in words: what stands out and what is ordinary; the expected texts are written by hand."""

from __future__ import annotations

import pytest

from dashboard.wording.variation import (
    assurance_text,
    control_heading,
    control_notes,
    false_alarm_text,
    mark_name,
    no_limits_text,
    signal_text,
    variation_text,
)
from metrics.variation.charts import NoLimits
from metrics.variation.signals import Mark, Signal
from tests.dashboard.evidence_samples import EN, LEAD_TIME, NL, control, in_both

# --- what stands out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variation", "nl", "en"),
    [
        (
            Mark.IMPROVEMENT,
            "Er is iets ten goede veranderd sinds mei 2026",
            "Something changed for the better since mei 2026",
        ),
        (
            Mark.CONCERN,
            "Er is iets ten kwade veranderd sinds mei 2026",
            "Something changed for the worse since mei 2026",
        ),
        (Mark.NEUTRAL, "Er is iets veranderd sinds mei 2026", "Something changed since mei 2026"),
        (Mark.ORDINARY, "Gewone schommelingen", "Ordinary ups and downs"),
    ],
)
def test_what_the_latest_months_show_is_said_without_statistics(variation, nl, en):
    assert in_both(variation_text, control(variation=variation.value), "mei 2026") == (nl, en)


@pytest.mark.parametrize(
    ("assurance", "nl", "en"),
    [
        (
            "pass",
            "Zoals het nu gaat, wordt het doel van 85% maand na maand gehaald",
            "As things are now, the goal of 85% is met month after month",
        ),
        (
            "fail",
            "Zoals het nu gaat, wordt het doel van 85% niet gehaald",
            "As things are now, the goal of 85% will not be met",
        ),
        (
            "inconsistent",
            "Zoals het nu gaat, wordt het doel van 85% in sommige maanden gehaald en in andere gemist",
            "As things are now, the goal of 85% is met in some months and missed in others",
        ),
        (None, None, None),
    ],
)
def test_whether_the_goal_will_be_met_is_said_where_it_can_be(assurance, nl, en):
    assert in_both(assurance_text, control(assurance=assurance), "85%") == (nl, en)


def test_the_heading_of_a_control_chart_is_its_conclusion():
    assert in_both(control_heading, control(variation="concern"), LEAD_TIME, "mei 2026") == (
        "Doorlooptijd: er is iets ten kwade veranderd sinds mei 2026",
        "Lead time: something changed for the worse since mei 2026",
    )
    assert in_both(control_heading, control(variation=None), LEAD_TIME, "") == (
        "Doorlooptijd: te weinig om verandering van toeval te onderscheiden",
        "Lead time: too little to tell change from chance",
    )


@pytest.mark.parametrize(
    ("why", "nl", "en"),
    [
        (NoLimits.NO_POINTS, "Geen enkele maand heeft genoeg om te tonen.", "No month has enough to show."),
        (
            NoLimits.ONE_POINT,
            "Eén maand heeft een cijfer: te weinig om te zeggen wat gewoon is.",
            "One month has a figure: that is too little to say what is ordinary.",
        ),
        (
            NoLimits.NO_NEIGHBOURS,
            "Geen twee maanden achter elkaar hebben een cijfer; wat gewoon is, is dus niet te zeggen.",
            "No two months in a row have a figure, so there is no telling what is ordinary.",
        ),
        (
            NoLimits.NO_MOVEMENT,
            "Elke maand gaf hetzelfde cijfer; wat gewoon is, is dus niet te zeggen.",
            "Every month gave the same figure, so there is no telling what is ordinary.",
        ),
    ],
)
def test_why_there_is_no_ordinary_range_is_said(why, nl, en):
    assert in_both(no_limits_text, control(no_limits=why.value)) == (nl, en)


def test_where_there_is_an_ordinary_range_there_is_nothing_to_explain():
    assert no_limits_text(EN, control()) is None


def test_every_mark_and_signal_has_its_words():
    marks = [mark_name(NL, mark.value) for mark in (Mark.IMPROVEMENT, Mark.CONCERN, Mark.NEUTRAL, Mark.ORDINARY)]
    assert marks == ["beter dan gewoon", "slechter dan gewoon", "niet gewoon", "gewoon"]
    order = (Signal.OUTSIDE, Signal.TREND, Signal.TWO_OF_THREE, Signal.SHIFT, Signal.NONE)
    assert [signal_text(NL, signal.value) for signal in order] == [
        "buiten de gewone band",
        "zeven maanden op rij omhoog of omlaag",
        "twee van de drie maanden dicht bij de rand",
        "zeven maanden op rij aan één kant van het midden",
        "",
    ]


def test_how_often_chance_alone_marks_a_month_is_counted_over_all_charts_and_never_every_time():
    """The rates are 1.6 and 18.3 of 100 for one chart: 5 and 55 for three, 13 and 146 for eight."""
    assert in_both(false_alarm_text, 1) == (
        (
            "Alleen al door toeval is de nieuwste maand van deze 1 grafiek in ongeveer 2 van de 100 keer gemarkeerd; "
            "lijkt elke maand op de vorige, dan in hooguit 18."
        ),
        (
            "By chance alone the latest month of this 1 chart is marked in about 2 of 100 looks; "
            "where each month resembles the one before, in up to 18."
        ),
    )
    assert false_alarm_text(NL, 3) == (
        "Alleen al door toeval is ergens in deze 3 grafieken een nieuwste maand in ongeveer 5 van de 100 keer "
        "gemarkeerd; lijkt elke maand op de vorige, dan in hooguit 55."
    )
    assert false_alarm_text(EN, 8).endswith("in about 13 of 100 looks; where each month resembles the one before, "
                                            "in up to 99.")  # fmt: skip


def test_what_a_control_chart_rests_on_is_noted():
    found = control(trial=True, missing_months=1)
    assert in_both(control_notes, found, frozen_until="december 2025", rebases=["Opnieuw bepaald."]) == (
        [
            "De gewone band rust op de maanden tot en met december 2025, vóór de start.",
            "De gewone band rust op weinig maanden en kan nog verschuiven.",
            "1 maand heeft geen cijfer: reeksen van maanden tellen daar niet overheen.",
            "Opnieuw bepaald.",
        ],
        [
            "The ordinary range rests on the months up to and including december 2025, before the start.",
            "The ordinary range rests on few months and may still move.",
            "1 month has no figure: runs of months are not counted across it.",
            "Opnieuw bepaald.",
        ],
    )
    assert control_notes(EN, control(missing_months=3), frozen_until=None, rebases=[]) == [
        "3 months have no figure: runs of months are not counted across them."
    ]
    assert control_notes(EN, control(), frozen_until=None, rebases=[]) == []
