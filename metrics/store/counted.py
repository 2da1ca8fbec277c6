"""Counted records of a programme as known at a version; what was counted once is kept and not counted again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from pathlib import Path

import polars as pl

from metrics.counting import KEYS, NEWEST, count
from metrics.naming import with_categories
from metrics.records import DAY, SCHEMAS, Kind
from metrics.store.datafiles import DataFile, StoredPart, read_files
from metrics.store.records import RecordStore
from metrics.threads import side_by_side

_DIGEST_BYTES = 32

_CODED = (Kind.CASES,)
"""The kinds of which there are millions."""


def counted_records(
    store: RecordStore,
    programme: str,
    kind: Kind,
    *,
    version: int,
    services: Sequence[str],
    until: date,
) -> pl.DataFrame:
    """Return the counted records (`metrics.counting.KEYS`) of the services, up to and including the day `until`.

    The names of cases are categories (`metrics.naming`), those of other kinds text.

    A month of a source is counted once and kept as a file in `store.counted_folder`. Such a file stands for exactly the
    data files it was counted from: where it is absent, broken or about others, the month is counted again.
    """
    files = sorted(store.files(programme, kind, version=version), key=_place)
    months = [
        _Month(store=store, files=tuple(group))
        for (_, month), group in groupby(files, key=_place)
        if month <= f"{until:%Y-%m}"
    ]
    parts = side_by_side(lambda month: month.counted(until), months)
    wanted = pl.col("service").is_in(list(services))
    counted = pl.concat([_nothing(kind), *(part.filter(wanted) for part in parts)])
    return counted if len({month.files[0].part.source for month in months}) < 2 else _added_up(counted, kind)  # noqa: PLR2004


def forget_counted(store: RecordStore, part: StoredPart, months: Iterable[str]) -> None:
    """Delete what was kept of months; it is counted again when it is asked for."""
    for month in months:
        path = _kept_at(store, part, month)
        for one in () if path is None else path.parent.glob(f"{month}*"):
            one.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """The data files of one source and month."""

    store: RecordStore
    files: tuple[DataFile, ...]

    def counted(self, until: date) -> pl.DataFrame:
        whole = self._kept()
        if whole is None:
            whole = self._count(None)
            self._keep(whole)
        newest = whole["newest"].max()
        within = newest is None or (isinstance(newest, date) and newest <= until)
        return whole if within else self._count(until)

    def _count(self, until: date | None) -> pl.DataFrame:
        kind, month = self.files[0].part.kind, self.files[0].month

        def counted(files: Sequence[DataFile]) -> pl.DataFrame:
            rows = read_files(self.store.location, files).with_columns(month=pl.lit(month))
            seen = rows if until is None else rows.filter(pl.col(DAY[kind]) <= until)
            frame: pl.DataFrame = count(seen, kind).collect()
            return frame

        try:
            found = counted(self.files)
        except FileNotFoundError:
            # Compaction removed them since they were listed.
            found = counted(self.store.readable(self.files))
        return _coded(found.cast({pl.Categorical: pl.String}), kind)

    def _path(self) -> Path | None:
        return _kept_at(self.store, self.files[0].part, self.files[0].month)

    def _digest(self, content: bytes) -> bytes:
        kind = self.files[0].part.kind
        about = repr((KEYS[kind], NEWEST[kind], kind in _CODED, [file.path for file in self.files]))
        return hashlib.sha256(about.encode() + content).digest()

    def _kept(self) -> pl.DataFrame | None:
        path = self._path()
        if path is None:
            return None
        try:
            found = path.read_bytes()
        except OSError:
            return None
        digest, content = found[:_DIGEST_BYTES], found[_DIGEST_BYTES:]
        return pl.read_parquet(BytesIO(content)) if digest == self._digest(content) else None

    def _keep(self, counted: pl.DataFrame) -> None:
        path = self._path()
        if path is None:
            return
        content = BytesIO()
        counted.write_parquet(content, compression="lz4")
        # Without room to keep it, it is counted again next time.
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            fresh.write_bytes(self._digest(content.getvalue()) + content.getvalue())
            fresh.replace(path)


def _kept_at(store: RecordStore, part: StoredPart, month: str) -> Path | None:
    folder = store.counted_folder
    return None if folder is None else folder / part.programme / part.kind.value / part.source / month


def _place(file: DataFile) -> tuple[str, str]:
    return file.part.source, file.month


def _nothing(kind: Kind) -> pl.DataFrame:
    columns = {**SCHEMAS[kind], "month": pl.String()}
    return _coded(count(pl.DataFrame(schema=columns), kind), kind)


def _coded(counted: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    return with_categories(counted) if kind in _CODED else counted


def _added_up(counted: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    return counted.group_by(KEYS[kind]).agg(pl.col("n").sum(), pl.col("newest").max())
