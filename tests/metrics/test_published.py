"""Published figures held against our own formulas, on real figures."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.counting import count
from metrics.published import compare, parted_since
from metrics.records import Kind
from metrics.scope import scope_frame
from tests.metrics.builders import answers, only, records, scope

OPG = ("use-an-lpa", "make-a-lpa", "deputy-reporting")


@pytest.fixture(scope="module")
def opg(public):
    published, given = (count(public[kind], kind) for kind in (Kind.PUBLISHED, Kind.ANSWERS))
    return compare(published, given, scope_frame([scope(project=one, services=(one,)) for one in OPG]))


def compared(percents, *given):
    """Compare percentages of months of 2026, from January, with counts of the five answers."""
    said = [
        {
            "source_id": f"{month}",
            "service": "passports",
            "item": "satisfaction",
            "percent": float(percent),
            "published_for": date(2026, month, 1),
        }
        for month, percent in enumerate(percents, start=1)
    ]
    rows = [
        {"value": value, "n": n, "answered_on": date(2026, month, 3)}
        for month, counts in enumerate(given, start=1)
        for value, n in enumerate(counts, start=1)
    ]
    published = count(records(Kind.PUBLISHED, *said), Kind.PUBLISHED)
    return compare(published, count(answers(*rows), Kind.ANSWERS), scope_frame([scope()]))


# By hand: score 72.5 %, top share 70 %.
COUNTS = (5, 10, 15, 30, 40)


def test_published_and_recomputed_part_in_exactly_eleven_service_months(opg):
    parted = opg.filter("differs").select("service", "month")
    assert set(parted.rows()) == {
        ("use-an-lpa", date(2023, 2, 1)),
        ("use-an-lpa", date(2025, 4, 1)),
        *((service, date(2026, month, 1)) for service in OPG for month in (4, 5, 6)),
    }
    assert parted.height == 11


def test_two_slips_are_of_0_7_and_1_3_points_and_explained_by_nothing(opg):
    slips = (
        opg.filter("differs").filter(month=date(2023, 2, 1)).vstack(opg.filter(month=date(2025, 4, 1), differs=True))
    )
    off = [round(100 * abs(row["published"] - row["recomputed"]), 1) for row in slips.iter_rows(named=True)]
    assert off == [0.7, 1.3]
    assert slips["explained_by"].to_list() == [None, None]


def test_from_april_2026_the_published_figure_is_the_top_share_2_5_to_4_points_higher(opg):
    since = opg.filter(opg["month"] >= date(2026, 4, 1))
    off = [100 * (row["published"] - row["recomputed"]) for row in since.iter_rows(named=True)]
    assert (round(min(off), 1), round(max(off), 1)) == (2.5, 4.0)
    assert set(since["explained_by"]) == {"satisfaction"}


def test_the_change_of_formula_is_dated_april_2026_for_all_three_services(opg):
    found = parted_since(opg)
    assert set(found["service"]) == set(OPG)
    assert set(found.select("since", "months", "explained_by").rows()) == {(date(2026, 4, 1), 3, "satisfaction")}


def test_a_whole_percentage_within_half_a_point_follows_from_the_answers():
    # The score is 72.5 %: both 72 and 73 are a rounding of it, 74 is not.
    assert compared([72, 73, 74], COUNTS, COUNTS, COUNTS)["differs"].to_list() == [False, False, True]


def test_a_figure_is_explained_by_the_formula_that_gives_it_or_by_none():
    found = compared([73, 70, 50], COUNTS, COUNTS, COUNTS)
    assert found["recomputed"].to_list() == pytest.approx([0.725] * 3)
    assert found["top_share"].to_list() == pytest.approx([0.7] * 3)
    assert found["explained_by"].to_list() == ["satisfaction_weighted", "satisfaction", None]


def test_a_month_of_which_only_the_percentage_is_known_is_not_compared():
    assert compared([73, 73], COUNTS)["month"].to_list() == [date(2026, 1, 1)]


def test_a_month_with_too_few_answers_to_show_is_not_compared():
    assert compared([73, 73], (1, 1, 1, 2, 4), (1, 1, 1, 2, 5))["n"].to_list() == [10]


def test_one_slip_at_the_end_is_not_a_change_of_formula():
    assert parted_since(compared([73, 70], COUNTS, COUNTS)).is_empty()


def test_a_figure_that_never_followed_did_not_stop_following():
    assert parted_since(compared([70, 70], COUNTS, COUNTS)).is_empty()


def test_a_change_that_two_formulas_must_explain_is_explained_by_none():
    row = only(parted_since(compared([73, 70, 50], COUNTS, COUNTS, COUNTS)))
    assert (row["since"], row["months"], row["explained_by"]) == (date(2026, 2, 1), 2, None)
