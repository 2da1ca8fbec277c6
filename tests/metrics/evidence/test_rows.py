"""Rows of evidence as the claims read them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from metrics.evidence.rows import detail_of, open_share, rows_of, same_instrument, support, weighted
from metrics.periods import Grain
from tests.metrics.builders import AS_OF, answers, satisfied, scope, seen
from tests.metrics.evidence.projects import SATISFACTION, started

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def row(*, n=100, support=100, **detail):
    return {"n": n, "support": support, "detail": json.dumps(detail) if detail else None}


def now_and_baseline(*rows, grain, **changed):
    one = started(**changed)
    found = rows_of(seen(answers(*rows), scopes=[one], grain=grain), SATISFACTION, [one], grain)
    return tuple(None if row is None else (row["period_start"], row["n"]) for row in found["p"])


def test_now_is_the_newest_complete_period_and_the_baseline_its_own():
    rows = [*satisfied(9, 9, answered_on=date(2025, 1, 5)), *satisfied(5, 6, answered_on=MAY)]
    rows += satisfied(8, 8, answered_on=JUNE)
    baseline = (date(2024, 7, 1), 18)
    assert now_and_baseline(*rows, grain=Grain.MONTH) == ((JUNE, 16), baseline)
    assert now_and_baseline(*rows, grain=Grain.MONTH, as_of=date(2026, 6, 29)) == ((MAY, 11), baseline)
    assert now_and_baseline(*rows, grain=Grain.QUARTER) == ((date(2026, 4, 1), 27), baseline)


def test_one_period_with_everything_is_now_itself():
    rows = [*satisfied(9, 9, answered_on=date(2025, 1, 5)), *satisfied(8, 8, answered_on=JUNE)]
    assert now_and_baseline(*rows, grain=Grain.ALL) == ((date(2025, 1, 1), 34), (date(2024, 7, 1), 18))


@pytest.mark.parametrize("grain", [Grain.MONTH, Grain.ALL])
def test_a_project_without_records_has_neither(grain):
    other = scope(project="q", services=("parking",))
    evidence = seen(answers(*satisfied(9, 9, answered_on=JUNE)), scopes=[started(), other], grain=grain)
    found = rows_of(evidence, SATISFACTION, [started(), other], grain)
    assert found["q"] == (None, None)
    assert found["p"][0]["n"] == 18
    assert found["p"][1] is None


def test_each_project_is_looked_at_on_its_own_as_of_day():
    early = scope(project="q", services=("passports",), as_of=date(2026, 5, 31))
    both = [started(as_of=AS_OF), early]
    rows = [*satisfied(5, 6, answered_on=MAY), *satisfied(8, 8, answered_on=JUNE)]
    found = rows_of(seen(answers(*rows), scopes=both), SATISFACTION, both, Grain.MONTH)
    assert {name: now["period_start"] for name, (now, _) in found.items()} == {"p": JUNE, "q": MAY}


def test_the_support_is_the_smaller_of_the_two():
    assert support(row(support=40), row(support=12)) == 12
    assert support(row(support=12), None) == 12
    assert support(None, row(support=40)) == 40
    assert support(row(support=None), row(support=40)) == 40


def test_support_that_is_not_there_is_unknown_and_not_zero():
    assert support(None, None) is None
    assert support(row(support=None), None) is None


def test_a_row_without_detail_tells_nothing():
    assert detail_of(None) == {}
    assert detail_of(row()) == {}
    assert detail_of(row(scale="1-5")) == {"scale": "1-5"}


def test_a_figure_is_weighted_where_the_crude_one_stands_beside_it():
    assert weighted(row(crude=0.8))
    assert not weighted(row(unweighted="no_volumes"))
    assert not weighted(None)


@pytest.mark.parametrize(
    ("now", "baseline", "same"),
    [
        ({"scale": "1-5", "question": "a"}, {"scale": "1-5", "question": "a"}, True),
        ({"scale": "1-5", "question": "a"}, {"scale": "1-10", "question": "a"}, False),
        ({"scale": "1-5", "question": "a"}, {"scale": "1-5", "question": "b"}, False),
        ({"scale": "1-5", "question": None}, {"scale": "1-5", "question": "b"}, False),
        ({"scale": "1-5", "question": "a"}, {}, True),
        ({}, {"scale": "1-5", "question": "a"}, True),
        ({"open": 3}, {"open": 5}, True),
    ],
)
def test_two_figures_are_of_one_instrument_on_one_scale_and_in_the_same_words(now, baseline, same):
    assert same_instrument(row(**now), row(**baseline)) is same


def test_what_is_not_there_is_of_no_other_instrument():
    assert same_instrument(None, row(scale="1-5"))


def test_the_open_share_is_that_of_cases_and_unknown_for_answers():
    assert open_share(row(n=80, open=20)) == 0.25
    assert open_share(row(n=80, open=0)) == 0.0
    assert open_share(row(n=80, scale="1-5")) is None
    assert open_share(row(n=None, open=3)) is None
    assert open_share(row(n=0, open=0)) is None
    assert open_share(None) is None
