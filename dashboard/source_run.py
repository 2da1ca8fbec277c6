"""The run of one source: from where it starts, what is kept on the way, and what people are told at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from config.programme import Programme
from connectors.connector import Connector, Reads, SourceBusyError, SourceChangedError, SourceError, Start
from connectors.sync import Progress, Save, read_source
from dashboard.jobs import Workplace
from dashboard.whole_run import Ended, Seen, settled
from metrics.records import Kind
from metrics.runs import RunSoFar
from metrics.store.datafiles import StoredPart
from metrics.store.merging import Saved
from metrics.store.runs import begin_run, end_run, keep_page
from metrics.store.states import SourceState, find_state
from metrics.store.turns import TakenError, turn

FULL_EVERY = timedelta(days=7)
"""How often a source that can tell what changed is read from the start all the same: what it lost is only seen so."""

GOES_ON_WITHIN = timedelta(hours=24)
"""An interrupted run is gone on with for so long; later it starts anew, for the source has moved on."""


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


def planned(state: SourceState, *, reads: Reads, now: datetime, full: bool, full_every: timedelta = FULL_EVERY) -> Plan:
    """Decide from where a source is read: on from an interrupted run, from the start, or what is new."""
    fresh_enough = state.began_at is not None and now - state.began_at <= GOES_ON_WITHIN
    if state.after is not None and fresh_enough and not full and reads is not Reads.COUNTED:
        start = Start(since=state.since, after=state.after)
        return Plan(start=start, full=state.since is None, resumed=True, state=state)
    late = state.full_at is None or now - state.full_at >= full_every
    from_start = full or late or state.watermark is None or reads in {Reads.SNAPSHOT, Reads.COUNTED}
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
    before = find_state(place.engine, programme.name, name)
    plan = planned(before, reads=connector.reads, now=now, full=full, full_every=_full_every(programme, name))
    start = _followed(place, programme, name, plan.start) if connector.reads is Reads.FOLLOWED else plan.start
    number = begin_run(place.engine, programme.name, name, now=now, full=plan.full, resumed=plan.resumed)
    state = plan.state if plan.resumed else replace(plan.state, chain=number)
    progress, failure, rejected = Progress(), None, 0
    seen = Seen(remembers=plan.full and not plan.resumed)
    save = seen.keep if connector.reads is Reads.COUNTED else _save(place, programme.name, name, seen)
    try:
        for progress in read_source(connector, save=save, latest=latest, start=start, at_once=place.at_once):
            state = replace(state, after=progress.resume or state.after)
            keep_page(place.engine, number, _so_far(progress), progress.rejected.slice(rejected), state)
            rejected = progress.rejected.height
            yield SourceRun(source=name, progress=progress)
        ended = Ended(
            programme=programme.name,
            source=name,
            reads=connector.reads,
            before=before,
            all_read=seen.remembers,
        )
        progress = settled(place, ended, progress, seen)
        state = _whole(state, plan, progress)
    except SourceError as error:
        failure = error
        # Where the source has changed, the place to go on from may be what no longer holds.
        state = replace(state, after=None if isinstance(error, SourceChangedError) else state.after)
    told = None if failure is None else f"{type(failure).__name__}: {failure}"
    end_run(place.engine, number, _so_far(progress), state, now=place.clock(), failure=told)
    yield SourceRun(source=name, progress=progress, done=True, failure=failure)


def _followed(place: Workplace, programme: Programme, source: str, start: Start) -> Start:
    if start.since is None:
        return start
    part = StoredPart(programme=programme.name, kind=Kind.CASES, source=source)
    return replace(start, open_on=place.records.open_on(part))


def _full_every(programme: Programme, source: str) -> timedelta:
    days = programme.sources[source].get("full_every_days")
    return timedelta(days=days) if isinstance(days, int) else FULL_EVERY


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


def _save(place: Workplace, programme: str, source: str, seen: Seen) -> Save:
    def save(kind: Kind, frame: pl.DataFrame, *, keeps: frozenset[str] = frozenset()) -> Saved:
        part = StoredPart(programme=programme, kind=kind, source=source)
        saved = place.records.save(part, frame, keeps=keeps)
        seen.add(place, part, frame)
        seen.left += saved.left
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
