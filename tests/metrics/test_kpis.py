"""The registry of KPIs, and that no definition changes without a new version."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from metrics.cohorts import LEFT_OUT
from metrics.counting import count
from metrics.disclosure import primary
from metrics.estimators import intervals, nps, share, survival
from metrics.evaluate import Seen, evaluated
from metrics.kpi import Cohort, Direction, Unit
from metrics.kpis import HEADLINE, KPIS, kpi
from metrics.periods import Grain
from metrics.records import SCALES, Kind
from tests.metrics.builders import answers, cases, contacts_and_forms, decided, scope

GOLDEN = Path(__file__).with_name("definitions.json")

THRESHOLDS = {
    "scales": dict(SCALES),
    "top": dict(share.TOP),
    "bottom": dict(share.BOTTOM),
    "net": (nps.PROMOTER, nps.DETRACTOR, nps.FEWEST_FIRM),
    "sufficient": share.SUFFICIENT,
    "level": intervals.Z,
    "reached": survival.TOLERANCE,
    "left out": LEFT_OUT,
    "shown": {name: getattr(primary, name) for name in dir(primary) if name.startswith(("FEWEST_", "WIDEST_"))},
}
"""What can move a number and stands in no definition."""


def probes():
    """Figures of made-up records; a change in how a figure is made shows here, whatever its definition says."""
    given_answers = answers(
        *({"item": item, "value": value, "n": 7 * value, "channel": channel}
          for item in ("satisfaction", "clarity") for value in range(1, 6) for channel in (None, "desk")),
        *({"item": item, "value": value, "scale": "1-10", "n": value, "answered_on": date(2026, 3, 3)}
          for item in ("satisfaction", "clarity") for value in range(1, 11)),
        *({"item": "recommend", "value": value, "scale": "0-10", "n": value + 3} for value in range(11)),
    )  # fmt: skip
    given_cases = cases(
        *decided(*range(5, 65), due_on=date(2026, 3, 2)),
        {"n": 12, "due_on": date(2026, 3, 2), "service_due_on": date(2026, 2, 20)},
        *decided(*range(20, 50), channel="desk", suspended_days=7, service_due_on=date(2026, 2, 20)),
        {"n": 3, "outcome": "withdrawn", "decided_on": date(2026, 2, 2)},
        *decided(*range(10), received_on=date(2026, 3, 3)),
    )
    given = {Kind.ANSWERS: count(given_answers, Kind.ANSWERS), Kind.CASES: count(given_cases, Kind.CASES)}
    given[Kind.COUNTS] = count(contacts_and_forms(), Kind.COUNTS)
    evidence = evaluated(Seen(scopes=[scope(norm_days=30)], counted=given), kpis=KPIS, grain=Grain.MONTH).evidence
    placed = ("grain", "breakdown", "period_start")
    shown = ("period_start", "breakdown", "value", "low", "high", "n", "support", "status", "reason")
    return {
        one.name: [
            [round(value, 9) if isinstance(value, float) else str(value) for value in row]
            for row in evidence.filter(kpi=one.name).sort(placed).select(shown).rows()
        ]
        for one in KPIS
    }


def digests():
    figures = probes()
    return {
        one.name: {
            "version": one.version,
            "digest": hashlib.sha256(
                json.dumps(
                    [
                        [one.record, one.item, one.cohort, one.unit, one.direction, one.contrast],
                        [one.population, one.formula, one.source, repr(one.estimator)],
                        THRESHOLDS,
                        figures[one.name],
                    ],
                ).encode(),
            ).hexdigest()[:16],
        }
        for one in KPIS
    }


def complaints(golden, found):
    """Say for each KPI that differs from the golden file what to do."""
    for name in golden.keys() | found.keys():
        before, now = golden.get(name), found.get(name)
        if before == now:
            continue
        line = f'"{name}": {json.dumps(now)}'
        if before and now and before["version"] >= now["version"]:
            yield (
                f"The definition of {name} changed and its version is still {now['version']}. Raise `version` and add "
                "a `Change` to `history` in metrics/kpis/, announce it under Definitions in CHANGELOG.md, and set in "
                f"{GOLDEN.name} the line that this test then prints. If no number should move, undo the change."
            )
        elif now:
            yield f"{name} is new or has a new version. Set in {GOLDEN.name}: {line}"
        else:
            yield f"{name} is gone. Take it out of {GOLDEN.name} and announce it under Definitions in CHANGELOG.md."


def test_no_definition_changes_without_a_new_version():
    told = list(complaints(json.loads(GOLDEN.read_text()), digests()))
    assert not told, "\n".join(told)


def test_a_changed_definition_with_its_old_version_is_told_to_raise_it():
    (told,) = complaints({"a": {"version": 1, "digest": "x"}}, {"a": {"version": 1, "digest": "y"}})
    assert "Raise `version`" in told


def test_a_raised_version_and_a_new_kpi_are_told_which_line_to_set():
    (raised,) = complaints({"a": {"version": 1, "digest": "x"}}, {"a": {"version": 2, "digest": "y"}})
    (new,) = complaints({}, {"a": {"version": 1, "digest": "y"}})
    assert '"a": {"version": 2, "digest": "y"}' in raised
    assert '"a": {"version": 1, "digest": "y"}' in new


def test_a_kpi_that_is_gone_is_told_to_be_announced():
    (told,) = complaints({"a": {"version": 1, "digest": "x"}}, {})
    assert "announce" in told


@pytest.mark.parametrize("one", KPIS, ids=lambda one: one.name)
def test_the_history_of_a_kpi_ends_with_its_version_and_misses_none(one):
    assert [change.version for change in one.history] == list(range(1, one.version + 1))


@pytest.mark.parametrize("one", KPIS, ids=lambda one: one.name)
def test_a_kpi_says_for_whom_it_is_and_what_it_is_not_for(one):
    texts = (one.title, one.why, one.population, one.formula, one.source, one.not_for, one.reviewer)
    assert all(text == text.strip() != "" for text in texts)


@pytest.mark.parametrize("one", KPIS, ids=lambda one: one.name)
def test_answers_have_an_item_cases_a_cohort_and_counts_their_events(one):
    assert (one.item is not None) == (one.record is Kind.ANSWERS)
    assert (one.cohort is not None) == (one.record is Kind.CASES)
    assert (one.events != ()) == (one.record is Kind.COUNTS)


@pytest.mark.parametrize("one", KPIS, ids=lambda one: one.name)
def test_fewer_days_and_fewer_pauses_and_contacts_are_better_and_of_everything_else_more(one):
    fewer = one.unit is Unit.DAYS or one.name in {"suspended", "repeat_contact", "contacts_per_hundred"}
    assert (one.direction is Direction.DOWN) == fewer


def test_names_are_unique_and_found():
    assert len({one.name for one in KPIS}) == len(KPIS)
    assert [kpi(one.name) for one in KPIS] == list(KPIS)
    with pytest.raises(KeyError, match="satisfacton"):
        kpi("satisfacton")


def test_each_measure_has_a_headline_that_counts_open_cases():
    assert [one.measure for one in HEADLINE.values()] == list(HEADLINE)
    assert {one.cohort for one in HEADLINE.values()} == {None, Cohort.RECEIVED}
