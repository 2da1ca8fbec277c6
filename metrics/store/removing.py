"""Removing for real: files of older versions that hold the single rows of counted months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from metrics.store.counted import forget_counted
from metrics.store.datafiles import DataFile, StoredPart, delete_files, files_there, read_files
from metrics.store.records import RecordStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed of a part: the counted months it has, and the files that went."""

    months: frozenset[str]
    files: int


def remove_single_rows(store: RecordStore, part: StoredPart) -> Removed:
    """Delete for good what older versions hold of the months of a part that were counted; doing it twice is harmless.

    Of a counted month only what holds now is kept. A file of an older version of another month goes too where it has
    a row that was counted since: a source had given that row another day. Nobody else may be writing the part.
    """
    with store.alone():
        now = [file for file in store.files(part.programme, part.kind) if file.part == part]
        months = frozenset(file.month for file in now if file.counted)
        if not months:
            return Removed(months=months, files=0)
        paths = {file.path for file in now}
        old = [file for file in files_there(store.location, part) if file.path not in paths]
        single = [file for file in old if file.month in months]
        counted = _ids(store, single).difference(_ids(store, now))
        others = [file for file in old if file.month not in months and _holds(store, file, counted)]
        # The others first: whoever is killed in between finds by the single rows which ones they are.
        delete_files(store.location, others)
        delete_files(store.location, single)
        forget_counted(store, part, months)
    return Removed(months=months, files=len(others) + len(single))


def _ids(store: RecordStore, files: Sequence[DataFile]) -> set[int]:
    return {one for file in files for one in _ids_in(store, file) or ()}


def _ids_in(store: RecordStore, file: DataFile) -> set[int] | None:
    """Return the pseudonyms in a file; None where it was never written to the end."""
    try:
        return set(read_files(store.location, [file]).select("source_id").collect().to_series())
    except (OSError, pl.exceptions.PolarsError):
        return None


def _holds(store: RecordStore, file: DataFile, counted: set[int]) -> bool:
    found = _ids_in(store, file)
    return found is None or not counted.isdisjoint(found)
