"""Completion: right ends of the forms whose end is known, with bounds where drafts are saved."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.completion import Completion, StepLoss, drop_off
from tests.metrics.builders import ends, estimated, quickly


def forms(started=0, sent=0, refused=0, saved=0, **others):
    counts = {"form_start": started, "form_end": sent, "form_refused": refused, "form_saved": saved, **others}
    return pl.DataFrame({"project": "p", "event": list(counts), "n": list(counts.values())})


def completed(**counts):
    return estimated(Completion(), forms(**counts))


def told(row):
    return json.loads(row["detail"])


def test_a_right_end_without_sending_in_is_a_completion():
    # By hand: 760 of 1200; limits by statsmodels.
    row = completed(started=1200, sent=700, refused=60)
    assert ends(row) == (0.633333, 0.605683, 0.660133)
    assert (row["n"], row["support"], row["status"], row["reason"]) == (1200, 1200, Status.OK, None)
    assert told(row) == {
        "completed": 760,
        "refused": 60,
        "failed": 440,
        "saved": 0,
        "lowest": pytest.approx(760 / 1200),
        "highest": pytest.approx(760 / 1200),
    }


def test_a_saved_draft_is_undecided_and_gives_bounds():
    # By hand: 300 of 420 with a known end; 300 and 380 of 500 as bounds.
    row = completed(started=500, sent=300, saved=80)
    assert row["value"] == pytest.approx(300 / 420)
    assert (row["n"], row["support"]) == (500, 420)
    assert (told(row)["lowest"], told(row)["highest"], told(row)["failed"]) == (0.6, 0.76, 120)


@pytest.mark.parametrize("counts", [{"sent": 101}, {"sent": 90, "refused": 11}, {"sent": 90, "saved": 11}])
def test_more_ends_than_starts_is_a_fault_of_the_counts_and_not_100_percent(counts):
    row = completed(started=100, **counts)
    assert ends(row) == (None, None, None)
    assert (row["status"], row["reason"]) == (Status.UNDEFINED, Reason.MORE_ENDS_THAN_STARTS)
    assert (told(row)["lowest"], told(row)["highest"], told(row)["failed"]) == (None, None, None)


def test_ends_without_a_single_start_are_a_fault_too():
    row = completed(started=0, sent=3)
    assert (row["value"], row["status"], row["reason"]) == (None, Status.UNDEFINED, Reason.MORE_ENDS_THAN_STARTS)


def test_everything_completed_is_100_percent():
    assert completed(started=40, sent=30, refused=10)["value"] == 1.0


def test_without_forms_nothing_was_recorded():
    row = completed()
    assert (row["value"], row["status"], row["reason"]) == (None, Status.NO_DATA, Reason.NOTHING_RECORDED)
    assert told(row)["lowest"] is None


def test_where_all_drafts_are_still_saved_only_the_bounds_are_known():
    row = completed(started=10, saved=10)
    assert (row["value"], row["status"], row["reason"]) == (None, Status.UNDEFINED, Reason.FOLLOW_UP_TOO_SHORT)
    assert (told(row)["lowest"], told(row)["highest"]) == (0.0, 1.0)


def test_other_events_are_passed_over():
    assert completed(started=10, sent=4, contact=500, case=300)["value"] == 0.4


def test_projects_do_not_run_into_each_other():
    both = pl.concat([forms(started=10, sent=4), forms(started=10, sent=9).with_columns(project=pl.lit("q"))])
    assert Completion().figures(both, ["project"]).sort("project")["value"].to_list() == [0.4, 0.9]


def test_each_step_loses_a_count_and_a_share_of_who_reached_it():
    # By hand: 190 of 1200 and 180 of 1010.
    assert drop_off([1200, 1010, 830]) == (
        StepLoss(lost=190, share=pytest.approx(190 / 1200)),
        StepLoss(lost=180, share=pytest.approx(180 / 1010)),
    )


def test_where_more_reached_the_later_step_no_loss_can_be_told():
    assert drop_off([10, 12, 6]) == (StepLoss(lost=None, share=None), StepLoss(lost=6, share=0.5))


def test_nobody_lost_of_nobody_is_no_share():
    assert drop_off([0, 0]) == (StepLoss(lost=0, share=None),)


@pytest.mark.parametrize("reached", [[], [10]])
def test_one_step_loses_nobody(reached):
    assert drop_off(reached) == ()


few = st.integers(0, 30)


@quickly
@given(few, few, few, few)
def test_the_share_lies_between_its_bounds_and_never_above_100_percent(sent, refused, saved, failed):
    row = completed(started=sent + refused + saved + failed, sent=sent, refused=refused, saved=saved)
    if row["value"] is not None:
        assert told(row)["lowest"] - 1e-12 <= row["value"] <= told(row)["highest"] + 1e-12
        assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1
        assert told(row)["failed"] == failed
