"""Merging rows into the record table: only the months that change are written, all of them in one commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from metrics.records import KEY
from metrics.store.comparing import Compared, compare, replaced
from metrics.store.datafiles import (
    STORED,
    DataFile,
    StoredPart,
    commit,
    data_files,
    open_for_writing,
    read_files,
    write_file,
)

_Made = TypeVar("_Made")

Months = Mapping[str, pl.DataFrame]
"""Rows by the month (`YYYY-MM`) they belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a merge did: rows that were not there, rows that replaced another, rows that were there already.

    `version` is a version of the table in which they can be seen. `left` of the equal ones fall in a month that
    was counted and removed: they are in its numbers, or come too late to be.
    """

    new: int
    changed: int
    equal: int
    version: int
    left: int = 0


def merge(
    location: str,
    part: StoredPart,
    incoming: Months,
    *,
    gone: pl.DataFrame | None = None,
    keeps: frozenset[str] = frozenset(),
) -> Saved:
    """Merge rows by key into what is stored of the part, and make a version where that changes anything.

    `gone` holds keys of rows that are taken out; `keeps` names columns of which a stored row keeps what it has.

    Raises deltalake's CommitFailedError where another writer changed the same part meanwhile; nothing is
    changed then.
    """
    table = open_for_writing(location)
    stored = _Stored(location=location, part=part, files=_files_by_month(data_files(table, part.programme), part))
    compared = _each(incoming, lambda month: compare(incoming[month], stored.rows(month), part.kind, keeps=keeps))
    moved = stored.places([one.unknown for one in compared.values()])
    compared, left = stored.left_out(compared, moved)
    out = stored.places([]) if gone is None else stored.places([gone])
    touched = sorted({month for month, one in compared.items() if one.changes()} | moved.keys() | out.keys())
    away = {month: pl.concat([one[month] for one in (moved, out) if month in one]) for month in {*moved, *out}}
    written = _each(touched, lambda month: stored.written(month, compared.get(month), away.get(month)))
    moves = sum(rows.height for rows in moved.values())
    if touched:
        added = {file: rows for one in written.values() if one is not None for file, rows in [one]}
        removed = [file for month in touched for file in stored.files.get(month, [])]
        commit(table, added, removed, turn=part.turn)
    return Saved(
        new=sum(one.unknown.height for one in compared.values()) - moves,
        changed=sum(one.changed.height for one in compared.values()) + moves,
        equal=sum(one.equal for one in compared.values()) + left,
        version=table.version(),
        left=left,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    location: str
    part: StoredPart
    files: Mapping[str, Sequence[DataFile]]

    def rows(self, month: str) -> pl.DataFrame | None:
        files = self.files.get(month)
        return read_files(self.location, files).collect() if files else None

    def places(self, unknown: Sequence[pl.DataFrame]) -> Months:
        """Return the stored keys, by month, of rows that moved to another month."""
        key = list(KEY[self.part.kind])
        nothing = pl.DataFrame(schema={name: STORED[self.part.kind][name] for name in key})
        asked = pl.concat([nothing, *(rows.select(key).cast(nothing.schema) for rows in unknown)])
        if asked.is_empty():
            return {}
        found = _each(
            self.files,
            lambda month: (
                read_files(self.location, self.files[month])
                .select(key)
                .join(asked.lazy(), on=key, how="semi")
                .collect()
            ),
        )
        return {month: rows for month, rows in found.items() if not rows.is_empty()}

    def left_out(self, compared: Mapping[str, Compared], moved: Months) -> tuple[Mapping[str, Compared], int]:
        """Take out rows of counted months that are not kept one by one (any more); return how many these were too.

        Their single rows are gone, so nobody can tell whether a row that comes again is among the counted ones.
        """
        counted = {month for month, files in self.files.items() if any(file.counted for file in files)}
        key = list(KEY[self.part.kind])
        known = [rows.select(key) for rows in moved.values()]
        kept: dict[str, Compared] = {}
        for month, one in compared.items():
            if month not in counted:
                kept[month] = one
                continue
            there = one.unknown.join(pl.concat(known), on=key, how="semi") if known else one.unknown.clear()
            kept[month] = replace(one, unknown=there)
        return kept, sum(one.unknown.height - kept[month].unknown.height for month, one in compared.items())

    def written(self, month: str, compared: Compared | None, moved: pl.DataFrame | None) -> tuple[DataFile, int] | None:
        """Write what the month holds after the merge; None where nothing is left of it."""
        content = replaced(self.rows(month), compared, moved, self.part.kind)
        if content.is_empty():
            return None
        counted = any(file.counted for file in self.files.get(month, ()))
        return write_file(self.location, content, part=self.part, month=month, counted=counted), content.height


def _files_by_month(files: Iterable[DataFile], part: StoredPart) -> Mapping[str, Sequence[DataFile]]:
    by_month: dict[str, list[DataFile]] = {}
    for file in files:
        if file.part == part:
            by_month.setdefault(file.month, []).append(file)
    return by_month


def _each(months: Iterable[str], make: Callable[[str], _Made]) -> Mapping[str, _Made]:
    listed = list(months)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(zip(listed, threads.map(make, listed), strict=True))
