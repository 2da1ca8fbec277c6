"""Aalen-Johansen against R, a plain loop, and Kaplan-Meier where nothing competes."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.competing import DecidedWithinNorm, incidence, incidence_at
from metrics.estimators.survival import WithinNorm, curve
from tests.metrics.builders import ends, estimated, only, quickly

SMALL = (
    *((3, "decided", 1), (5, "decided", 1), (5, "withdrawn", 1), (7, None, 1), (8, "decided", 1), (8, "withdrawn", 1)),
    *((10, "decided", 1), (12, "decided", 1), (12, None, 1), (15, None, 1)),
)
outcome = st.sampled_from(["decided", "withdrawn", "transferred", None])
ended_cases = st.lists(st.tuples(st.integers(0, 9), outcome, st.integers(1, 3)), min_size=1, max_size=10)


def became(*rows, norm: int | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"days": pl.Int64, "ended": pl.String, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit("p"), norm_days=pl.lit(norm, dtype=pl.Int64))


def drawn(rows: pl.DataFrame, ended: str = "decided") -> pl.DataFrame:
    return incidence(rows, ["project"], outcome=ended)


def looped(weighted, day):
    """The second way: the Aalen-Johansen share decided by a day, of (days, ended, weight), in plain Python."""
    share, still_open = 0.0, 1.0
    for now in sorted({days for days, _, _ in weighted if days <= day}):
        at_risk = sum(weight for days, _, weight in weighted if days >= now)
        decided = sum(weight for days, ended, weight in weighted if days == now and ended == "decided")
        gone = sum(weight for days, ended, weight in weighted if days == now and ended is not None)
        share += still_open * decided / at_risk
        still_open *= 1 - gone / at_risk
    return share, still_open


def test_shares_and_standard_errors_of_ten_cases_are_those_of_r():
    # R survival 3.5-3, survfit with several states.
    found = [only(incidence_at(drawn(became(*SMALL)), ["project"], day=day)) for day in (5, 8, 12)]
    assert [row["share"] for row in found] == pytest.approx([0.2, 0.316666666667, 0.55])
    assert [row["still_open"] for row in found] == pytest.approx([0.7, 0.466666666667, 0.233333333333])
    errors = [math.sqrt(row["variance"]) for row in found]
    assert errors == pytest.approx([0.126491106407, 0.152509866105, 0.166332999332], abs=1e-11)


def test_before_anything_happened_nobody_has_an_outcome():
    row = only(incidence_at(drawn(became(*SMALL)), ["project"], day=2))
    assert (row["share"], row["variance"], row["still_open"]) == (0.0, 0.0, 1.0)


def test_withdrawn_cases_counted_as_waiting_would_overstate_the_share_decided():
    # By hand: of four, one is decided and one withdraws on day 5, one is decided on day 8, one is open.
    rows = became((5, "decided", 1), (5, "withdrawn", 1), (8, "decided", 1), (9, None, 1))
    assert drawn(rows).filter(days=8)["share"].item() == pytest.approx(0.5)
    waiting = curve(rows.with_columns(closed=pl.col("ended").eq_missing("decided")), ["project"])
    assert 1 - waiting.filter(days=8)["waiting"].item() == pytest.approx(0.625)


def test_everybody_decided_is_1_and_not_a_hair_less():
    # Thirds and sevenths do not add up to 1 in floating point.
    rows = became(*((day, "decided", 1) for day in range(21)))
    last = drawn(rows).row(-1, named=True)
    assert (last["share"], last["waiting"], last["variance"]) == (1.0, 0.0, pytest.approx(0, abs=1e-15))


def test_counted_rows_weigh_as_the_cases_they_stand_for():
    counted, apart = became((3, "decided", 4), (5, "withdrawn", 2), (9, None, 3)), [(3, "decided", 1)] * 4
    assert drawn(counted).equals(drawn(became(*apart, *[(5, "withdrawn", 1)] * 2, *[(9, None, 1)] * 3)))


@quickly
@given(ended_cases, st.integers(0, 10))
def test_shares_are_those_of_a_plain_loop(rows, day):
    row = only(incidence_at(drawn(became(*rows)), ["project"], day=day))
    assert (row["share"], row["still_open"]) == pytest.approx(looped(rows, day), abs=1e-12)


@quickly
@given(ended_cases, st.integers(0, 10))
def test_the_variance_is_the_infinitesimal_jackknife(rows, day):
    """Second way: how much the share moves with the weight of each case, by small differences, squared and added."""
    step = 1e-5
    moved = 0.0
    for index, (days, ended, n) in enumerate(rows):
        others = [*rows[:index], *rows[index + 1 :]]
        up, down = (looped([*others, (days, ended, n + change)], day)[0] for change in (step, -step))
        moved += n * ((up - down) / (2 * step)) ** 2
    row = only(incidence_at(drawn(became(*rows)), ["project"], day=day))
    assert row["variance"] == pytest.approx(moved, abs=1e-7)


@quickly
@given(ended_cases)
def test_the_outcomes_and_those_still_open_are_everybody(rows):
    shares = [drawn(became(*rows), ended)["share"] for ended in ("decided", "withdrawn", "transferred")]
    total = shares[0] + shares[1] + shares[2] + drawn(became(*rows))["still_open"]
    assert total.to_list() == pytest.approx([1.0] * len(total))


@quickly
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 3)), min_size=1, max_size=10))
def test_where_nobody_withdraws_it_is_kaplan_meier(rows):
    frame = became(*((days, "decided" if closed else None, n) for days, closed, n in rows))
    ours = drawn(frame).select("days", "waiting", "waiting_low", "waiting_high")
    theirs = curve(frame.with_columns(closed=pl.col("ended").is_not_null()), ["project"])
    assert ours["waiting"].equals(theirs["waiting"])
    for name in ("waiting_low", "waiting_high"):
        both = zip(ours[name], theirs[name], strict=True)
        assert all(one == (None if other is None else pytest.approx(other, abs=1e-9)) for one, other in both)


def test_the_figure_within_the_norm_keeps_withdrawn_cases_in_the_total():
    # By hand: 40 of 100 decided in time, 20 withdrew, 40 are older than the norm and open: 40 %, not 50 %.
    rows = [(10, "decided", 40), (12, "withdrawn", 20), (90, None, 40)]
    row = estimated(DecidedWithinNorm(), became(*rows, norm=56))
    assert (row["value"], row["n"], row["support"], row["status"]) == (pytest.approx(0.4), 100, 100, Status.OK)
    # Nothing is censored before the norm, so that the error is the binomial one; limits by hand on ln(-ln 0.6).
    width = 1.959963984540054 * math.sqrt(0.4 * 0.6 / 100) / (0.6 * math.log(0.6))
    assert (row["low"], row["high"]) == pytest.approx((1 - 0.6 ** math.exp(width), 1 - 0.6 ** math.exp(-width)))
    assert json.loads(row["detail"]) == {"closed": 40, "open": 40, "last_age": 90, "norm_days": 56}


def test_without_withdrawals_the_figure_is_the_one_of_kaplan_meier():
    rows = became((10, "decided", 30), (40, None, 5), (70, "decided", 20), (90, None, 5), norm=56)
    ours = estimated(DecidedWithinNorm(), rows)
    theirs = estimated(WithinNorm(), rows.with_columns(closed=pl.col("ended").is_not_null()))
    assert ends(ours, 9) == ends(theirs, 9)
    assert (ours["n"], ours["support"]) == (theirs["n"], theirs["support"])


def test_young_open_cases_do_not_tell_and_a_norm_beyond_the_oldest_age_cannot_be_read():
    row = estimated(DecidedWithinNorm(), became((5, "decided", 30), (9, None, 30), norm=56))
    assert (ends(row), row["reason"]) == ((None, None, None), Reason.FOLLOW_UP_TOO_SHORT)
    done = estimated(DecidedWithinNorm(), became((5, "decided", 30), (9, "withdrawn", 30), norm=56))
    assert (done["value"], done["status"], done["support"]) == (pytest.approx(0.5), Status.OK, 60)


def test_without_a_norm_there_is_no_share_decided_within_it():
    row = estimated(DecidedWithinNorm(), became(*SMALL))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.UNDEFINED, Reason.NO_NORM)


def test_the_outcomes_of_two_projects_do_not_run_into_each_other():
    both = pl.concat([became(*SMALL), became((4, "withdrawn", 2)).with_columns(project=pl.lit("q"))])
    found = drawn(both).filter(project="p")
    assert found.equals(drawn(became(*SMALL)))
