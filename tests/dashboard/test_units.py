"""Units: a value, a goal, a number and a change in each of them; the expected texts are written by hand."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.compose.scales import axis_of, unit_name, within
from dashboard.compose.tracks import axis_for
from dashboard.findings import Figure
from dashboard.wording.effect import change_sentence, difference_text, size_text
from dashboard.wording.figures import level_text, number_text, range_text, value_text
from dashboard.wording.words import Words
from metrics.estimate import Estimate, Status
from metrics.evidence.change import Change, Difference
from metrics.kpi import Unit
from metrics.kpis import kpi
from metrics.periods import Period

NL, EN = Words(language="nl"), Words(language="en")
QUARTER = Period(start=date(2026, 1, 1), end=date(2026, 3, 31))


def estimate(value, low, high, n=400):
    return Estimate(value=value, low=low, high=high, n=n, status=Status.OK, reason=None, method="")


def figure(known):
    return Figure(period=QUARTER, known=known, detail={}, newest_on=date(2026, 3, 31), running=False)


# --- a value, a goal and a number --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "low", "high", "nl", "en"),
    [
        ("contacts_per_hundred", 143.2, 139.8, 146.7, "143 per 100 (139–147)", "143 per 100 (139–147)"),
        ("contacts_per_hundred", 2.31, 2.14, 2.49, "2,3 per 100 (2,1–2,5)", "2.3 per 100 (2.1–2.5)"),
        ("nps", 31.4, 27.2, 35.6, "31 (27–36)", "31 (27–36)"),
        ("nps", -0.4, -4.6, 3.9, "0 (-5 tot 4)", "0 (-5 to 4)"),
        ("nps", -100.0, None, None, "-100", "-100"),
        ("nps", 31.42, 30.91, 31.88, "31,4 (30,9–31,9)", "31.4 (30.9–31.9)"),
    ],
)
def test_a_value_has_its_unit_and_no_more_digits_than_its_range_carries(name, value, low, high, nl, en):
    known, one = estimate(value, low, high), kpi(name)
    written = []
    for words in (NL, EN):
        shown = range_text(words, known, one)
        written.append(value_text(words, known, one) + (f" ({shown})" if shown else ""))
    assert written == [nl, en]


@pytest.mark.parametrize(
    ("name", "target", "nl", "en"),
    [
        ("contacts_per_hundred", 40.0, "40 per 100", "40 per 100"),
        ("contacts_per_hundred", 2.5, "2,5 per 100", "2.5 per 100"),
        ("nps", -10.0, "-10", "-10"),
        ("lead_time_mean", 1.0, "1 dag", "1 day"),
        ("satisfaction_mean", 4.0, "4,0", "4.0"),
        ("completion", 0.825, "82,5%", "82.5%"),
    ],
)
def test_a_goal_is_written_in_its_unit(name, target, nl, en):
    assert (level_text(NL, target, kpi(name)), level_text(EN, target, kpi(name))) == (nl, en)


@pytest.mark.parametrize(
    ("name", "n", "nl", "en"),
    [
        ("nps", 1, "1 antwoord", "1 answer"),
        ("repeat_contact", 1, "1 contact", "1 contact"),
        ("repeat_contact", 1200, "1.200 contacten", "1,200 contacts"),
        ("completion", 1, "1 formulier", "1 form"),
        ("completion", 50, "50 formulieren", "50 forms"),
        ("contacts_per_hundred", 1, "1 aanvraag", "1 application"),
        ("contacts_per_hundred", 50, "50 aanvragen", "50 applications"),
        ("on_service_norm", 50, "50 zaken", "50 cases"),
    ],
)
def test_a_figure_says_of_what_it_has_how_many(name, n, nl, en):
    shown = figure(estimate(0.5, 0.4, 0.6, n=n))
    assert (number_text(NL, shown, kpi(name)), number_text(EN, shown, kpi(name))) == (nl, en)


# --- a change ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "before", "after", "nl", "en"),
    [
        ("contacts_per_hundred", 60.3, 43.2, "van 60 per 100 naar 43 per 100: 17 per 100 minder (marge 12–22)",
         "from 60 per 100 to 43 per 100: 17 per 100 less (range 12–22)"),
        ("nps", -30.0, -8.0, "van -30 naar -8: 22 punten meer (marge 17–27)",
         "from -30 to -8: 22 points more (range 17–27)"),
        ("lead_time_mean", 70.0, 44.0, "van 70 dagen naar 44 dagen: 26 dagen minder (marge 21–31)",
         "from 70 days to 44 days: 26 days less (range 21–31)"),
    ],
)  # fmt: skip
def test_a_change_is_written_in_its_unit(name, before, after, nl, en):
    value = after - before
    found = Difference(before=before, after=after, low=value - 4.9, high=value + 4.9)
    assert [difference_text(words, found, kpi(name)) for words in (NL, EN)] == [nl, en]


def test_a_change_below_one_in_a_hundred_keeps_its_decimal():
    found = Difference(before=2.3, after=1.9, low=-0.62, high=-0.18)
    assert difference_text(EN, found, kpi("contacts_per_hundred")) == (
        "from 2.3 per 100 to 1.9 per 100: 0.4 per 100 less (range 0.1–0.7)"
    )


def test_the_ends_of_a_change_that_may_be_none_are_rounded_away_from_it():
    found = Difference(before=31.0, after=33.0, low=-1.2, high=5.1)
    told = change_sentence(EN, Change(crude=found, held=None), kpi("nps"))
    assert told == "Counted as the answers came in: from 31 to 33: 2 points more (range 2 less to 6 more)."


def test_a_single_point_is_one_point():
    assert [size_text(words, -1.2, kpi("nps")) for words in (NL, EN)] == ["1 punt", "1 point"]


# --- on a line and on an axis ------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_has_a_name_above_its_axis_and_bounds(unit):
    assert unit_name(NL, unit)
    assert unit_name(EN, unit)
    assert axis_for([0.0], unit).low < axis_for([0.0], unit).high


def test_an_axis_of_a_net_score_reaches_below_zero_and_not_beyond_a_hundred():
    assert axis_of([-40.0, 10.0], Unit.NET_POINTS) == (-45.0, 15.0)
    assert axis_of([-99.0, 98.0], Unit.NET_POINTS) == (-100.0, 100.0)
    assert axis_of([5.0, 300.0], Unit.PER_HUNDRED) == (0.0, 329.5)


@pytest.mark.parametrize(
    ("value", "unit", "kept"),
    [
        (-12.0, Unit.NET_POINTS, -12.0),
        (-112.0, Unit.NET_POINTS, -100.0),
        (-0.2, Unit.SHARE, 0.0),
        (1.2, Unit.SHARE, 1.0),
        (143.0, Unit.PER_HUNDRED, 143.0),
        (-3.0, Unit.DAYS, 0.0),
    ],
)
def test_a_limit_is_drawn_where_a_value_can_be(value, unit, kept):
    assert within(value, unit) == kept
