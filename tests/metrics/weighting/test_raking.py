"""Raked figures: both margins reproduced, refusals by name, and the standard error by a second method."""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.weighting.cautions import Unweighted
from metrics.weighting.post_stratified import post_stratified
from metrics.weighting.raking import raked, raking_weights
from metrics.weighting.strata import cells
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered_in, came_in, share

STRATA = ["channel", "customer"]

COUNTS = {
    ("website", "resident"): share(40, 10),
    ("website", "business"): share(15, 10),
    ("desk", "resident"): share(12, 8),
    ("desk", "business"): share(5, 5),
}


def table(counts, volumes=None):
    known = {cell: sum(scores.values()) for cell, scores in counts.items()}
    return cells(answered_in(counts), came_in(volumes or known), by=BY, strata=STRATA)


def margins(channels, customers):
    return {
        name: pl.DataFrame(
            list(levels.items()), schema={name: pl.String, "volume": pl.Int64}, orient="row"
        ).with_columns(project=pl.lit("p"))
        for name, levels in (("channel", channels), ("customer", customers))
    }


def figure(counts, channels, customers):
    return only(raked(table(counts), margins(channels, customers), by=BY))


def weights(counts, channels, customers):
    rows = raking_weights(table(counts), margins(channels, customers), by=BY)
    return {(channel, who): weight for channel, who, weight in rows.select(*STRATA, "weight").rows()}


def test_weights_that_fit_already_are_found_at_once():
    # By hand: 60/40 and 60/40 over 4 equal cells is the product, .36 .24 .24 .16, of 100 cases over 10 answers each.
    equal = {cell: share(5, 5) for cell in COUNTS}
    found = weights(equal, {"website": 60, "desk": 40}, {"resident": 60, "business": 40})
    assert found == pytest.approx(
        {
            ("website", "resident"): 3.6,
            ("website", "business"): 2.4,
            ("desk", "resident"): 2.4,
            ("desk", "business"): 1.6,
        },
        abs=1e-12,
    )


def test_the_figure_is_the_mean_at_the_weights():
    found = weights(COUNTS, {"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    row = figure(COUNTS, {"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    good = sum(found[cell] * scores[1.0] for cell, scores in COUNTS.items())
    assert row["value"] == pytest.approx(good / 1000, abs=1e-12)
    assert row["reason"] is None
    assert (row["n"], row["strata"], row["smallest_n"]) == (105, 4, 30)
    squares = sum(found[cell] ** 2 * sum(scores.values()) for cell, scores in COUNTS.items())
    assert row["n_eff"] == pytest.approx(1000**2 / squares, abs=1e-6)
    assert row["weight_ratio"] == pytest.approx(max(found.values()) / min(found.values()), abs=1e-9)
    assert row["spread"] == pytest.approx(row["value"] * (1 - row["value"]), abs=1e-12)


def test_the_standard_error_rests_on_what_least_squares_leaves_of_the_scores():
    # Second method: each answer by itself, residuals of a least-squares fit on both margins (numpy).
    channels, customers = {"website": 600, "desk": 400}, {"resident": 700, "business": 300}
    found = weights(COUNTS, channels, customers)
    each = [(cell, score) for cell, scores in COUNTS.items() for score, n in scores.items() for _ in range(n)]
    design = np.array([[1.0, cell[0] == "desk", cell[1] == "business"] for cell, _ in each], dtype=float)
    scores = np.array([score for _, score in each])
    left = scores - design @ np.linalg.lstsq(design, scores, rcond=None)[0]
    moved = np.array([found[cell] for cell, _ in each]) * left
    n = len(each)
    error = math.sqrt(n / (n - 1) * ((moved - moved.mean()) ** 2).sum()) / 1000
    row = figure(COUNTS, channels, customers)
    assert row["standard_error"] == pytest.approx(error, abs=1e-7)
    assert row["linearised_error"] == row["standard_error"]
    assert (row["plug_in_error"], row["freedom"]) == (None, None)


def test_a_level_with_cases_and_no_answers_is_refused_as_silent():
    row = figure(COUNTS, {"website": 600, "desk": 300, "post": 100}, {"resident": 700, "business": 300})
    assert (row["value"], row["reason"], row["n"]) == (None, Unweighted.CHANNELS_SILENT, 0)


def test_margins_with_different_totals_are_refused():
    row = figure(COUNTS, {"website": 600, "desk": 400}, {"resident": 700, "business": 301})
    assert (row["value"], row["reason"]) == (None, Unweighted.MARGINS_DIFFER)


@pytest.mark.parametrize("customers", [{}, {"resident": 0, "business": 0}])
def test_a_margin_without_volume_is_refused(customers):
    row = figure(COUNTS, {"website": 600, "desk": 400}, customers)
    assert (row["value"], row["reason"]) == (None, Unweighted.NO_VOLUMES)


def test_weights_that_cannot_settle_are_refused_by_name_and_never_half_converged():
    # By hand: with answers on the diagonal only, 60 cases by website are also the 60 of residents, and not 70.
    diagonal = {("website", "resident"): share(9, 1), ("desk", "business"): share(5, 5)}
    row = figure(diagonal, {"website": 60, "desk": 40}, {"resident": 70, "business": 30})
    assert (row["value"], row["reason"], row["n"]) == (None, Unweighted.NOT_CONVERGED, 0)
    found = weights(diagonal, {"website": 60, "desk": 40}, {"resident": 70, "business": 30})
    assert set(found.values()) == {None}


def test_answers_in_a_level_where_nobody_came_weigh_nothing():
    more = {**COUNTS, ("chat", "resident"): share(0, 50)}
    row = figure(more, {"website": 600, "desk": 400, "chat": 0}, {"resident": 700, "business": 300})
    alone = figure(COUNTS, {"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    assert (row["value"], row["n"]) == (pytest.approx(alone["value"], abs=1e-12), 105)
    found = weights(more, {"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    assert found["chat", "resident"] is None


def test_nobody_answered_is_no_figure():
    nobody = {cell: share(0, 0) for cell in COUNTS}
    row = figure(nobody, {"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    assert (row["value"], row["reason"], row["n"]) == (None, Unweighted.CHANNELS_SILENT, 0)


def test_a_single_answer_has_no_standard_error():
    row = figure({("desk", "resident"): share(1, 0)}, {"desk": 4}, {"resident": 4})
    assert (row["value"], row["standard_error"], row["spread"]) == (1.0, None, 0.0)


def test_one_group_that_cannot_be_raked_leaves_the_others_as_they_are():
    diagonal = {("website", "resident"): share(9, 1), ("desk", "business"): share(5, 5)}
    rows = pl.concat([table(COUNTS), table(diagonal).with_columns(project=pl.lit("q"))])
    asked = margins({"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    both = {name: pl.concat([one, one.with_columns(project=pl.lit("q"))]) for name, one in asked.items()}
    found = raked(rows, both, by=BY).sort("project")
    alone = figure(COUNTS, {"website": 600, "desk": 400}, {"resident": 700, "business": 300})
    assert found["reason"].to_list() == [None, Unweighted.NOT_CONVERGED]
    assert found["value"].to_list() == [pytest.approx(alone["value"], abs=1e-12), None]


cell_counts = st.fixed_dictionaries(
    {
        (channel, who): st.dictionaries(st.integers(1, 5), st.integers(1, 9), min_size=1)
        for channel in ("desk", "telephone", "website")
        for who in ("business", "resident")
    }
)
volumes = st.fixed_dictionaries(
    {
        (channel, who): st.integers(1, 200)
        for channel in ("desk", "telephone", "website")
        for who in ("business", "resident")
    }
)


def summed(volume, place):
    totals = {}
    for cell, n in volume.items():
        totals[cell[place]] = totals.get(cell[place], 0) + n
    return totals


@quickly
@given(cell_counts, volumes)
def test_raking_reproduces_both_margins(counts, volume):
    found = weights(counts, summed(volume, 0), summed(volume, 1))
    stood_for = {cell: weight * sum(counts[cell].values()) for cell, weight in found.items()}
    whole = sum(volume.values())
    for place in (0, 1):
        assert summed(stood_for, place) == pytest.approx(summed(volume, place), abs=1e-8 * whole)


@quickly
@given(cell_counts, volumes)
def test_raked_weights_are_those_of_a_plain_loop(counts, volume):
    n = {cell: sum(scores.values()) for cell, scores in counts.items()}
    weight = dict.fromkeys(n, 1.0)
    for _ in range(300):
        for place in (0, 1):
            now = summed({cell: weight[cell] * n[cell] for cell in n}, place)
            weight = {cell: weight[cell] * summed(volume, place)[cell[place]] / now[cell[place]] for cell in n}
    assert weights(counts, summed(volume, 0), summed(volume, 1)) == pytest.approx(weight, rel=1e-6)


@quickly
@given(cell_counts)
def test_raking_to_the_answers_own_margins_gives_the_crude_figure(counts):
    n = {cell: sum(scores.values()) for cell, scores in counts.items()}
    each = [score for scores in counts.values() for score, times in scores.items() for _ in range(times)]
    row = figure(counts, summed(n, 0), summed(n, 1))
    assert row["value"] == pytest.approx(fmean(each), abs=1e-9)
    assert row["n_eff"] == pytest.approx(len(each), abs=1e-6)


@quickly
@given(cell_counts, st.dictionaries(st.sampled_from(["desk", "website"]), st.integers(1, 99), min_size=2))
def test_raking_to_margins_that_are_independent_in_the_answers_is_post_stratification(counts, channels):
    # With one customer only, the second margin asks nothing more.
    residents = {cell: scores for cell, scores in counts.items() if cell[1] == "resident" and cell[0] in channels}
    row = figure(residents, channels, {"resident": sum(channels.values())})
    rows = table(residents, {(channel, "resident"): n for channel, n in channels.items()})
    assert row["value"] == pytest.approx(only(post_stratified(rows, BY))["value"], abs=1e-9)
    assert row["linearised_error"] == pytest.approx(only(post_stratified(rows, BY))["linearised_error"], abs=1e-9)
