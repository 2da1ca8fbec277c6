from __future__ import annotations

from datetime import date

from metrics.effect.compared_months import compared_months
from metrics.periods import Period


def compared(start, end, started_on, as_of, **options):
    return compared_months(Period(start=start, end=end), started_on, as_of=as_of, **options)


def named(months):
    return [f"{month:%Y-%m}" for month in months]


WHOLE_YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def test_the_same_calendar_months_stand_on_both_sides():
    found = compared(*WHOLE_YEAR, date(2025, 1, 1), date(2025, 3, 31))
    assert named(found.after) == ["2025-01", "2025-02", "2025-03"]
    assert named(found.before) == ["2024-01", "2024-02", "2024-03"]
    assert not found.season_differs


def test_a_short_baseline_leaves_out_the_other_months_after_the_start():
    found = compared(date(2024, 5, 1), date(2024, 6, 30), date(2024, 9, 1), date(2025, 8, 31))
    assert named(found.before) == ["2024-05", "2024-06"]
    assert named(found.after) == ["2025-05", "2025-06"]


def test_at_most_the_last_twelve_months_since_the_start_are_now():
    found = compared(*WHOLE_YEAR, date(2025, 1, 1), date(2026, 4, 30))
    assert (named(found.after)[0], named(found.after)[-1], len(found.after)) == ("2025-05", "2026-04", 12)


def test_a_month_that_is_not_over_and_the_month_of_a_start_halfway_belong_to_neither_side():
    found = compared(*WHOLE_YEAR, date(2025, 1, 15), date(2025, 4, 29))
    assert named(found.after) == ["2025-02", "2025-03"]


def test_a_month_on_the_last_day_of_which_it_started_is_not_before_it():
    found = compared(date(2024, 1, 1), date(2025, 1, 31), date(2025, 1, 31), date(2026, 1, 31))
    assert "2025-01" not in named(found.before)
    assert named(found.after)[-1] == "2026-01"


def test_months_of_introduction_are_skipped_before_the_last_twelve_are_taken():
    found = compared(*WHOLE_YEAR, date(2025, 1, 1), date(2026, 1, 31), left_out=(date(2025, 1, 10), date(2025, 2, 1)))
    assert (named(found.after)[0], len(found.after)) == ("2025-03", 11)


def test_a_baseline_that_runs_past_the_start_ends_before_it_and_its_partial_months_do_not_count():
    found = compared(date(2024, 1, 15), date(2025, 6, 30), date(2025, 1, 1), date(2025, 12, 31))
    assert (named(found.before)[0], named(found.before)[-1]) == ("2024-02", "2024-12")
    assert "2025-01" not in named(found.after)


def test_a_calendar_month_that_the_baseline_holds_twice_counts_twice():
    found = compared(date(2023, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28))
    assert named(found.before) == ["2023-01", "2023-02", "2024-01", "2024-02"]


def test_without_any_calendar_month_in_common_all_are_compared_and_that_is_told():
    found = compared(date(2024, 1, 1), date(2024, 3, 31), date(2024, 7, 1), date(2024, 9, 30))
    assert named(found.before) == ["2024-01", "2024-02", "2024-03"]
    assert named(found.after) == ["2024-07", "2024-08", "2024-09"]
    assert found.season_differs


def test_before_the_first_complete_month_since_the_start_there_is_nothing_after_it():
    found = compared(*WHOLE_YEAR, date(2025, 1, 1), date(2025, 1, 30))
    assert (found.after, found.season_differs, len(found.before)) == ((), False, 12)
