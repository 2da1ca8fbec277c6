"""The gap between the channel that is worst off and everybody, by hand and by a second method."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.kpi import Direction
from metrics.weighting.fairness import GAP, NoGap, gaps_in_answers, gaps_in_figures
from metrics.weighting.limits import IntervalKind
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered, share


def gap(counts, *, better=Direction.UP, interval=IntervalKind.SHARE, **asked):
    return only(gaps_in_answers(answered(counts), by=BY, among="channel", better=better, interval=interval, **asked))


COUNTS = {"website": share(400, 100), "telephone": share(70, 30), "desk": share(30, 20), None: share(45, 5)}


def newcombe(good, n, other_good, other_n, level):
    """The hybrid score interval of a difference, written out (Newcombe 1998, method 10)."""
    z = stats.norm.ppf((1 + level) / 2)

    def limits(x, m):
        p = x / m
        half = z * math.sqrt(p * (1 - p) / m + z**2 / 4 / m**2)
        return (p + z**2 / 2 / m - half) / (1 + z**2 / m), (p + z**2 / 2 / m + half) / (1 + z**2 / m)

    p, q = good / n, other_good / other_n
    (low, high), (other_low, other_high) = limits(good, n), limits(other_good, other_n)
    return p - q - math.hypot(p - low, other_high - q), p - q + math.hypot(high - p, q - other_low)


def test_the_worst_channel_is_held_against_everybody_and_is_part_of_everybody():
    row = gap(COUNTS)
    # By hand: desk 60 %, everybody 545/700; the rest 515/650; (1 - 50/700) (.6 - 515/650) = .6 - 545/700.
    assert (row["worst"], row["worst_value"], row["worst_n"]) == ("desk", pytest.approx(0.6), 50)
    assert (row["everybody"], row["n"]) == (pytest.approx(545 / 700), 700)
    assert row["difference"] == pytest.approx(0.6 - 545 / 700, abs=1e-12)
    assert row["reason"] is None


def test_the_limits_come_from_worst_against_the_rest_at_the_level_for_three_channels():
    row = gap(COUNTS)
    assert (row["compared"], row["level"]) == (3, pytest.approx(1 - 0.05 / 3))
    low, high = newcombe(30, 50, 515, 650, 1 - 0.05 / 3)
    outside = 650 / 700
    assert (row["low"], row["high"]) == pytest.approx((outside * low, outside * high), abs=1e-9)


def test_where_less_is_better_the_highest_is_the_worst():
    row = gap(COUNTS, better=Direction.DOWN)
    assert (row["worst"], row["difference"]) == ("website", pytest.approx(0.8 - 545 / 700))


def test_unknown_counts_among_everybody_and_is_never_the_worst():
    row = gap({"website": share(80, 20), "desk": share(70, 30), None: share(0, 100)})
    assert (row["worst"], row["everybody"]) == ("desk", pytest.approx(0.5))
    # The rest is worse than the worst that has a name.
    assert row["difference"] == pytest.approx(0.2)


def test_a_channel_with_few_answers_is_not_picked_and_counts_among_everybody():
    row = gap({"website": share(80, 20), "desk": share(70, 30), "post": share(0, 9)})
    assert (row["worst"], row["compared"], row["n"]) == ("desk", 2, 209)
    row = gap({"website": share(80, 20), "desk": share(70, 30), "post": share(0, 9)}, enough=9)
    assert (row["worst"], row["compared"]) == ("post", 3)


@pytest.mark.parametrize("counts", [{"website": share(80, 20)}, {"website": share(80, 20), "desk": share(4, 5)}, {}])
def test_one_channel_with_enough_answers_has_nothing_to_be_compared_with(counts):
    row = gap({**counts, None: share(5, 5)})
    assert (row["reason"], row["difference"], row["low"], row["worst"]) == (NoGap.FEWER_THAN_TWO, None, None, None)
    assert row["compared"] == len([1 for name in counts if name == "website"])
    assert row["level"] is None


def test_of_channels_that_are_equal_the_first_by_name_is_the_worst_and_the_gap_is_zero():
    row = gap({"website": share(8, 2), "desk": share(16, 4)})
    assert (row["worst"], row["difference"]) == ("desk", 0.0)
    assert row["low"] < 0 < row["high"]


def test_a_gap_in_means_gets_its_limits_from_two_t_intervals():
    row = gap({"website": {3.0: 10, 5.0: 30}, "desk": {1.0: 10, 4.0: 10}}, interval=IntervalKind.MEAN)
    # Second method: both t intervals at 97.5 %, written out; everybody 60, of whom 20 at the desk.
    ends = []
    for scores in ({1.0: 10, 4.0: 10}, {3.0: 10, 5.0: 30}):
        each = [score for score, times in scores.items() for _ in range(times)]
        mean = sum(each) / len(each)
        error = math.sqrt(sum((one - mean) ** 2 for one in each) / (len(each) - 1) / len(each))
        ends.append((mean, stats.t.ppf(0.9875, len(each) - 1) * error))
    (mean, half), (other, other_half) = ends
    reach = math.hypot(half, other_half)
    assert row["difference"] == pytest.approx((mean - other) * 40 / 60, abs=1e-12)
    assert row["low"] == pytest.approx((mean - other - reach) * 40 / 60, abs=1e-9)
    assert row["high"] == pytest.approx((mean - other + reach) * 40 / 60, abs=1e-9)


def test_a_gap_in_means_has_no_limits_where_everybody_of_a_channel_answered_the_same():
    row = gap({"website": {3.0: 10, 5.0: 30}, "desk": {1.0: 10}}, interval=IntervalKind.MEAN)
    assert (row["worst"], row["low"], row["high"]) == ("desk", None, None)
    assert row["difference"] == pytest.approx(1.0 - 190 / 50)


def test_groups_with_another_number_of_channels_get_limits_at_another_level():
    two = {"website": share(80, 20), "desk": share(70, 30)}
    answers = pl.concat([answered(COUNTS), answered(two, project="q"), answered({}, project="r")])
    rows = gaps_in_answers(answers, by=BY, among="channel", better=Direction.UP, interval=IntervalKind.SHARE)
    assert rows.select("project", "compared").rows() == [("p", 3), ("q", 2)]
    low, high = newcombe(70, 100, 80, 100, 0.975)
    assert rows.row(1, named=True)["low"] == pytest.approx(low / 2, abs=1e-9)
    assert rows.row(1, named=True)["high"] == pytest.approx(high / 2, abs=1e-9)
    assert rows.schema == pl.Schema({"project": pl.String(), **GAP})


def test_no_answers_are_no_gaps():
    rows = gaps_in_answers(answered({}), by=BY, among="channel", better=Direction.UP, interval=IntervalKind.SHARE)
    assert rows.height == 0


def figures(*rows):
    schema = {"channel": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "support": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(project=pl.lit("p"))


def gap_in_days(*rows, everybody=(25.0, 22.0, 29.0)):
    whole = figures((None, *everybody, 60)).drop("channel")
    return only(gaps_in_figures(figures(*rows), whole, by=BY, among="channel", better=Direction.DOWN))


WEBSITE = ("website", 20.0, 18.0, 22.0, 30)
DESK = ("desk", 40.0, 30.0, 55.0, 20)


def test_a_gap_in_lead_time_comes_from_the_two_intervals_widened_for_the_choice():
    row = gap_in_days(WEBSITE, DESK, (None, 99.0, 90.0, 110.0, 10))
    assert (row["worst"], row["worst_value"], row["everybody"], row["difference"]) == ("desk", 40.0, 25.0, 15.0)
    assert (row["worst_n"], row["n"], row["compared"], row["level"]) == (20, 60, 2, pytest.approx(0.975))
    # Second method: MOVER with both arms stretched by the quantiles 2.2414 / 1.9600.
    wider = stats.norm.ppf(0.9875) / stats.norm.ppf(0.975)
    assert row["low"] == pytest.approx(15 - wider * math.hypot(10, 4), abs=1e-9)
    assert row["high"] == pytest.approx(15 + wider * math.hypot(15, 3), abs=1e-9)


def test_an_open_end_of_an_interval_opens_that_end_of_the_gap():
    row = gap_in_days(WEBSITE, ("desk", 40.0, 30.0, None, 20))
    assert row["high"] is None
    assert row["low"] is not None


def test_a_channel_whose_percentile_is_not_reached_may_be_the_worst_so_there_is_no_gap():
    row = gap_in_days(WEBSITE, DESK, ("post", None, 60.0, None, 20))
    assert (row["reason"], row["difference"], row["worst"]) == (NoGap.WITHOUT_FIGURE, None, None)


def test_a_channel_without_figure_that_is_small_does_not_matter():
    assert gap_in_days(WEBSITE, DESK, ("post", None, 60.0, None, 9))["worst"] == "desk"


def test_without_a_figure_of_everybody_there_is_no_gap():
    row = gap_in_days(WEBSITE, DESK, everybody=(None, None, None))
    assert (row["reason"], row["difference"]) == (NoGap.WITHOUT_FIGURE, None)


def test_one_figure_has_nothing_to_be_compared_with():
    assert gap_in_days(WEBSITE)["reason"] == NoGap.FEWER_THAN_TWO


surveys = st.dictionaries(
    st.sampled_from(["website", "desk", "post", None]),
    st.tuples(st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
)


@quickly
@given(surveys)
def test_a_gap_is_worst_minus_everybody_and_lies_between_its_limits(survey):
    row = gap({channel: share(*pair) for channel, pair in survey.items()})
    enough = {
        channel: good / (good + bad)
        for channel, (good, bad) in survey.items()
        if channel is not None and good + bad >= 10
    }
    if len(enough) < 2:
        assert row["reason"] == NoGap.FEWER_THAN_TWO
        return
    everybody = sum(good for good, _ in survey.values()) / sum(sum(pair) for pair in survey.values())
    assert row["worst_value"] == pytest.approx(min(enough.values()), abs=1e-12)
    assert row["difference"] == pytest.approx(min(enough.values()) - everybody, abs=1e-9)
    assert -1 <= row["low"] - 1e-12 <= row["difference"] <= row["high"] + 1e-12 <= 1 + 1e-9
