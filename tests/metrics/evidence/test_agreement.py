"""What a project put on record, and whether it did so in time."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.evidence.agreement import Break, KpiRebase
from metrics.variation.rebase import Rebase
from tests.metrics.evidence.projects import agreement

DAY = date(2025, 7, 1)


def test_a_break_that_names_no_kpi_touches_all_and_else_those_that_it_names():
    assert Break(on=DAY).touches("clarity")
    named = Break(on=DAY, kpis=("satisfaction", "clarity"))
    assert named.touches("clarity")
    assert not named.touches("lead_time_p90")


def test_a_rebase_that_names_no_kpi_touches_all_and_else_those_that_it_names():
    decision = Rebase(on=DAY, reason="A new counter.", who="The board", decided_on=DAY)
    assert KpiRebase(rebase=decision).touches("clarity")
    named = KpiRebase(rebase=decision, kpis=("satisfaction",))
    assert named.touches("satisfaction")
    assert not named.touches("clarity")


@pytest.mark.parametrize(
    ("registered_on", "before"),
    [(date(2025, 6, 30), True), (date(2025, 7, 1), True), (date(2025, 7, 2), False), (None, False)],
)
def test_what_was_put_on_record_up_to_the_day_of_the_start_was_there_before_it(registered_on, before):
    assert agreement(started_on=DAY, registered_on=registered_on).registered_before is before


def test_without_a_start_nothing_came_before_it():
    assert not agreement(started_on=None, registered_on=DAY).registered_before
