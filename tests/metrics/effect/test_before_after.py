"""Differences before and after, from counted rows, beside formulas written out."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, ttest_ind

from metrics.effect.before_after import DIFFERENCES, decided_differences, mean_differences, share_differences
from metrics.estimate import Reason
from tests.metrics.builders import only, quickly

Z = 1.959963984540054


def scores(*rows, project="p"):
    frame = pl.DataFrame(rows, schema={"after": pl.Boolean, "value": pl.Int64, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit(project))


def hits(*rows, project="p"):
    frame = pl.DataFrame(rows, schema={"after": pl.Boolean, "hits": pl.Int64, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit(project))


def cases(*rows, norm=56):
    schema = {"after": pl.Boolean, "days": pl.Int64, "closed": pl.Boolean, "n": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(project=pl.lit("p"), norm_days=pl.lit(norm, dtype=pl.Int64))


def limits(row):
    return row["value"], row["low"], row["high"], row["p_value"]


def test_the_difference_of_means_is_scipys_welch():
    row = only(mean_differences(scores((True, 5, 3), (True, 3, 2), (False, 2, 4), (False, 4, 1)), ["project"]))
    expected = ttest_ind([5, 5, 5, 3, 3], [2, 2, 2, 2, 4], equal_var=False)
    low, high = expected.confidence_interval(0.95)
    assert limits(row) == pytest.approx((4.2 - 2.4, low, high, expected.pvalue))
    assert (row["before"], row["after"], row["n_before"], row["n_after"]) == (2.4, 4.2, 5, 5)
    assert (row["reason"], row["method"]) == (None, "Welch, 95%")


def test_the_difference_of_shares_is_newcombes_and_its_p_that_of_the_score_test():
    # Newcombe 1998b, table II, example (a): 56 of 70 against 48 of 80, method 10.
    row = only(share_differences(hits((True, 56, 70), (False, 48, 80)), ["project"]))
    assert [round(row[name], 4) for name in ("value", "low", "high")] == [0.2, 0.0524, 0.3339]
    # By hand: pooled 104 / 150, error sqrt(.6933 * .3067 * (1/70 + 1/80)).
    apart = 0.2 / math.sqrt(104 / 150 * 46 / 150 * (1 / 70 + 1 / 80))
    assert row["p_value"] == pytest.approx(2 * norm.sf(apart))


def test_the_difference_within_the_norm_counts_open_cases_and_is_tested_on_the_log_log_scale():
    after = ((True, 30, True, 60), (True, 60, False, 40))
    before = ((False, 30, True, 40), (False, 70, True, 60))
    row = only(decided_differences(cases(*after, *before), ["project"]))
    # By hand: S is .4 and .6; Greenwood's sums are 60/(100*40) and 40/(100*60).
    places = {0.4: (math.log(-math.log(0.4)), 60 / 4000), 0.6: (math.log(-math.log(0.6)), 40 / 6000)}
    spread = sum(variance / math.log(share) ** 2 for share, (_, variance) in places.items())
    apart = (places[0.4][0] - places[0.6][0]) / math.sqrt(spread)
    ends = {
        share: [share ** math.exp(side * Z * math.sqrt(variance) / abs(math.log(share))) for side in (1, -1)]
        for share, (_, variance) in places.items()
    }
    # MOVER, by hand: .6 and .4 decided; the curve's upper limit is the lower limit of what was decided.
    low = 0.2 - math.hypot(0.6 - (1 - ends[0.4][1]), (1 - ends[0.6][0]) - 0.4)
    high = 0.2 + math.hypot((1 - ends[0.4][0]) - 0.6, 0.4 - (1 - ends[0.6][1]))
    assert limits(row) == pytest.approx((0.2, low, high, 2 * norm.sf(apart)))
    assert (row["n_before"], row["n_after"], row["method"]) == (100, 100, "Kaplan-Meier, log-log, 95%")


def test_less_confidence_is_narrower_in_all_three():
    rows = {
        mean_differences: scores((True, 5, 30), (True, 3, 20), (False, 2, 40), (False, 4, 10)),
        share_differences: hits((True, 56, 70), (False, 48, 80)),
        decided_differences: cases(
            (True, 30, True, 60), (True, 60, False, 40), (False, 9, True, 40), (False, 70, True, 60)
        ),
    }
    for difference, given_rows in rows.items():
        usual, less = (only(difference(given_rows, ["project"], level=level)) for level in (0.95, 0.9))
        assert usual["low"] < less["low"] < less["high"] < usual["high"]
        assert less["method"].endswith("90%")


def test_a_longer_follow_up_on_one_side_changes_nothing():
    after = ((True, 30, True, 60), (True, 60, False, 40))
    before = ((False, 30, True, 40), (False, 60, False, 60))
    longer = (*before[:1], (False, 200, True, 30), (False, 400, False, 30))
    equal, unequal = (only(decided_differences(cases(*after, *side), ["project"])) for side in (before, longer))
    assert limits(equal) == limits(unequal)


def test_a_side_that_was_not_followed_as_long_as_the_norm_gives_no_value():
    row = only(
        decided_differences(
            cases((True, 10, True, 50), (True, 20, False, 50), (False, 30, True, 20), (False, 70, True, 60)),
            ["project"],
        )
    )
    assert (limits(row), row["reason"]) == ((None, None, None, None), Reason.FOLLOW_UP_TOO_SHORT)


def test_without_a_norm_there_is_no_share_within_it():
    row = only(decided_differences(cases((True, 10, True, 50), (False, 70, True, 60), norm=None), ["project"]))
    assert (limits(row), row["reason"]) == ((None, None, None, None), Reason.NO_NORM)


def test_a_side_where_nobody_or_everybody_was_decided_has_no_interval():
    row = only(decided_differences(cases((True, 10, True, 50), (False, 70, True, 60)), ["project"]))
    assert (limits(row), row["reason"]) == ((1.0, None, None, None), Reason.NO_INTERVAL)


@pytest.mark.parametrize("after", [True, False])
def test_a_side_without_rows_gives_no_value_and_no_0(after):
    found = (
        mean_differences(scores((after, 4, 10), (after, 5, 10)), ["project"]),
        share_differences(hits((after, 4, 10)), ["project"]),
        decided_differences(cases((after, 10, True, 50), (after, 70, True, 50)), ["project"]),
    )
    for row in map(only, found):
        assert (limits(row), row["reason"]) == ((None, None, None, None), Reason.TOO_FEW_OBSERVATIONS)
        assert row["n_before" if after else "n_after"] == 0


def test_where_everybody_gave_the_same_answer_there_is_a_difference_without_an_interval():
    row = only(mean_differences(scores((True, 4, 10), (False, 3, 10)), ["project"]))
    assert (limits(row), row["reason"]) == ((1.0, None, None, None), Reason.NO_INTERVAL)


def test_a_single_answer_on_a_side_is_too_few_for_an_interval():
    row = only(mean_differences(scores((True, 4, 1), (False, 3, 10), (False, 4, 10)), ["project"]))
    assert (row["value"], row["low"], row["reason"]) == (0.5, None, Reason.TOO_FEW_OBSERVATIONS)


def test_a_single_answer_on_a_side_is_enough_for_the_interval_of_a_share():
    row = only(share_differences(hits((True, 1, 1), (False, 4, 10)), ["project"]))
    assert row["low"] < 0.6 < row["high"]
    assert row["reason"] is None


def test_where_everybody_agrees_on_both_sides_shares_have_an_interval_and_no_p():
    row = only(share_differences(hits((True, 5, 5), (False, 9, 9)), ["project"]))
    assert row["value"] == 0
    assert row["low"] < 0 < row["high"]
    assert (row["p_value"], row["reason"]) == (None, None)


def test_projects_are_compared_apart_and_in_order():
    both = pl.concat([hits((True, 5, 10), (False, 2, 10), project="q"), hits((True, 56, 70), (False, 48, 80))])
    found = share_differences(both, ["project"])
    assert found.columns == ["project", *DIFFERENCES]
    assert found["project"].to_list() == ["p", "q"]
    assert found["value"].to_list() == pytest.approx([0.2, 0.3])


def test_no_rows_give_no_differences():
    assert mean_differences(scores(), ["project"]).is_empty()
    assert share_differences(hits(), ["project"]).is_empty()
    assert decided_differences(cases(), ["project"]).is_empty()


sides = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=5)


@quickly
@given(sides, sides, st.data())
def test_counted_rows_give_the_same_difference_however_they_were_split(after, before, data):
    whole = [(True, *one) for one in after] + [(False, *one) for one in before]
    parts = [data.draw(st.integers(0, n)) for *_, n in whole]
    split = [(side, value, part) for (side, value, _), part in zip(whole, parts, strict=True)]
    split += [(side, value, n - part) for (side, value, n), part in zip(whole, parts, strict=True)]
    assert mean_differences(scores(*split), ["project"]).equals(mean_differences(scores(*whole), ["project"]))


@quickly
@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_before_and_after_swapped_turn_the_sign(hits_after, more, hits_before, rest):
    one = only(
        share_differences(
            hits((True, hits_after, hits_after + more), (False, hits_before, hits_before + rest)), ["project"]
        )
    )
    other = only(
        share_differences(
            hits((False, hits_after, hits_after + more), (True, hits_before, hits_before + rest)), ["project"]
        )
    )
    assert (one["value"], one["low"], one["high"]) == pytest.approx((-other["value"], -other["high"], -other["low"]))
