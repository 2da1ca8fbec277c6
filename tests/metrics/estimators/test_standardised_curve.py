"""Curves at a fixed mix: by hand, against post-stratification, and what cannot be held constant."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.standardised_curve import (
    standardised_curve,
    standardised_percentile,
    standardised_within_norm,
)
from metrics.estimators.survival import curve
from metrics.weighting.post_stratified import post_stratified
from tests.metrics.builders import ends, only, quickly

BY = ["project"]
WEBSITE = (("website", 5, True, 10), ("website", 9, True, 10))
DESK = (("desk", 7, True, 5), ("desk", 20, True, 5))
MIX = pl.DataFrame({"stratum": ["website", "desk"], "weight": [3, 1]})
cases = st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 4)), min_size=1, max_size=8)


def mixed(*rows, norm: int | None = None, project: str = "p") -> pl.DataFrame:
    schema = {"stratum": pl.String, "days": pl.Int64, "closed": pl.Boolean, "n": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(project=pl.lit(project), norm_days=pl.lit(norm, dtype=pl.Int64))


def drawn(*rows, mix: pl.DataFrame = MIX) -> pl.DataFrame:
    return standardised_curve(mixed(*rows), BY, mix=mix)


def test_the_curve_is_the_weighted_sum_of_the_curves_of_the_strata():
    # By hand: website is at 1/2 from day 5 and at 0 from day 9; desk at 1/2 from day 7 and at 0 from day 20; 3 to 1.
    found = drawn(*WEBSITE, *DESK)
    assert found["days"].to_list() == [5, 7, 9, 20]
    assert found["waiting"].to_list() == pytest.approx([0.625, 0.5, 0.125, 0.0])
    assert found["at_risk"].to_list() == [30, 20, 15, 5]


def test_the_variance_is_the_sum_of_squared_weights_times_that_of_the_strata():
    # By hand: on day 7 both stand at 1/2: (3/4)^2 x 1/80 + (1/4)^2 x 1/40 = 0.00859375; over S^2 = 0.034375.
    row = only(drawn(*WEBSITE, *DESK).filter(days=7))
    assert row["log_variance"] == pytest.approx(0.034375)
    width = 1.959963984540054 * math.sqrt(0.034375) / math.log(0.5)
    limits = pytest.approx((0.5 ** math.exp(-width), 0.5 ** math.exp(width)))
    assert (row["waiting_low"], row["waiting_high"]) == limits


def test_only_the_proportions_of_the_mix_count():
    tenfold = MIX.with_columns(pl.col("weight") * 10)
    fractions = MIX.with_columns(weight=pl.col("weight") / 4)
    for mix in (tenfold, fractions):
        assert drawn(*WEBSITE, *DESK, mix=mix)["waiting"].to_list() == pytest.approx([0.625, 0.5, 0.125, 0.0])


def test_more_visitors_of_the_slow_channel_do_not_move_the_curve():
    many = [(stratum, days, closed, n * 9) for stratum, days, closed, n in DESK]
    assert drawn(*WEBSITE, *many)["waiting"].to_list() == pytest.approx([0.625, 0.5, 0.125, 0.0])


def test_all_strata_are_followed_to_the_age_at_which_the_first_goes_out_of_sight():
    # By hand: desk is open at 8, so that nothing of website beyond day 8 is looked at: its ten cases are open at 8.
    found = drawn(*WEBSITE, ("desk", 7, True, 5), ("desk", 8, False, 5))
    assert found["days"].to_list() == [5, 7, 8]
    assert (found["open"].sum(), found["closed"].sum()) == (15, 15)
    assert found["waiting"].to_list() == pytest.approx([0.625, 0.5, 0.5])


def test_a_stratum_of_which_all_are_decided_stays_at_zero_while_others_wait():
    found = drawn(*WEBSITE, ("desk", 30, False, 5))
    assert found["waiting"].to_list() == pytest.approx([0.625, 0.25, 0.25])


def test_cases_of_a_stratum_outside_the_mix_are_left_out():
    assert drawn(*WEBSITE, *DESK, ("post", 400, True, 50)).equals(drawn(*WEBSITE, *DESK))
    without = MIX.vstack(pl.DataFrame({"stratum": ["post"], "weight": [0]}))
    assert drawn(*WEBSITE, *DESK, mix=without).equals(drawn(*WEBSITE, *DESK))


@quickly
@given(cases)
def test_a_mix_of_one_stratum_is_its_own_curve(rows):
    frame = mixed(*(("website", *row) for row in rows))
    found = standardised_curve(frame, BY, mix=MIX.filter(stratum="website"))
    own = curve(frame, BY)
    assert found.select("days", "at_risk", "closed", "open").equals(own.select("days", "at_risk", "closed", "open"))
    assert found["waiting"].to_list() == pytest.approx(own["waiting"].to_list())
    for ours, theirs in zip(found["waiting_low"], own["waiting_low"], strict=True):
        assert ours == (None if theirs is None else pytest.approx(theirs, abs=1e-9))


@quickly
@given(st.lists(st.integers(0, 9), min_size=2, max_size=9), st.lists(st.integers(0, 9), min_size=2, max_size=9))
def test_without_open_cases_share_and_error_are_those_of_post_stratification(website, desk):
    """Second way: the share decided within 4 days as a post-stratified share with its binomial error."""
    strata = {"website": website, "desk": desk}
    late = {name: [int(days > 4) for days in all_days] for name, all_days in strata.items()}
    cells = [
        {"project": "p", "stratum": name, "n": len(hits), "total": sum(hits), "squares": sum(hits), "volume": volume}
        | {"least": min(hits), "most": max(hits)}
        for (name, hits), volume in zip(late.items(), (3, 1), strict=True)
    ]
    theirs = only(post_stratified(pl.DataFrame(cells), BY))
    rows = [(name, days, True, 1) for name, all_days in strata.items() for days in all_days]
    upto = drawn(*rows).filter(pl.col("days") <= 4)
    waiting, variance = (upto["waiting"][-1], upto["log_variance"][-1]) if upto.height else (1.0, 0.0)
    assert waiting == pytest.approx(theirs["value"])
    assert waiting * math.sqrt(variance or 0.0) == pytest.approx(theirs["plug_in_error"], abs=1e-9)


def test_percentile_and_norm_share_are_read_from_the_curve():
    rows = mixed(*WEBSITE, *DESK, norm=7)
    percentile = only(standardised_percentile(rows, BY, mix=MIX, share=0.5))
    assert (ends(percentile), percentile["n"], percentile["support"]) == ((7.0, 5.0, 9.0), 30, 30)
    within = only(standardised_within_norm(rows, BY, mix=MIX))
    assert (within["value"], within["status"], within["support"]) == (pytest.approx(0.5), Status.OK, 30)
    assert within["low"] < 0.5 < within["high"]


def test_a_period_without_cases_of_a_stratum_has_no_figure_at_this_mix():
    rows = pl.concat([mixed(*WEBSITE, *DESK, norm=7), mixed(*WEBSITE, ("desk", 3, True, 0), norm=7, project="q")])
    for found in (
        standardised_percentile(rows, BY, mix=MIX, share=0.5),
        standardised_within_norm(rows, BY, mix=MIX),
    ):
        row = only(found.filter(project="q"))
        assert (ends(row), row["status"], row["reason"]) == ((None,) * 3, Status.UNDEFINED, Reason.STRATUM_EMPTY)
        assert (row["n"], row["support"]) == (20, 20)
        assert found.filter(project="p")["status"].item() == Status.OK


def test_each_project_has_its_own_mix():
    rows = pl.concat([mixed(*WEBSITE, *DESK), mixed(*WEBSITE, *DESK, project="q")])
    weights = [("p", "website", 3), ("p", "desk", 1), ("q", "website", 1), ("q", "desk", 1)]
    mix = pl.DataFrame(weights, schema=["project", "stratum", "weight"], orient="row")
    found = standardised_curve(rows, BY, mix=mix)
    assert found.filter(project="p", days=5)["waiting"].item() == pytest.approx(0.625)
    assert found.filter(project="q", days=5)["waiting"].item() == pytest.approx(0.75)
