"""Complementary hiding, by hand and against an attacker of another make."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.audit import audit
from metrics.disclosure.secondary import suppress
from metrics.disclosure.tables import Secret, Sum, Table
from metrics.disclosure.totals import crossed
from tests.metrics.builders import quickly
from tests.metrics.disclosure.attacker import Attacker, Shown
from tests.metrics.disclosure.tables import cell, hiding, row_of, table


def hidden(one):
    found = suppress(one)
    return " ".join(sorted(found.counts)), " ".join(sorted(found.figures - found.counts))


# --- by hand -----------------------------------------------------------------------------------------------------


def test_nothing_is_hidden_where_nothing_is_secret():
    assert suppress(row_of((350, 200), (120, 50))) == hiding()


def test_of_one_dimension_the_next_smallest_is_hidden_too():
    assert hidden(row_of(350, 120, 40, 3)) == ("c d", "")


def test_of_two_dimensions_every_touched_row_and_column_has_two_hidden():
    counts = pl.DataFrame(
        {"who": ["a", "a", "b", "b"], "where": ["x", "y", "x", "y"], "n": [3, 40, 60, 70]},
    )
    assert hidden(crossed(counts)) == ("a|x a|y b|x b|y", "")


def test_a_single_cell_that_is_a_secret_is_hidden():
    assert hidden(table({"a": 3}, {})) == ("a", "")


def test_a_total_of_a_few_is_hidden_with_its_parts():
    assert hidden(row_of(3, 1)) == ("a b total", "")


def test_all_small_leaves_the_grand_total():
    assert hidden(row_of(3, 2, 4)) == ("a b c", "")


def test_a_table_of_nobody_hides_nothing():
    assert hidden(row_of(0, 0)) == ("", "")


def test_a_hidden_month_is_not_given_away_by_its_quarter():
    one = table({"jan": 3, "feb": 30, "mar": 40, "q1": 73}, {"q1": ["jan", "feb", "mar"]})
    assert hidden(one) == ("feb jan", "")


def test_a_baseline_across_two_quarters_does_not_give_away_what_the_quarters_hide():
    # By hand: with feb hidden for q1 the baseline less apr would give mar = 40, q1 less mar and feb's partner the rest.
    one = table(
        {"jan": 50, "feb": 3, "mar": 40, "apr": 60, "may": 70, "q1": 93, "baseline": 103},
        {"q1": ["jan", "feb", "mar"], "baseline": ["feb", "mar", "apr"]},
    )
    assert hidden(one) == ("feb mar", "")
    assert all(found.safe for found in audit(one, suppress(one)))


def test_where_one_more_sum_narrows_the_range_another_cell_is_hidden():
    # By hand: feb and mar are 43 in q1; but with mar shown apart as 39 + 1, feb is between 3 and 4.
    one = table(
        {"feb": 3, "mar": 40, "jan": 50, "q1": 93, "web": 39, "desk": 1, "feb web": 2, "feb desk": 1},
        {"q1": ["jan", "feb", "mar"], "mar": ["web", "desk"], "feb": ["feb web", "feb desk"]},
    )
    found = suppress(one)
    assert {"feb", "desk", "feb web", "feb desk"} <= found.counts
    assert all(found.safe for found in audit(one, found))


def test_a_few_persons_hide_a_number_and_a_withheld_figure_only_a_figure():
    assert hidden(row_of((200, 120), (90, 50), (60, 30), (3, 1))) == ("c d", "")
    assert hidden(row_of((200, 120), (90, 50), (60, 30), (7, 3))) == ("", "c d")


def test_every_secret_of_a_project_of_few_is_hidden_in_the_end():
    # All of everything had a hit: nothing of it may be certain, so nothing is shown but numbers.
    one = row_of((30, 30), (12, 12), (25, 25))
    assert hidden(one) == ("", "a b c total")


def test_the_same_table_is_hidden_the_same_way_each_time():
    one = crossed(pl.DataFrame({"a": list("xxxyyyzzz"), "b": list("uvwuvwuvw"), "n": [4, 9, 9, 9, 4, 9, 9, 9, 4]}))
    assert suppress(one) == suppress(one)


@pytest.mark.parametrize("fewest", [3, 10])
def test_another_smallest_number_asks_for_as_wide_a_range(fewest):
    counts = pl.DataFrame({"a": list("pqrs"), "n": [fewest - 1, fewest + 4, 50, 60]})
    one = crossed(counts, fewest=fewest)
    (found,) = audit(one, suppress(one))
    assert (found.needed, found.safe) == (fewest, True)


# --- against an attacker of another make -------------------------------------------------------------------------


def attacker_of(groups, holds, pattern):
    """Somebody who reads what a pattern leaves of cells; `holds` gives the innermost groups of each cell."""
    shown = [
        Shown(
            groups=holds[one.name],
            n=None if one.name in pattern.counts else one.n,
            hits=None if one.name in pattern.figures else one.hits,
        )
        for one in groups
    ]
    return Attacker(groups=len(frozenset().union(*holds.values())), cells=tuple(shown))


def assert_nothing_secret_can_be_worked_out(one, holds):
    attacker = attacker_of(one.cells, holds, suppress(one))
    for secret in one.cells:
        if secret.secret is None:
            continue
        inside = holds[secret.name]
        wanted = {(1, 1): 5} if secret.secret is Secret.PERSONS else {(1, 0): 1}
        if secret.secret is Secret.PERSONS and secret.hits is not None:
            wanted |= {(1, 0): 1, (0, 1): 1}
        for (hits, misses), needed in wanted.items():
            low, high = attacker.range_of(inside, hits=hits, misses=misses)
            assert high - low >= needed - 1e-6, (secret, hits, misses)
            assert not attacker.works_out(inside, hits=hits, misses=misses), (secret, hits, misses)


counted = st.integers(0, 14)


@quickly
@given(st.lists(counted, min_size=1, max_size=7))
def test_no_secret_of_one_dimension_can_be_worked_out(counts):
    one = row_of(*counts)
    holds = {name: frozenset([place]) for place, name in enumerate("abcdefgh"[: len(counts)])}
    assert_nothing_secret_can_be_worked_out(one, {**holds, "total": frozenset(range(len(counts)))})


@quickly
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_no_secret_of_two_dimensions_can_be_worked_out(height, width, data):
    places = list(product(range(height), range(width)))
    rows = [{"a": f"a{row}", "b": f"b{column}", "n": data.draw(counted)} for row, column in places]
    holds = {
        f"{a}|{b}": frozenset(
            group
            for group, (row, column) in enumerate(places)
            if a in ("all", f"a{row}") and b in ("all", f"b{column}")
        )
        for a in ("all", *(f"a{row}" for row in range(height)))
        for b in ("all", *(f"b{column}" for column in range(width)))
    }
    assert_nothing_secret_can_be_worked_out(crossed(pl.DataFrame(rows)), holds)


answered = st.tuples(counted, counted).map(lambda pair: (max(pair), min(pair)))

SPANS = {"q1": (0, 3), "q2": (3, 6), "baseline": (1, 4), "year": (0, 6)}


def timed(months):
    """Six months by two channels, their quarters, year and a baseline across the quarters, with hits."""
    cells, holds, sums = {}, {}, {}
    spans = {**{f"m{month}": (month, month + 1) for month in range(6)}, **SPANS}
    for span, (first, last) in spans.items():
        for who, channels in {"all": (0, 1), "web": (0,), "desk": (1,)}.items():
            groups = frozenset(2 * month + channel for month in range(first, last) for channel in channels)
            cells[f"{span} {who}"] = tuple(sum(months[group][part] for group in groups) for part in (0, 1))
            holds[f"{span} {who}"] = groups
            if span in SPANS:
                sums[f"{span} {who}"] = [f"m{month} {who}" for month in range(first, last)]
    both = [Sum(total=f"{span} all", parts=(f"{span} web", f"{span} desk")) for span in spans]
    times = [Sum(total=total, parts=tuple(parts)) for total, parts in sums.items()]
    return Table(cells=tuple(cell(name, one) for name, one in cells.items()), sums=(*both, *times)), holds


@quickly
@given(st.lists(answered, min_size=12, max_size=12))
def test_no_secret_in_time_can_be_worked_out(months):
    assert_nothing_secret_can_be_worked_out(*timed(months))


@pytest.mark.parametrize("one", [(0, 0), (1, 1), (1, 0), (4, 4), (6, 6), (12, 0)])
def test_no_secret_of_months_that_are_all_alike_can_be_worked_out(one):
    assert_nothing_secret_can_be_worked_out(*timed([one] * 12))


def test_the_attacker_does_find_what_is_hidden_alone():
    # Without this the tests above would prove nothing.
    one = row_of((40, 20), (3, 1))
    holds = {"a": frozenset([0]), "b": frozenset([1]), "total": frozenset([0, 1])}
    attacker = attacker_of(one.cells, holds, hiding("b"))
    assert attacker.range_of(frozenset([1]), hits=1, misses=1) == pytest.approx((3.0, 3.0))
    assert attacker.works_out(frozenset([1]), hits=1, misses=0)
    assert not attacker_of(one.cells, holds, hiding("a b")).works_out(frozenset([1]), hits=1, misses=1)
