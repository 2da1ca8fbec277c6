"""Looks: evidence saved all or nothing, only what differs written, the same on both databases."""

from __future__ import annotations

import json
from datetime import date, timedelta

import polars as pl
import psycopg
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metrics.curves import CURVES
from metrics.evaluate import EVIDENCE
from metrics.periods import Grain
from metrics.published import COMPARED
from metrics.store.exhibits import Exhibit, Shown, load_exhibits
from metrics.store.looks import (
    Basis,
    Findings,
    Question,
    find_look,
    load_curves,
    load_evidence,
    load_left_out,
    load_published,
    load_spent,
    save_look,
)
from metrics.store.programmes import StoredProgramme, save_programme
from tests.metrics.store.programmes import NOW, evaluated, sync_all, workplace, write_programme
from tests.metrics.store.workers import evaluate, run_together

QUESTION = Question(programme="p", grain=Grain.MONTH)
BASIS = Basis(known_at=3, records="r", definitions="d", seen_on=date(2026, 6, 30))
FIGURE = {
    "project": "permits",
    "kpi": "satisfaction",
    "kpi_version": 1,
    "grain": "month",
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 1, 31),
    "breakdown": "all",
    "value": 0.1 + 0.2,
    "low": 1 / 3,
    "high": None,
    "n": 3_000_000_000,
    "support": 12,
    "status": "ok",
    "reason": None,
    "method": "share, Wilson 95 %",
    "detail": '{"scale":"1-5","question":"a, \\"b\\""}',
    "as_of": date(2026, 6, 30),
    "newest_on": None,
    "warnings": [],
}


def evidence(*changes):
    return pl.DataFrame([{**FIGURE, **change} for change in changes], schema=EVIDENCE)


def findings(frame, **changed):
    usual = {
        "curves": pl.DataFrame(schema=CURVES),
        "left_out": pl.DataFrame(schema={"project": pl.String, "reason": pl.String, "n": pl.Int64}),
        "published": pl.DataFrame(schema=COMPARED),
        "spent": {},
    }
    return Findings(evidence=frame, **{**usual, **changed})


@pytest.fixture
def keep(engine):
    save_programme(engine, StoredProgramme(name="p", path="p.toml", content="{}", digest="d"), now=NOW)

    def kept(frame, question=QUESTION, basis=BASIS, **changed):
        return save_look(engine, question, basis, findings(frame, **changed), now=NOW)

    return kept


MONTHS = [{"period_start": date(2026, month, 1)} for month in range(1, 7)]


def test_evidence_comes_back_as_it_was_saved(engine, keep):
    frame = evidence(
        {},
        {"breakdown": "channel=web", "reason": "few_observations", "warnings": ["running", 'odd "one", é\n']},
        {"breakdown": "channel=desk", "value": None, "low": None, "n": None, "support": None, "detail": None},
        {"breakdown": "channel=post", "method": "", "value": 1e-300, "low": -0.0},
    )
    look = keep(frame)
    assert_frame_equal(load_evidence(engine, look), frame.sort("breakdown"), check_exact=True)
    assert load_evidence(engine, look, dimension="district")["breakdown"].to_list() == ["all"]
    assert load_evidence(engine, look, dimension="channel").height == 4
    assert load_evidence(engine, look, kpis=["clarity"]).is_empty()
    assert load_evidence(engine, look, starts=[]).is_empty()
    assert load_evidence(engine, look, project="nobody").is_empty()


def test_everything_else_of_a_look_comes_back_as_it_was_saved(engine, keep):
    names = [name for name in CURVES if name not in {"project", "line"}]
    points = dict(zip(names, ([0, 7], [1.0, 0.25], [1.0, None], [1.0, 0.5]), strict=True))
    curves = pl.DataFrame({"project": ["permits"] * 2, "line": ["now"] * 2, **points}, schema=CURVES)
    published = pl.DataFrame(
        [("permits", "s", date(2026, month, 1), 0.84, 0.85, 0.89, 10, True, None) for month in (2, 1)],
        schema=COMPARED,
        orient="row",
    )
    left_out = pl.DataFrame({"project": ["permits", "roads"], "reason": ["withdrawn"] * 2, "n": [3, 4]})
    look = keep(evidence({}), curves=curves, published=published, left_out=left_out, spent={"permits": 9_000_000_000})
    assert load_curves(engine, look, "permits") == {"now": points}
    assert load_left_out(engine, look, "permits") == {"withdrawn": 3}
    assert_frame_equal(load_published(engine, look, "permits"), published.sort("month"))
    assert load_published(engine, look, "roads").is_empty()
    assert load_spent(engine, look) == {"permits": 9_000_000_000}


def test_each_question_has_a_look_of_its_own(engine, keep):
    asked = [
        QUESTION,
        Question(programme="p", grain=Grain.YEAR),
        Question(programme="p", grain=Grain.MONTH, as_of=date(2026, 1, 31)),
        Question(programme="p", grain=Grain.MONTH, known_at=2),
        Question(programme="p", grain=Grain.MONTH, as_of=date(2026, 1, 31), known_at=2),
    ]
    assert find_look(engine, QUESTION) is None
    looks = [keep(evidence({"n": n}), question) for n, question in enumerate(asked)]
    assert [find_look(engine, question) for question in asked] == looks
    assert [load_evidence(engine, look)["n"].item() for look in looks] == [0, 1, 2, 3, 4]


def test_a_new_evaluation_replaces_the_kept_one_and_the_look_keeps_its_number(engine, keep):
    first = keep(
        evidence(*MONTHS), spent={"permits": 1}, left_out=pl.DataFrame({"project": ["a"], "reason": ["b"], "n": [1]})
    )
    later = Basis(known_at=4, records="s", definitions="d", seen_on=date(2026, 7, 1))
    frame = evidence(*MONTHS[1:4], {**MONTHS[4], "value": 0.9}, {"period_start": date(2026, 7, 1)})
    second = keep(frame, basis=later)
    assert second.number == first.number
    assert find_look(engine, QUESTION) == second
    assert second.basis == later
    assert_frame_equal(load_evidence(engine, second), frame, check_exact=True)
    assert load_spent(engine, second) == {}
    assert load_left_out(engine, second, "a") == {}


def test_a_figure_that_says_the_same_is_not_written_again(engine, keep):
    look = keep(evidence(*MONTHS))
    with engine.begin() as connection:
        connection.execute(text("UPDATE evidence SET method = 'untouched'"))
    keep(evidence(*MONTHS[:5], {**MONTHS[5], "value": 0.9}))
    methods = load_evidence(engine, look).sort("period_start")["method"].to_list()
    assert methods == ["untouched"] * 5 + [FIGURE["method"]]


def test_an_evaluation_that_cannot_be_saved_leaves_the_kept_one(engine, keep):
    look = keep(evidence(*MONTHS))
    broken = evidence(*MONTHS[:3], {**MONTHS[3], "value": 0.9}, {**MONTHS[4], "method": None})
    later = Basis(known_at=9, records="s", definitions="d", seen_on=date(2026, 7, 1))
    with pytest.raises((DBAPIError, psycopg.Error)):
        keep(broken, basis=later)
    assert find_look(engine, QUESTION) == look
    assert_frame_equal(load_evidence(engine, look), evidence(*MONTHS), check_exact=True)


def test_a_look_at_no_records_is_kept_too(engine, keep):
    look = keep(evidence(*MONTHS))
    assert load_evidence(engine, keep(evidence())).is_empty()
    assert find_look(engine, QUESTION) == look


def test_a_basis_holds_when_only_other_programmes_changed():
    assert BASIS.still_holds(Basis(known_at=8, records="r", definitions="d", seen_on=BASIS.seen_on))
    for changed in (
        {"records": "s"},
        {"definitions": "e"},
        {"seen_on": BASIS.seen_on + timedelta(days=1)},
        {"late": "zaken"},
    ):
        other = {"known_at": 3, "records": "r", "definitions": "d", "seen_on": BASIS.seen_on, **changed}
        assert not BASIS.still_holds(Basis(**other))


def test_processes_that_evaluate_at_once_find_the_same_and_keep_it_once(tmp_path, database_url):
    path = write_programme(tmp_path / "programme")
    place = workplace(tmp_path, database=database_url)
    sync_all(place, path)
    run_together(*[(evaluate, tmp_path, path, database_url, 3)] * 3)
    found = evaluated(place, path)
    with place.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM look")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM evidence")).scalar_one() == found.height
    alone = workplace(tmp_path / "alone")
    sync_all(alone, path)
    assert_frame_equal(found, evaluated(alone, path))
    assert json.loads(found["detail"].drop_nulls()[0])
    place.engine.dispose()


def test_exhibits_come_back_as_they_were_saved_and_go_with_the_next_evaluation(engine, keep):
    claim = Exhibit(project="permits", shown=Shown.CLAIM, name="satisfaction", content={"level": 3, "held": [None]})
    chart = Exhibit(project="permits", shown=Shown.CHART, name="satisfaction", content={"value": [0.5, None]})
    other = Exhibit(project="passports", shown=Shown.CLAIM, name="clarity", content={})
    found = keep(evidence({}), exhibits=[claim, chart, other])
    assert load_exhibits(engine, found.number) == [other, chart, claim]
    assert load_exhibits(engine, found.number, project="permits", shown=Shown.CLAIM) == [claim]
    keep(evidence({}), exhibits=[other])
    assert load_exhibits(engine, found.number) == [other]
