"""Repeat contact: on complete follow-up, counted, with what was left out."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Reason, Status
from metrics.estimators.repeat_contact import RepeatContact, waiting_for_repeat
from metrics.estimators.survival import WithinNorm
from tests.metrics.builders import ends, estimated, quickly

SCHEMA = {"gap_days": pl.Int64, "follow_up_days": pl.Int64, "n": pl.Int64}
FOUR_WEEKS = RepeatContact(28)


def contacts(*rows):
    """Counted contacts of one project: gap, follow-up and how many."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(project=pl.lit("p"))


def told(row):
    return json.loads(row["detail"])


USUAL = contacts((0, 60, 4), (3, 60, 16), (40, 60, 10), (None, 60, 50), (None, 10, 15), (5, 10, 5))


def test_only_contacts_that_were_followed_long_enough_count():
    # By hand: 20 of 80; Wilson by the formula of Newcombe (1998) for 20 of 80 at 95 %: 0.168 to 0.355.
    row = estimated(FOUR_WEEKS, USUAL)
    assert ends(row, 3) == (0.25, 0.168, 0.355)
    assert (row["n"], row["support"], row["status"], row["reason"]) == (80, 80, Status.OK, None)


def test_the_detail_says_what_was_left_out_and_what_all_contacts_would_tell():
    # By hand: 20 younger contacts; 25 repeats among all 100; 4 on the same day.
    detail = told(estimated(FOUR_WEEKS, USUAL))
    assert (detail["repeats"], detail["left_out"], detail["same_day"], detail["all_share"]) == (20, 20, 4, 0.25)
    young = contacts((None, 10, 100), (2, 60, 10), (None, 60, 10))
    assert told(estimated(FOUR_WEEKS, young))["all_share"] == pytest.approx(10 / 120)


def test_a_repeat_on_the_last_day_counts_and_one_a_day_later_does_not():
    assert estimated(FOUR_WEEKS, contacts((28, 60, 10), (29, 60, 10)))["value"] == 0.5


def test_a_contact_followed_for_just_long_enough_counts_and_one_a_day_younger_does_not():
    row = estimated(FOUR_WEEKS, contacts((None, 28, 3), (None, 27, 4)))
    assert (row["n"], told(row)["left_out"]) == (3, 4)


def test_a_next_contact_that_had_not_happened_yet_is_not_seen():
    # The gap was filled in later, when more days could be seen.
    detail = told(estimated(FOUR_WEEKS, contacts((20, 10, 8), (None, 60, 2))))
    assert (detail["repeats"], detail["all_share"]) == (0, 0.0)


def test_without_a_contact_followed_long_enough_there_is_no_figure_yet():
    row = estimated(FOUR_WEEKS, contacts((2, 20, 30)))
    assert ends(row) == (None, None, None)
    assert (row["n"], row["status"], row["reason"]) == (0, Status.UNDEFINED, Reason.FOLLOW_UP_TOO_SHORT)
    assert told(row)["left_out"] == 30


def test_without_contacts_nothing_was_recorded():
    row = estimated(FOUR_WEEKS, contacts((None, 60, 0)))
    assert (row["value"], row["status"], row["reason"]) == (None, Status.NO_DATA, Reason.NOTHING_RECORDED)
    assert told(row)["all_share"] is None


def test_contacts_of_few_residents_make_the_range_wider_and_not_the_share():
    # By hand: as if 20 contacts were seen, 5 of them repeated; Wilson for 5 of 20: 0.112 to 0.469.
    row = estimated(FOUR_WEEKS, USUAL.with_columns(residents=pl.lit(20)))
    assert ends(row, 3) == (0.25, 0.112, 0.469)
    assert (row["n"], told(row)["residents"]) == (80, 20)


def test_more_residents_than_contacts_followed_long_enough_change_nothing():
    row = estimated(FOUR_WEEKS, USUAL.with_columns(residents=pl.lit(95)))
    assert ends(row) == ends(estimated(FOUR_WEEKS, USUAL))


@pytest.mark.parametrize(("gap", "limits"), [(None, (0.0, 0.0)), (1, (1.0, 1.0))])
def test_nobody_and_everybody_of_few_residents_still_end_at_0_and_1(gap, limits):
    row = estimated(FOUR_WEEKS, contacts((gap, 60, 30)).with_columns(residents=pl.lit(7)))
    assert row["value"] == limits[0]
    assert limits[0] in (row["low"], row["high"])


def test_projects_do_not_run_into_each_other():
    both = pl.concat([USUAL, contacts((1, 60, 9), (None, 60, 1)).with_columns(project=pl.lit("q"))])
    found = FOUR_WEEKS.figures(both, ["project"]).sort("project")
    assert found["value"].to_list() == [0.25, 0.9]


def kept_waiting(rows, within_days=28):
    return estimated(WithinNorm(), waiting_for_repeat(rows, within_days))


def test_kaplan_meier_takes_young_contacts_as_long_as_they_could_be_seen():
    # By hand: at day 2 10 of 40 come back; 10 leave view at day 5; at day 9 10 of 20. 1 - 30/40 * 10/20.
    rows = contacts((2, 60, 10), (None, 5, 10), (9, 60, 10), (None, 60, 10))
    assert kept_waiting(rows)["value"] == pytest.approx(1 - 0.75 * 0.5)


def test_kaplan_meier_does_not_see_a_next_contact_that_had_not_happened_yet():
    rows = contacts((20, 10, 10), (2, 60, 10), (None, 60, 20))
    assert rows.pipe(waiting_for_repeat, 28).select("days", "closed").rows() == [(10, False), (2, True), (60, False)]


def test_kaplan_meier_is_the_plain_share_where_all_were_followed_long_enough():
    rows = contacts((0, 60, 4), (3, 40, 16), (29, 60, 10), (None, 28, 50))
    assert kept_waiting(rows)["value"] == pytest.approx(estimated(FOUR_WEEKS, rows)["value"])


counted = st.tuples(st.none() | st.integers(0, 50), st.integers(0, 60), st.integers(0, 4))


@quickly
@given(st.lists(counted, min_size=1, max_size=12), st.integers(0, 40))
def test_counted_contacts_weigh_as_much_as_single_ones(rows, within_days):
    single = [(gap, followed, 1) for gap, followed, n in rows for _ in range(n)] or [(None, 0, 0)]
    estimator = RepeatContact(within_days)
    assert estimated(estimator, contacts(*rows)) == estimated(estimator, contacts(*single))
    long_enough = [gap for gap, followed, _ in single if followed >= within_days and single != [(None, 0, 0)]]
    hits = sum(gap is not None and gap <= within_days for gap in long_enough)
    assert estimated(estimator, contacts(*rows))["value"] == (hits / len(long_enough) if long_enough else None)
