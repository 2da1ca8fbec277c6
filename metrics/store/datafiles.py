"""Data files of the record table: one per month of a source and kind, added and removed in one commit."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO

import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction
from pyarrow import fs

from metrics.records import SCHEMAS, Kind

PARTITIONS = ("programme", "record", "source", "month")
"""A late change touches only its own months of its own source."""

COLUMNS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(PARTITIONS, pl.String()),
    **{name: dtype for schema in SCHEMAS.values() for name, dtype in schema.items()},
    "source_id": pl.Int64(),
}
"""Columns of the table: the union of all kinds. A column that a kind does not have is null in its rows."""

STORED: Mapping[Kind, pl.Schema] = {
    kind: pl.Schema(
        {
            name: COLUMNS[name] if name == "source_id" or dtype != pl.String else pl.Categorical()
            for name, dtype in schema.items()
        },
    )
    for kind, schema in SCHEMAS.items()
}
"""Columns of a data file: the schema of its kind, with the pseudonym, and labels by number."""

# Records of ten years ago must stay readable as they were then, so the log of versions is never cleaned.
_SETTINGS = {"delta.enableExpiredLogCleanup": "false", "delta.logRetentionDuration": "interval 36500 days"}


_BY_SOURCE = "pseudonyms by source"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """Which rows belong together: one kind from one source of one programme, by their names in the programme file."""

    programme: str
    kind: Kind
    source: str

    @property
    def turn(self) -> str:
        """Return the name under which changes of these rows meet each other."""
        return f"{self.programme}/{self.kind.value}/{self.source}"


_PATH = "path of the file"

_COUNTED = "counted-"
_CHANGED = "changed"
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file with rows of one month (`YYYY-MM`) of a part; `path` is relative to the table."""

    path: str
    part: StoredPart
    month: str
    size_bytes: int

    @property
    def counted(self) -> bool:
        """Tell whether it has counted rows in the place of single ones that were removed."""
        return self.path.rsplit("/", 1)[-1].startswith(_COUNTED)

    def partition(self) -> Mapping[str, str]:
        """Return the values of `PARTITIONS`, which are not in the file itself."""
        part = self.part
        return dict(zip(PARTITIONS, (part.programme, part.kind.value, part.source, self.month), strict=True))

    def folder(self) -> str:
        """Return the folder of its month, relative to the table."""
        return "/".join(f"{name}={value}" for name, value in self.partition().items())


def open_table(location: str) -> DeltaTable:
    """Open the newest version of the table; make it where there is none."""
    try:
        return DeltaTable(location)
    except TableNotFoundError:
        # Another process may make it at the same moment; then that one is opened.
        with suppress(DeltaError):
            _create(location)
        return DeltaTable(location)


def open_for_writing(location: str) -> DeltaTable:
    """Open the newest version of the table; give one of an older release the columns that came since.

    Without them our own reader would still find them in the files, and every other program would not.
    """
    table = open_table(location)
    there = {field.name for field in table.schema().fields}
    lacking = [field for field in _schema().fields if field.name not in there]
    if lacking:
        table.alter.add_columns(lacking)
    return table


def data_files(table: DeltaTable, programme: str, kind: Kind | None = None) -> Sequence[DataFile]:
    """Return the files of a programme in the version that `table` shows, of one kind where asked."""
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    if actions.is_empty():
        return []
    wanted = pl.col("partition.programme") == programme
    if kind is not None:
        wanted &= pl.col("partition.record") == kind.value
    columns = ["path", "size_bytes", "partition.record", "partition.source", "partition.month"]
    return [
        DataFile(
            path=path,
            part=StoredPart(programme=programme, kind=Kind(record), source=source),
            month=month,
            size_bytes=size,
        )
        for path, size, record, source, month in actions.filter(wanted).select(columns).sort("path").iter_rows()
    ]


def read_files(location: str, files: Sequence[DataFile], *, placed: bool = False) -> pl.LazyFrame:
    """Read files of one kind lazily (`STORED`); there must be at least one. `placed` adds `source` and `month`."""
    paths = [f"{location}/{file.path}" for file in files]
    rows = pl.scan_parquet(
        paths,
        schema=STORED[files[0].part.kind],
        missing_columns="insert",
        glob=False,
        include_file_paths=_PATH if placed else None,
    )
    if not placed:
        return rows
    sources = {path: file.part.source for path, file in zip(paths, files, strict=True)}
    months = {path: file.month for path, file in zip(paths, files, strict=True)}
    return rows.with_columns(
        source=pl.col(_PATH).replace_strict(sources, return_dtype=pl.String),
        month=pl.col(_PATH).replace_strict(months, return_dtype=pl.String),
    ).drop(_PATH)


def write_file(
    location: str,
    rows: pl.DataFrame,
    *,
    part: StoredPart,
    month: str,
    counted: bool = False,
    instead: Iterable[DataFile] = (),
) -> DataFile:
    """Write rows as a new file of a part and month; nobody sees it before it is committed.

    `counted` marks a month of which single rows were removed; `instead` are the files whose figures it gives exactly.
    """
    content = BytesIO()
    rows.write_parquet(content, compression="lz4", statistics=False)
    file = DataFile(path="", part=part, month=month, size_bytes=content.tell())
    folder = file.folder()
    filesystem, root = _filesystem(location)
    filesystem.create_dir(f"{root}/{folder}", recursive=True)
    mark = f"{_COUNTED}{_digest(instead)}-" if counted else ""
    path = f"{folder}/{mark}{uuid.uuid4()}.parquet"
    with filesystem.open_output_stream(f"{root}/{path}") as out:
        out.write(content.getbuffer())
    return replace(file, path=path)


def stand_ins(location: str, files: Sequence[DataFile]) -> Sequence[DataFile] | None:
    """Return files that can be read: in the place of removed ones the counted file that gives the same figures.

    None where a file was removed and no other gives what it held.
    """
    filesystem, root = _filesystem(location)
    found = filesystem.get_file_info([f"{root}/{file.path}" for file in files])
    gone = {(file.part, file.month) for file, one in zip(files, found, strict=True) if one.type == fs.FileType.NotFound}
    there = [file for file in files if (file.part, file.month) not in gone]
    for part, month in sorted(gone, key=repr):
        mark = f"{_COUNTED}{_digest(file for file in files if (file.part, file.month) == (part, month))}-"
        fitting = [one for one in files_there(location, part) if f"/{mark}" in one.path and one.month == month]
        if not fitting:
            return None
        there.append(fitting[0])
    return there


def files_there(location: str, part: StoredPart) -> Sequence[DataFile]:
    """Return all files of a part in the folder: of this version, of older ones, and of none."""
    filesystem, root = _filesystem(location)
    folder = DataFile(path="", part=part, month="", size_bytes=0).folder().rpartition("/")[0]
    found = filesystem.get_file_info(fs.FileSelector(f"{root}/{folder}", recursive=True, allow_not_found=True))
    paths = {f"{folder}/{'/'.join(one.path.rsplit('/', 2)[1:])}": one.size for one in found if one.is_file}
    months = {path: path.rsplit("/", 2)[1].removeprefix("month=") for path in paths}
    return [DataFile(path=path, part=part, month=months[path], size_bytes=paths[path]) for path in sorted(paths)]


def delete_files(location: str, files: Iterable[DataFile]) -> None:
    """Delete files for real; whoever still needs one finds `stand_ins` or nothing."""
    filesystem, root = _filesystem(location)
    for file in files:
        with suppress(FileNotFoundError):
            filesystem.delete_file(f"{root}/{file.path}")


def commit(
    table: DeltaTable,
    added: Mapping[DataFile, int],
    removed: Sequence[DataFile],
    *,
    turn: str,
    more_turns: Iterable[str] = (),
) -> None:
    """Add files (with their number of rows) and remove files as one new version of the table.

    Raises deltalake's CommitFailedError where, since `table` was opened, somebody committed with the same `turn`
    (or one of the others) or removed one of the files.
    """
    now = int(time.time() * 1000)
    transactions = [Transaction(one, table.version() + 1) for one in (turn, *more_turns)]
    table.create_write_transaction(
        [*(_added(file, rows, now) for file, rows in added.items()), *(_removed(file, now) for file in removed)],
        mode="append",
        schema=table.schema(),
        partition_by=list(PARTITIONS),
        commit_properties=CommitProperties(app_transactions=transactions),
    )
    table.update_incremental()


def _digest(files: Iterable[DataFile]) -> str:
    paths = sorted(file.path for file in files)
    return hashlib.sha256("\n".join(paths).encode()).hexdigest()[:_DIGITS] if paths else _CHANGED


def _added(file: DataFile, rows: int, now: int) -> AddAction:
    return AddAction(
        path=file.path,
        size=file.size_bytes,
        partition_values=file.partition(),
        modification_time=now,
        data_change=True,
        stats=json.dumps({"numRecords": rows}),
    )


def _removed(file: DataFile, now: int) -> RemoveAction:
    return RemoveAction(
        path=file.path,
        data_change=True,
        deletion_timestamp=now,
        size=file.size_bytes,
        partition_values=dict(file.partition()),
    )


def _create(location: str) -> None:
    DeltaTable.create(
        location,
        schema=_schema(),
        partition_by=list(PARTITIONS),
        mode="error",
        configuration=_SETTINGS,
        description=_BY_SOURCE,
    )


def by_source(table: DeltaTable) -> bool:
    """Tell whether each source has a key of its own for pseudonyms; in tables of older releases all share one."""
    return table.metadata().description == _BY_SOURCE


def _schema() -> Schema:
    return Schema.from_arrow(pl.DataFrame(schema=dict(COLUMNS)).to_arrow().schema)


def _filesystem(location: str) -> tuple[fs.FileSystem, str]:
    if "://" in location:
        filesystem, root = fs.FileSystem.from_uri(location)
        return filesystem, root
    return fs.LocalFileSystem(), location
