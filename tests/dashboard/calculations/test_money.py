"""All calculations about funding together: their names, their examples and what comes out of them."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from dashboard.calculations.money import METHODS


def test_every_name_stands_for_one_method():
    names = [method.name for method in METHODS]
    assert len(set(names)) == len(names) == 15


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_example_is_understood_and_its_outcome_is_ready_for_json(method):
    outcome = method.run(method.given.model_validate(json.loads(json.dumps(method.example))))
    assert json.loads(json.dumps(outcome, allow_nan=False)) != {}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_key_that_a_method_does_not_know_is_refused(method):
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        method.given.model_validate({**method.example, "colour": "blue"})
