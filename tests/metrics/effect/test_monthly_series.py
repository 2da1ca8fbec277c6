from __future__ import annotations

from datetime import date

import pytest

from metrics.effect.monthly_series import MonthlySeries, counted, month_of

JANUARY = date(2025, 1, 1)


def months(count, first=JANUARY):
    start = first.year * 12 + first.month - 1
    return tuple(month_of(number) for number in range(start, start + count))


def series(**changed):
    usual = {"months": months(6), "values": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), "started_on": date(2025, 4, 1)}
    return MonthlySeries(**{**usual, **changed})


def test_the_month_of_the_start_is_the_first_one_after_it():
    kept = counted(series())
    assert (kept.before, kept.after) == (3, 3)
    assert kept.values.tolist() == [1, 2, 3, 4, 5, 6]
    assert [month_of(number) for number in kept.numbers.tolist()] == list(months(6))


def test_a_month_in_the_course_of_which_it_started_belongs_to_neither_side():
    kept = counted(series(started_on=date(2025, 4, 15)))
    assert (kept.before, kept.after) == (3, 2)
    assert kept.values.tolist() == [1, 2, 3, 5, 6]


def test_months_of_introduction_and_months_without_a_value_are_left_out():
    kept = counted(series(values=(1.0, None, 3.0, 4.0, 5.0, 6.0), left_out=(date(2025, 4, 20), date(2025, 5, 1))))
    assert (kept.before, kept.values.tolist()) == (2, [1, 3, 6])


def test_a_december_is_followed_by_a_january():
    assert counted(series(months=months(6, date(2024, 11, 1)), started_on=JANUARY)).before == 2


def test_nothing_is_a_series_without_months():
    kept = counted(series(months=(), values=()))
    assert (kept.before, kept.after) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"values": (1.0, 2.0)}, "as many months as values, not 6 and 2"),
        ({"months": (*months(5), date(2025, 6, 2))}, "by its first day, not by 2025-06-02"),
        ({"months": (*months(5), date(2025, 5, 1))}, "2025-05-01 comes after 2025-05-01"),
        ({"months": tuple(reversed(months(6)))}, "2025-05-01 comes after 2025-06-01"),
        ({"values": (1.0, 2.0, 3.0, 4.0, 5.0, float("nan"))}, "nan is no value"),
        ({"values": (1.0, 2.0, 3.0, 4.0, 5.0, float("inf"))}, "inf is no value"),
    ],
)
def test_what_is_no_series_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        series(**wrong)
