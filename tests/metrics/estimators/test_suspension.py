"""How often the clock of the law stood still."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.estimate import Reason, Status
from metrics.estimators.suspension import SuspendedShare, suspension_counts
from tests.metrics.builders import ends, estimated, only


def stopped(*rows: tuple[int | None, int]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"suspended_days": pl.Int64, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit("p"))


def test_cases_with_a_day_or_more_are_suspended_and_unknown_is_not_zero():
    found = suspension_counts(stopped((0, 10), (1, 3), (30, 2), (None, 5)), ["project"])
    assert only(found) == {"project": "p", "n": 20, "known": 15, "suspended": 5}


def test_the_share_is_of_the_cases_of_which_it_is_known():
    # scipy.stats.binomtest, proportion_ci(method="wilson"), 24 of 96.
    row = estimated(SuspendedShare(), stopped((0, 72), (9, 24), (None, 4)))
    assert ends(row, 4) == (0.25, 0.1741, 0.3451)
    assert (row["n"], row["support"], row["status"]) == (100, 96, Status.OK)


@pytest.mark.parametrize(("known", "status"), [(95, Status.OK), (94, Status.UNDEFINED), (0, Status.UNDEFINED)])
def test_a_share_needs_to_be_known_of_nearly_all(known, status):
    row = estimated(SuspendedShare(), stopped((0, known), (None, 100 - known)))
    assert row["status"] == status
    assert (row["value"], row["reason"]) == ((0.0, None) if known >= 95 else (None, Reason.SUSPENSION_UNKNOWN))


def test_no_cases_are_no_data():
    row = estimated(SuspendedShare(), stopped((0, 0)))
    assert (ends(row), row["status"], row["reason"]) == ((None,) * 3, Status.NO_DATA, Reason.NOTHING_RECORDED)
