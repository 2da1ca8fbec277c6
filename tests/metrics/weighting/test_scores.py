"""What an answer counts for in a share or a mean."""

from __future__ import annotations

import polars as pl

from metrics.weighting.scores import mean_scores, top_scores

ANSWERS = pl.DataFrame(
    {"scale": ["1-5", "1-5", "1-10", "1-10", "0-10", "yes-no"], "value": [3, 4, 7, 8, 8, 1], "n": [1] * 6}
)


def test_an_answer_at_the_good_end_of_its_scale_counts_for_one():
    assert top_scores(ANSWERS)["score"].to_list() == [0.0, 1.0, 0.0, 1.0, 1.0, 1.0]


def test_in_a_mean_an_answer_counts_for_itself_on_its_own_scale():
    scored = mean_scores(ANSWERS)
    assert scored["score"].to_list() == [3.0, 4.0, 7.0, 8.0, 8.0, 1.0]
    assert scored["lowest"].to_list() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    assert scored["highest"].to_list() == [5.0, 5.0, 10.0, 10.0, 10.0, 1.0]


def test_rescaled_every_scale_runs_from_zero_to_one():
    scored = mean_scores(ANSWERS, rescaled=True)
    # By hand: (3 - 1) / 4, (4 - 1) / 4, (7 - 1) / 9, (8 - 1) / 9, 8 / 10, 1.
    assert scored["score"].to_list() == [0.5, 0.75, 6 / 9, 7 / 9, 0.8, 1.0]
    assert (set(scored["lowest"]), set(scored["highest"])) == ({0.0}, {1.0})
