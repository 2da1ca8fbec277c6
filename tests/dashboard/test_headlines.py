"""Headlines: every KPI can stand for its measure, in both languages; the expected texts are written by hand."""

from __future__ import annotations

from datetime import date

import pytest

from config.programme import Project, Text
from dashboard.compose.method import definition
from dashboard.compose.series import series_chart
from dashboard.compose.tracks import track
from dashboard.findings import Figure, Finding
from dashboard.wording.figures import meaning, sentence, statement
from dashboard.wording.headings import series_heading
from dashboard.wording.words import Words
from metrics.estimate import Estimate, Status
from metrics.kpi import Unit
from metrics.kpis import KPIS, kpi
from metrics.periods import Grain, Period
from metrics.verdict import Judged, Verdict, judge

NL, EN = Words(language="nl"), Words(language="en")
PERMITS = Project(title=Text(nl="Vergunning", en="Permits"), services=("permit",), started_on=date(2026, 1, 1))
SHOWN = [one for one in KPIS if not one.contrast]
QUARTER = Period(start=date(2026, 1, 1), end=date(2026, 3, 31))
YEAR = Period(start=date(2025, 1, 1), end=date(2025, 12, 31))

TYPICAL = {
    Unit.SHARE: (0.82, 0.78, 0.86, 0.60, 0.80),
    Unit.DAYS: (44.0, 41.0, 47.0, 70.0, 50.0),
    Unit.POINTS: (4.2, 4.1, 4.3, 3.8, 4.0),
    Unit.PER_HUNDRED: (43.2, 40.4, 46.1, 60.3, 50.0),
    Unit.NET_POINTS: (-8.0, -15.2, -1.1, -30.0, -20.0),
}
"""A value with its range, the baseline and the target, in each unit."""


def figure(known, period=QUARTER, **detail):
    return Figure(period=period, known=known, detail=detail, newest_on=date(2026, 3, 31), running=False)


def estimate(value, low, high, n=400):
    return Estimate(value=value, low=low, high=high, n=n, status=Status.OK, reason=None, method="")


def finding(one, now=None, *, before=None, target=None, verdict=None):
    """A finding of typical figures, or of these."""
    value, low, high, earlier, goal = TYPICAL[one.unit]
    known = now or estimate(value, low, high)
    width = high - low
    baseline = before or estimate(earlier, earlier - width / 2, earlier + width / 2)
    aim = goal if target is None else target
    found = judge(known, baseline, target=aim, direction=one.direction, same_instrument=True)
    shown = figure(known)
    return Finding(
        kpi=one,
        now=shown,
        baseline=figure(baseline, YEAR),
        target=aim,
        judged=found if verdict is None else Judged(verdict=verdict),
        contrast=None,
        series=[shown],
        groups=[],
    )


# --- the value with its range ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "nl", "en"),
    [
        (
            "satisfaction",
            "Van elke 100 inwoners die antwoordden, zijn er 82 tevreden (78 tot 86).",
            "Of every 100 residents who answered, 82 are satisfied (78 to 86).",
        ),
        (
            "satisfaction_mean",
            "Inwoners geven gemiddeld 4,2 (4,1 tot 4,3).",
            "Residents give 4.2 on average (4.1 to 4.3).",
        ),
        (
            "satisfaction_weighted",
            "De tevredenheidsscore is 82 van de 100 (78 tot 86).",
            "The satisfaction score is 82 out of 100 (78 to 86).",
        ),
        (
            "nps",
            (
                "De netto promotorscore is -8 (-16 tot -1): van elke 100 inwoners die antwoordden, wie de dienst warm "
                "zou aanbevelen min wie dat niet zou doen."
            ),
            (
                "The net promoter score is -8 (-16 to -1): of every 100 residents who answered, those who would warmly "
                "recommend the service minus those who would not."
            ),
        ),
        (
            "lead_time_p90",
            "9 van de 10 aanvragen zijn klaar binnen 44 dagen (41 tot 47).",
            "9 out of 10 applications are decided within 44 days (41 to 47).",
        ),
        (
            "lead_time_p85",
            "85 van elke 100 aanvragen zijn klaar binnen 44 dagen (41 tot 47).",
            "85 of every 100 applications are decided within 44 days (41 to 47).",
        ),
        (
            "lead_time_p50",
            "De helft van de aanvragen is klaar binnen 44 dagen (41 tot 47).",
            "Half of the applications are decided within 44 days (41 to 47).",
        ),
        (
            "lead_time_mean",
            (
                "Een aanvraag duurt gemiddeld 44 dagen (41 tot 47); wat langer duurt dan een half jaar, telt als een "
                "half jaar."
            ),
            (
                "An application takes 44 days on average (41 to 47); what takes longer than half a year counts as half "
                "a year."
            ),
        ),
        (
            "lead_time_within_norm",
            "Van elke 100 aanvragen zijn er 82 klaar binnen de norm (78 tot 86).",
            "Of every 100 applications, 82 are decided within the norm (78 to 86).",
        ),
        (
            "decided_within_norm",
            "Van elke 100 aanvragen die binnenkwamen, krijgen er 82 binnen de norm een besluit (78 tot 86).",
            "Of every 100 applications that came in, 82 get a decision within the norm (78 to 86).",
        ),
        (
            "on_time",
            "Van elke 100 besluiten die er moesten zijn, kwamen er 82 op tijd (78 tot 86).",
            "Of every 100 decisions that were due, 82 came in time (78 to 86).",
        ),
        (
            "on_service_norm",
            (
                "Van elke 100 besluiten die er volgens de belofte van de dienst moesten zijn, kwamen er 82 op tijd "
                "(78 tot 86)."
            ),
            "Of every 100 decisions that the service had promised by now, 82 came in time (78 to 86).",
        ),
        (
            "clarity",
            "Van elke 100 inwoners die antwoordden, vonden er 82 het duidelijk (78 tot 86).",
            "Of every 100 residents who answered, 82 found it clear (78 to 86).",
        ),
        (
            "repeat_contact",
            "Na 82 van elke 100 contacten moest de inwoner binnen vier weken terugkomen (78 tot 86).",
            "After 82 of every 100 contacts the resident had to come back within four weeks (78 to 86).",
        ),
        (
            "completion",
            "Van elke 100 begonnen formulieren kwamen er 82 goed bij het einde (78 tot 86).",
            "Of every 100 forms that were started, 82 came to a right end (78 to 86).",
        ),
        (
            "contacts_per_hundred",
            "Op elke 100 aanvragen waren er 43 contacten (40 tot 47).",
            "For every 100 applications there were 43 contacts (40 to 47).",
        ),
    ],
)
def test_a_figure_is_said_in_one_sentence_with_its_range(name, nl, en):
    shown = finding(kpi(name))
    assert (statement(NL, shown.now, shown.kpi), statement(EN, shown.now, shown.kpi)) == (nl, en)


def test_every_kpi_but_a_contrast_has_a_statement_here():
    (given,) = test_a_figure_is_said_in_one_sentence_with_its_range.pytestmark
    assert {name for name, _, _ in given.args[1]} == {one.name for one in SHOWN}


@pytest.mark.parametrize(
    ("name", "value", "nl", "en"),
    [
        (
            "lead_time_p50",
            1.0,
            "De helft van de aanvragen is klaar binnen 1 dag.",
            "Half of the applications are decided within 1 day.",
        ),
        (
            "satisfaction",
            0.01,
            "Van elke 100 inwoners die antwoordden, is er 1 tevreden.",
            "Of every 100 residents who answered, 1 is satisfied.",
        ),
        (
            "decided_within_norm",
            0.01,
            "Van elke 100 aanvragen die binnenkwamen, krijgt er 1 binnen de norm een besluit.",
            "Of every 100 applications that came in, 1 gets a decision within the norm.",
        ),
        (
            "contacts_per_hundred",
            1.2,
            "Op elke 100 aanvragen was er 1 contact.",
            "For every 100 applications there was 1 contact.",
        ),
        (
            "contacts_per_hundred",
            0.0,
            "Op elke 100 aanvragen waren er 0 contacten.",
            "For every 100 applications there were 0 contacts.",
        ),
    ],
)
def test_one_is_no_more_than_one(name, value, nl, en):
    shown = figure(estimate(value, None, None))
    assert [statement(words, shown, kpi(name)) for words in (NL, EN)] == [nl, en]


def test_one_with_a_decimal_is_more_than_one():
    shown = figure(estimate(1.02, 0.9, 1.2))
    assert statement(EN, shown, kpi("contacts_per_hundred")) == (
        "For every 100 applications there were 1.0 contacts (0.9 to 1.2)."
    )


def test_a_weighted_figure_is_about_those_who_came():
    shown = figure(estimate(0.01, None, None), crude=0.02)
    assert statement(EN, shown, kpi("satisfaction")) == (
        "Of every 100 residents who came, an estimated 1 is satisfied."
    )


# --- against baseline and target ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict", "nl", "en"),
    [
        (
            "contacts_per_hundred",
            Verdict.GOAL_MET,
            (
                "Het doel van 50 per 100 is gehaald, ook aan de voorzichtige kant van de marge; "
                "vóór de start was het 60 per 100."
            ),
            "The goal of 50 per 100 is met, also at the cautious end of the range; before the start it was 60 per 100.",
        ),
        (
            "nps",
            Verdict.GOAL_MET,
            "Het doel van -20 is gehaald, ook aan de voorzichtige kant van de marge; vóór de start was het -30.",
            "The goal of -20 is met, also at the cautious end of the range; before the start it was -30.",
        ),
        (
            "lead_time_mean",
            Verdict.GOAL_MET,
            (
                "Het doel van 50 dagen is gehaald, ook aan de voorzichtige kant van de marge; "
                "vóór de start was het 70 dagen."
            ),
            "The goal of 50 days is met, also at the cautious end of the range; before the start it was 70 days.",
        ),
        (
            "decided_within_norm",
            Verdict.ON_ITS_WAY,
            "Dat is beter dan de 60% van vóór de start; of het doel van 80% is gehaald, is nog niet zeker.",
            "That is better than the 60% before the start; whether the goal of 80% is met is not certain yet.",
        ),
        (
            "repeat_contact",
            Verdict.WORSE,
            "Dat is slechter dan de 60% van vóór de start.",
            "That is worse than the 60% before the start.",
        ),
    ],
)
def test_a_verdict_is_said_against_baseline_and_target(name, verdict, nl, en):
    shown = finding(kpi(name))
    assert shown.judged.verdict is verdict
    assert (meaning(NL, shown), meaning(EN, shown)) == (nl, en)


@pytest.mark.parametrize(
    ("name", "verdict", "nl", "en"),
    [
        ("satisfaction", Verdict.ON_ITS_WAY, "Inwoners zijn tevredener dan vóór de start",
         "Residents are more satisfied than before the start"),
        ("lead_time_mean", Verdict.WORSE, "Inwoners wachten langer dan vóór de start",
         "Residents wait longer than before the start"),
        # More decisions in time is no shorter wait, and fewer contacts is no answer to a question.
        ("on_time", Verdict.ON_ITS_WAY, "Op tijd van alles wat klaar moest zijn: beter dan vóór de start",
         "On time of all that were due: better than before the start"),
        ("contacts_per_hundred", Verdict.TOO_LITTLE, "Contacten per 100 aanvragen: te weinig om te zeggen",
         "Contacts per 100 applications: too little to say"),
        ("nps", Verdict.MEASURED, "Aanbevolen (netto promotorscore)", "Recommended (net promoter score)"),
        ("nps", Verdict.GOAL_MET, "Aanbevolen (netto promotorscore): het doel is gehaald",
         "Recommended (net promoter score): the goal is met"),
    ],
)  # fmt: skip
def test_a_heading_says_no_more_than_its_kpi_shows(name, verdict, nl, en):
    shown = finding(kpi(name), verdict=verdict)
    assert (series_heading(NL, shown), series_heading(EN, shown)) == (nl, en)


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
@pytest.mark.parametrize("one", SHOWN, ids=lambda one: one.name)
def test_every_kpi_can_stand_for_its_measure_whatever_the_verdict(words, one):
    for verdict in Verdict:
        shown = finding(one, verdict=verdict)
        chart = series_chart(words, shown, PERMITS, Grain.QUARTER)
        told = [sentence(words, shown), series_heading(words, shown), chart.caption, chart.sentence, chart.unit]
        assert all(text and "{" not in text for text in told)
        assert track(words, shown) is not None
    assert definition(words, one).facts
