"""Contacts per 100 cases: a rate with exact Poisson limits."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from metrics.estimate import Reason, Status
from metrics.estimators.per_hundred import PerHundred, garwood
from tests.metrics.builders import ends, estimated, quickly


def counts(**events):
    return pl.DataFrame({"project": "p", "event": list(events), "n": list(events.values())})


def rate(**events):
    return estimated(PerHundred(), counts(**events))


def test_contacts_are_divided_by_cases_and_given_for_every_hundred():
    # By hand: 30 of 200; limits of 30 in the table of Pearson and Hartley (1966), 20.24 and 42.83, over 2.
    row = rate(contact=30, case=200)
    assert ends(row, 2) == (15.0, 10.12, 21.41)
    assert (row["n"], row["support"], row["status"], row["reason"]) == (200, 200, Status.OK, None)
    assert json.loads(row["detail"]) == {"contacts": 30}


def test_contacts_that_nobody_can_link_to_a_resident_count_as_well():
    assert rate(contact=30, contact_unlinked=10, case=200)["value"] == 20.0


def test_a_rate_can_exceed_100():
    assert rate(contact=450, case=150)["value"] == 300.0


def test_no_contacts_are_a_rate_of_0_with_an_upper_limit():
    # By hand: the upper limit of a count of 0 is -ln(0.025) = 3.689.
    assert ends(rate(contact=0, case=50)) == (0.0, 0.0, round(-math.log(0.025) / 50 * 100, 6))


def test_contacts_without_cases_have_no_rate():
    row = rate(contact=30, case=0)
    assert ends(row) == (None, None, None)
    assert (row["status"], row["reason"]) == (Status.UNDEFINED, Reason.NO_CASES)


def test_without_contacts_and_cases_nothing_was_recorded():
    row = rate(contact=0)
    assert (row["value"], row["status"], row["reason"]) == (None, Status.NO_DATA, Reason.NOTHING_RECORDED)


def test_projects_do_not_run_into_each_other():
    both = pl.concat([counts(contact=5, case=100), counts(contact=7, case=10).with_columns(project=pl.lit("q"))])
    assert PerHundred().figures(both, ["project"]).sort("project")["value"].to_list() == [5.0, 70.0]


@quickly
@given(st.integers(0, 500), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_at_either_limit_what_was_seen_is_just_as_rare_as_the_level_says(seen, level):
    # The definition: P(X >= seen) at the lower and P(X <= seen) at the upper limit are half of what the level leaves.
    low, high = (one.item() for one in garwood(pl.Series([seen]), level=level))
    tail = (1 - level) / 2
    assert poisson.cdf(seen, high) == pytest.approx(tail, rel=1e-6)
    assert (low == 0.0) if seen == 0 else poisson.sf(seen - 1, low) == pytest.approx(tail, rel=1e-6)


@quickly
@given(st.integers(0, 200), st.integers(1, 500), st.integers(2, 9))
def test_counted_rows_weigh_as_much_as_single_ones(contacts, cases, parts):
    split = [(contacts * (part + 1) // parts) - (contacts * part // parts) for part in range(parts)]
    rows = pl.concat([counts(case=cases), *(counts(contact=part) for part in split)])
    assert estimated(PerHundred(), rows) == rate(contact=contacts, case=cases)
