"""Compacting in the store: what is counted, what stays, what comes too late, and what is gone from the disk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake.exceptions import CommitFailedError
from polars.testing import assert_frame_equal

from metrics.records import KEY, Kind
from metrics.store.compacted import compactions, forget_marks, note_months, note_removed
from metrics.store.compacting import drop, keep, previewed, propose
from metrics.store.counted import counted_records
from metrics.store.datafiles import StoredPart, files_there
from metrics.store.gone import gone_by_source, mark_gone
from metrics.store.programmes import StoredProgramme, save_programme
from metrics.store.records import RemovedVersionError
from metrics.store.removing import remove_single_rows
from tests.metrics.builders import records

SURVEY = StoredPart(programme="p", kind=Kind.ANSWERS, source="survey")
CASES = StoredPart(programme="p", kind=Kind.CASES, source="cases")
OLD, LATER, NEW = date(2023, 1, 15), date(2023, 1, 20), date(2026, 3, 15)
LIMIT = "2024-01"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def old(*names, **changed):
    return [{"source_id": name, "answered_on": OLD, **changed} for name in names]


def answers(*rows):
    return records(Kind.ANSWERS, *rows)


def cases(*rows):
    return records(Kind.CASES, *({"received_on": OLD, **row} for row in rows))


def compacted(store, *parts):
    proposal = propose(store, dict.fromkeys(parts, LIMIT))
    if proposal.months:
        keep(store, proposal)
    return [remove_single_rows(store, part) for part in parts]


def said(store, kind=Kind.ANSWERS, *columns):
    rows = store.scan("p", kind).collect()
    return sorted(rows.select(*columns or ("answered_on", "value", "n")).rows(), key=repr)


def files_of(store, part):
    return {file.path for file in files_there(store.location, part)}


# --- what is counted ----------------------------------------------------------------------------------------


def test_rows_that_say_the_same_become_one_and_their_numbers_add_up(store):
    rows = [*old("a", "b", value=4), *old("c", value=4, n=5), *old("d", value=2), *old("e", value=4, channel="desk")]
    store.save(SURVEY, answers(*rows, {"source_id": "new", "answered_on": NEW, "value": 4}))
    compacted(store, SURVEY)
    assert said(store) == [(OLD, 2, 1), (OLD, 4, 1), (OLD, 4, 7), (NEW, 4, 1)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("answered_on", LATER),
        ("service", "permits"),
        ("channel", None),
        ("segments", "district=north"),
        ("item", "clarity"),
        ("value", 1),
        ("question", "q2"),
    ],
)
def test_rows_that_differ_in_any_column_stay_apart(store, column, value):
    store.save(SURVEY, answers(*old("a"), *old("b", **{column: value})))
    compacted(store, SURVEY)
    assert store.scan("p", Kind.ANSWERS).collect()["n"].to_list() == [1, 1]


def test_no_pseudonym_that_stood_for_an_identifier_is_left(store):
    store.save(SURVEY, answers(*old("a", "b"), *old("c", value=1)))
    before = set(store.scan("p", Kind.ANSWERS).collect()["source_id"])
    compacted(store, SURVEY)
    assert before.isdisjoint(store.scan("p", Kind.ANSWERS).collect()["source_id"])


def test_two_answers_of_one_person_are_no_longer_tied_together(store):
    store.save(SURVEY, answers(*old("a", item="satisfaction"), *old("a", item="clarity")))
    compacted(store, SURVEY)
    assert store.scan("p", Kind.ANSWERS).collect()["source_id"].n_unique() == 2


def test_an_open_case_stays_as_it_is_and_a_decided_one_is_counted(store):
    decided = {"decided_on": LATER, "outcome": "decided"}
    store.save(CASES, cases({"source_id": "a", **decided}, {"source_id": "b", **decided}, {"source_id": "open"}))
    (mine,) = store.pseudonymised(CASES, pl.DataFrame({"source_id": ["open"]}))["source_id"]
    compacted(store, CASES)
    rows = store.scan("p", Kind.CASES).collect()
    assert sorted(rows.select("decided_on", "n").rows(), key=repr) == [(None, 1), (LATER, 2)]
    assert rows.filter(pl.col("decided_on").is_null())["source_id"].to_list() == [mine]


def test_a_month_with_open_cases_only_is_left_alone(store):
    store.save(CASES, cases({"source_id": "open"}))
    assert propose(store, {CASES: LIMIT}).months == []


def test_a_month_that_is_not_past_its_term_is_left_alone(store):
    store.save(SURVEY, answers(*old("a", "b")))
    assert propose(store, {SURVEY: "2023-01"}).months == []
    assert len(propose(store, {SURVEY: "2023-02"}).months) == 1


def test_compacting_twice_changes_nothing(store):
    store.save(SURVEY, answers(*old("a", "b"), *old("c", value=1)))
    compacted(store, SURVEY)
    version, kept = store.version(), files_of(store, SURVEY)
    assert compacted(store, SURVEY)[0].files == 0
    assert (store.version(), files_of(store, SURVEY)) == (version, kept)


def test_a_source_and_a_kind_that_were_not_named_are_left_alone(store):
    other = StoredPart(programme="p", kind=Kind.ANSWERS, source="other")
    store.save(other, answers(*old("a", "b")))
    store.save(SURVEY, answers(*old("a", "b")))
    compacted(store, SURVEY)
    found = store.scan("p", Kind.ANSWERS).group_by("source").agg(pl.len()).collect()
    assert dict(found.iter_rows()) == {"survey": 1, "other": 2}


def test_a_proposal_is_seen_by_nobody_but_its_preview_and_leaves_nothing_when_dropped(store):
    store.save(SURVEY, answers(*old("a", "b")))
    before = files_of(store, SURVEY)
    proposal = propose(store, {SURVEY: LIMIT})
    assert said(store) == [(OLD, 5, 1), (OLD, 5, 1)]
    assert said(previewed(store, proposal)) == [(OLD, 5, 2)]
    drop(store, proposal)
    assert files_of(store, SURVEY) == before


def test_a_proposal_on_rows_that_changed_meanwhile_is_refused_and_leaves_nothing(store):
    store.save(SURVEY, answers(*old("a", "b")))
    proposal = propose(store, {SURVEY: LIMIT})
    store.save(SURVEY, answers(*old("c", value=1)))
    before = files_of(store, SURVEY)
    with pytest.raises(CommitFailedError):
        keep(store, proposal)
    assert files_of(store, SURVEY) == before - {month.new.path for month in proposal.months}
    assert said(store) == [(OLD, 1, 1), (OLD, 5, 1), (OLD, 5, 1)]


# --- what comes afterwards ----------------------------------------------------------------------------------


def test_old_rows_that_are_read_again_do_not_count_double_and_are_told(store):
    rows = answers(*old("a", "b"), {"source_id": "new", "answered_on": NEW})
    store.save(SURVEY, rows)
    compacted(store, SURVEY)
    version = store.version()
    saved = store.save(SURVEY, rows)
    assert (saved.new, saved.changed, saved.equal, saved.left) == (0, 0, 3, 2)
    assert said(store) == [(OLD, 5, 2), (NEW, 5, 1)]
    assert store.version() == version


def test_a_late_change_of_a_counted_month_is_refused_and_told(store):
    store.save(SURVEY, answers(*old("a", "b")))
    compacted(store, SURVEY)
    assert store.save(SURVEY, answers(*old("a", value=1), *old("late", value=3))).left == 2
    assert said(store) == [(OLD, 5, 2)]


def test_an_open_case_of_a_counted_month_is_decided_and_the_next_time_counted_with_the_others(store):
    decided = {"decided_on": LATER, "outcome": "decided"}
    store.save(CASES, cases({"source_id": "a", **decided}, {"source_id": "open"}))
    compacted(store, CASES)
    saved = store.save(CASES, cases({"source_id": "a", **decided}, {"source_id": "open", **decided}))
    assert (saved.changed, saved.left) == (1, 1)
    assert said(store, Kind.CASES, "decided_on", "n") == [(LATER, 1), (LATER, 1)]
    compacted(store, CASES)
    assert said(store, Kind.CASES, "decided_on", "n") == [(LATER, 2)]
    assert len(files_of(store, CASES)) == 1


def test_a_row_that_moves_from_a_newer_month_to_a_counted_one_is_still_one_row(store):
    store.save(SURVEY, answers(*old("a"), {"source_id": "b", "answered_on": NEW, "value": 3}))
    compacted(store, SURVEY)
    saved = store.save(SURVEY, answers(*old("b", value=3)))
    assert (saved.changed, saved.left) == (1, 0)
    assert said(store) == [(OLD, 3, 1), (OLD, 5, 1)]


def test_counted_rows_are_not_looked_for_at_their_source_and_open_cases_are(store):
    store.save(CASES, cases({"source_id": "a", "decided_on": LATER, "outcome": "decided"}, {"source_id": "open"}))
    compacted(store, CASES)
    assert_frame_equal(store.keys(CASES), store.pseudonymised(CASES, pl.DataFrame({"source_id": ["open"]})))


# --- what is gone -------------------------------------------------------------------------------------------


def test_the_files_of_older_versions_of_a_counted_month_are_gone_from_the_disk(store):
    for value in (1, 2, 3):
        store.save(SURVEY, answers(*old("a", "b", value=value), {"source_id": "new", "answered_on": NEW}))
    before = store.scan("p", Kind.ANSWERS).collect().filter(pl.col("month") == "2023-01")["source_id"]
    (removed,) = compacted(store, SURVEY)
    assert (removed.months, removed.files) == ({"2023-01"}, 3)
    left = [pl.read_parquet(path)["source_id"] for path in Path(store.location).rglob("month=*/*.parquet")]
    assert len(left) == 2
    assert set(before).isdisjoint(pl.concat(left))


def test_an_older_file_of_another_month_goes_where_it_has_a_row_that_was_counted_since(store):
    store.save(SURVEY, answers({"source_id": "a", "answered_on": NEW}, {"source_id": "b", "answered_on": NEW}))
    store.save(SURVEY, answers(*old("a")))
    store.save(SURVEY, answers({"source_id": "b", "answered_on": NEW, "value": 1}))
    (removed,) = compacted(store, SURVEY)
    # The single row of January 2023, and the file of March 2026 from before it moved; the one from after it stays.
    assert removed.files == 2
    assert len(files_of(store, SURVEY)) == 3


def test_a_version_that_held_other_rows_is_refused_with_the_reason(store):
    store.save(SURVEY, answers(*old("a", value=1)))
    store.save(SURVEY, answers(*old("a", value=2)))
    compacted(store, SURVEY)
    with pytest.raises(RemovedVersionError, match=r"version 1 can no longer be read\. `uitkomst compact` counted"):
        store.scan("p", Kind.ANSWERS, version=1)
    assert store.fingerprint("p", version=1) != store.fingerprint("p", version=2)


def test_a_version_with_the_same_old_rows_is_still_read_and_gives_the_same(store):
    store.save(SURVEY, answers(*old("a", "b"), {"source_id": "new", "answered_on": NEW, "value": 1}))
    store.save(SURVEY, answers({"source_id": "new", "answered_on": NEW, "value": 2}))
    compacted(store, SURVEY)
    rows = store.scan("p", Kind.ANSWERS, version=1).collect()
    assert sorted(rows.select("answered_on", "value", "n").rows()) == [(OLD, 5, 2), (NEW, 1, 1)]


def test_another_programme_keeps_all_its_versions(store):
    part = StoredPart(programme="q", kind=Kind.ANSWERS, source="survey")
    store.save(part, answers(*old("a", value=1)))
    store.save(part, answers(*old("a", value=2)))
    store.save(SURVEY, answers(*old("a")))
    compacted(store, SURVEY)
    assert store.scan("q", Kind.ANSWERS, version=1).collect()["value"].to_list() == [1]


def test_what_was_counted_of_a_month_before_is_forgotten(store):
    store.save(SURVEY, answers(*old("a", "b"), {"source_id": "new", "answered_on": NEW}))
    asked = {"version": store.version(), "services": ["passports"], "until": NEW}
    counted_records(store, "p", Kind.ANSWERS, **asked)
    compacted(store, SURVEY)
    assert [path.name for path in store.counted_folder.rglob("*") if path.is_file()] == ["2026-03"]


def test_a_reader_whose_files_are_removed_while_it_reads_finds_the_same_counts(store):
    store.save(SURVEY, answers(*old("a", "b"), *old("c", value=1), {"source_id": "new", "answered_on": NEW}))
    counted = {}

    class Interrupted(type(store)):
        """Compacted by somebody else after it was told which files to read."""

        def files(self, programme, kind, *, version=None):
            found = store.files(programme, kind, version=version)
            compacted(store, SURVEY)
            return found

    before = previewed(store, None)
    reader = Interrupted(location=store.location, pseudonym_key=store.pseudonym_key)
    asked = {"version": store.version(), "services": ["passports"], "until": NEW}
    for name, one in (("before", before), ("during", reader)):
        counted[name] = counted_records(one, "p", Kind.ANSWERS, **asked)
    assert counted["before"]["n"].sum() == 4
    assert_frame_equal(counted["before"], counted["during"], check_row_order=False)


def test_a_table_in_an_object_store_is_compacted_in_the_same_way(tmp_path, store):
    far = type(store)(location=f"file://{tmp_path}/far/records", pseudonym_key="k")
    far.save(SURVEY, answers(*old("a", "b", value=1)))
    far.save(SURVEY, answers(*old("a", "b", value=2)))
    assert compacted(far, SURVEY)[0].files == 2
    assert said(far) == [(OLD, 2, 2)]
    assert far.save(SURVEY, answers(*old("a"))).left == 1
    with pytest.raises(RemovedVersionError):
        far.scan("p", Kind.ANSWERS, version=1)


# --- what is written of it, on SQLite and PostgreSQL --------------------------------------------------------


@pytest.fixture
def known(engine):
    save_programme(engine, StoredProgramme(name="p", path="p.toml", content="{}", digest="d"), now=NOW)
    return engine


def test_the_months_are_kept_with_their_numbers_and_when_their_rows_were_removed(known, store):
    store.save(SURVEY, answers(*old("a", "b", "c")))
    proposal = propose(store, {SURVEY: LIMIT})
    note_months(known, proposal.months, now=NOW)
    (one,) = compactions(known, "p")
    assert (one.part, one.month, one.rows, one.counted) == (SURVEY, "2023-01", 3, 1)
    assert (one.compacted_at, one.removed_at) == (NOW, None)
    note_removed(known, SURVEY, ["2023-01"], now=NOW)
    assert compactions(known, "p")[0].removed_at == NOW


def test_a_month_that_was_not_counted_after_all_is_forgotten(known, store):
    store.save(SURVEY, answers(*old("a", "b")))
    note_months(known, propose(store, {SURVEY: LIMIT}).months, now=NOW)
    note_removed(known, SURVEY, [], now=NOW)
    assert compactions(known, "p") == []


def test_marks_of_counted_rows_are_removed_and_those_of_open_cases_stay(known, store):
    store.save(CASES, cases({"source_id": "a", "decided_on": LATER, "outcome": "decided"}, {"source_id": "open"}))
    mark_gone(known, CASES, store.keys(CASES).select(KEY[Kind.CASES]), now=NOW)
    assert gone_by_source(known, "p") == {"cases": 2}
    compacted(store, CASES)
    assert forget_marks(known, CASES, store.keys(CASES)) == 1
    assert gone_by_source(known, "p") == {"cases": 1}
