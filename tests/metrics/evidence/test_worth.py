"""Worth: how far on the way to the goal, how many more residents, and what each of them cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from metrics.evidence.change import Change, Difference
from metrics.evidence.worth import Worthy, worth
from metrics.funding.achievement import LineHeld
from metrics.funding.cost import CostKind
from metrics.kpis import kpi

ROSE = Change(crude=Difference(before=0.60, after=0.72, low=0.06, high=0.18), held=None)
KNOWN = Worthy(
    kpi=kpi("satisfaction"),
    now=ROSE,
    year=None,
    row={"value": 0.72},
    target=0.80,
    came=1000,
    spent=Decimal(36_000),
)


def test_the_way_gone_is_a_part_of_the_way_from_baseline_to_target():
    # By hand: 12 of the 20 points, between 6 and 18 of them.
    found = worth(KNOWN).achieved
    assert (found.percent, found.low, found.high) == pytest.approx((60, 30, 90))


def test_the_way_is_measured_at_a_constant_mix_where_that_could_be_held():
    held = replace(ROSE, held=Difference(before=0.62, after=0.56, low=-0.10, high=-0.02))
    # By hand: 6 points away from a goal that is 18 points off.
    assert worth(replace(KNOWN, now=held)).achieved.percent == pytest.approx(-100 / 3)


def test_a_goal_that_asks_no_more_than_the_baseline_is_a_line_to_hold():
    assert worth(replace(KNOWN, target=0.60)).achieved == LineHeld(met=True, certain=True)


def test_residents_with_the_outcome_and_those_more_than_before_share_what_was_spent():
    found = worth(KNOWN)
    # By hand: 72 of 100 of 1,000 residents have it, 12 more of 100 than before, between 6 and 18.
    assert (found.came, found.cost) == (1000, Decimal(50))
    assert (found.extra.value, found.extra.low, found.extra.high) == pytest.approx((120, 60, 180))
    assert (found.extra_cost.point, found.extra_cost.low, found.extra_cost.high) == pytest.approx((300, 200, 600))


def test_the_difference_over_a_year_goes_before_that_of_one_period():
    year = Change(crude=Difference(before=0.60, after=0.65, low=0.03, high=0.07), held=None)
    assert worth(replace(KNOWN, year=year)).extra.value == pytest.approx(50)


def test_fewer_is_a_gain_where_fewer_is_better():
    back = Change(crude=Difference(before=0.35, after=0.15, low=-0.25, high=-0.15), held=None)
    fewer = replace(kpi("satisfaction"), direction=kpi("suspended").direction)
    found = worth(replace(KNOWN, kpi=fewer, now=back)).extra
    assert (found.value, found.low, found.high) == pytest.approx((200, 150, 250))


def test_where_perhaps_nobody_gained_the_cost_has_no_upper_limit():
    unsure = Change(crude=Difference(before=0.60, after=0.63, low=-0.02, high=0.08), held=None)
    assert worth(replace(KNOWN, now=unsure)).extra_cost.kind is CostKind.NO_UPPER_LIMIT


@pytest.mark.parametrize("changed", [{"came": None}, {"came": 9}, {"kpi": kpi("lead_time_p90")}], ids=str)
def test_without_knowing_who_came_and_of_days_there_is_no_cost(changed):
    found = worth(replace(KNOWN, **changed))
    assert (found.cost, found.extra, found.extra_cost) == (None, None, None)


def test_behaviour_is_counted_in_contacts_and_not_in_residents():
    assert worth(replace(KNOWN, kpi=kpi("completion"))).cost is None


@pytest.mark.parametrize("spent", [None, Decimal(0)])
def test_where_nothing_was_spent_there_are_more_residents_and_no_cost(spent):
    found = worth(replace(KNOWN, spent=spent))
    assert found.extra is not None
    assert (found.cost, found.extra_cost) == (None, None)


def test_without_a_figure_a_change_or_a_target_nothing_is_said_of_them():
    found = worth(replace(KNOWN, now=None, row=None, target=None))
    assert (found.achieved, found.cost, found.extra) == (None, None, None)
    assert worth(replace(KNOWN, target=None)).achieved is None


def test_an_interval_without_an_end_gives_a_way_without_one_and_no_residents():
    open_ended = Change(crude=Difference(before=0.60, after=0.72, low=None, high=0.18), held=None)
    found = worth(replace(KNOWN, now=open_ended))
    assert (found.achieved.low, found.extra) == (None, None)
    assert worth(replace(KNOWN, now=replace(ROSE, crude=replace(ROSE.crude, high=None)))).achieved.high is None


def test_without_any_residents_with_the_outcome_each_has_no_cost():
    assert worth(replace(KNOWN, row={"value": 0.0})).cost is None
