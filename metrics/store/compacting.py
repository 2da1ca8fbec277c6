"""Compacting: old rows become counted ones that give the same figures, proposed first and kept in one change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from metrics.records import Kind
from metrics.store.comparing import settled
from metrics.store.datafiles import (
    STORED,
    DataFile,
    StoredPart,
    commit,
    data_files,
    delete_files,
    open_table,
    read_files,
    write_file,
)
from metrics.store.pseudonyms import pseudonyms
from metrics.store.records import RecordStore

COMPACTED = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS)
"""The kinds that have a row for each person; spending and published figures have none."""

# No identifier of a source begins so, so that a counted row never takes the place of a single one.
_COUNTED = "\x00counted"
_ABSENT, _BETWEEN = "\x00", "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactedMonth:
    """A month of a part as it is and as it would be: `rows` there are, `counted` there would be, open cases included.

    `new` is written but nobody sees it before it is kept.
    """

    part: StoredPart
    month: str
    old: tuple[DataFile, ...]
    new: DataFile
    rows: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What compacting would change, on the version of the table that it was worked out from."""

    table: DeltaTable
    months: Sequence[CompactedMonth]

    @property
    def version(self) -> int:
        """Return the version that it starts from."""
        return self.table.version()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(RecordStore):
    """The records as they would be: each file in `instead` is read in the place of the one it is named by.

    What is counted of them is not kept.
    """

    instead: Mapping[str, DataFile] = field(default_factory=dict)

    @property
    def counted_folder(self) -> Path | None:
        """Keep nothing: what is looked at must be what is there."""
        return None

    def files(self, programme: str, kind: Kind, *, version: int | None = None) -> Sequence[DataFile]:
        """Return the data files as they would be."""
        there = RecordStore.files(self, programme, kind, version=version)
        return list(dict.fromkeys(self.instead.get(file.path, file) for file in there))


def stored_parts(store: RecordStore, programme: str) -> Sequence[StoredPart]:
    """Return the parts of a programme that have rows which compacting may count."""
    found = {file.part for file in data_files(open_table(store.location), programme)}
    return sorted((part for part in found if part.kind in COMPACTED), key=lambda part: (part.source, part.kind.value))


def propose(store: RecordStore, before: Mapping[StoredPart, str]) -> Proposal:
    """Write, for each part, the months before the one named (`YYYY-MM`) with their rows counted.

    Cases that are still open stay as they are. Months that have nothing to count are left alone.
    """
    table = open_table(store.location)
    months = [
        proposed
        for part, limit in before.items()
        for month, files in _by_month(table, part)
        if month < limit
        for proposed in _proposed(store, part, month, files)
    ]
    return Proposal(table=table, months=months)


def previewed(store: RecordStore, proposal: Proposal | None) -> Preview:
    """Return the records as they would be after a proposal, or as they are."""
    months = () if proposal is None else proposal.months
    return Preview(
        location=store.location,
        pseudonym_key=store.pseudonym_key,
        instead={file.path: month.new for month in months for file in month.old},
    )


def keep(store: RecordStore, proposal: Proposal) -> None:
    """Make the proposal what the table holds, all of it in one version.

    Raises deltalake's CommitFailedError where somebody changed one of the parts since it was worked out; the
    proposal is dropped then.
    """
    turn, *others = sorted({month.part.turn for month in proposal.months})
    added = {month.new: month.counted for month in proposal.months}
    removed = [file for month in proposal.months for file in month.old]
    with store.alone():
        try:
            commit(proposal.table, added, removed, turn=turn, more_turns=others)
        except CommitFailedError:
            # After any other error nobody knows whether it was kept, so the files stay.
            drop(store, proposal)
            raise


def drop(store: RecordStore, proposal: Proposal) -> None:
    """Delete what was written for a proposal that is not kept."""
    delete_files(store.location, [month.new for month in proposal.months])


def counted_rows(rows: pl.DataFrame, kind: Kind, *, key: str) -> pl.DataFrame:
    """Return rows (`STORED`) with those that will not change any more counted: one for all that say the same.

    Its pseudonym is that of what it says, so that counting again changes nothing and later rows add up with it.
    """
    says = [name for name in STORED[kind].names() if name not in {"source_id", "n"}]
    grouped = rows.filter(settled(kind)).group_by(says).agg(pl.col("n").sum())
    texts = [pl.lit(_COUNTED), *(pl.col(name).cast(pl.String).fill_null(_ABSENT) for name in says)]
    said = grouped.select(pl.concat_str(texts, separator=_BETWEEN).alias("source_id")).to_series()
    named = grouped.with_columns(pseudonyms(said, key)).select(rows.columns).cast(rows.schema)
    # In the order of their pseudonyms: which came first tells nothing then.
    return pl.concat([named, rows.filter(~settled(kind))]).sort("source_id")


def _by_month(table: DeltaTable, part: StoredPart) -> Iterable[tuple[str, tuple[DataFile, ...]]]:
    files = [file for file in data_files(table, part.programme, part.kind) if file.part == part]
    ordered = sorted(files, key=lambda file: file.month)
    return [(month, tuple(group)) for month, group in groupby(ordered, key=lambda file: file.month)]


def _proposed(
    store: RecordStore, part: StoredPart, month: str, files: tuple[DataFile, ...]
) -> Iterable[CompactedMonth]:
    rows = read_files(store.location, files).collect()
    counted = counted_rows(rows, part.kind, key=store.pseudonym_key)
    if counted.filter(settled(part.kind)).is_empty() or _same(rows, counted):
        return
    new = write_file(store.location, counted, part=part, month=month, counted=True, instead=files)
    yield CompactedMonth(part=part, month=month, old=files, new=new, rows=rows.height, counted=counted.height)


def _same(rows: pl.DataFrame, counted: pl.DataFrame) -> bool:
    return rows.height == counted.height and rows.sort("source_id")["source_id"].equals(counted["source_id"])
