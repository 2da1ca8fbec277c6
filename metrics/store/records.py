"""Records in one Delta table: merged by key, versioned, read lazily."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from metrics.records import DAY, KEY, SCHEMAS, Kind
from metrics.store.pseudonyms import pseudonyms

PARTITIONS = ("programme", "record", "source", "month")
"""A late change touches only its own months of its own source."""

ATTEMPTS = 5
"""How often a merge that met another writer is tried again before it gives up."""

COLUMNS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(PARTITIONS, pl.String()),
    **{name: dtype for schema in SCHEMAS.values() for name, dtype in schema.items()},
}
"""Columns of the table: the union of all kinds. A column that a kind does not have is null in its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a merge did: rows that were not there, rows that replaced another, rows that were there already.

    `version` is the version of the table in which they can be seen.
    """

    new: int
    changed: int
    equal: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """Which rows belong together: one kind from one source of one programme."""

    programme: str
    kind: Kind
    source: str


class UnknownVersionError(Exception):
    """The records were asked for as known at a version that the table does not have."""

    def __init__(self, asked: int, newest: int) -> None:
        """Say which versions there are."""
        super().__init__(f"records: there is no version {asked}. There are 0 to {newest}. Leave it out for the newest.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStore:
    """The records of all programmes, in a Delta table at `location` (a folder, or the URL of an object store).

    `pseudonym_key` is the secret under which identifiers are hashed: with another key, rows that are read again
    are no longer recognised. A reader sees the table as of one version and is never disturbed by a writer.
    """

    location: str
    pseudonym_key: str

    def version(self) -> int:
        """Return the newest version; 0 is the empty table."""
        return self._table().version()

    def save(self, part: StoredPart, frame: pl.DataFrame) -> Saved:
        """Merge checked rows (the columns of the kind's schema) by key; all of them become visible at once.

        A row with a key that is there replaces it, whatever month it was in. Rows that are already there exactly
        so are not written: saving the same frame twice changes nothing and makes no new version. Meeting another
        writer, the merge starts again from what that one left.
        """
        incoming = self._as_stored(part, frame)
        with self._turn():
            for _ in range(ATTEMPTS - 1):
                try:
                    return self._merge(part, incoming)
                except CommitFailedError:
                    continue
            return self._merge(part, incoming)

    def scan(self, programme: str, kind: Kind, *, version: int | None = None) -> pl.LazyFrame:
        """Read the records of a kind lazily: `source`, `month` and the columns of its schema.

        `version` reads them as they were known then; UnknownVersionError where there is no such version.
        """
        rows = pl.scan_delta(self._at(version))
        mine = rows.filter(pl.col("programme") == programme, pl.col("record") == kind.value)
        return mine.select("source", "month", *SCHEMAS[kind].names())

    def fingerprint(self, programme: str, *, version: int | None = None) -> str:
        """Return a digest of the records of a programme at a version: the same as long as none of them changed."""
        files = pl.DataFrame(self._at(version).get_add_actions(flatten=True))
        if files.is_empty():
            return hashlib.sha256(b"").hexdigest()
        mine = files.filter(pl.col("partition.programme") == programme)["path"].sort()
        return hashlib.sha256("\n".join(mine).encode()).hexdigest()

    def _merge(self, part: StoredPart, incoming: pl.DataFrame) -> Saved:
        table = self._table()
        stored = self._stored(table, part, incoming)
        news, changed, equal = _difference(incoming, stored, part.kind)
        if news.is_empty() and changed.is_empty():
            return Saved(new=0, changed=0, equal=equal, version=table.version())
        written = pl.concat([news, changed])
        replaced = stored.join(changed, on=list(KEY[part.kind]), how="semi")
        months = sorted({*written["month"], *replaced["month"]})
        kept = (
            self._rows(table, part)
            .filter(pl.col("month").is_in(months))
            .join(changed.lazy(), on=list(KEY[part.kind]), how="anti")
            .collect()
        )
        self._write(table, part, pl.concat([kept, written]), months)
        return Saved(new=news.height, changed=changed.height, equal=equal, version=table.version())

    def _stored(self, table: DeltaTable, part: StoredPart, incoming: pl.DataFrame) -> pl.DataFrame:
        key = list(KEY[part.kind])
        months = {month for found, month in self._months(table, part) if found == part.source}
        if not months:
            return incoming.clear()
        asked = incoming.lazy().select(key).unique()
        # A row may have moved to another month: look for its key in all of them, but read only keys for that.
        places = self._rows(table, part).select(*key, "month").join(asked, on=key, how="semi").collect()
        held = places["month"].unique().to_list()
        return self._rows(table, part).filter(pl.col("month").is_in(held)).join(asked, on=key, how="semi").collect()

    def _months(self, table: DeltaTable, part: StoredPart) -> Iterator[tuple[str, str]]:
        for partition in table.partitions(
            [("programme", "=", part.programme), ("record", "=", part.kind.value), ("source", "=", part.source)],
        ):
            yield partition["source"], partition["month"]

    def _rows(self, table: DeltaTable, part: StoredPart) -> pl.LazyFrame:
        return pl.scan_delta(table).filter(
            pl.col("programme") == part.programme,
            pl.col("record") == part.kind.value,
            pl.col("source") == part.source,
        ).select(PARTITIONS + tuple(SCHEMAS[part.kind].names()))

    def _write(self, table: DeltaTable, part: StoredPart, rows: pl.DataFrame, months: Sequence[str]) -> None:
        absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in COLUMNS.items() if name not in rows.columns]
        listed = ", ".join(f"'{month}'" for month in months)
        write_deltalake(
            table,
            rows.with_columns(absent).select(COLUMNS.keys()),
            mode="overwrite",
            predicate=(
                f"programme = '{part.programme}' AND record = '{part.kind.value}' "
                f"AND source = '{part.source}' AND month IN ({listed})"
            ),
            writer_properties=WriterProperties(compression="ZSTD", compression_level=1),
        )

    def _as_stored(self, part: StoredPart, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(
            programme=pl.lit(part.programme),
            record=pl.lit(part.kind.value),
            source=pl.lit(part.source),
            month=pl.col(DAY[part.kind]).dt.to_string("%Y-%m"),
            **{name: pl.col(name) for name in SCHEMAS[part.kind]},
        ).with_columns(source_id=pseudonyms("source_id", self.pseudonym_key))

    def _at(self, version: int | None) -> DeltaTable:
        table = self._table()
        if version is None or version == table.version():
            return table
        if not 0 <= version <= table.version():
            raise UnknownVersionError(version, table.version())
        return DeltaTable(self.location, version=version)

    def _table(self) -> DeltaTable:
        try:
            return DeltaTable(self.location)
        except TableNotFoundError:
            return DeltaTable.create(
                self.location,
                schema=pl.DataFrame(schema=dict(COLUMNS)).to_arrow().schema,
                partition_by=list(PARTITIONS),
                mode="ignore",
            )

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let writers on one machine take turns, so that they do not redo each other's work."""
        if "://" in self.location:
            yield
            return
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _difference(
    incoming: pl.DataFrame,
    stored: pl.DataFrame,
    kind: Kind,
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    key = list(KEY[kind])
    if stored.is_empty():
        return incoming, incoming.clear(), 0
    news = incoming.join(stored, on=key, how="anti")
    content = [name for name in SCHEMAS[kind] if name not in key]
    paired = incoming.join(stored, on=key, how="inner", suffix=" stored")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name} stored")) for name in content)
    changed = paired.filter(differs).select(incoming.columns)
    return news, changed, paired.height - changed.height
