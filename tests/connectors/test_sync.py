"""Reading a source page by page: progress, what stays after a failure, and what was rejected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from connectors.connector import SourceChangedError
from connectors.gathering import GATHERED, PAGE_BY_PAGE, AtOnce
from connectors.sync import read_source
from metrics.records import Kind
from tests.connectors.sources import files


@dataclass
class Kept:
    """A place for records that counts by the key, as the record store does."""

    rows: dict = field(default_factory=dict)
    saves: int = 0

    def __call__(self, kind, frame, *, keeps=frozenset()):  # noqa: ARG002 - Save has it
        self.saves += 1
        content = {(kind, row["source_id"]): row for row in frame.iter_rows(named=True)}
        new = len(content.keys() - self.rows.keys())
        equal = sum(self.rows.get(key) == row for key, row in content.items())
        self.rows |= content
        return Merge(new=new, equal=equal, changed=len(content) - new - equal, version=self.saves)


@dataclass(frozen=True)
class Merge:
    new: int
    changed: int
    equal: int
    version: int


def page(folder, name, *rows):
    (folder / name).write_text("\n".join(["id,day,score", *rows]) + "\n")


@pytest.fixture
def two_pages(tmp_path):
    page(tmp_path, "a.csv", "1,2026-01-05,4", "2,2026-01-06,9")
    page(tmp_path, "b.csv", "3,2026-01-07,5", "4,2027-01-07,5", "5,never,5")
    return files(tmp_path, "*.csv")


def test_progress_is_told_before_the_first_page_and_after_each(two_pages, latest):
    told = list(read_source(two_pages, save=Kept(), latest=latest))
    assert [(one.pages, one.new, one.rejected.height) for one in told] == [(0, 0, 0), (1, 1, 1), (2, 2, 3)]
    assert [one.version for one in told] == [None, 1, 2]


def test_rejected_rows_of_every_page_are_kept_with_their_place_and_reason(two_pages, latest):
    *_, last = read_source(two_pages, save=Kept(), latest=latest)
    assert sorted(last.rejected.select("file", "line", "column", "reason").rows()) == [
        ("a.csv", 3, "value", "outside_scale"),
        ("b.csv", 3, "answered_on", "in_the_future"),
        ("b.csv", 4, "answered_on", "not_a_date"),
    ]


def test_reading_again_finds_every_row_equal(two_pages, latest):
    kept = Kept()
    list(read_source(two_pages, save=kept, latest=latest))
    *_, again = read_source(two_pages, save=kept, latest=latest)
    assert (again.new, again.changed, again.equal) == (0, 0, 2)


def test_a_page_that_cannot_be_read_leaves_the_pages_before_it_saved(tmp_path, latest):
    page(tmp_path, "a.csv", "1,2026-01-05,4")
    (tmp_path / "b.csv").write_text("nr,dag\n1,2\n")
    kept, told = Kept(), []
    with pytest.raises(SourceChangedError, match=r"b\.csv"):
        told.extend(read_source(files(tmp_path, "*.csv"), save=kept, latest=latest))
    assert list(kept.rows) == [(Kind.ANSWERS, "1")]


def test_the_progress_before_a_failure_was_told(tmp_path, latest):
    page(tmp_path, "a.csv", "1,2026-01-05,4")
    (tmp_path / "b.csv").write_text("nr,dag\n1,2\n")
    run = read_source(files(tmp_path, "*.csv"), save=Kept(), latest=latest)
    assert [(one.pages, one.new) for one in (next(run), next(run))] == [(0, 0), (1, 1)]
    with pytest.raises(SourceChangedError):
        next(run)


def test_a_page_without_good_rows_saves_nothing(tmp_path, latest):
    page(tmp_path, "a.csv", "1,2026-01-05,9")
    kept = Kept()
    *_, last = read_source(files(tmp_path, "*.csv"), save=kept, latest=latest)
    assert (kept.saves, last.version, last.rejected.height) == (0, None, 1)


def test_notices_of_all_pages_add_up(tmp_path, latest):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("id,day,score,kind\n1,2026-01-05,4,yes\n2,2026-01-05,4,no\n")
    *_, last = read_source(files(tmp_path, "*.csv", only={"kind": ["yes"]}), save=Kept(), latest=latest)
    assert [(one.code, one.particulars["file"]) for one in last.notices] == [
        ("rows_not_asked_for", "a.csv"),
        ("rows_not_asked_for", "b.csv"),
    ]


# --- gathering ----------------------------------------------------------------------------------------------------


def five_pages(folder):
    for number in range(5):
        again, bad = f"again,2026-01-0{number + 1},4", f"bad{number},never,5"
        page(folder, f"{number}.csv", f"{number},2026-01-05,4", again, bad)
    return files(folder, "*.csv")


def test_pages_are_saved_together_once_they_hold_rows_enough(tmp_path, latest):
    kept, enough = Kept(), AtOnce(rows=3, seconds=60)
    told = list(read_source(five_pages(tmp_path), save=kept, latest=latest, at_once=enough, clock=lambda: 0.0))
    # Two good rows a page: saved after the second and the fourth page, and at the end. Rejected rows go with them.
    assert [(one.pages, one.version, one.rejected.height) for one in told] == [
        *((0, None, 0), (1, None, 0), (2, 1, 2), (3, 1, 2), (4, 2, 4), (5, 2, 4), (5, 3, 5))
    ]


def test_a_row_that_comes_again_on_a_later_page_is_counted_as_if_each_page_were_saved_by_itself(tmp_path, latest):
    def last(at_once):
        kept = Kept()
        *_, told = read_source(five_pages(tmp_path), save=kept, latest=latest, at_once=at_once, clock=lambda: 0.0)
        return told.new, told.changed, told.equal, told.newest_on, kept.rows[Kind.ANSWERS, "again"]["answered_on"]

    gathered = last(AtOnce(rows=1000, seconds=60))
    assert gathered == last(PAGE_BY_PAGE) == (6, 4, 0, date(2026, 1, 5), date(2026, 1, 5))


def test_pages_that_come_slowly_are_saved_after_some_seconds(tmp_path, latest):
    moments = iter([0.0, 2.0, 5.0, 9.0, 9.0, 20.0])
    run = read_source(
        five_pages(tmp_path), save=Kept(), latest=latest, at_once=AtOnce(rows=1000, seconds=5), clock=moments.__next__
    )
    # The first page comes at 0, the second is there at 5; the third comes at 9, the fourth is there at 20.
    assert [one.version for _, one in zip(range(5), run, strict=False)] == [None, None, 1, 1, 2]


def test_what_was_gathered_before_a_failure_is_saved_and_told(tmp_path, latest):
    page(tmp_path, "a.csv", "1,2026-01-05,4")
    (tmp_path / "b.csv").write_text("nr,dag\n1,2\n")
    told = []
    with pytest.raises(SourceChangedError, match=r"b\.csv"):
        told.extend(read_source(files(tmp_path, "*.csv"), save=Kept(), latest=latest, at_once=GATHERED))
    assert [(one.pages, one.new) for one in told] == [(0, 0), (1, 0), (1, 1)]
