"""When a source is due, and when it is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.rhythm import DAILY, GRACE, Rhythm, rhythm_problems

AMSTERDAM = "Europe/Amsterdam"


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "moment", "due"),
    [
        (DAILY, utc(2026, 11, 26, 4), utc(2026, 11, 26, 4, 15)),  # 5:15 in winter is 4:15 UTC
        (DAILY, utc(2026, 7, 1, 4), utc(2026, 7, 2, 3, 15)),  # 5:15 in summer is 3:15 UTC
        ("0 6 * * 0", utc(2026, 11, 26), utc(2026, 11, 29, 5)),  # 29 November 2026 is a Sunday
        ("0 6 * * 7", utc(2026, 11, 26), utc(2026, 11, 29, 5)),
        ("0 6 * * 1-5", utc(2026, 11, 28), utc(2026, 11, 30, 5)),  # Saturday: Monday comes first
        ("*/15 * * * *", utc(2026, 11, 26, 4, 15), utc(2026, 11, 26, 4, 30)),
        ("0 6 1 */3 *", utc(2026, 11, 26), utc(2027, 1, 1, 5)),
    ],
)
def test_the_next_moment_is_that_of_the_clock_in_the_programmes_zone(cron, moment, due):
    assert Rhythm(cron, AMSTERDAM).after(moment) == due


def test_a_run_that_was_due_since_the_last_is_missed_and_one_never_run_is_due_at_once():
    rhythm = Rhythm(DAILY, AMSTERDAM)
    assert rhythm.missed(None, utc(2026, 11, 26))
    assert not rhythm.missed(utc(2026, 11, 26, 4, 15), utc(2026, 11, 27, 4, 14))
    assert rhythm.missed(utc(2026, 11, 26, 4, 15), utc(2026, 11, 27, 4, 15))


def test_a_source_is_late_some_hours_after_it_was_due_without_a_good_run():
    rhythm, read = Rhythm(DAILY, AMSTERDAM), utc(2026, 11, 26, 4, 15)
    due = read + timedelta(days=1)
    assert not rhythm.late(read, due + GRACE)
    assert rhythm.late(read, due + GRACE + timedelta(seconds=1))
    assert not rhythm.late(None, due)


@pytest.mark.parametrize("cron", ["", "5 5 * *", "61 5 * * *", "a b c d e", "5 5 * * 8", "5 5 * * * *"])
def test_what_is_no_rhythm_is_told_with_how_to_write_one(cron):
    (told,) = rhythm_problems({"schedule": cron})
    assert "Write five fields, such as '15 5 * * *'" in told


def test_how_often_all_is_read_is_a_whole_number_of_days():
    assert list(rhythm_problems({"full_every_days": 30})) == []
    for wrong in (0, -1, "7", 1.5, True):
        assert list(rhythm_problems({"full_every_days": wrong})) == [
            "full_every_days is a whole number of days, 1 or more."
        ]
    assert "schedule is a text" in next(rhythm_problems({"schedule": 5}))
