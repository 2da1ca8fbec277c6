"""Records in one Delta table: merged by key, versioned, read lazily."""

from __future__ import annotations

import fcntl
import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from metrics.records import DAY, KEY, SCHEMAS, Kind
from metrics.store.comparing import settled
from metrics.store.datafiles import (
    COLUMNS,
    STORED,
    DataFile,
    StoredPart,
    by_source,
    data_files,
    open_table,
    read_files,
    stand_ins,
)
from metrics.store.merging import Saved, merge
from metrics.store.pseudonyms import key_of, pseudonyms

ATTEMPTS = 20
"""How often a merge that met another writer is tried before it gives up."""

_PAUSE_SECONDS = 0.1


class UnknownVersionError(Exception):
    """The records were asked for as known at a version that the table does not have."""

    def __init__(self, asked: int, newest: int) -> None:
        """Say which versions there are."""
        super().__init__(f"records: there is no version {asked}. There are 0 to {newest}. Leave it out for the newest.")


class RemovedVersionError(UnknownVersionError):
    """The records were asked for as known at a version of which compaction removed rows."""

    def __init__(self, asked: int | None) -> None:
        """Say why it is gone."""
        message = (
            f"records: version {asked} can no longer be read. `uitkomst compact` counted records that it held and "
            "removed them for good. Leave the version out for the newest."
        )
        Exception.__init__(self, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStore:
    """The records of all programmes, in a Delta table at `location` (a folder, or the URL of an object store).

    `pseudonym_key` is the secret under which identifiers are hashed: with another key, rows that are read again
    are no longer recognised. A reader sees the table as of one version and is never disturbed by a writer.
    `counted_in` is a folder for records that were counted, which may be deleted at any time; None is one beside a
    table in a folder, and none for an object store.
    """

    location: str
    pseudonym_key: str
    counted_in: Path | None = None

    @property
    def counted_folder(self) -> Path | None:
        """Return where counted records are kept; None is nowhere."""
        if self.counted_in is not None or "://" in self.location:
            return self.counted_in
        return Path(self.location).parent / "counted"

    def version(self) -> int:
        """Return the newest version; 0 is the empty table."""
        return open_table(self.location).version()

    def replace(self, part: StoredPart, frame: pl.DataFrame) -> tuple[Saved, int]:
        """Make checked rows all that there is of a part, as one change; return how many others were taken out."""
        incoming = self._by_month(frame, part)
        with self.alone():
            others = self.keys(part, but=self.pseudonymised(part, frame.select(KEY[part.kind])))
            return self._tried(lambda: merge(self.location, part, incoming, gone=others)), others.height

    def save(self, part: StoredPart, frame: pl.DataFrame, *, keeps: frozenset[str] = frozenset()) -> Saved:
        """Merge checked rows (the columns of the kind's schema) by key; all of them become visible at once.

        Of the columns in `keeps` a row that is there in the same month keeps what it has.
        A row with a key that is there replaces it, whatever month it was in. Rows that are already there exactly
        so are not written: saving the same frame twice changes nothing and makes no new version. Meeting another
        writer, the merge starts again from what that one left.
        """
        incoming = self._by_month(frame, part)
        with self.alone():
            return self._tried(lambda: merge(self.location, part, incoming, keeps=keeps))

    def _tried(self, work: Callable[[], Saved]) -> Saved:
        for attempt in range(1, ATTEMPTS):
            try:
                return work()
            except CommitFailedError:
                time.sleep(attempt * _PAUSE_SECONDS * random.random())  # noqa: S311 - nothing secret
        return work()

    def scan(self, programme: str, kind: Kind, *, version: int | None = None) -> pl.LazyFrame:
        """Read the records of a kind lazily: `source`, `month` and the columns of its schema.

        `source_id` holds pseudonyms. `version` reads the records as they were known then; UnknownVersionError
        where there is no such version.
        """
        files = self.files(programme, kind, version=version)
        schema = {name: COLUMNS[name] for name in ("source", "month", *SCHEMAS[kind].names())}
        if not files:
            return pl.LazyFrame(schema=schema)
        # Not scan_delta: it does not find files in a folder with a space in its name (Polars 2.1).
        rows = read_files(self.location, files, placed=True)
        return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())

    def files(self, programme: str, kind: Kind, *, version: int | None = None) -> Sequence[DataFile]:
        """Return the data files of a kind, which `metrics.store.datafiles.read_files` reads.

        In an older version counted files stand in for those that compaction removed, where they give the same figures;
        RemovedVersionError where none does.
        """
        newest = open_table(self.location)
        if version is None or version == newest.version():
            return data_files(newest, programme, kind)
        return self.readable(data_files(self._at(version), programme, kind), version=version)

    def readable(self, files: Sequence[DataFile], *, version: int | None = None) -> Sequence[DataFile]:
        """Return files of which those that compaction removed meanwhile have their stand-ins."""
        found = stand_ins(self.location, files)
        if found is None:
            raise RemovedVersionError(version)
        return found

    def pseudonymised(self, part: StoredPart, keys: pl.DataFrame) -> pl.DataFrame:
        """Return keys with the pseudonyms under which the rows of a part are kept."""
        return keys.with_columns(pseudonyms(keys["source_id"], self._key(part)))

    def _key(self, part: StoredPart) -> str:
        """Return the key of a source: the same person in two sources gets two pseudonyms that nobody can lay together.

        A table of an older release goes on with one key for all, or none of its rows would be known again.
        """
        if not by_source(open_table(self.location)):
            return self.pseudonym_key
        return key_of(self.pseudonym_key, part.programme, part.source)

    def keys(self, part: StoredPart, *, but: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return the keys (`metrics.records.KEY`, with pseudonyms) of the rows of a part that are kept one by one.

        A month that was counted has none but its open cases. Keys in `but` are left out, month by month: all of them
        together take much room.
        """
        names = list(KEY[part.kind])
        known = None if but is None else but.lazy().select(pl.col(name).cast(STORED[part.kind][name]) for name in names)
        found = [pl.DataFrame(schema={name: COLUMNS[name] for name in names})]
        for file in self.files(part.programme, part.kind):
            if file.part != part:
                continue
            rows = read_files(self.location, [file])
            single = rows.filter(settled(part.kind).not_()) if file.counted else rows
            keys = single.select(names).collect().lazy()
            # The keys of a month are what is looked up in: a table of all known ones takes three times their room.
            left = keys if known is None else keys.join(known.join(keys, on=names, how="semi"), on=names, how="anti")
            found.append(left.select(pl.col(name).cast(COLUMNS[name]) for name in names).collect())
        return pl.concat(found)

    def open_on(self, part: StoredPart) -> tuple[date, ...]:
        """Return the days, in order, on which the cases of a part came in that are open."""
        files = [file for file in self.files(part.programme, Kind.CASES) if file.part == part]
        if not files:
            return ()
        still_open = read_files(self.location, files).filter(~settled(Kind.CASES), pl.col("n") > 0)
        return tuple(still_open.select(pl.col("received_on").unique().sort()).collect().to_series())

    def fingerprint(self, programme: str, *, version: int | None = None) -> str:
        """Return a digest of the records of a programme at a version: the same as long as none of them changed."""
        paths = [file.path for file in data_files(self._at(version), programme)]
        return hashlib.sha256("\n".join(paths).encode()).hexdigest()

    def _by_month(self, frame: pl.DataFrame, part: StoredPart) -> Mapping[str, pl.DataFrame]:
        incoming = frame.select(SCHEMAS[part.kind].names()).with_columns(
            pseudonyms(frame["source_id"], self._key(part)),
        )
        dated = incoming.cast(STORED[part.kind]).with_columns(month=pl.col(DAY[part.kind]).dt.to_string("%Y-%m"))
        parts = dated.partition_by("month", as_dict=True, include_key=False)
        return {str(month): rows for (month,), rows in parts.items()}

    def _at(self, version: int | None) -> DeltaTable:
        table = open_table(self.location)
        if version is None or version == table.version():
            return table
        if not 0 <= version <= table.version():
            raise UnknownVersionError(version, table.version())
        return DeltaTable(self.location, version=version)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let writers on one machine take turns, so that they do not redo each other's work."""
        if "://" in self.location:
            yield
            return
        folder = Path(self.location)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
