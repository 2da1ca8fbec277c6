"""Wording: every sentence in both languages; numbers, days and money as their readers write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.wording.figures import level_text, range_text, value_text
from dashboard.wording.keys import counted, sentences
from dashboard.wording.periods import as_of_text, period_name, short_period
from dashboard.wording.records import rejection_reason, rejection_sentence
from dashboard.wording.verdicts import reason_sentence, verdict_word
from dashboard.wording.words import Words, digits_of, outward
from metrics.estimate import Estimate, Reason, Status
from metrics.kpi import Unit
from metrics.kpis import kpi
from metrics.periods import Grain, Period
from metrics.records import Reason as Rejection
from metrics.verdict import Verdict

NL, EN = Words(language="nl"), Words(language="en")
CATALOGUE = Path(__file__).parents[2] / "dashboard" / "wording" / "catalogues" / "nl.po"


@pytest.fixture(scope="module")
def dutch():
    """The messages of the Dutch catalogue: English to Dutch, both as one or two forms."""
    with CATALOGUE.open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="nl") if message.id}


def forms(texts):
    return (texts,) if isinstance(texts, str) else tuple(texts)


def placeholders(text):
    return set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text))


def estimate(value, low, high, n=400):
    return Estimate(value=value, low=low, high=high, n=n, status=Status.OK, reason=None, method="")


# --- the catalogue -----------------------------------------------------------------------------------------------


def test_every_sentence_has_its_dutch(dutch):
    assert {*sentences(), *counted()} - set(dutch) == set()


def test_the_catalogue_holds_no_sentence_that_nobody_says(dutch):
    assert set(dutch) - {*sentences(), *counted()} == set()


def test_no_sentence_is_left_empty(dutch):
    assert [english for english, told in dutch.items() if not all(one.strip() for one in forms(told))] == []


def test_both_languages_fill_in_the_same_particulars(dutch):
    different = [
        (english, told)
        for english, told in dutch.items()
        if set().union(*map(placeholders, forms(english))) != set().union(*map(placeholders, forms(told)))
    ]
    assert different == []


def test_spaces_around_a_sentence_are_the_same_in_both_languages(dutch):
    edges = [
        english
        for english, told in dutch.items()
        for one, other in zip(forms(english), forms(told), strict=True)
        if (one[:1].isspace(), one[-1:].isspace()) != (other[:1].isspace(), other[-1:].isspace())
    ]
    assert edges == []


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
def test_every_reason_verdict_and_rejection_has_a_sentence(words):
    assert all(reason_sentence(words, reason, n=7).endswith(".") for reason in Reason)
    assert len({verdict_word(words, verdict).text for verdict in Verdict}) == len(Verdict)
    assert all(rejection_reason(words, reason).endswith(".") for reason in Rejection)


# --- numbers, days and money -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "nl", "en"),
    [
        (lambda words: words.number(1234567), "1.234.567", "1,234,567"),
        (lambda words: words.number(1234.5, 1), "1.234,5", "1,234.5"),
        (lambda words: words.percent(0.8214), "82%", "82%"),
        (lambda words: words.percent(0.8214, 1), "82,1%", "82.1%"),
        (lambda words: words.money(Decimal(640000)).replace("\xa0", " "), "€ 640.000", "€ 640,000"),
        (lambda words: words.money(Decimal("-1234.60")).replace("\xa0", " "), "-€ 1.235", "-€ 1,235"),
        (lambda words: words.day(date(2026, 3, 1)), "1 maart 2026", "1 March 2026"),
        (lambda words: words.short_month(date(2026, 3, 1)), "mrt 2026", "Mar 2026"),
        (lambda words: words.both(["a", "b", "c"]), "a, b en c", "a, b, and c"),
        (lambda words: words.value(1, Unit.DAYS), "1 dag", "1 day"),
        (lambda words: words.value(1113, Unit.DAYS), "1.113 dagen", "1,113 days"),
        (lambda words: words.value(4.4214, Unit.POINTS), "4,4", "4.4"),
        (lambda words: words.bare(0.825, Unit.SHARE, 1), "82,5", "82.5"),
    ],
)
def test_a_number_is_written_as_its_readers_write_it(written, nl, en):
    assert (written(NL), written(EN)) == (nl, en)


@pytest.mark.parametrize(
    ("grain", "start", "end", "nl", "en", "short"),
    [
        (Grain.MONTH, date(2026, 3, 1), date(2026, 3, 31), "maart 2026", "March 2026", "mrt 2026"),
        (Grain.QUARTER, date(2026, 7, 1), date(2026, 9, 30), "3e kwartaal 2026", "3rd quarter 2026", "K3 2026"),
        (Grain.YEAR, date(2026, 1, 1), date(2026, 12, 31), "2026", "2026", "2026"),
        (Grain.ALL, date(2025, 1, 1), date(2026, 3, 31), "1 januari 2025 tot en met 31 maart 2026", None, None),
    ],
)
def test_a_period_is_named_in_full_and_in_short(grain, start, end, nl, en, short):
    period = Period(start=start, end=end)
    assert period_name(NL, period, grain) == nl
    assert en is None or period_name(EN, period, grain) == en
    assert short is None or short_period(NL, period, grain) == short


def test_projects_seen_on_different_days_are_said_to_be_so():
    assert as_of_text(EN, [date(2026, 3, 1)]) == "As of 1 March 2026"
    assert as_of_text(EN, [date(2012, 1, 23), date(2026, 3, 1)]) == "As of 23 January 2012 to 1 March 2026, per project"


# --- no surer than we are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "digits"),
    [
        (0.80, 0.82, 0),  # half is exactly one point
        (0.80, 0.8199, 1),  # half is just below a point
        (0.490, 0.943, 0),
        (0.8523, 0.8584, 1),
        (None, 0.82, 0),
        (0.80, None, 0),
    ],
)
def test_a_share_gets_whole_per_cents_where_half_its_range_is_a_point_or_more(low, high, digits):
    assert digits_of(low, high, Unit.SHARE) == digits


def test_days_never_get_decimals():
    assert digits_of(54.0, 54.5, Unit.DAYS) == 0


@pytest.mark.parametrize(
    ("value", "unit", "digits", "down", "up"),
    [
        (0.4902, Unit.SHARE, 0, 0.49, 0.50),
        (0.9433, Unit.SHARE, 0, 0.94, 0.95),
        (0.55, Unit.SHARE, 0, 0.55, 0.55),  # 0.55 x 100 is 55.00000000000001 to a computer
        (0.8523, Unit.SHARE, 1, 0.852, 0.853),
        (53.0, Unit.DAYS, 0, 53.0, 53.0),
        (4.4092, Unit.POINTS, 0, 4.4, 4.5),
    ],
)
def test_an_end_of_a_range_is_rounded_away_from_the_middle(value, unit, digits, down, up):
    assert outward(value, unit, digits, up=False) == pytest.approx(down)
    assert outward(value, unit, digits, up=True) == pytest.approx(up)


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
def test_a_written_range_holds_the_true_one(words):
    for low, high in [(0.4902, 0.9433), (0.8523, 0.8584), (0.0, 1.0), (0.0049, 0.0051)]:
        written = range_text(words, estimate((low + high) / 2, low, high), kpi("satisfaction")).replace(",", ".")
        left, right = (float(end) / 100 for end in written.split("–"))
        assert left <= low + 1e-12
        assert right >= high - 1e-12


def test_a_range_without_an_upper_limit_says_from_where():
    known = estimate(113.0, 84.0, None)
    assert range_text(EN, known, kpi("lead_time_p90")) == "from 84"
    assert range_text(NL, known, kpi("lead_time_p90")) == "vanaf 84"


def test_a_figure_without_a_range_has_no_range():
    assert range_text(EN, estimate(50.0, None, None), kpi("completed_p50")) == ""


def test_a_value_has_no_more_digits_than_its_range_carries():
    assert value_text(EN, estimate(0.855358, 0.8523, 0.8584), kpi("satisfaction_weighted")) == "85.5%"
    assert value_text(EN, estimate(0.8, 0.49, 0.943), kpi("satisfaction")) == "80%"


@pytest.mark.parametrize(("target", "written"), [(0.8, "80%"), (0.825, "82.5%"), (0.29, "29%")])
def test_a_goal_has_no_more_digits_than_it_was_given(target, written):
    assert level_text(EN, target, kpi("satisfaction")) == written


# --- rejected rows -----------------------------------------------------------------------------------------------


def test_a_rejected_row_says_where_what_was_found_what_is_allowed_and_what_to_do():
    row = {"file": "a.csv", "line": 7, "column": "received_on", "reason": "too_early", "found": "1970-01-01"}
    assert rejection_sentence(EN, {**row, "allowed": "1990-01-01"}) == (
        "a.csv, line 7, column received_on: This day is too long ago: probably a filler for an unknown date. "
        "Found: 1970-01-01. Allowed: from 1990-01-01. Leave it empty where it is not known."
    )
