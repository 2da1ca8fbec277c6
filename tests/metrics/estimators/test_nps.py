"""The Net Promoter Score: on which scale, with which limits, and when it is no more than an indication."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.disclosure.primary import withhold
from metrics.estimate import Reason, Status
from metrics.estimators.intervals import ends_of
from metrics.estimators.nps import Nps, adjusted_wald, trinomial_t
from metrics.kpi import Unit
from metrics.kpis.satisfaction import NPS
from tests.metrics.builders import answered, answers, ends, estimated, only, pick, quickly, seen


def recommended(promoters: int, passives: int, detractors: int, **changed) -> pl.DataFrame:
    return answered(detractors, 0, 0, 0, 0, 0, 0, 0, passives, promoters, 0, lowest=0, scale="0-10", **changed)


def test_promoters_minus_detractors_of_a_hundred_answers():
    row = estimated(Nps(), recommended(50, 30, 20))
    assert (row["value"], row["n"], row["support"]) == (30.0, 100, 100)
    assert (row["status"], row["reason"]) == (Status.OK, None)
    # By hand: 103 answers, centre 30 / 103 = 0.291262, extreme 71.5 / 103 = 0.694175, half 1.959964 * 0.0769151.
    assert ends(row, 2)[1:] == (14.05, 44.20)


@pytest.mark.parametrize(("value", "kind"), [(0, "detractors"), (6, "detractors"), (7, "passives"), (8, "passives")])
def test_up_to_six_is_a_detractor_and_seven_and_eight_are_passive(value, kind):
    detail = json.loads(estimated(Nps(), answered(1, lowest=value, scale="0-10"))["detail"])
    assert [name for name in ("promoters", "passives", "detractors") if detail[name]] == [kind]


@pytest.mark.parametrize("value", [9, 10])
def test_nine_and_ten_are_promoters(value):
    assert json.loads(estimated(Nps(), answered(1, lowest=value, scale="0-10"))["detail"])["promoters"] == 1


@pytest.mark.parametrize("scale", ["1-5", "1-10", "yes-no"])
def test_on_another_scale_there_is_no_score(scale):
    row = estimated(Nps(), answered(50, 50, scale=scale))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.UNDEFINED, Reason.OTHER_SCALE)
    assert json.loads(row["detail"])["promoters"] is None


def test_two_scales_and_two_wordings_are_mixed_before_anything_else():
    scales = pl.concat([recommended(50, 0, 50), answered(9, lowest=5)])
    wordings = pl.concat([recommended(50, 0, 50, question="a"), recommended(50, 0, 50, question="b")])
    assert estimated(Nps(), scales)["reason"] == Reason.MIXED_SCALES
    assert estimated(Nps(), wordings)["reason"] == Reason.MIXED_QUESTIONS


def test_no_answers_have_no_score():
    row = estimated(Nps(), recommended(0, 0, 0))
    assert (ends(row), row["status"], row["reason"]) == ((None,) * 3, Status.NO_DATA, Reason.NOTHING_RECORDED)


def test_below_a_hundred_answers_the_score_is_an_indication():
    row = estimated(Nps(), recommended(49, 30, 20))
    assert (row["status"], row["reason"]) == (Status.INDICATIVE, Reason.WIDE_INTERVAL)
    assert row["high"] - row["low"] > 30


def test_all_of_one_kind_have_a_score_and_no_interval():
    row = estimated(Nps(), recommended(120, 0, 0))
    assert (ends(row), row["reason"]) == ((100.0, None, None), Reason.NO_INTERVAL)


def test_the_limits_stay_between_minus_and_plus_a_hundred():
    row = estimated(Nps(), recommended(9, 1, 0))
    # By hand: 13 answers, centre 9 / 13, extreme 10.5 / 13, half 1.96 * sqrt((0.8077 - 0.4793) / 13) = 0.3115: 100.4.
    assert (round(row["low"], 1), row["high"]) == (38.1, 100.0)


def test_disclosure_hides_a_score_that_tells_what_everybody_answered_and_one_on_too_few():
    def shown(*kinds: int) -> tuple[str, str]:
        figures = Nps().figures(recommended(*kinds), ["project"])
        row = only(withhold(figures, Unit.POINTS, closed=False))
        return row["status"], row["reason"]

    assert shown(15, 0, 0) == (Status.HIDDEN, Reason.EVERYBODY_THE_SAME)
    assert shown(3, 3, 3) == (Status.TOO_FEW, Reason.TOO_FEW_OBSERVATIONS)
    assert shown(10, 10, 9) == (Status.INDICATIVE, Reason.FEW_OBSERVATIONS)
    assert shown(20, 20, 20) == (Status.INDICATIVE, Reason.WIDE_INTERVAL)


def test_the_kpi_takes_the_answers_to_the_question_whether_one_would_recommend():
    rows = answers(
        {"item": "recommend", "scale": "0-10", "value": 9, "n": 60},
        {"item": "recommend", "scale": "0-10", "value": 3, "n": 60},
        {"item": "satisfaction", "scale": "0-10", "value": 10, "n": 100},
    )
    found = pick(seen(rows, kpis=[NPS]), "nps", date(2026, 1, 1))
    assert (found["value"], found["n"], found["status"]) == (0.0, 120, Status.OK)


kinds = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)).filter(sum)


@quickly
@given(kinds)
def test_adjusted_wald_is_a_wald_interval_on_three_more_answers(given_kinds):
    # By a second method: weighted scores +1, 0 and -1 in numpy.
    weights = np.add(given_kinds, (0.75, 1.5, 0.75))
    scores = np.array([1, 0, -1])
    centre = np.average(scores, weights=weights)
    error = np.sqrt(np.average((scores - centre) ** 2, weights=weights) / weights.sum())
    promoters, passives, detractors = given_kinds
    found = ends_of(adjusted_wald(pl.lit(promoters), pl.lit(detractors), pl.lit(sum(given_kinds))))
    assert found == pytest.approx((100 * (centre - 1.959964 * error), 100 * (centre + 1.959964 * error)), abs=1e-4)
    # One answer alone can lie outside: the three that are added outweigh it. Counted out for all up to 40.
    if sum(given_kinds) > 1:
        assert found[0] <= 100 * (promoters - detractors) / (promoters + passives + detractors) <= found[1]


@quickly
@given(kinds.filter(lambda given_kinds: sum(one > 0 for one in given_kinds) > 1))
def test_the_t_limits_are_those_of_scipy_on_the_scores_written_out(given_kinds):
    written = np.repeat([1, 0, -1], given_kinds)
    low, high = stats.t.interval(0.95, len(written) - 1, loc=written.mean(), scale=stats.sem(written))
    detail = json.loads(estimated(Nps(), recommended(*given_kinds))["detail"])
    assert detail["trinomial_low"] == pytest.approx(max(100 * low, -100), abs=1e-6)
    assert detail["trinomial_high"] == pytest.approx(min(100 * high, 100), abs=1e-6)


def test_the_t_limits_are_none_where_all_are_of_one_kind_rather_than_of_width_0():
    assert ends_of(trinomial_t(pl.lit(10), pl.lit(0), pl.lit(10), quantile=pl.lit(2.26))) is None


@quickly
@given(kinds, st.integers(2, 9))
def test_more_of_the_same_answers_keep_the_score_and_narrow_its_interval(given_kinds, times):
    def limits(promoters: int, _passives: int, detractors: int, n: int) -> tuple[float, float]:
        return ends_of(adjusted_wald(pl.lit(promoters), pl.lit(detractors), pl.lit(n)))

    more_kinds = [times * one for one in given_kinds]
    low, high = limits(*given_kinds, sum(given_kinds))
    less, more = limits(*more_kinds, sum(more_kinds))
    assert more - less < high - low
    row, again = (estimated(Nps(), recommended(*one)) for one in (given_kinds, more_kinds))
    assert again["value"] == pytest.approx(row["value"], abs=1e-9)


@quickly
@given(kinds, st.tuples(*(st.integers(0, 400),) * 3))
def test_counted_rows_give_the_same_score_however_they_were_split(given_kinds, taken):
    part = [min(one, less) for one, less in zip(given_kinds, taken, strict=True)]
    rest = [one - less for one, less in zip(given_kinds, part, strict=True)]
    split = pl.concat([recommended(*rest), recommended(*part)])
    assert estimated(Nps(), split) == estimated(Nps(), recommended(*given_kinds))
