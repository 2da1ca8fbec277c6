"""Change: after against before, crude and with the mix of channels held constant."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from metrics.estimators.standardised_curve import standardised_percentile
from metrics.evidence.change import SIDES, Change, Difference, changes
from metrics.kpis import kpi
from tests.metrics.builders import answers, cases, counts, decided, quickly, satisfied, scope
from tests.metrics.evidence.projects import (
    MEAN,
    ON_TIME,
    P50,
    P90,
    SATISFACTION,
    WITHIN_NORM,
    population_of,
    weighing,
)

BEFORE, AFTER = date(2025, 5, 1), date(2026, 1, 1)


def sides(*projects):
    rows = [
        (name, month, side) for name in projects or ("p",) for month, side in ((BEFORE, "before"), (AFTER, "after"))
    ]
    return pl.DataFrame(rows, schema=SIDES, orient="row")


def asked(month, **channels):
    return [
        row for name, (good, bad) in channels.items() for row in satisfied(good, bad, channel=name, answered_on=month)
    ]


def came(**channels):
    return weighing({(BEFORE, name): volume for name, volume in channels.items()})


def change(which, frame, *, volumes=None, scopes=None):
    population = population_of(which, frame, scopes=scopes or [scope(norm_days=30)])
    return changes(population, which, sides=sides(), weighing=volumes or weighing()).get("p")


# Simpson's paradox: each channel fell, but many more came through the better one.
SHIFTED = [
    *asked(BEFORE, website=(80, 20), desk=(40, 60)),
    *asked(AFTER, website=(312, 88), desk=(19, 31)),
]


def test_the_difference_at_one_mix_leads_and_can_reverse_the_crude_one():
    found = change(SATISFACTION, answers(*SHIFTED), volumes=came(website=100, desk=100))
    # By hand: 120/200 against 331/450; at half and half (.8 + .4)/2 against (.78 + .38)/2.
    assert (found.crude.before, found.crude.after) == (0.6, pytest.approx(331 / 450))
    assert (found.held.before, found.held.after) == (pytest.approx(0.6), pytest.approx(0.58))
    assert found.reverses
    assert found.leading is found.held
    assert found.leading.value == pytest.approx(-0.02)
    assert "mix_reverses" in found.cautions


def test_the_mix_is_that_of_who_came_before_and_not_of_who_answered():
    found = change(SATISFACTION, answers(*SHIFTED), volumes=came(website=30, desk=90))
    # By hand: a quarter and three quarters of .8 and .4; of .78 and .38.
    assert (found.held.before, found.held.after) == (pytest.approx(0.5), pytest.approx(0.48))


def test_who_came_afterwards_does_not_change_the_mix():
    more = weighing({(BEFORE, "website"): 30, (BEFORE, "desk"): 90, (AFTER, "website"): 9000})
    assert change(SATISFACTION, answers(*SHIFTED), volumes=more) == change(
        SATISFACTION, answers(*SHIFTED), volumes=came(website=30, desk=90)
    )


def test_without_knowing_who_came_the_crude_difference_is_all_there_is():
    found = change(SATISFACTION, answers(*SHIFTED))
    assert found.held is None
    assert found.leading is found.crude
    assert not found.reverses


def test_the_crude_difference_of_shares_has_newcombes_interval():
    # Newcombe 1998b, Statistics in Medicine 17:873-890, table II, method 10: 56/70 against 48/80.
    found = change(SATISFACTION, answers(*asked(BEFORE, website=(48, 32)), *asked(AFTER, website=(56, 14))))
    assert found.crude.value == pytest.approx(0.2)
    assert (found.crude.low, found.crude.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert found.crude.excludes_zero


def test_the_crude_difference_of_means_is_welchs():
    rows = [*asked(BEFORE, website=(30, 10)), *asked(AFTER, website=(36, 4))]
    found = change(MEAN, answers(*rows))
    assert (found.crude.before, found.crude.after) == (4.0, pytest.approx(4.6))
    # A second method: scipy's test of two samples with variances of their own.
    apart = ttest_ind([5] * 36 + [1] * 4, [5] * 30 + [1] * 10, equal_var=False).confidence_interval(0.95)
    assert (found.crude.low, found.crude.high) == pytest.approx((apart.low, apart.high))
    assert not found.crude.excludes_zero


@pytest.mark.parametrize(("bad", "held"), [(5, True), (4, False)])
def test_a_mix_is_held_where_every_channel_has_ten_answers_on_both_sides(bad, held):
    rows = [*asked(BEFORE, website=(80, 20), desk=(40, 60)), *asked(AFTER, website=(80, 20), desk=(5, bad))]
    found = change(SATISFACTION, answers(*rows), volumes=came(website=100, desk=100))
    assert (found.held is not None) is held
    assert ("few_in_stratum" in found.cautions) is not held


def test_channels_that_had_to_be_put_together_are_named():
    rows = [
        *asked(BEFORE, website=(80, 20), desk=(4, 5), telephone=(6, 5)),
        *asked(AFTER, website=(80, 20), desk=(6, 5), telephone=(4, 5)),
    ]
    found = change(SATISFACTION, answers(*rows), volumes=came(website=100, desk=50, telephone=50))
    assert found.merged == ("desk+telephone",)
    # By hand: .8 and 10 of 20 on both sides.
    assert (found.held.before, found.held.after) == (pytest.approx(0.65), pytest.approx(0.65))


@pytest.mark.parametrize(
    "other", [{"scale": "1-10"}, {"question": "Was it good?"}, {"scale": "1-10", "question": "Was it good?"}]
)
def test_answers_that_were_asked_for_in_two_ways_are_not_compared(other):
    rows = [*asked(BEFORE, website=(80, 20)), *({**row, **other} for row in asked(AFTER, website=(60, 40)))]
    assert change(SATISFACTION, answers(*rows)) is None


@pytest.mark.parametrize(("which", "rows"), [(SATISFACTION, answers), (kpi("nps"), answers), (P50, cases)])
def test_one_side_alone_is_no_change(which, rows):
    recommended = [{"item": "recommend", "scale": "0-10", "value": 9, "n": 60}]
    of_answers = [{**row, "answered_on": BEFORE} for row in (*satisfied(30, 10), *recommended)]
    given_rows = of_answers if rows is answers else decided(*range(1, 31), received_on=BEFORE)
    assert change(which, rows(*given_rows)) is None


def test_each_project_is_compared_with_itself():
    two = [scope(), scope(project="q", services=("parking",))]
    rows = [*SHIFTED, *({**row, "service": "parking"} for row in asked(BEFORE, website=(5, 5)))]
    rows += [{**row, "service": "parking"} for row in asked(AFTER, website=(9, 1))]
    population = population_of(SATISFACTION, answers(*rows), scopes=two)
    found = changes(population, SATISFACTION, sides=sides("p", "q"), weighing=came(website=100, desk=100))
    assert {name: round(one.crude.value, 9) for name, one in found.items()} == {
        "p": round(331 / 450 - 0.6, 9),
        "q": 0.4,
    }
    assert found["q"].held is None


def due(month, good, bad, **changed):
    """Cases due in a month, so many decided in time and so many a day late."""
    usual = {"received_on": month, "due_on": month + timedelta(20), **changed}
    return [
        {**usual, "decided_on": month + timedelta(20), "outcome": "decided", "n": good},
        {**usual, "decided_on": month + timedelta(21), "outcome": "decided", "n": bad},
    ]


def test_cases_that_were_due_are_held_at_their_own_mix_before():
    rows = [*due(BEFORE, 60, 40), *due(BEFORE, 10, 10, channel="desk")]
    rows += [*due(AFTER, 16, 4), *due(AFTER, 30, 70, channel="desk")]
    found = change(ON_TIME, cases(*rows))
    # By hand: 100 and 20 came before; (100 x .6 + 20 x .5)/120 and (100 x .8 + 20 x .3)/120.
    assert (found.held.before, found.held.after) == (pytest.approx(70 / 120), pytest.approx(86 / 120))
    assert (found.crude.before, found.crude.after) == (pytest.approx(70 / 120), pytest.approx(46 / 120))
    assert found.reverses


def test_a_lead_time_is_held_at_the_mix_of_the_cases_before():
    rows = [*decided(*[10] * 60, received_on=BEFORE), *decided(*[50] * 40, received_on=BEFORE, channel="desk")]
    rows += [*decided(*[12] * 20, received_on=AFTER), *decided(*[48] * 80, received_on=AFTER, channel="desk")]
    found = change(P50, cases(*rows))
    # By hand: of before 60 of 100 took 10 days, half of after took 48; at 60 to 40 half of after takes 12.
    assert (found.crude.before, found.crude.after) == (10, 48)
    assert (found.held.before, found.held.after) == (10, 12)
    assert found.leading is found.held


def test_the_share_within_the_norm_is_held_as_well():
    rows = [*decided(*[10] * 60, received_on=BEFORE), *decided(*[50] * 40, received_on=BEFORE, channel="desk")]
    rows += [
        *decided(*[10] * 30, *[40] * 10, received_on=AFTER),
        *decided(*[20] * 20, *[48] * 80, received_on=AFTER, channel="desk"),
    ]
    found = change(WITHIN_NORM, cases(*rows))
    # By hand: within 30 days .6; crude 50 of 140, and at 60 to 40 .6 x .75 + .4 x .2.
    assert (found.crude.before, found.crude.after) == (pytest.approx(0.6), pytest.approx(50 / 140))
    assert found.held.after == pytest.approx(0.53)


def test_a_channel_that_was_not_there_afterwards_leaves_nothing_to_hold():
    rows = [*decided(*[10] * 60, received_on=BEFORE), *decided(*[50] * 40, received_on=BEFORE, channel="desk")]
    found = change(P50, cases(*rows, *decided(*[12] * 60, received_on=AFTER)))
    assert found.held is None
    assert found.leading.value == 2


def test_both_sides_of_a_lead_time_are_followed_equally_long():
    # Seen on 31 January the cases of January are at most 30 days old, and those of May are not looked at beyond that.
    rows = [*decided(*[10] * 40, *[100] * 60, received_on=BEFORE), *decided(*[20] * 60, *[25] * 40, received_on=AFTER)]
    early, late = (
        change(P50, cases(*rows), scopes=[scope(as_of=day)]) for day in (date(2026, 1, 31), date(2026, 6, 30))
    )
    # By hand: of May only 40 of 100 were decided within 30 days, so that half was not reached.
    assert early is None
    assert (late.crude.before, late.crude.after) == (100, 20)


ages = st.integers(31, 200)


@quickly
@given(st.lists(st.integers(0, 30), min_size=20, max_size=40), st.lists(ages, max_size=20), st.lists(ages, max_size=20))
def test_what_became_of_old_cases_after_the_age_of_the_new_ones_does_not_matter(early, late, later):
    new = [*decided(*[5] * 20, *[15] * 20, received_on=AFTER), *[{"received_on": AFTER}] * 3]
    seen_until = [scope(as_of=date(2026, 1, 31))]
    # The same number of cases was decided after 30 days, or not yet.
    later = (later + [31] * len(late))[: len(late)]
    one, two = (
        change(P50, cases(*decided(*early, *some, received_on=BEFORE), *new), scopes=seen_until)
        for some in (late, later)
    )
    assert one == two


def test_the_figures_at_one_mix_are_those_of_the_estimator_itself():
    rows = [*decided(*range(1, 61), received_on=BEFORE), *decided(*range(30, 70), received_on=BEFORE, channel=None)]
    rows += [*decided(*range(3, 53), received_on=AFTER), *decided(*range(20, 50), received_on=AFTER, channel=None)]
    found = change(P90, cases(*rows))
    # A second method: the estimator on rows that are written out; nobody waited longer than cases of January can.
    written = pl.DataFrame(
        [
            (side, stratum, day, True, 1)
            for side, stratum, days in (
                ("before", 1, range(1, 61)),
                ("before", 2, range(30, 70)),
                ("after", 1, range(3, 53)),
                ("after", 2, range(20, 50)),
            )
            for day in days
        ],
        schema=["side", "stratum", "days", "closed", "n"],
        orient="row",
    )
    mix = pl.DataFrame({"stratum": [1, 2], "weight": [60, 40]})
    expected = {
        row["side"]: row for row in standardised_percentile(written, ["side"], mix=mix, share=0.9).iter_rows(named=True)
    }
    assert (found.held.before, found.held.after) == (expected["before"]["value"], expected["after"]["value"])
    # MOVER by hand from the two intervals.
    now, then = expected["after"], expected["before"]
    down = ((now["value"] - now["low"]) ** 2 + (then["high"] - then["value"]) ** 2) ** 0.5
    assert found.held.low == pytest.approx(now["value"] - then["value"] - down)


def test_an_end_that_is_open_on_either_side_opens_the_difference():
    few, many = [*range(1, 11)], [*range(1, 101)]
    short_after = change(P90, cases(*decided(*many, received_on=BEFORE), *decided(*few, received_on=AFTER)))
    short_before = change(P90, cases(*decided(*few, received_on=BEFORE), *decided(*many, received_on=AFTER)))
    # Of ten cases the upper limit of nine in ten is open.
    assert short_after.crude.high is None
    assert short_after.crude.low is not None
    assert short_before.crude.low is None
    assert short_before.crude.high is not None


def test_a_mean_lead_time_has_a_crude_difference_only():
    rows = [*decided(*[10] * 20, *[20] * 20, received_on=BEFORE), *decided(*[6] * 20, *[18] * 20, received_on=AFTER)]
    found = change(kpi("lead_time_mean"), cases(*rows))
    assert (found.crude.before, found.crude.after) == (pytest.approx(15), pytest.approx(12))
    assert found.held is None


def recommended(month, promoters, detractors, **changed):
    usual = {"item": "recommend", "scale": "0-10", "answered_on": month, **changed}
    return [{**usual, "value": 9, "n": promoters}, {**usual, "value": 2, "n": detractors}]


def test_what_is_no_average_of_rows_and_no_curve_has_a_crude_difference():
    found = change(kpi("nps"), answers(*recommended(BEFORE, 60, 40), *recommended(AFTER, 75, 25)))
    # By hand: 60 - 40 and 75 - 25 of 100.
    assert (found.crude.before, found.crude.after, found.held) == (pytest.approx(20), pytest.approx(50), None)
    assert found.crude.excludes_zero
    two_ways = answers(*recommended(BEFORE, 60, 40), *recommended(AFTER, 75, 25, question="And to friends?"))
    assert change(kpi("nps"), two_ways) is None


def test_what_residents_did_has_a_crude_difference_as_well():
    forms = [
        {"event": event, "n": n, "happened_on": month, "channel": "website"}
        for month, ended in ((BEFORE, 60), (AFTER, 75))
        for event, n in (("form_start", 100), ("form_end", ended))
    ]
    found = change(kpi("completion"), counts(*forms))
    assert (found.crude.before, found.crude.after, found.held) == (pytest.approx(0.6), pytest.approx(0.75), None)


@pytest.mark.parametrize(
    ("low", "high", "excluded"),
    [
        (0.1, 0.3, True),
        (-0.3, -0.1, True),
        (0.0, 0.1, False),
        (-0.1, 0.0, False),
        (None, None, False),
        (0.1, None, True),
    ],
)
def test_zero_is_excluded_by_a_whole_interval_on_one_side_of_it(low, high, excluded):
    assert Difference(before=0.5, after=0.6, low=low, high=high).excludes_zero is excluded


def test_nothing_reverses_what_is_not_there():
    one = Difference(before=0.5, after=0.6, low=None, high=None)
    assert not Change(crude=None, held=one).reverses
    assert not Change(crude=one, held=None).reverses
    assert not Change(crude=one, held=one).reverses
    assert Change(crude=None, held=one).leading is one
    assert Change(crude=None, held=None).leading is None
