"""Wording: every sentence in both languages; numbers, days and money as their readers write them."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.wording.evidence import claim_sentence, level_name, what_would, why_not
from dashboard.wording.figures import level_text, range_text, value_text
from dashboard.wording.keys import counted, sentences
from dashboard.wording.notices import notice_sentence
from dashboard.wording.periods import as_of_text, period_name, short_period
from dashboard.wording.reach import caution_text, unweighted_text
from dashboard.wording.records import rejection_reason, rejection_sentence
from dashboard.wording.verdicts import reason_sentence, verdict_word
from dashboard.wording.words import Words, digits_of, outward
from metrics.estimate import Estimate, Reason, Status
from metrics.evidence.claim import Claim, Move
from metrics.evidence.level import CAPS, Held, Hold, Level
from metrics.flow.suspension import NEVER_TOLD, PARTLY_TOLD
from metrics.kpi import Unit
from metrics.kpis import kpi
from metrics.leading import ELSEWHERE, METHOD, THIN
from metrics.notices import Notice
from metrics.periods import Grain, Period
from metrics.records import Reason as Rejection
from metrics.variation.rebase import FEW_POINTS
from metrics.verdict import Verdict
from metrics.weighting.cautions import Caution, Unweighted

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


def claim_of(level, *held, move=Move.NONE):
    """A claim of which nothing is known but its level, its way and what holds it back."""
    known = {"move": move, "level": level, "held": held}
    return Claim(**{one.name: known.get(one.name) for one in fields(Claim)})


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


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
def test_every_step_and_hold_of_the_evidence_has_its_words(words):
    assert len({level_name(words, level) for level in Level}) == len(Level)
    for hold in Hold:
        # At this level everything bites.
        claim = claim_of(Level.MORE_THAN_COMPARABLE, Held(hold=hold, found=3.0, needed=8.0, more=5))
        (why, *_), would = why_not(words, claim), what_would(words, claim)
        assert all(one.endswith(".") and "{" not in one for one in (why, *would))
        assert would or hold not in {*CAPS} - {Hold.TOO_FEW}


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
def test_every_claim_that_can_be_made_has_its_sentence(words):
    makeable = [(Level.NOT_MEASURED, Move.NONE), *((Level.DESCRIBED, move) for move in Move)]
    makeable += [(level, move) for level in Level if level > Level.DESCRIBED for move in Move if move is not Move.NONE]
    told = [claim_sentence(words, claim_of(level, move=move)) for level, move in makeable]
    assert all(one.endswith(".") for one in told)
    assert len(set(told)) == len(told)


SEEN_ALREADY = {Caution.FEW_IN_STRATUM, Caution.NOT_WEIGHTED, Caution.MIX_REVERSES, Caution.MIX_NOT_HELD}
"""What the figures themselves show: which of two leads, or that one of them is absent."""


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
def test_every_caution_is_said_unless_the_figures_show_it_and_so_is_every_reason_not_to_weight(words):
    said = {one: caution_text(words, one.value, channels="a", merged="b") for one in Caution}
    assert {one for one, told in said.items() if told is None} == SEEN_ALREADY
    assert all(unweighted_text(words, code).endswith(".") for code in (*Unweighted, THIN, ELSEWHERE))


def test_silent_channels_are_named_in_a_caution_and_are_another_sentence_where_they_forbid_weighting():
    assert caution_text(EN, Caution.CHANNELS_SILENT.value, channels="desk") == (
        "Residents came this way and nobody answered: desk."
    )
    assert unweighted_text(EN, Unweighted.CHANNELS_SILENT.value) == (
        "Not every channel that residents use has answers, so they cannot be weighted."
    )


@pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
@pytest.mark.parametrize(
    ("code", "particulars"),
    [
        ("rows_not_asked_for", {"file": "a.csv", "rows": 3}),
        ("not_answered", {"file": "a.csv", "rows": 3, "item": "clarity"}),
        ("attribute_not_seen", {"file": "a.xes", "attribute": "channel"}),
        ("activity_not_seen", {"file": "a.xes", "activity": "decision"}),
        ("case_attributes_differ", {"file": "a.xes", "cases": 3}),
        (NEVER_TOLD, {}),
        (PARTLY_TOLD, {"percent": 40}),
        (FEW_POINTS, {"project": "p", "kpi": "clarity", "on": "2026-01-01", "points_before": 3, "points_after": 12}),
    ],
)
def test_every_notice_has_a_sentence(words, code, particulars):
    told = notice_sentence(words, Notice(code=code, particulars=particulars))
    assert told.endswith(".")
    assert code not in told
    assert "{" not in told


def test_the_method_of_a_weighted_figure_has_its_dutch():
    assert NL.say(METHOD) == "gewogen naar wie er kwam, 95 %"


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
        (lambda words: words.value(43.2, Unit.PER_HUNDRED), "43 per 100", "43 per 100"),
        (lambda words: words.bare(1143.2, Unit.PER_HUNDRED), "1.143", "1,143"),
        (lambda words: words.value(-8.4, Unit.NET_POINTS), "-8", "-8"),
        (lambda words: words.number(-0.4), "0", "0"),
        (lambda words: words.number(-0.04, 1), "0,0", "0.0"),
        (lambda words: words.span("-12", "-8"), "-12 tot -8", "-12 to -8"),
        (lambda words: words.span("8", "12"), "8–12", "8–12"),
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


@pytest.mark.parametrize("unit", [Unit.PER_HUNDRED, Unit.NET_POINTS])
def test_what_goes_to_a_hundred_gets_a_decimal_where_it_is_known_to_within_a_point(unit):
    assert digits_of(40.0, 42.0, unit) == 0
    assert digits_of(40.0, 41.9, unit) == 1


@pytest.mark.parametrize(
    ("value", "unit", "digits", "down", "up"),
    [
        (0.4902, Unit.SHARE, 0, 0.49, 0.50),
        (0.9433, Unit.SHARE, 0, 0.94, 0.95),
        (0.55, Unit.SHARE, 0, 0.55, 0.55),  # 0.55 x 100 is 55.00000000000001 to a computer
        (0.8523, Unit.SHARE, 1, 0.852, 0.853),
        (53.0, Unit.DAYS, 0, 53.0, 53.0),
        (4.4092, Unit.POINTS, 0, 4.4, 4.5),
        (43.2, Unit.PER_HUNDRED, 0, 43.0, 44.0),
        (2.31, Unit.PER_HUNDRED, 1, 2.3, 2.4),
        (-8.4, Unit.NET_POINTS, 0, -9.0, -8.0),
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
