"""The next contact: linked to the one before, and followed for as long as one could look."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from metrics.counting import count
from metrics.estimators.next_contact import followed_up, linked
from metrics.records import Kind
from tests.metrics.builders import quickly, records

UNTIL = date(2026, 3, 31)
SCHEMA = {"contact": pl.Int64, "resident": pl.String, "topic": pl.String, "day": pl.Date}


def contacts(*rows):
    """Contacts by number, resident, topic and day of March 2026."""
    given_rows = [(number, resident, topic, date(2026, 3, day)) for number, resident, topic, day in rows]
    return pl.DataFrame(given_rows, schema=SCHEMA, orient="row")


def gaps(frame, **options):
    found = linked(frame, until=UNTIL, **options)
    return dict(found.contacts.select("contact", "gap_days").rows()), found.unlinked


def test_a_contact_is_followed_by_the_next_one_of_the_same_resident_on_the_same_topic():
    frame = contacts((1, "r1", "waste", 2), (2, "r2", "waste", 4), (3, "r1", "tax", 5), (4, "r1", "waste", 9))
    assert gaps(frame) == ({1: 7, 2: None, 3: None, 4: None}, 0)


def test_without_the_topic_any_next_contact_of_the_resident_counts():
    frame = contacts((1, "r1", "waste", 2), (2, "r1", "tax", 5), (3, "r1", "waste", 9))
    assert gaps(frame, same=("resident",)) == ({1: 3, 2: 4, 3: None}, 0)


def test_two_contacts_on_one_day_are_in_the_order_of_their_numbers_with_a_gap_of_0():
    frame = contacts((8, "r1", "waste", 2), (3, "r1", "waste", 2), (5, "r1", "waste", 6))
    assert gaps(frame) == ({3: 0, 8: 4, 5: None}, 0)


def test_a_contact_of_an_unknown_resident_or_topic_is_left_out_and_counted():
    frame = contacts((1, "r1", "waste", 2), (2, None, "waste", 3), (3, None, "waste", 4), (4, "r1", None, 5))
    assert gaps(frame) == ({1: None}, 3)
    assert gaps(frame, same=("resident",)) == ({1: 3, 4: None}, 2)


def test_what_happened_after_the_last_day_is_not_known_yet():
    frame = contacts((1, "r1", "waste", 2), (2, "r1", "waste", 20))
    found = linked(frame, until=date(2026, 3, 19))
    assert found.contacts.select("contact", "gap_days", "follow_up_days", "n").rows() == [(1, None, 17, 1)]


def test_a_contact_on_the_last_day_is_followed_for_no_days():
    assert linked(contacts((1, "r1", "waste", 31)), until=UNTIL).contacts["follow_up_days"].to_list() == [0]


single = st.tuples(st.sampled_from(["r1", "r2", "r3", None]), st.sampled_from(["waste", "tax"]), st.integers(1, 31))


@quickly
@given(st.lists(single, max_size=20))
def test_the_gaps_are_those_that_a_loop_over_all_pairs_finds(rows):
    numbered = [(number, *row) for number, row in enumerate(rows)]
    expected = {
        number: min(
            (
                later - day
                for other, whose, what, later in numbered
                if (whose, what) == (resident, topic) and (later, other) > (day, number)
            ),
            default=None,
        )
        for number, resident, topic, day in numbered
        if resident is not None
    }
    assert gaps(contacts(*numbered)) == (expected, sum(resident is None for resident, _, _ in rows))


def counts(*rows):
    """Counted records of counts: event, day, gap and how many, of one service unless it says otherwise."""
    given_rows = [
        {"source_id": str(place), "service": "waste", "event": event, "happened_on": day, "gap_days": gap, "n": n}
        for place, (event, day, gap, n) in enumerate(rows)
    ]
    return count(records(Kind.COUNTS, *given_rows), Kind.COUNTS)


def follow_ups(counted, until):
    rows = followed_up(counted, until=pl.lit(until))
    return sorted(rows.select("month", "gap_days", "follow_up_days", "n").rows(), key=str)


JANUARY, FEBRUARY, MARCH = date(2026, 1, 5), date(2026, 2, 10), date(2026, 3, 20)


def test_a_month_is_followed_from_its_last_day_whatever_the_days_of_its_rows():
    # By hand: 31 January to 20 March is 48 days, 28 February to 20 March is 20.
    counted = counts(("contact", JANUARY, 3, 5), ("contact", FEBRUARY, None, 7), ("contact", MARCH, None, 1))
    assert follow_ups(counted, MARCH) == [
        ("2026-01", 3, 48, 5),
        ("2026-02", None, 20, 7),
        ("2026-03", None, 0, 1),
    ]


def test_one_cannot_look_beyond_the_newest_contact_of_the_service():
    counted = counts(("contact", JANUARY, 3, 5), ("contact", FEBRUARY, None, 7))
    # By hand: 31 January to 10 February.
    assert follow_ups(counted, date(2026, 12, 31)) == [("2026-01", 3, 10, 5), ("2026-02", None, 0, 7)]


def test_other_events_and_contacts_that_nobody_can_link_are_left_out():
    counted = counts(("contact", JANUARY, 3, 5), ("contact_unlinked", JANUARY, None, 50), ("complaint", MARCH, None, 9))
    assert [row[-1] for row in follow_ups(counted, MARCH)] == [5]


def test_a_service_whose_contacts_never_have_a_gap_does_not_link_them_and_is_left_out():
    linking = counts(("contact", JANUARY, 3, 5), ("contact", JANUARY, None, 20))
    silent = counts(("contact", JANUARY, None, 40)).with_columns(service=pl.lit("passports"))
    found = followed_up(pl.concat([linking, silent]), until=pl.lit(JANUARY + timedelta(days=90)))
    assert set(found["service"]) == {"waste"}
    assert found["n"].sum() == 25


def test_no_contacts_are_followed_for_nothing():
    assert follow_ups(counts(("complaint", MARCH, None, 9)), MARCH) == []
