"""The end of a whole run: what is no longer there, what counts no more, and what people are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl
import polars.selectors as cs

from connectors.connector import Reads
from connectors.sync import Progress, added_up
from dashboard.jobs import Workplace
from metrics.notices import Notice
from metrics.records import KEY, Kind, empty
from metrics.store.datafiles import StoredPart
from metrics.store.gone import mark_gone
from metrics.store.merging import Saved
from metrics.store.states import SourceState

FEWER = 0.9
"""A run from the start that finds less than this share of what the last one found is warned of."""


@dataclass(slots=True)
class Seen:
    """The keys that a run met, by kind of record; only a run that `remembers` them, for it reads everything."""

    remembers: bool
    keys: dict[Kind, list[pl.DataFrame]] = field(default_factory=dict)
    counted: dict[Kind, list[pl.DataFrame]] = field(default_factory=dict)
    left: int = 0

    def add(self, place: Workplace, part: StoredPart, frame: pl.DataFrame) -> None:
        """Remember which rows were met, by their pseudonyms: those take the least room."""
        if self.remembers:
            keys = place.records.pseudonymised(part, frame.select(KEY[part.kind]))
            self.keys.setdefault(part.kind, []).append(keys.with_columns(cs.string().cast(pl.Categorical)))

    def keep(self, kind: Kind, frame: pl.DataFrame, *, keeps: frozenset[str] = frozenset()) -> Saved:  # noqa: ARG002
        """Keep counted rows until all of them are read: half of them beside the old ones would count double."""
        self.counted.setdefault(kind, []).append(frame)
        return Saved(new=0, changed=0, equal=0, version=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that read its source to the end.

    `before` is the state that it found; `all_read` says that it read everything there is.
    """

    programme: str
    source: str
    reads: Reads
    before: SourceState
    all_read: bool


def settled(place: Workplace, ended: Ended, progress: Progress, seen: Seen) -> Progress:
    """Bring the records in line with a run that ended well, and return its progress with all that is to be told."""
    counted = ended.reads is Reads.COUNTED
    done = _replaced(place, ended, progress, seen) if counted else progress
    notices = [*done.notices, *_redefined(ended, done), *_left(seen)]
    if ended.all_read:
        notices += [*_fewer(ended, done), *(() if counted else _gone(place, ended, seen))]
    return replace(done, notices=added_up(notices))


def _left(seen: Seen) -> Iterator[Notice]:
    if seen.left:
        yield Notice(code="compacted", particulars={"rows": seen.left})


def _redefined(ended: Ended, progress: Progress) -> Iterator[Notice]:
    for name, digest in sorted(progress.definitions.items()):
        if ended.before.definitions.get(name, digest) != digest:
            yield Notice(code="definition_changed", particulars={"name": name})


def _fewer(ended: Ended, progress: Progress) -> Iterator[Notice]:
    before = ended.before.found
    if before and progress.found < FEWER * before:
        yield Notice(code="fewer_rows", particulars={"before": before, "found": progress.found})


def _replaced(place: Workplace, ended: Ended, progress: Progress, seen: Seen) -> Progress:
    """Put the counted rows of a whole run in the place of those of the last; a run that found none changes nothing."""
    told = replace(progress, version=None)
    for kind, frames in seen.counted.items():
        part = StoredPart(programme=ended.programme, kind=kind, source=ended.source)
        rows = pl.concat(frames).unique(KEY[kind], keep="last", maintain_order=True)
        saved, out = place.records.replace(part, rows)
        gone = (Notice(code="counts_gone", particulars={"rows": out}),) if out else ()
        told = replace(
            told,
            new=told.new + saved.new,
            changed=told.changed + saved.changed,
            equal=told.equal + saved.equal,
            version=saved.version,
            notices=(*told.notices, *gone),
        )
    return told


def _gone(place: Workplace, ended: Ended, seen: Seen) -> Iterator[Notice]:
    for kind in Kind:
        part = StoredPart(programme=ended.programme, kind=kind, source=ended.source)
        met = seen.keys.get(kind) or [place.records.pseudonymised(part, empty(kind).select(KEY[kind]))]
        missing = place.records.keys(part, but=pl.concat(met))
        marked = mark_gone(place.engine, part, missing, now=place.clock())
        if marked.new:
            yield Notice(code="rows_gone", particulars={"rows": marked.new, "all": marked.all})
        if marked.back:
            yield Notice(code="rows_back", particulars={"rows": marked.back})
