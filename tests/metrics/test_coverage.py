"""Who was invited and who answered, worked out by hand."""

from __future__ import annotations

import math
from statistics import pstdev

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.coverage import Coverage, coverage
from metrics.weighting.cautions import Caution
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, WEBSITE, answered, share

COUNTS = {"project": pl.String, "channel": pl.String, "event": pl.String, "n": pl.Int64}


def reached(events, answers, **others) -> Coverage:
    """`events`: per channel how often each event happened; `answers`: per channel good and bad answers."""
    rows = [("p", channel, event, n) for channel, counted in events.items() for event, n in counted.items()]
    counts = pl.DataFrame(rows, schema=COUNTS, orient="row")
    return coverage(counts, answered(answers, **others), by=BY, digital=WEBSITE)


def total(events, answers):
    return only(reached(events, answers).totals)


def invited(**channels):
    return {channel: {"invitation": n} for channel, n in channels.items()}


def test_one_in_five_answered_and_four_in_five_of_them_were_satisfied():
    row = total({"website": {"customer": 1000, "invitation": 800}}, {"website": share(128, 32)})
    assert (row["customers"], row["invited"], row["answered"]) == (1000, 800, 160)
    assert (row["response"], row["coverage"], row["satisfied"]) == (0.2, 0.8, 0.8)
    # By hand, as in the definition: 20 % response, 80 % satisfied: 16 to 96 %.
    assert (row["lowest"], row["highest"]) == (pytest.approx(0.16), pytest.approx(0.96))
    # R prop.test(160, 800, correct = FALSE).
    assert (row["low"], row["high"]) == (pytest.approx(0.173745, abs=1e-6), pytest.approx(0.229123, abs=1e-6))
    assert (row["warnings"], row["silent"], row["representativity"]) == ([], [], 1.0)


def test_a_response_under_a_fifth_is_warned_of():
    assert total(invited(website=801), {"website": share(128, 32)})["warnings"] == [Caution.LOW_RESPONSE]


def test_without_invitations_the_response_is_unknown_and_not_zero():
    row = total({"website": {"customer": 1000}}, {"website": share(128, 32)})
    names = ("invited", "response", "low", "lowest", "highest", "coverage", "representativity", "bias_at_most", "gap")
    assert {row[name] for name in names} == {None}
    assert (row["customers"], row["satisfied"], row["warnings"]) == (1000, 0.8, [Caution.RESPONSE_UNKNOWN])


def test_without_customers_the_coverage_is_unknown_and_not_zero():
    row = total(invited(website=800), {"website": share(128, 32)})
    assert (row["customers"], row["coverage"], row["response"]) == (None, None, 0.2)


def test_without_any_answer_nothing_is_known_of_anybody():
    row = total(invited(website=800), {})
    assert (row["answered"], row["response"], row["satisfied"]) == (0, 0.0, None)
    assert (row["lowest"], row["highest"], row["bias_at_most"]) == (0.0, 1.0, None)
    assert row["warnings"] == [Caution.LOW_RESPONSE, Caution.CHANNELS_SILENT]


def test_without_any_count_the_answers_still_have_a_row():
    row = total({}, {"website": share(8, 2)})
    assert (row["answered"], row["invited"], row["customers"], row["satisfied"]) == (10, None, None, 0.8)
    assert row["warnings"] == [Caution.RESPONSE_UNKNOWN]


def test_invitations_that_were_counted_as_none_give_no_response():
    row = total(invited(website=0), {"website": share(0, 0)})
    assert (row["invited"], row["response"], row["warnings"]) == (0, None, [Caution.RESPONSE_UNKNOWN])


def test_more_answers_than_invitations_give_no_response_and_are_not_cut_off():
    row = total(invited(website=100, desk=100), {"website": share(80, 40), "desk": share(10, 10)})
    assert (row["response"], row["representativity"]) == (0.7, None)
    row = total(invited(website=100), {"website": share(80, 40)})
    assert (row["response"], row["low"], row["lowest"]) == (None, None, None)
    assert row["warnings"] == [Caution.MORE_ANSWERS_THAN_INVITATIONS]


def test_more_invitations_than_customers_give_no_coverage():
    row = total({"website": {"customer": 100, "invitation": 120}}, {"website": share(80, 20)})
    assert (row["coverage"], row["warnings"]) == (None, [Caution.MORE_INVITATIONS_THAN_CUSTOMERS])


def test_representativity_is_one_minus_two_standard_deviations_of_the_response():
    answers = {"website": share(150, 30), "desk": share(10, 10)}
    row = total(invited(website=300, desk=100), answers)
    # By hand: 180/300 = .6 and 20/100 = .2, together .5; S^2 = (300 x .01 + 100 x .09) / 399.
    deviation = math.sqrt(12 / 399)
    assert row["representativity"] == pytest.approx(1 - 2 * deviation, abs=1e-12)
    satisfied = 160 / 200
    bias = math.sqrt(satisfied * (1 - satisfied)) * deviation / 0.5
    assert row["bias_at_most"] == pytest.approx(bias, abs=1e-12)
    assert row["gap"] == pytest.approx(0.4)
    assert row["warnings"] == [Caution.UNREPRESENTATIVE, Caution.UNEVEN_RESPONSE]


@pytest.mark.parametrize(("answers", "warned"), [(45, False), (46, True)])
def test_a_gap_of_more_than_fifteen_points_is_warned_of(answers, warned):
    row = total(invited(website=100, desk=100), {"website": share(answers, 0), "desk": share(30, 0)})
    assert (Caution.UNEVEN_RESPONSE in row["warnings"]) is warned


def test_a_channel_with_few_invitations_makes_no_gap():
    row = total(invited(website=100, desk=9), {"website": share(50, 0), "desk": share(1, 0)})
    assert row["gap"] is None
    assert total(invited(website=100, desk=10), {"website": share(50, 0), "desk": share(1, 0)})["gap"] == 0.4


def test_a_single_invitation_has_no_representativity():
    assert total(invited(website=1), {"website": share(1, 0)})["representativity"] is None


def test_only_the_digital_channel_speaks():
    events = {"website": {"customer": 50}, "desk": {"customer": 40}, "post": {"case": 5}, "chat": {"customer": 0}}
    row = total(events, {"website": share(8, 2)})
    assert row["silent"] == ["desk", "post"]
    assert row["warnings"] == [Caution.RESPONSE_UNKNOWN, Caution.ONLY_DIGITAL, Caution.CHANNELS_SILENT]


def test_a_silent_channel_beside_others_that_speak_is_named_and_is_not_only_digital():
    events = {channel: {"customer": 50} for channel in ("website", "desk", "post")}
    row = total(events, {"website": share(8, 2), "desk": share(1, 0)})
    assert (row["silent"], Caution.ONLY_DIGITAL in row["warnings"]) == (["post"], False)


def test_a_silent_digital_channel_does_not_mean_that_only_digital_speaks():
    row = total({"website": {"customer": 50}, "desk": {"customer": 9}}, {"desk": share(1, 0)})
    assert (row["silent"], Caution.ONLY_DIGITAL in row["warnings"]) == (["website"], False)


def test_unknown_channels_are_shown_and_are_never_silent():
    found = reached({None: {"customer": 50, "invitation": 40}, "website": {"invitation": 60}}, {"website": share(9, 1)})
    assert found.channels["channel"].to_list() == ["unknown", "website"]
    assert only(found.totals)["silent"] == []


def test_with_many_invitations_of_unknown_channel_representativity_is_not_known():
    events = {None: {"invitation": 40}, **invited(website=200, desk=100)}
    answers = {"website": share(50, 50), "desk": share(25, 25)}
    assert total(events, answers)["representativity"] is None
    assert total(events, answers)["gap"] is None
    few = {**events, None: {"invitation": 33}}
    assert total(few, answers)["representativity"] == 1.0


def test_each_channel_has_its_own_response_and_coverage():
    events = {"website": {"customer": 600, "invitation": 500}, "desk": {"invitation": 10}}
    found = reached(events, {"website": share(80, 20), "desk": share(8, 4), "chat": share(1, 0)})
    shown = found.channels.select("channel", "customers", "invited", "answered", "response", "coverage", "came")
    assert shown.rows() == [
        ("chat", 0, 0, 1, None, None, 0),
        ("desk", 0, 10, 12, None, None, 10),
        ("website", 600, 500, 100, 0.2, pytest.approx(5 / 6), 600),
    ]
    row = found.channels.filter(pl.col("channel") == "website").row(0, named=True)
    # R prop.test(100, 500, correct = FALSE).
    assert (row["low"], row["high"]) == (pytest.approx(0.167285, abs=1e-6), pytest.approx(0.237289, abs=1e-6))


def test_representativity_in_cells_sees_what_channels_hide():
    # By hand: both channels 50 of 100; within the website residents 45 of 50 and businesses 5 of 50.
    rows = [
        ("p", "website", "resident", 50),
        ("p", "website", "business", 50),
        ("p", "desk", "resident", 50),
        ("p", "desk", "business", 50),
    ]
    counts = pl.DataFrame(
        rows, schema={"project": pl.String, "channel": pl.String, "customer": pl.String, "n": pl.Int64}, orient="row"
    ).with_columns(event=pl.lit("invitation"))
    given_answers = {("website", "resident"): 45, ("website", "business"): 5, ("desk", "resident"): 25}
    answers = pl.concat(
        [
            *(answered({channel: share(n, 0)}, customer=who) for (channel, who), n in given_answers.items()),
            answered({"desk": share(25, 0)}, customer="business"),
        ]
    )
    row = only(coverage(counts, answers, by=BY, digital=WEBSITE, segments=["customer"]).totals)
    assert row["representativity"] == 1.0
    assert row["representativity_in_cells"] == pytest.approx(1 - 2 * math.sqrt((50 * 0.16 + 50 * 0.16) / 199))
    assert row["warnings"] == [Caution.UNREPRESENTATIVE]
    assert only(coverage(counts, answers, by=BY, digital=WEBSITE).totals)["representativity_in_cells"] is None


def test_each_project_and_period_has_a_row_of_its_own():
    counts = pl.DataFrame(
        [("p", 1, "website", "invitation", 100), ("p", 2, "website", "invitation", 50)],
        schema={"project": pl.String, "period": pl.Int64, **{k: v for k, v in COUNTS.items() if k != "project"}},
        orient="row",
    )
    answers = pl.concat(
        [answered({"website": share(20, 0)}, period=1), answered({"website": share(9, 1)}, period=3)]
    ).cast({"period": pl.Int64})
    rows = coverage(counts, answers, by=["project", "period"], digital=WEBSITE).totals
    assert rows.select("period", "invited", "answered", "response").rows() == [
        (1, 100, 20, 0.2),
        (2, 50, 0, 0.0),
        (3, None, 10, None),
    ]


surveys = st.dictionaries(
    st.sampled_from(["website", "desk", "post"]),
    st.tuples(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60)),
    min_size=1,
)


@quickly
@given(surveys)
def test_the_figures_are_those_of_a_plain_count_invitation_by_invitation(survey):
    people = {channel: (silent + good + bad, good, bad) for channel, (silent, good, bad) in survey.items()}
    row = total(
        invited(**{channel: n for channel, (n, _, _) in people.items()}),
        {channel: share(good, bad) for channel, (_, good, bad) in people.items()},
    )
    n = sum(n for n, _, _ in people.values())
    answers = sum(good + bad for _, good, bad in people.values())
    good = sum(good for _, good, _ in people.values())
    assert row["response"] == pytest.approx(answers / n)
    if answers:
        # The truth for everybody lies between all silent ones unhappy and all of them happy.
        assert row["lowest"] == pytest.approx(good / n)
        assert row["highest"] == pytest.approx((good + n - answers) / n)
    if n > 1:
        each = [(good + bad) / n for n, good, bad in people.values() for _ in range(n)]
        assert row["representativity"] == pytest.approx(1 - 2 * pstdev(each) * math.sqrt(n / (n - 1)), abs=1e-6)
