"""Ageing of open cases: bands, terms and ages, and what of them may be shown."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.audit import audit
from metrics.disclosure.primary import FEWEST_PERSONS
from metrics.disclosure.tables import Cell, Hidden, Secret, Sum, Table
from metrics.flow.ageing import (
    age_bands,
    ages,
    longest_past_due,
    open_cases,
    shown_ages,
    shown_parts,
    shown_past_due,
    standing,
)
from tests.metrics.builders import only, quickly

AS_OF = date(2026, 6, 30)


def waiting(*rows: tuple[int, int], due_in: int | None = None, project: str = "p") -> pl.DataFrame:
    """Cases by age and number, as `stock` gives them."""
    due = None if due_in is None else AS_OF + timedelta(days=due_in)
    given = [
        {"project": project, "as_of": AS_OF, "received_on": AS_OF - timedelta(days=age), "due_on": due, "n": n}
        for age, n in rows
    ]
    frame = pl.DataFrame(given, schema_overrides={"due_on": pl.Date, "n": pl.Int64})
    return frame.with_columns(left_on=pl.lit(None, dtype=pl.Date))


def parts(found: pl.DataFrame) -> dict[str, int | None]:
    return dict(found.select("part", "n").iter_rows())


def test_a_band_holds_its_last_day_and_a_case_that_came_today_is_in_the_first():
    rows = waiting((0, 1), (28, 1), (29, 1), (56, 1), (57, 1), (98, 1), (99, 1), (182, 1), (183, 1), (400, 1))
    assert parts(age_bands(open_cases(rows))) == {"0-28": 2, "29-56": 2, "57-98": 2, "99-182": 2, ">182": 2}


def test_a_band_without_cases_is_there_and_cases_that_are_closed_are_not():
    closed = waiting((40, 9)).with_columns(left_on=pl.lit(AS_OF))
    found = age_bands(open_cases(pl.concat([waiting((5, 7)), closed])), edges=[10, 20])
    assert parts(found) == {"0-10": 7, "11-20": 0, ">20": 0}


def test_the_median_lies_between_the_middle_two_and_counts_each_case():
    # By hand: ten cases of 1, 1, 1, 1, 1, 4, 9, 9, 9, 9 days; the middle two are 1 and 4.
    row = only(ages(open_cases(waiting((1, 5), (4, 1), (9, 4)))))
    assert (row["open"], row["median_days"], row["oldest_days"]) == (10, 2.5, 9)


@pytest.mark.parametrize(("n", "told"), [(4, (None, None)), (9, (9, None)), (10, (10, 7))])
def test_ages_are_told_of_ten_or_more_and_a_number_of_five_or_more(n, told):
    row = only(shown_ages(ages(open_cases(waiting((7, n))))))
    assert (row["open"], row["oldest_days"]) == told


def test_the_standing_to_the_term_goes_by_the_days_that_are_left():
    rows = [waiting((9, 1 + index), due_in=due_in) for index, due_in in enumerate((-3, 0, 1, 14, 15, None))]
    assert parts(standing(open_cases(pl.concat(rows)))) == {
        "past_due": 1 + 2,
        "due_soon": 3 + 4,
        "not_yet_due": 5,
        "no_term": 6,
    }


def test_the_promise_of_the_service_has_a_standing_of_its_own():
    rows = waiting((9, 6), due_in=-3).rename({"due_on": "service_due_on"})
    assert parts(standing(open_cases(rows), due="service_due_on"))["past_due"] == 6


def test_the_oldest_past_its_term_and_the_longest_late_need_not_be_the_same_case():
    rows = pl.concat([waiting((300, 9), due_in=-1), waiting((90, 8), due_in=-30), waiting((900, 3), due_in=5)])
    row = only(longest_past_due(open_cases(rows)))
    assert (row["open"], row["oldest_days"], row["late_days"]) == (17, 300, 30)


@pytest.mark.parametrize(("n", "told"), [(9, (None, None)), (10, (300, 1))])
def test_how_late_is_told_of_ten_or_more_and_their_number_only_with_the_other_parts(n, told):
    row = only(shown_past_due(longest_past_due(open_cases(waiting((300, n), due_in=-1)))))
    assert row == {"project": "p", "oldest_days": told[0], "late_days": told[1]}


def of(*numbers: int) -> pl.DataFrame:
    rows = [("p", f"part {index}", n) for index, n in enumerate(numbers)]
    return pl.DataFrame(rows, schema={"project": pl.String, "part": pl.String, "n": pl.Int64}, orient="row")


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((98, 67, 32, 21, 10), (98, 67, 32, 21, 10)),
        # The total is known, so that a hidden three needs the smallest other beside it.
        ((98, 67, 32, 21, 3), (98, 67, 32, None, None)),
        # Two hidden that hold two persons together are one each: a third must go.
        ((98, 67, 32, 1, 1), (98, 67, None, None, None)),
        ((98, 67, 32, 4, 3), (98, 67, 32, None, None)),
        ((98, 0, 0, 0, 3), (None, 0, 0, 0, None)),
        ((0, 0, 0, 0, 3), (0, 0, 0, 0, None)),
        ((0, 0, 0, 0, 0), (0, 0, 0, 0, 0)),
    ],
)
def test_a_handful_is_hidden_with_so_many_others_that_the_total_does_not_tell_it(numbers, told):
    assert tuple(shown_parts(of(*numbers))["n"]) == told


@quickly
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=2, max_size=6))
def test_what_is_hidden_stands_the_audit_of_the_total_and_all_its_parts(numbers):
    """Second way: the linear programmes of disclosure control, where the total is shown unless it is small itself."""
    total, secret = sum(numbers), {True: Secret.PERSONS, False: None}
    cells = [Cell(name=f"part {index}", n=n, secret=secret[0 < n < FEWEST_PERSONS]) for index, n in enumerate(numbers)]
    whole = Cell(name="whole", n=total, secret=secret[0 < total < FEWEST_PERSONS])
    table = Table(cells=(whole, *cells), sums=(Sum(total="whole", parts=tuple(cell.name for cell in cells)),))
    hidden = shown_parts(of(*numbers)).filter("hidden")["part"].to_list()
    few = ["whole"] if whole.secret else []
    found = audit(table, Hidden(counts=frozenset([*hidden, *few]), figures=frozenset()))
    assert all(one.safe for one in found)


def test_the_parts_of_two_projects_do_not_hide_each_other():
    both = pl.concat([of(98, 67, 3), of(50, 40, 30).with_columns(project=pl.lit("q"))])
    assert tuple(shown_parts(both)["n"]) == (98, None, None, 50, 40, 30)
