"""Fairness: how far the channel where residents fare worst lies from everybody, of what may be shown."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.evidence.fairness import fairness_gaps
from metrics.periods import Grain
from metrics.populations import key_of
from tests.metrics.builders import answers, cases, decided, satisfied, scope
from tests.metrics.evidence.projects import P50, P90, SATISFACTION, looked_at

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
FEBRUARY = date(2026, 2, 2)


def gaps(kpi, frame, *, grain=Grain.MONTH, scopes=None):
    given = scopes or [scope()]
    seen = looked_at(frame, scopes=given, grain=grain)
    return fairness_gaps(seen.evidence, seen.found[key_of(kpi)], kpi, scopes=given, grain=grain)


def asked(month=JUNE, **channels):
    return [
        row
        for channel, (good, bad) in channels.items()
        for row in satisfied(good, bad, channel=channel or None, answered_on=month)
    ]


def of_answers(*rows, **changed):
    return gaps(SATISFACTION, answers(*rows), **changed).get("p")


def test_the_worst_channel_is_held_against_everybody():
    gap = of_answers(*asked(website=(80, 20), desk=(20, 30)))
    # By hand: 20 of 50, and 100 of 150 altogether.
    assert (gap.worst, gap.worst_value, gap.compared) == ("desk", 0.4, 2)
    assert gap.everybody == pytest.approx(100 / 150)
    assert gap.difference == pytest.approx(0.4 - 100 / 150)
    assert gap.low < gap.difference < gap.high < 0


@pytest.mark.parametrize(("post", "n"), [((0, 9), 249), ((0, 12), 252)])
def test_a_channel_whose_figure_was_withheld_counts_among_everybody_and_is_never_named(post, n):
    rows = answers(*asked(website=(80, 20), desk=(40, 30), telephone=(50, 20), post=post))
    seen = looked_at(rows, scopes=[scope()], grain=Grain.MONTH)
    mine = seen.evidence.filter(kpi="satisfaction", period_start=JUNE).filter(pl.col("breakdown") != "all")
    may_be_shown = mine.filter(pl.col("value").is_not_null())
    gap = gaps(SATISFACTION, rows)["p"]
    # By hand: post is the worst by far with nobody satisfied; 170 of everybody are.
    assert gap.worst == may_be_shown.sort("value")["breakdown"][0].removeprefix("channel=")
    assert gap.worst != "post"
    assert gap.compared == may_be_shown.height
    assert gap.everybody == pytest.approx(170 / n)


def test_a_channel_where_one_of_twelve_was_satisfied_may_be_the_worst():
    gap = of_answers(*asked(website=(80, 20), desk=(40, 30), post=(1, 11)))
    assert (gap.worst, gap.compared) == ("post", 3)


def test_an_unknown_channel_counts_among_everybody_and_is_never_the_worst():
    rows = [*asked(website=(80, 20), desk=(40, 30)), *satisfied(0, 50, channel=None, answered_on=JUNE)]
    gap = of_answers(*rows)
    assert (gap.worst, gap.compared) == ("desk", 2)
    assert gap.everybody == pytest.approx(120 / 220)


@pytest.mark.parametrize(
    "channels", [{"website": (80, 20)}, {"website": (80, 20), "desk": (4, 5)}, {"website": (5, 4), "desk": (4, 5)}]
)
def test_one_channel_that_may_be_shown_has_nothing_to_be_compared_with(channels):
    assert of_answers(*asked(**channels)) is None


def test_only_the_shown_period_counts():
    rows = [*asked(MAY, website=(20, 80), desk=(80, 20)), *asked(JUNE, website=(80, 20), desk=(20, 80))]
    assert of_answers(*rows).worst == "desk"
    assert of_answers(*rows, scopes=[scope(as_of=date(2026, 6, 29))]).worst == "website"
    assert of_answers(*asked(MAY, website=(20, 80), desk=(80, 20))) is None


def test_where_there_is_one_period_with_everything_all_of_it_counts():
    gap = of_answers(*asked(MAY, website=(20, 80)), *asked(JUNE, desk=(80, 20)), grain=Grain.ALL)
    assert (gap.worst, gap.everybody) == ("website", 0.5)


def test_each_project_has_a_gap_of_its_own_or_none():
    two = [scope(), scope(project="q", services=("parking",))]
    rows = asked(website=(80, 20), desk=(20, 30))
    assert set(gaps(SATISFACTION, answers(*rows), scopes=two)) == {"p"}
    parking = [{**row, "service": "parking"} for row in asked(website=(3, 30), desk=(9, 9))]
    both = gaps(SATISFACTION, answers(*rows, *parking), scopes=two)
    assert {name: gap.worst for name, gap in both.items()} == {"p": "desk", "q": "website"}


def of_cases(kpi, *rows):
    return gaps(kpi, cases(*rows), grain=Grain.ALL).get("p")


def test_for_lead_times_the_slowest_channel_is_the_worst():
    quick = decided(*range(1, 41), received_on=FEBRUARY)
    slow = decided(*range(31, 71), received_on=FEBRUARY, channel="desk")
    gap = of_cases(P50, *quick, *slow)
    # By hand: the twentieth of 31 to 70 is 50; the fortieth of all eighty is 35: 35 quick ones and 5 slow ones.
    assert (gap.worst, gap.worst_value, gap.everybody, gap.difference) == ("desk", 50, 35, 15)
    assert gap.low < 15 < gap.high


def test_no_gap_is_given_where_a_channel_has_not_reached_the_percentile():
    quick = decided(*range(1, 41), received_on=FEBRUARY)
    waiting = [
        *decided(*range(1, 21), received_on=FEBRUARY, channel="desk"),
        *[{"received_on": FEBRUARY, "channel": "desk"}] * 40,
    ]
    assert of_cases(P90, *quick, *waiting) is None


def test_a_limit_that_is_open_stays_open():
    quick = decided(*range(1, 41), received_on=FEBRUARY)
    # Of ten decided cases the upper limit of the ninth is open.
    gap = of_cases(P90, *quick, *decided(*range(51, 61), received_on=FEBRUARY, channel="desk"))
    assert gap.worst == "desk"
    assert gap.high is None
    assert gap.low is not None


def test_where_the_figure_of_everybody_is_weighted_the_gap_is_held_against_that_one():
    rows = answers(*asked(website=(80, 20), desk=(20, 30)))
    received = cases(*({"channel": name, "n": n, "received_on": JUNE} for name, n in (("website", 50), ("desk", 50))))
    seen = looked_at(rows, received, scopes=[scope()], grain=Grain.MONTH)
    gap = fairness_gaps(
        seen.evidence, seen.found[key_of(SATISFACTION)], SATISFACTION, scopes=[scope()], grain=Grain.MONTH
    )
    # By hand: as many came by desk as by website, so everybody is halfway between 80 % and 40 %.
    assert gap["p"].everybody == pytest.approx(0.6)
    assert gap["p"].difference == pytest.approx(-0.2)
