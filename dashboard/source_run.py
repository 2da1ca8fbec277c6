"""The run of one source: from where it starts, what is kept on the way, and what people are told at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import polars as pl

from config.programme import Programme
from connectors.connector import Connector, Reads, SourceBusyError, SourceChangedError, SourceError, Start
from connectors.sync import Progress, Save, added_up, read_source
from dashboard.jobs import Workplace
from metrics.notices import Notice
from metrics.records import KEY, SCHEMAS, Kind
from metrics.store.datafiles import StoredPart
from metrics.store.gone import mark_gone
from metrics.store.merging import Saved
from metrics.store.runs import RunSoFar, begin_run, end_run, keep_page
from metrics.store.states import SourceState, find_state
from metrics.store.turns import TakenError, turn

FULL_EVERY = timedelta(days=7)
"""How often a source that can tell what changed is read from the start all the same: what it lost is only seen so."""

GOES_ON_WITHIN = timedelta(hours=24)
"""An interrupted run is gone on with for so long; later it starts anew, for the source has moved on."""

FEWER = 0.9
"""A run from the start that finds less than this share of what the last one found is warned of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """How far the run of a source is; `failure` holds what ended it early."""

    source: str
    progress: Progress
    done: bool = False
    failure: SourceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a source is read this time: from where, whether that is everything, and the state it goes on from."""

    start: Start
    full: bool
    resumed: bool
    state: SourceState


@dataclass(slots=True)
class _Seen:
    """The keys that a run from the start met, by kind of record."""

    keys: dict[Kind, list[pl.DataFrame]] = field(default_factory=dict)

    def add(self, kind: Kind, frame: pl.DataFrame) -> None:
        self.keys.setdefault(kind, []).append(frame.select(KEY[kind]))


def planned(state: SourceState, *, reads: Reads, now: datetime, full: bool, full_every: timedelta = FULL_EVERY) -> Plan:
    """Decide from where a source is read: on from an interrupted run, from the start, or what is new."""
    if state.after is not None and state.began_at is not None and now - state.began_at <= GOES_ON_WITHIN and not full:
        start = Start(since=state.since, after=state.after)
        return Plan(start=start, full=state.since is None, resumed=True, state=state)
    late = state.full_at is None or now - state.full_at >= full_every
    from_start = full or reads is Reads.SNAPSHOT or state.watermark is None or (reads is Reads.CHANGES and late)
    since = None if from_start else state.watermark
    fresh = replace(state, began_at=now, since=since, after=None, chain=None)
    return Plan(start=Start(since=since), full=from_start, resumed=False, state=fresh)


def run_source(
    place: Workplace, programme: Programme, name: str, connector: Connector, *, latest: date, full: bool
) -> Iterator[SourceRun]:
    """Read a source, where nobody else is at it, and yield how far it is; the last says that it is done.

    Rows dated after `latest` are rejected; `full` reads it from the start.
    """
    try:
        with turn(place.engine, f"source/{programme.name}/{name}"):
            yield from _alone(place, programme, name, connector, latest=latest, full=full)
    except TakenError:
        sentence = "another run of this source is at work. Wait until it is done; both would do the same."
        yield SourceRun(source=name, progress=Progress(), done=True, failure=SourceBusyError(name, sentence))


def _alone(
    place: Workplace, programme: Programme, name: str, connector: Connector, *, latest: date, full: bool
) -> Iterator[SourceRun]:
    now = place.clock()
    days = programme.sources[name].get("full_every_days")
    every = timedelta(days=days) if isinstance(days, int) else FULL_EVERY
    found = find_state(place.engine, programme.name, name)
    plan = planned(found, reads=connector.reads, now=now, full=full, full_every=every)
    number = begin_run(place.engine, programme.name, name, now=now, full=plan.full, resumed=plan.resumed)
    state = plan.state if plan.resumed else replace(plan.state, chain=number)
    progress, failure, seen, rejected = Progress(), None, _Seen(), 0
    try:
        save = _save(place, programme.name, name, seen)
        for progress in read_source(connector, save=save, latest=latest, start=plan.start):
            state = replace(state, after=progress.resume or state.after)
            keep_page(place.engine, number, _so_far(progress), progress.rejected.slice(rejected), state)
            rejected = progress.rejected.height
            yield SourceRun(source=name, progress=progress)
    except SourceError as error:
        failure = error
    if failure is None:
        notices = added_up((*progress.notices, *_told(place, programme.name, name, plan, progress, seen)))
        progress = replace(progress, notices=notices)
        state = _whole(state, plan, progress)
    elif isinstance(failure, SourceChangedError):
        # Where the source has changed, the place to go on from may be what no longer holds.
        state = replace(state, after=None)
    end_run(
        place.engine,
        number,
        _so_far(progress),
        state,
        now=place.clock(),
        failure=None if failure is None else f"{type(failure).__name__}: {failure}",
    )
    yield SourceRun(source=name, progress=progress, done=True, failure=failure)


def _whole(state: SourceState, plan: Plan, progress: Progress) -> SourceState:
    """Return the state after a whole run: only now does the watermark move."""
    read_all = plan.full and not plan.resumed
    return replace(
        state,
        watermark=state.began_at,
        full_at=state.began_at if plan.full else state.full_at,
        full_chain=state.chain if plan.full else state.full_chain,
        found=progress.found if read_all else state.found,
        definitions={**state.definitions, **progress.definitions},
        began_at=None,
        since=None,
        after=None,
    )


def _told(
    place: Workplace, programme: str, source: str, plan: Plan, progress: Progress, seen: _Seen
) -> Iterator[Notice]:
    """Yield what people must be told of a whole run, beside what its pages said."""
    for name, digest in sorted(progress.definitions.items()):
        if plan.state.definitions.get(name, digest) != digest:
            yield Notice(code="definition_changed", particulars={"name": name})
    if not plan.full or plan.resumed:
        return
    before = plan.state.found
    if before and progress.found < FEWER * before:
        yield Notice(code="fewer_rows", particulars={"before": before, "found": progress.found})
    yield from _gone(place, programme, source, seen)


def _gone(place: Workplace, programme: str, source: str, seen: _Seen) -> Iterator[Notice]:
    for kind in Kind:
        part = StoredPart(programme=programme, kind=kind, source=source)
        stored = place.records.keys(part)
        if stored.is_empty():
            continue
        names = list(KEY[kind])
        nothing = pl.DataFrame(schema={column: SCHEMAS[kind][column] for column in names})
        met = place.records.pseudonymised(pl.concat([nothing, *seen.keys.get(kind, [])]))
        marked = mark_gone(place.engine, part, stored.join(met, on=names, how="anti"), now=place.clock())
        if marked.new:
            yield Notice(code="rows_gone", particulars={"rows": marked.new, "all": marked.all})
        if marked.back:
            yield Notice(code="rows_back", particulars={"rows": marked.back})


def _save(place: Workplace, programme: str, source: str, seen: _Seen) -> Save:
    def save(kind: Kind, frame: pl.DataFrame) -> Saved:
        saved = place.records.save(StoredPart(programme=programme, kind=kind, source=source), frame)
        seen.add(kind, frame)
        return saved

    return save


def _so_far(progress: Progress) -> RunSoFar:
    return RunSoFar(
        pages=progress.pages,
        new=progress.new,
        changed=progress.changed,
        equal=progress.equal,
        rejected=progress.rejected.height,
        known_at=progress.version,
        newest_on=progress.newest_on,
        notices=progress.notices,
    )
