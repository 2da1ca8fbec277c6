from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from metrics.effect.clustered import regressed
from metrics.effect.panel import difference_in_differences, two_sided
from metrics.estimate import Reason
from tests.metrics.effect.panels import OTHERS, START, TREATED, panel


def regressions(*services):
    return regressed(two_sided(panel(*services), START))


def test_in_a_balanced_panel_all_give_the_same_difference_and_slope():
    found, ours = regressions(*TREATED, *OTHERS), difference_in_differences(panel(*TREATED, *OTHERS), START)
    assert found.pooled.value == pytest.approx(ours.effect.value)
    assert found.two_way.value == pytest.approx(ours.effect.value)
    assert found.pre_trend.value == pytest.approx(ours.pre_trend.value)
    assert found.pooled.degrees == 4


def test_in_a_balanced_panel_the_clustered_error_is_that_of_the_changes():
    # By hand: squares of the changes within both groups over the group's size squared, .5 / 4 + 14/3 / 9; then the
    # factor for 5 services, 40 rows and 4 coefficients, and that for 40 rows and 5 + 7 + 1 coefficients.
    found = regressions(*TREATED, *OTHERS)
    squares = 0.5 / 4 + 14 / 3 / 9
    assert found.pooled.standard_error == pytest.approx(sqrt(squares * 5 / 4 * 39 / 36))
    assert found.two_way.standard_error == pytest.approx(sqrt(squares * 40 / 27))


def test_with_one_treated_service_the_clustered_error_leaves_out_its_own_spread():
    # By hand: its change is its own mean, so only the three others count.
    found = regressions(TREATED[0], *OTHERS)
    assert found.pooled.standard_error == pytest.approx(sqrt(14 / 3 / 9 * 4 / 3 * 31 / 28))


def test_in_a_panel_with_missing_months_the_two_way_difference_is_that_of_dummies_in_numpy():
    rows = panel((True, [60, None, 61, 63, 70, 69, 71, 72]), TREATED[1], *OTHERS)
    kept = two_sided(rows, START)
    services, months = kept["service"].to_list(), kept["number"].to_list()
    columns = [np.array([one == name for one in services]) for name in sorted(set(services))]
    columns += [np.array([one == name for one in months]) for name in sorted(set(months))]
    both = kept["treated"].to_numpy() & kept["after"].to_numpy()
    # Dummies for every service and every month are one too many: the shortest solution has the same effect.
    solved, *_ = np.linalg.lstsq(np.stack([*columns, both], axis=1).astype(float), kept["value"].to_numpy())
    assert regressed(kept).two_way.value == pytest.approx(solved[-1])


def test_without_any_spread_there_is_no_error_but_rounding():
    steady = [(treated, [base + 7 * treated * (at > 3) for at in range(8)]) for treated, base in
              ((True, 60.3), (True, 41.7), (False, 50.9), (False, 33.3))]  # fmt: skip
    found = regressions(*steady)
    assert found.two_way.value == pytest.approx(7)
    assert (found.two_way.standard_error, found.two_way.reason) == (None, Reason.NO_INTERVAL)


def test_without_comparators_nothing_is_determined():
    with pytest.raises(ValueError, match="do not determine"):
        regressions(*TREATED)
