"""Linear programmes over hidden numbers: what is possible and what it costs, by hand and against another solver."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from metrics.disclosure.programme import LinearProgramme
from tests.metrics.disclosure.tables import TWO, row_of, systems


def test_the_lowest_and_the_highest_of_a_part_are_nobody_and_all_that_is_left():
    # By hand: a and b are 43 together.
    (one,) = systems(TWO, "a b")
    assert LinearProgramme(one).least(np.array([1.0, 0.0])) == 0.0
    assert LinearProgramme(one).least(np.array([-1.0, 0.0])) == -43.0


def test_what_nothing_bounds_has_no_highest():
    (one,) = systems(TWO, "a b ab cd all c d")
    up = -(one.persons_of == 0).astype(float)
    assert LinearProgramme(one).least(up) == -math.inf
    assert LinearProgramme(one).least(-up) == 0.0


def test_nearby_stays_within_reach_of_the_true_values():
    (one,) = systems(TWO, "a b")
    assert LinearProgramme(one).nearby(np.array([-1.0, 0.0]), reach=5).values.tolist() == [8.0, 35.0]
    assert LinearProgramme(one).nearby(np.array([1.0, 0.0]), reach=5).values.tolist() == [0.0, 43.0]


def test_a_shown_total_has_a_price():
    # By hand: with one person more in the total, a could be one higher, and its negative one lower.
    (one,) = systems(TWO, "a b")
    assert LinearProgramme(one).nearby(np.array([-1.0, 0.0]), reach=100).prices.tolist() == pytest.approx([1.0])


def test_a_question_gives_the_same_answer_after_others_as_by_itself():
    (one,) = systems(row_of((40, 20), (30, 12), (3, 1), (4, 4)), "b c d")
    questions = [sign * row for row in np.eye(len(one.true)) for sign in (1.0, -1.0)]
    asked = LinearProgramme(one)
    for reach in (2, 100):
        together = [float(towards @ asked.nearby(towards, reach=reach).values) for towards in questions]
        apart = [float(towards @ LinearProgramme(one).nearby(towards, reach=reach).values) for towards in questions]
        assert together == pytest.approx(apart)


@pytest.mark.parametrize("hidden", ["a b", "a b ab c d cd", "a b ab c cd all d"])
def test_extremes_are_those_of_another_solver(hidden):
    # The second method: the interior point solver that comes with scipy.
    for one in systems(TWO, hidden):
        programme = LinearProgramme(one)
        for towards in (*np.eye(len(one.true)), *-np.eye(len(one.true))):
            other = linprog(
                towards,
                A_eq=one.sums,
                b_eq=one.sums @ one.true,
                bounds=[(0, None if math.isinf(most) else most) for most in one.most],
                method="highs-ipm",
            )
            assert programme.least(towards) == (-math.inf if other.status == 3 else pytest.approx(other.fun, abs=1e-6))


def test_a_system_that_contradicts_itself_is_told():
    # By hand: a and b are 43 together, and here at most one each.
    (one,) = systems(TWO, "a b")
    with pytest.raises(RuntimeError, match="kInfeasible"):
        LinearProgramme(replace(one, most=np.ones(2))).least(np.ones(2))


def test_the_solver_says_nothing_of_its_own(capfd):
    (one,) = systems(TWO, "a b")
    LinearProgramme(one).least(np.array([1.0, 0.0]))
    assert capfd.readouterr() == ("", "")
