"""Calculations on small cells: the examples by hand, and what is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from dashboard.calculations.small_cells import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


def cells(*counts):
    rows = [{"of": {"a": value}, "n": n} for value, n in zip("pqrs", counts, strict=False) if isinstance(n, int)]
    both = [
        {"of": {"a": value}, "n": one[0], "hits": one[1]}
        for value, one in zip("pqrs", counts, strict=False)
        if isinstance(one, tuple)
    ]
    return [*rows, *both]


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_the_outcome_of_the_example_can_be_written_as_json(method):
    result = method.run(method.given.model_validate(method.example))
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_a_key_that_a_method_does_not_know_is_refused(method):
    with pytest.raises(ValidationError, match="treshold"):
        method.given.model_validate({**method.example, "treshold": 5})


def test_of_the_example_the_next_smallest_is_hidden_and_three_can_be_0_to_43():
    # By hand: 513 less 350 and 120 leaves 43 for desk and post together; with desk shown, 3 for post.
    result = calculated("small-cells")
    assert result["persons_hidden"] == ["post"]
    assert result["numbers_hidden_in_all"] == ["desk", "post"]
    (bare,), (found,) = result["could_be_if_nothing_more_were_hidden"], result["could_be"]
    assert (bare["low"], bare["high"], bare["safe"]) == (3.0, 3.0, False)
    assert (found["cell"], found["counted"], found["low"], found["high"], found["safe"]) == (
        "post",
        "persons",
        0.0,
        43.0,
        True,
    )


def test_a_figure_on_seven_hides_the_figure_of_the_next_smallest_and_no_number():
    result = calculated("small-cells", cells=cells((200, 120), (90, 50), (7, 3)))
    assert result["figures_hidden"] == ["r"]
    assert (result["numbers_hidden_in_all"], result["figures_hidden_in_all"]) == ([], ["q", "r"])
    # By hand: 97 persons with 53 hits are left, so seven of them can have 0 to 7.
    assert [(one["low"], one["high"]) for one in result["could_be"]] == [(0.0, 7.0)]


def test_what_nothing_bounds_has_no_highest():
    result = calculated("small-cells", cells=cells(3, 1))
    assert result["numbers_hidden_in_all"] == ["all", "p", "q"]
    assert {one["high"] for one in result["could_be"]} == {None}


def test_properties_may_stand_in_any_order():
    turned = [
        {"of": {"who": "old", "where": "desk"}, "n": 3},
        {"of": {"where": "web", "who": "old"}, "n": 60},
    ]
    assert calculated("small-cells", cells=turned)["persons_hidden"] == ["all|desk", "old|desk"]


def test_that_nobody_is_there_can_be_a_secret():
    assert calculated("small-cells", cells=cells(0, 50, 60))["persons_hidden"] == []
    assert calculated("small-cells", cells=cells(0, 50, 60), nobody_tells=True)["persons_hidden"] == ["p"]


def test_another_smallest_number_hides_more():
    assert calculated("small-cells", cells=cells(9, 50, 60), fewest=10)["persons_hidden"] == ["p"]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [{"of": {}, "n": 3}],
        [{"of": {"a": "all"}, "n": 3}],
        [{"of": {"a": ""}, "n": 3}],
        [{"of": {"a": "p"}, "n": -1}],
        [{"of": {"a": "p"}, "n": 3, "hits": 4}],
        [{"of": {"a": "p"}, "n": 3}, {"of": {"b": "q"}, "n": 3}],
        [{"of": {"a": "p"}, "n": 3, "hits": 1}, {"of": {"a": "q"}, "n": 3}],
    ],
)
def test_cells_that_are_no_table_are_refused(wrong):
    with pytest.raises(ValidationError):
        calculated("small-cells", cells=wrong)


def test_a_smallest_number_of_one_hides_nothing_and_is_refused():
    with pytest.raises(ValidationError):
        calculated("small-cells", fewest=1)


def test_what_a_total_and_ten_leave_are_two_with_a_mean_of_one():
    # By hand: 36 points less 34 are 2 points for two persons.
    assert calculated("group-left-over") == {"n": 2, "mean": pytest.approx(1.0)}


def test_where_nobody_is_left_over_there_is_no_mean():
    assert calculated("group-left-over", shown=[{"n": 12, "mean": 3.0}]) == {"n": None, "mean": None}


def test_a_third_of_six_are_two_and_may_not_be_shown():
    assert calculated("share-as-counts") == {"hits": 2, "others": 4, "may_be_shown": False}
    assert calculated("share-as-counts", n=40)["may_be_shown"] is True


@pytest.mark.parametrize("wrong", [{"share": 33}, {"share": -0.1}, {"n": -1}])
def test_a_share_outside_0_to_1_is_refused(wrong):
    with pytest.raises(ValidationError):
        calculated("share-as-counts", **wrong)


def test_a_period_between_two_totals_is_found_and_a_second_one_must_be_hidden():
    # By hand: 41 less 40 is 1.
    assert calculated("running-totals") == {"found": [{"period": 2, "n": 1}], "hide": ["1", "2"]}


def test_periods_that_cannot_be_found_leave_nothing_to_advise():
    result = calculated("running-totals", running=[40, None, 78], shown=[40, None, None])
    assert result == {"found": [], "hide": None}


def test_as_many_totals_as_periods_are_needed():
    with pytest.raises(ValidationError, match="as many of both"):
        calculated("running-totals", running=[40])
