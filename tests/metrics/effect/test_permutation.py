from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.effect.permutation import MOST_COMBINATIONS, permuted
from tests.metrics.builders import quickly


def test_one_treated_service_with_four_comparators_can_not_do_better_than_one_in_five():
    found = permuted([9.0], [1.0, 2.0, 0.0, 1.5])
    assert (found.p_value, found.combinations, found.smallest, found.drawn) == (0.2, 5, 0.2, False)


def test_groups_of_the_same_size_have_a_mirror_image_of_every_combination():
    # By hand: of the 20 ways to take 3 of 6, only the real one and its mirror image are as large.
    found = permuted([9.0, 8.0, 9.5], [1.0, 2.0, 0.0])
    assert (found.p_value, found.combinations, found.smallest) == (0.1, 20, 0.1)


def test_a_difference_the_other_way_counts_as_much():
    # By hand, of 10 ways to take 2 of 0, 0, 0, 0, 10 only those with the 10 reach 5; 4 of 10.
    assert permuted([10.0, 0.0], [0.0, 0.0, 0.0]).p_value == 0.4
    assert permuted([-10.0, 0.0], [0.0, 0.0, 0.0]).p_value == 0.4


def test_services_that_all_changed_alike_show_nothing():
    assert permuted([0.1, 0.1], [0.1, 0.1, 0.1]).p_value == 1.0


@pytest.mark.parametrize(("treated", "others", "drawn"), [(10, 40, True), (1, 400, False), (3, 46, False)])
def test_above_twenty_thousand_combinations_as_many_are_drawn_by_lot(treated, others, drawn):
    assert (comb(treated + others, treated) > MOST_COMBINATIONS) == drawn
    changes = np.random.default_rng(1).normal(size=treated + others)
    changes[:treated] += 50
    found = permuted(changes[:treated].tolist(), changes[treated:].tolist())
    assert found.drawn == drawn
    # Of ten thousand million ways to draw ten, the real one is not drawn again; it counts for one.
    assert found.p_value == found.smallest == 1 / found.combinations
    assert found.combinations == (MOST_COMBINATIONS if drawn else comb(treated + others, treated))


def test_a_draw_is_close_to_all_combinations_and_always_the_same():
    changes = np.random.default_rng(2).normal(size=20).tolist()
    changes[:8] = [one + 0.5 for one in changes[:8]]
    found = permuted(changes[:8], changes[8:])
    real = abs(np.mean(changes[:8]) - np.mean(changes[8:]))
    every = np.array(list(combinations(range(20), 8)))
    sums = np.array(changes)[every].sum(axis=1)
    apart = np.abs(sums / 8 - (sum(changes) - sums) / 12)
    exact = (apart >= real - 1e-9).mean()
    # Of 20 000 draws the standard error is at most .0035.
    assert found.p_value == pytest.approx(exact, abs=0.012)
    assert permuted(changes[:8], changes[8:]) == found


@quickly
@given(st.lists(st.integers(-20, 20), min_size=1, max_size=4), st.lists(st.integers(-20, 20), min_size=1, max_size=5))
def test_the_p_is_the_one_that_a_loop_over_whole_numbers_gives(treated, others):
    everybody = treated + others
    many = len(treated)

    def apart(group):
        # Both means times both sizes: whole numbers.
        inside = sum(everybody[at] for at in group)
        return abs(inside * len(others) - (sum(everybody) - inside) * many)

    real = apart(range(many))
    groups = list(combinations(range(len(everybody)), many))
    found = permuted([one / 3 for one in treated], [one / 3 for one in others])
    assert found.p_value == pytest.approx(sum(apart(group) >= real for group in groups) / len(groups))
    assert found.p_value >= found.smallest
