"""Designs: the strongest way in which a change was shown, and why a stronger one is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy.stats import norm

from metrics.effect.interrupted import beyond_own_trend, interrupted
from metrics.effect.panel import difference_in_differences
from metrics.effect.pilot import Pilot, Side
from metrics.estimate import NotReported, Reason, Status
from metrics.evidence.change import Change, Difference
from metrics.evidence.claim import Move, Trend
from metrics.evidence.designs import Design, comparators_needed, design_of, shown_by_lot
from metrics.evidence.level import Held, Hold, Level
from tests.metrics.effect.panels import START, panel
from tests.metrics.effect.series import monthly, noisy
from tests.metrics.evidence.projects import MEAN, P90, SATISFACTION

RISEN = Change(crude=Difference(before=0.7, after=0.8, low=0.05, high=0.15), held=None)
FALLEN = Change(crude=Difference(before=0.7, after=0.6, low=-0.15, high=-0.05), held=None)
THE_SAME = Change(crude=Difference(before=0.7, after=0.72, low=-0.05, high=0.09), held=None)


def design(**changed):
    usual = {
        "kpi": SATISFACTION,
        "measured": True,
        "baseline": True,
        "started": True,
        "move": Move.BETTER,
        "now": RISEN,
        "year": RISEN,
        "trend": None,
        "panel": None,
        "services": 1,
        "comparators": 0,
        "pilot": None,
        "by_lot": False,
        "target": None,
        "n_now": 200,
        "n_baseline": 2000,
    }
    return Design(**{**usual, **changed})


def found(*, most=Level.BY_LOT, **changed):
    level, held = design_of(design(**changed), most=most)
    return level, {one.hold: one for one in held}


def trend(before=12, after=12, *, jump=5.0, seed=1, **changed):
    """Return what an interrupted series really finds of a jump of so many standard deviations of noise."""
    (result,) = interrupted([monthly(noisy(before + after, seed=seed, jump=jump, after=before), before=before)])
    result = replace(result, **changed)
    return Trend(months=(), values=(), held=True, merged=(), found=result, beyond=beyond_own_trend(result))


def comparable(*changes, treated=6.0, slope=0.0):
    """Return one treated service and others that change by so much; before it they tilt by half a point at most."""
    rows = [(True, service(treated, slope)), *((False, service(up, at % 3 / 2 - 0.5)) for at, up in enumerate(changes))]
    return difference_in_differences(panel(*rows), START)


def service(change, slope):
    middle = (-1.5, -0.5, 0.5, 1.5)
    return [*(60 + slope * at for at in middle), *(60 + change for _ in middle)]


def pilot(value=0.1, low=0.02, high=0.18, *, lost=0):
    return Pilot(
        value=value,
        low=low,
        high=high,
        p_value=None,
        degrees=None,
        mann_whitney_p=None,
        reason=None,
        pilot=Side(assigned=100, measured=100 - lost),
        control=Side(assigned=100, measured=100 - lost),
    )


def test_without_a_figure_nothing_else_is_told():
    assert found(measured=False) == (Level.NOT_MEASURED, {Hold.NO_FIGURE: Held(hold=Hold.NO_FIGURE)})


@pytest.mark.parametrize(
    ("changed", "hold"),
    [
        ({"baseline": False}, Hold.NO_BASELINE),
        ({"started": False}, Hold.NOT_STARTED),
        ({"move": Move.NONE}, Hold.NO_DIFFERENCE),
        ({"year": FALLEN}, Hold.NO_DIFFERENCE),
        ({"year": THE_SAME}, Hold.NO_DIFFERENCE),
    ],
)
def test_a_figure_alone_describes(changed, hold):
    level, held = found(**changed)
    assert level is Level.DESCRIBED
    assert set(held) == {hold, Hold.SHORT_SERIES, Hold.NO_COMPARATORS, Hold.NO_LOT}


def test_a_difference_with_the_baseline_that_a_year_shows_as_well_is_a_change():
    level, held = found()
    assert level is Level.CHANGED
    assert set(held) == {Hold.SHORT_SERIES, Hold.NO_COMPARATORS, Hold.NO_LOT}
    assert found(move=Move.WORSE, now=FALLEN, year=FALLEN)[0] is Level.CHANGED


def test_where_no_year_could_be_compared_the_shown_period_decides():
    assert found(year=None)[0] is Level.CHANGED
    assert found(year=None, move=Move.NONE)[0] is Level.DESCRIBED


def test_a_change_is_worse_as_well_as_better_where_less_is_better():
    assert found(kpi=P90, move=Move.WORSE, now=RISEN, year=RISEN)[0] is Level.CHANGED
    assert found(kpi=P90, move=Move.BETTER, now=RISEN, year=RISEN)[0] is Level.DESCRIBED


def needed_by_hand(share, baseline, n_baseline):
    """Fleiss, Levin and Paik 2003, section 4.2: 80 % power at 5 % two-sided, the baseline counted already."""
    allowed = ((share - baseline) / (norm.ppf(0.975) + norm.ppf(0.8))) ** 2
    return share * (1 - share) / (allowed - baseline * (1 - baseline) / n_baseline)


def test_no_difference_says_how_many_more_answers_would_show_what_was_promised():
    _, held = found(move=Move.NONE, now=THE_SAME, target=0.78, n_now=100)
    expected = needed_by_hand(0.78, 0.7, 2000)
    assert 100 < expected < 1000
    assert held[Hold.NO_DIFFERENCE].more == pytest.approx(expected - 100, abs=1)
    assert held[Hold.NO_DIFFERENCE].more >= expected - 100


def test_enough_answers_that_show_nothing_need_no_more():
    assert found(move=Move.NONE, now=THE_SAME, target=0.78, n_now=1000)[1][Hold.NO_DIFFERENCE].more == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"kpi": MEAN},
        {"kpi": P90},
        {"now": None},
        {"now": Change(crude=None, held=None)},
        {"target": None},
        {"n_now": None},
        {"n_baseline": None},
    ],
)
def test_how_many_more_answers_is_not_said_where_that_cannot_be_worked_out(changed):
    known = {"move": Move.NONE, "now": THE_SAME, "target": 0.78}
    assert found(**known)[1][Hold.NO_DIFFERENCE].more is not None
    assert found(**{**known, **changed})[1][Hold.NO_DIFFERENCE].more is None


def test_a_jump_beyond_its_own_trend_is_the_third_level():
    level, held = found(trend=trend())
    assert level is Level.BEYOND_OWN_TREND
    assert set(held) == {Hold.NO_COMPARATORS, Hold.NO_LOT}
    assert found(trend=trend(jump=-5.0), move=Move.WORSE, now=FALLEN, year=FALLEN)[0] is Level.BEYOND_OWN_TREND


@pytest.mark.parametrize(("before", "after"), [(11, 12), (12, 11)])
def test_eleven_months_on_a_side_are_one_too_few(before, after):
    level, held = found(trend=trend(before, after))
    assert level is Level.CHANGED
    assert held[Hold.SHORT_SERIES] == Held(hold=Hold.SHORT_SERIES, found=11, needed=12, more=1)


def test_a_series_too_short_to_be_looked_at_is_short():
    nothing = NotReported(status=Status.TOO_FEW, reason=Reason.SHORT_SERIES, n=5)
    short = Trend(months=(), values=(), held=False, merged=(), found=nothing, beyond=False)
    assert found(trend=short)[1][Hold.SHORT_SERIES] == Held(hold=Hold.SHORT_SERIES, needed=12)


def test_a_trend_that_explains_the_change_keeps_it_at_the_second_level():
    nothing = trend(jump=0.0)
    level, held = found(trend=nothing)
    assert level is Level.CHANGED
    assert held[Hold.OWN_TREND].found == nothing.found.effect.value


def test_a_jump_the_other_way_than_the_claim_is_none_of_it():
    assert found(trend=trend(jump=-5.0))[1].keys() >= {Hold.OWN_TREND}
    assert found(kpi=P90, now=FALLEN, year=FALLEN, trend=trend(jump=-5.0))[0] is Level.BEYOND_OWN_TREND


def test_a_jump_that_any_month_would_show_is_told_apart_from_one_that_hangs_on_one_month():
    strong = trend().found
    assert found(trend=trend(placebo_rank=2))[1].keys() >= {Hold.ANY_MONTH}
    back = replace(strong.effect, value=-strong.effect.value)
    level, held = found(trend=trend(without_last_month=back))
    assert level is Level.CHANGED
    assert held.keys() >= {Hold.NOT_ROBUST}


def test_a_stronger_design_counts_only_for_what_changed_against_the_baseline():
    level, held = found(move=Move.NONE, now=THE_SAME, year=THE_SAME, trend=trend())
    assert level is Level.DESCRIBED
    assert Hold.NO_DIFFERENCE in held


def test_one_service_needs_nineteen_comparators_and_two_need_five():
    # The smallest p there can be is one over the ways to pick the treated: 1/20; 1/21, and 1/15 with one fewer.
    assert comparators_needed(1) == 19
    assert comparators_needed(2) == 5
    assert found()[1][Hold.NO_COMPARATORS].needed == 19


def test_a_panel_that_says_nothing_or_only_indicates_has_too_few_comparators():
    nothing = NotReported(status=Status.TOO_FEW, reason=Reason.FEW_SERVICES, n=2)
    few = Held(hold=Hold.FEW_COMPARATORS, found=1, needed=19, more=18)
    assert found(panel=nothing, comparators=1)[1][Hold.FEW_COMPARATORS] == few
    indicative = comparable(*[0.0] * 17, 0.5)
    assert indicative.status is Status.INDICATIVE
    one = Held(hold=Hold.FEW_COMPARATORS, found=18, needed=19, more=1)
    assert found(panel=indicative, comparators=18)[1][Hold.FEW_COMPARATORS] == one


NINETEEN = [at / 10 for at in range(19)]


def test_more_than_nineteen_comparable_services_is_the_fourth_level():
    level, held = found(panel=comparable(*NINETEEN), comparators=19)
    assert level is Level.MORE_THAN_COMPARABLE
    assert set(held) == {Hold.NO_LOT}


def test_services_that_did_not_move_alike_before_cannot_be_compared():
    tilted = comparable(*NINETEEN, slope=3.0)
    assert not tilted.alike_before
    assert found(panel=tilted, comparators=19)[1].keys() >= {Hold.UNLIKE_BEFORE}


def test_services_of_which_it_cannot_be_seen_whether_they_moved_alike_cannot_be_compared_either():
    unseen = replace(comparable(*NINETEEN), pre_trend=None, drift=None)
    assert found(panel=unseen, comparators=19)[1].keys() >= {Hold.BEFORE_UNKNOWN}


def test_a_change_that_the_comparators_share_is_not_the_projects():
    alike = comparable(*NINETEEN, treated=0.95)
    assert found(panel=alike, comparators=19)[1][Hold.LIKE_COMPARATORS] == Held(hold=Hold.LIKE_COMPARATORS, found=19)
    other_way = comparable(*NINETEEN, treated=-6.0)
    assert found(panel=other_way, comparators=19)[1].keys() >= {Hold.LIKE_COMPARATORS}


@pytest.mark.parametrize(("value", "low", "high"), [(0.1, 0.02, 0.18), (-0.1, -0.18, -0.02)])
@pytest.mark.parametrize("without", [{"baseline": False, "now": None}, {}])
def test_a_test_by_lot_needs_no_change_since_a_baseline(value, low, high, without):
    level, held = found(pilot=pilot(value, low, high), by_lot=True, move=Move.NONE, **without)
    assert level is Level.BY_LOT
    assert held == {}


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (0.1, 0.02, 0.18, Move.BETTER),
        (-0.1, -0.18, -0.02, Move.WORSE),
        (0.1, -0.02, 0.22, Move.NONE),
    ],
)
def test_a_lot_shows_its_own_way(value, low, high, shown):
    tried = {"pilot": pilot(value, low, high), "move": Move.NONE}
    assert shown_by_lot(design(by_lot=True, **tried)) is shown
    assert shown_by_lot(design(by_lot=False, **tried)) is Move.NONE


def test_a_lot_that_the_figures_do_not_carry_supports_nothing_less_without_a_change():
    level, held = found(pilot=pilot(), by_lot=True, move=Move.NONE, most=Level.CHANGED)
    assert level is Level.DESCRIBED
    assert Hold.NO_DIFFERENCE in held
    assert found(pilot=pilot(), by_lot=True, most=Level.CHANGED)[0] is Level.BY_LOT


def test_a_lot_that_goes_against_the_change_is_told():
    level, held = found(pilot=pilot(-0.1, -0.18, -0.02), by_lot=True)
    assert level is Level.CHANGED
    assert Hold.LOT_SHOWS_OPPOSITE in held


@pytest.mark.parametrize("changed", [{}, {"by_lot": True}, {"pilot": pilot()}])
def test_a_pilot_without_a_lot_is_no_test_by_lot(changed):
    assert found(**changed)[1].keys() >= {Hold.NO_LOT}


@pytest.mark.parametrize(
    "weak",
    [
        pilot(None, None, None),
        pilot(0.1, None, None),
        pilot(0.1, 0.02, None),
        pilot(0.1, 0.0, 0.2),
        pilot(-0.1, -0.2, 0.0),
        pilot(lost=21),
    ],
)
def test_a_lot_that_shows_nothing_or_lost_many_shows_nothing(weak):
    level, held = found(pilot=weak, by_lot=True)
    assert level is Level.CHANGED
    assert Hold.LOT_SHOWS_NOTHING in held


def test_a_lot_of_which_a_fifth_was_lost_still_counts():
    assert found(pilot=pilot(lost=20), by_lot=True)[0] is Level.BY_LOT


def test_however_sure_a_difference_is_it_stays_a_change():
    sure = Difference(before=0.7, after=0.8, low=0.0999, high=0.1001)
    assert found(now=Change(crude=sure, held=sure), year=Change(crude=sure, held=sure))[0] is Level.CHANGED
