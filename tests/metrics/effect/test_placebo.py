from __future__ import annotations

import numpy as np
import pytest

from metrics.effect.interrupted import interrupted
from metrics.effect.monthly_series import counted
from metrics.effect.placebo import placebo_ranks
from metrics.effect.segments import Segments
from metrics.effect.series_stack import stacked
from tests.metrics.effect.series import monthly, noisy


def ranks(*series):
    return placebo_ranks(stacked([counted(one) for one in series], Segments()), fewest_months=8)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_rank_is_that_of_a_loop_over_every_start(seed):
    values = noisy(28, seed=seed, jump=1.5)
    starts = range(8, 21)
    effects = [one.effect for one in interrupted([monthly(values, before=before) for before in starts])]
    extreme = [abs(effect.value) / effect.standard_error for effect in effects]
    for before in (8, 14, 20):
        ranked, number = ranks(monthly(values, before=before))
        assert ranked[0] == sum(one >= extreme[before - 8] for one in extreme)
        assert number == len(starts) == 13


def test_a_jump_far_above_the_noise_ranks_first_and_a_start_beside_it_does_not():
    values = noisy(40, jump=15, after=20)
    (real, beside), number = ranks(monthly(values, before=20), monthly(values, before=24))
    assert (real, number) == (1, 25)
    assert beside > 1


def test_a_start_without_any_error_around_its_lines_is_the_most_extreme():
    # The jump comes two months before what is called the start: there, nothing is left over.
    values = np.where(np.arange(24) >= 10, 5.0, 1.0)
    (rank,), _ = ranks(monthly(values, before=12))
    assert rank > 1
