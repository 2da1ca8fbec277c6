"""Evaluating a small programme: what was kept answers again, until what it rests on changes."""

from __future__ import annotations

from datetime import date

import pytest

from config.load import load_programme
from dashboard import evaluating
from dashboard.evaluating import look
from dashboard.exhibits import claims_in, controls_in, exhibits_by_project, workload_in
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.store.exhibits import load_exhibits
from metrics.store.looks import Question, load_evidence, load_left_out, load_spent
from tests.conftest import open_workplace
from tests.dashboard.small import ANSWERS, CASES, PROJECT, small, surveyed, write_answers, write_cases

ALL = Question(programme="small", grain=Grain.ALL)

EARLIER = """
[projects.{name}]
title = {{ nl = "Eerder", en = "Earlier" }}
services = ["permit"]
as_of = {as_of}
"""

SPENDING = """
[sources.ledger]
kind = "files"
record = "spending"
path = "spending.csv"

[sources.ledger.columns]
source_id = "id"
project = "project"
booked_on = "day"
amount = "amount"
"""


@pytest.fixture
def place(tmp_path):
    opened = open_workplace(tmp_path / "kept")
    yield opened
    opened.engine.dispose()


def read(place, path):
    programme = load_programme(path)
    for run in sync(place, programme, path):
        assert run.failure is None
    return programme


def numbers(place, found, kpi="satisfaction"):
    """How many answers the figure of everybody rests on, by project."""
    rows = load_evidence(place.engine, found, kpis=[kpi]).iter_rows(named=True)
    return {row["project"]: row["n"] for row in rows if row["breakdown"] == "all"}


def test_a_question_that_was_answered_before_is_answered_by_what_was_kept(place, tmp_path, monkeypatch):
    programme = read(place, surveyed(tmp_path, 15, 20))
    first = look(place, programme, ALL)
    monkeypatch.setattr(evaluating, "counted_records", None)
    assert look(place, programme, ALL) == first


def test_new_records_and_another_definition_are_evaluated_anew_under_the_same_number(place, tmp_path):
    path = surveyed(tmp_path, 15, 20)
    programme = read(place, path)
    first = look(place, programme, ALL)
    write_answers(tmp_path, [(f"a{number}", "web", 5) for number in range(30)])
    read(place, path)
    second = look(place, programme, ALL)
    assert (numbers(place, second), second.number) == ({"permits": 30}, first.number)
    promised = programme.projects["permits"].model_copy(update={"targets": {"satisfaction": 0.9}})
    third = look(place, programme.model_copy(update={"projects": {"permits": promised}}), ALL)
    assert third.basis.definitions != second.basis.definitions


def test_records_of_an_older_version_are_still_there_to_be_evaluated(place, tmp_path):
    path = surveyed(tmp_path, 15, 20)
    programme = read(place, path)
    before = place.records.version()
    write_answers(tmp_path, [(f"a{number}", "web", 5) for number in range(30)])
    read(place, path)
    then = Question(programme="small", grain=Grain.ALL, known_at=before)
    assert numbers(place, look(place, programme, then)) == {"permits": 20}
    assert numbers(place, look(place, programme, ALL)) == {"permits": 30}


def test_projects_that_are_seen_on_different_days_see_the_records_of_their_own_day(place, tmp_path):
    """Twelve answers in January, twenty in March; the one project is seen at the end of January."""
    path = small(tmp_path, PROJECT, EARLIER.format(name="earlier", as_of="2026-01-31"), ANSWERS)
    rows = [f"a{n},web,2026-01-10,5" for n in range(12)] + [f"b{n},web,2026-03-10,5" for n in range(20)]
    (tmp_path / "answers.csv").write_text("\n".join(["id,channel,day,score", *rows]) + "\n")
    found = look(place, read(place, path), ALL)
    assert numbers(place, found) == {"permits": 32, "earlier": 12}
    assert found.basis.seen_on == date(2026, 3, 31)


def test_more_projects_than_are_evaluated_at_once_are_all_evaluated(place, tmp_path, monkeypatch):
    monkeypatch.setattr(evaluating, "_BATCH", 2)
    names = [f"p{number}" for number in range(5)]
    path = small(tmp_path, *(EARLIER.format(name=name, as_of="2026-03-31") for name in names), ANSWERS)
    write_answers(tmp_path, [(f"a{number}", "web", 5) for number in range(12)])
    found = look(place, read(place, path), ALL)
    assert numbers(place, found) == dict.fromkeys(names, 12)


def test_only_what_was_booked_by_the_day_is_spent(place, tmp_path):
    """100.10 and 50.25 are booked by 31 March, of a third sum the day is yet to come."""
    path = small(tmp_path, PROJECT, ANSWERS, SPENDING)
    write_answers(tmp_path, [(f"a{number}", "web", 5) for number in range(12)])
    rows = ["s1,permits,2026-01-05,100.10", "s2,permits,2026-03-31,50.25", "s3,permits,2026-04-01,999.00"]
    (tmp_path / "spending.csv").write_text("\n".join(["id,project,day,amount", *rows]) + "\n")
    found = look(place, read(place, path), ALL)
    assert load_spent(place.engine, found) == {"permits": 15035}


def test_what_a_page_says_beside_the_figures_is_kept_with_them(place, tmp_path):
    """Answers without a baseline can be described; forty cases of which twenty are open wait."""
    path = small(tmp_path, PROJECT, ANSWERS, CASES)
    write_answers(tmp_path, [(f"a{number}", "web", 5 if number < 30 else 2) for number in range(40)])
    write_cases(tmp_path, [(f"c{n}", "2026-03-01", "2026-03-11" if n < 20 else "") for n in range(40)])
    found = look(place, read(place, path), Question(programme="small", grain=Grain.QUARTER))
    mine = exhibits_by_project(load_exhibits(place.engine, found.number))["permits"]
    claims = claims_in(mine)
    assert {"satisfaction", "lead_time_p90"} <= set(claims)
    assert int(claims["satisfaction"].level) == 1
    assert controls_in(mine)["satisfaction"].no_limits == "one_point"
    assert workload_in(mine).open == 20


def test_cases_that_are_in_no_figure_are_counted_by_their_reason(place, tmp_path):
    path = small(tmp_path, PROJECT, CASES + 'outcome = "outcome"\n')
    rows = [f"c{n},2026-03-01,2026-03-11,{'withdrawn' if n < 6 else 'decided'}" for n in range(20)]
    (tmp_path / "cases.csv").write_text("\n".join(["id,received,decided,outcome", *rows]) + "\n")
    found = look(place, read(place, path), ALL)
    assert load_left_out(place.engine, found, "permits")["withdrawn"] == 6
