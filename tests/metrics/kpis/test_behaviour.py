"""The definitions of behaviour: what feeds them, and which way is better."""

from __future__ import annotations

import pytest

from metrics.estimators.events import Event
from metrics.kpi import Direction, Measure, Unit
from metrics.kpis.behaviour import COMPLETION, CONTACTS_PER_HUNDRED, REPEAT_CONTACT
from metrics.records import LONGEST_LABEL, Kind

ALL = (REPEAT_CONTACT, COMPLETION, CONTACTS_PER_HUNDRED)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_figure_of_behaviour_comes_from_counts_and_names_its_events(one):
    assert (one.measure, one.record, one.item, one.cohort) == (Measure.CLARITY, Kind.COUNTS, None, None)
    assert one.events
    assert set(one.events) <= {event.value for event in Event} - {Event.CASE.value}
    assert all(len(event) <= LONGEST_LABEL for event in one.events)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_figure_of_behaviour_says_for_whom_it_is_and_what_it_is_not_for(one):
    texts = (one.title, one.why, one.population, one.formula, one.source, one.not_for, one.reviewer)
    assert all(text == text.strip() != "" for text in texts)
    assert [change.version for change in one.history] == [one.version]


def test_fewer_contacts_and_more_completed_forms_are_better():
    assert [(one.unit, one.direction) for one in ALL] == [
        (Unit.SHARE, Direction.DOWN),
        (Unit.SHARE, Direction.UP),
        (Unit.PER_HUNDRED, Direction.DOWN),
    ]


def test_contacts_that_nobody_can_link_are_in_the_rate_and_not_in_the_share_that_came_back():
    assert Event.CONTACT_UNLINKED.value in CONTACTS_PER_HUNDRED.events
    assert REPEAT_CONTACT.events == (Event.CONTACT.value,)


def test_the_formula_says_the_window_that_the_estimator_has():
    assert f"within {REPEAT_CONTACT.estimator.within_days} days" in REPEAT_CONTACT.formula
