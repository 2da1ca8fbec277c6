"""Scoring: the average of the scores is the figure of the estimator itself."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.estimators.due_cohort import OnTime
from metrics.estimators.mean import Mean
from metrics.estimators.nps import Nps
from metrics.estimators.share import TopShare
from metrics.estimators.survival import WaitingPercentile, WithinNorm
from metrics.scoring import scoring_of
from metrics.weighting.limits import IntervalKind
from tests.metrics.builders import answered, estimated


def average(estimator, rows):
    scored = scoring_of(estimator).scored(rows)
    return scored.select((pl.col("score") * pl.col("n")).sum() / pl.col("n").sum()).item()


@pytest.mark.parametrize("estimator", [TopShare(), Mean(), Mean(rescaled=True)])
def test_the_average_score_of_answers_is_their_figure(estimator):
    rows = answered(3, 5, 7, 11, 13)
    assert average(estimator, rows) == pytest.approx(estimated(estimator, rows)["value"])


def test_a_case_that_was_due_scores_one_where_it_was_on_time():
    rows = pl.DataFrame({"project": "p", "on_time": [True, False], "closed": [True, False], "n": [30, 10]})
    assert average(OnTime(), rows) == 0.75
    assert estimated(OnTime(), rows)["value"] == 0.75


def test_a_share_gets_the_interval_of_a_share_and_a_mean_that_of_a_mean():
    kinds = [scoring_of(estimator).interval for estimator in (TopShare(), OnTime(), Mean(), Mean(rescaled=True))]
    assert kinds == [IntervalKind.SHARE, IntervalKind.SHARE, IntervalKind.MEAN, IntervalKind.MEAN]


@pytest.mark.parametrize("estimator", [WaitingPercentile(0.9), WithinNorm(), Nps()])
def test_what_is_no_average_of_rows_has_no_score(estimator):
    assert scoring_of(estimator) is None
