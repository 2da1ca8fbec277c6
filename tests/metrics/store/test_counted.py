"""Counted records that are kept: the same as counting anew, and healed when they are broken."""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from metrics.counting import KEYS, count
from metrics.records import DAY, Kind
from metrics.store.counted import counted_records
from metrics.store.datafiles import StoredPart
from metrics.store.records import RecordStore
from tests.metrics.builders import records

JUNE = date(2026, 6, 30)
SERVICES = ["passports", "permits"]


def some(kind, rows, *, seed=1):
    """Records of six months, drawn with a fixed seed."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    day = {Kind.ANSWERS: "answered_on", Kind.CASES: "received_on", Kind.COUNTS: "happened_on"}[kind]
    drawn = [
        {
            "source_id": str(row),
            "service": draw.choice([*SERVICES, "roads"]),
            "channel": draw.choice(["web", "desk", None]),
            "n": draw.randint(1, 3),
            day: date(2026, 1, 1) + timedelta(days=draw.randrange(180)),
        }
        for row in range(rows)
    ]
    more = {
        Kind.ANSWERS: lambda: {"value": draw.randint(1, 5)},
        Kind.CASES: lambda: {"outcome": draw.choice(["decided", None])},
        Kind.COUNTS: lambda: {"event": draw.choice(["contact", "complaint"])},
    }[kind]
    return records(kind, *({**row, **more()} for row in drawn))


def fill(store, kind=Kind.ANSWERS, source="s", **options):
    return store.save(StoredPart(programme="p", kind=kind, source=source), some(kind, 400, **options)).version


def kept(store, kind=Kind.ANSWERS, *, until=JUNE, version=None):
    known_at = store.version() if version is None else version
    found = counted_records(store, "p", kind, version=known_at, services=SERVICES, until=until)
    return found.cast({pl.Categorical: pl.String}).sort(KEYS[kind])


def anew(store, kind=Kind.ANSWERS, *, until=JUNE, version=None):
    """The second way: one group-by over all rows."""
    rows = store.scan("p", kind, version=version).filter(pl.col(DAY[kind]) <= until, pl.col("service").is_in(SERVICES))
    return count(rows, kind).collect().sort(KEYS[kind])


@pytest.mark.parametrize("kind", [Kind.ANSWERS, Kind.CASES, Kind.COUNTS])
@pytest.mark.parametrize("until", [JUNE, date(2026, 4, 30), date(2026, 4, 11), date(2025, 12, 31)])
def test_kept_counts_are_those_of_counting_anew_also_within_a_month(store, kind, until):
    fill(store, kind)
    for _ in range(2):
        assert_frame_equal(kept(store, kind, until=until), anew(store, kind, until=until), check_column_order=False)


def test_counts_of_two_sources_add_up(store):
    fill(store)
    fill(store, source="other")
    assert_frame_equal(kept(store), anew(store), check_column_order=False)
    assert kept(store)["n"].sum() == anew(store)["n"].sum()


def test_a_changed_month_is_counted_again_and_the_others_are_not(store):
    fill(store)
    kept(store)
    folder = store.counted_folder / "p" / "answers" / "s"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    store.save(
        StoredPart(programme="p", kind=Kind.ANSWERS, source="s"),
        records(Kind.ANSWERS, {"source_id": "new", "answered_on": date(2026, 3, 3)}),
    )
    assert_frame_equal(kept(store), anew(store), check_column_order=False)
    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"2026-03"}


def test_an_earlier_version_is_counted_as_it_was(store):
    first = fill(store)
    second = fill(store, seed=2)
    for version in (first, second, first):
        assert_frame_equal(kept(store, version=version), anew(store, version=version), check_column_order=False)


def broken_in_the_middle(content):
    return content[:100] + bytes([content[100] ^ 1]) + content[101:]


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"nonsense", lambda content: content[: len(content) // 2], broken_in_the_middle],
    ids=["empty", "nonsense", "half", "one bit"],
)
def test_a_kept_count_that_is_broken_heals(store, damage):
    fill(store)
    expected = kept(store)
    paths = [path for path in store.counted_folder.rglob("*") if path.is_file()]
    whole = {path: path.read_bytes() for path in paths}
    for path in paths:
        path.write_bytes(damage(path.read_bytes()))
    assert_frame_equal(kept(store), expected)
    assert len(paths) == 6
    assert {path.read_bytes() == whole[path] for path in paths} <= {True, False}
    assert_frame_equal(kept(store), expected)


def test_a_kept_count_of_another_month_is_not_taken_for_this_one(store):
    fill(store)
    expected = kept(store)
    folder = store.counted_folder / "p" / "answers" / "s"
    (folder / "2026-02").write_bytes((folder / "2026-01").read_bytes())
    assert_frame_equal(kept(store), expected)


def test_without_room_to_keep_counts_they_are_counted_each_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    store = RecordStore(location=str(tmp_path / "records"), pseudonym_key="k", counted_in=blocked)
    fill(store)
    assert_frame_equal(kept(store), anew(store), check_column_order=False)


def test_records_in_an_object_store_are_counted_without_a_folder_too(tmp_path):
    far = RecordStore(location=f"file://{tmp_path}/records", pseudonym_key="k")
    fill(far)
    assert far.counted_folder is None
    assert_frame_equal(kept(far), anew(far), check_column_order=False)
