"""Compacting a programme: records past their term are counted, proved to give the same figures, and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from deltalake.exceptions import CommitFailedError

from config.load import connectors_of
from config.programme import Programme
from connectors.connector import Reads
from dashboard.evaluating import find
from dashboard.jobs import Workplace, remember, today
from dashboard.same_figures import differences
from metrics.periods import Grain
from metrics.store.compacted import forget_marks, note_months, note_removed
from metrics.store.compacting import Proposal, drop, keep, previewed, propose, stored_parts
from metrics.store.datafiles import StoredPart
from metrics.store.looks import Basis, Findings, Question
from metrics.store.removing import remove_single_rows
from metrics.store.turns import TakenError, turn

ATTEMPTS = 3
"""How often the work starts again where somebody changed the records meanwhile."""

GRAINS = tuple(grain for grain in Grain if grain is not Grain.BASELINE)
"""The periods of which every figure is compared; a baseline goes with each."""

_TOLD = 5


class FiguresDifferError(Exception):
    """Counted records would give other figures; nothing was changed."""

    def __init__(self, programme: str, places: Sequence[str]) -> None:
        """Name the first of the figures."""
        super().__init__(f"{programme}: counted records give other figures. {'; '.join(places)}")
        self.places = tuple(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCompacted:
    """What compacting did with a source: rows before, rows after and the months they are of.

    `files` of older versions were removed for good; `busy` says that a run of the source was at work, so that it was
    left alone.
    """

    source: str
    rows: int = 0
    counted: int = 0
    months: tuple[str, ...] = ()
    files: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What compacting did with a programme; `figures` is how many were found to be the same."""

    sources: tuple[SourceCompacted, ...]
    figures: int


def compact(place: Workplace, programme: Programme, path: Path, *, dry_run: bool = False) -> Compacted:
    """Count the records that are past their term, and remove the single rows for good.

    Nothing is changed before every figure was found to be the same: FiguresDifferError names one that is not. A run
    that was killed is made right by the next. `dry_run` does everything up to the change, and changes nothing.
    """
    limits = limits_of(place, programme, path)
    if not dry_run:
        remember(place, programme, path)
    with ExitStack() as turns:
        names = sorted({part.source for part in limits})
        mine = {name for name in names if _ours(turns, place, programme, name)}
        before = {part: limit for part, limit in limits.items() if part.source in mine}
        proposal, figures = _kept(place, programme, before, dry_run=dry_run)
        files = {} if dry_run else {part: _removed(place, part) for part in before}
    return Compacted(
        sources=tuple(_told(name, proposal, files, busy=name not in mine) for name in names), figures=figures
    )


def limits_of(place: Workplace, programme: Programme, path: Path) -> Mapping[StoredPart, str]:
    """Return the month (`YYYY-MM`) before which records are past their term, for each part that has a term.

    Sources that are counted where they live have no single records here.
    """
    now = today(place, programme)
    readers = connectors_of(programme, path, place.secrets, place.limits)
    counted = {name for name, one in readers.items() if one.reads is Reads.COUNTED}
    terms = {part: programme.keeps_months(part.source) for part in stored_parts(place.records, programme.name)}
    return {
        part: month_before(now, months)
        for part, months in terms.items()
        if months is not None and part.source not in counted
    }


def month_before(day: date, months: int) -> str:
    """Return the month (`YYYY-MM`) that lies so many months before the one of a day."""
    count = day.year * 12 + day.month - 1 - months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _ours(turns: ExitStack, place: Workplace, programme: Programme, source: str) -> bool:
    """Take the turn of a source for as long as the work lasts: nobody reads it meanwhile."""
    try:
        turns.enter_context(turn(place.engine, f"source/{programme.name}/{source}"))
    except TakenError:
        return False
    return True


def _kept(
    place: Workplace, programme: Programme, before: Mapping[StoredPart, str], *, dry_run: bool
) -> tuple[Proposal, int]:
    for _ in range(1, ATTEMPTS):
        try:
            return _proved_and_kept(place, programme, before, dry_run=dry_run)
        except CommitFailedError:
            continue  # somebody changed what was to be counted: worked out and proved again
    return _proved_and_kept(place, programme, before, dry_run=dry_run)


def _proved_and_kept(
    place: Workplace, programme: Programme, before: Mapping[StoredPart, str], *, dry_run: bool
) -> tuple[Proposal, int]:
    proposal = propose(place.records, before)
    if not proposal.months:
        return proposal, 0
    with ExitStack() as unless_proved:
        unless_proved.callback(drop, place.records, proposal)
        figures = proved(place, programme, proposal)
        if dry_run:
            return proposal, figures
        unless_proved.pop_all()
    note_months(place.engine, proposal.months, now=place.clock())
    keep(place.records, proposal)
    return proposal, figures


def proved(place: Workplace, programme: Programme, proposal: Proposal) -> int:
    """Return how many figures are the same before and after a proposal; FiguresDifferError where one is not."""
    figures = 0
    for grain in GRAINS:
        was, becomes = (_found(place, programme, proposal, grain, counted=counted) for counted in (False, True))
        places = list(islice(differences(was, becomes), _TOLD))
        if places:
            raise FiguresDifferError(programme.name, places)
        figures += was.evidence.height
    return figures


def _found(place: Workplace, programme: Programme, proposal: Proposal, grain: Grain, *, counted: bool) -> Findings:
    records = previewed(place.records, proposal if counted else None)
    basis = Basis(known_at=proposal.version, records="", definitions="", seen_on=today(place, programme))
    return find(records, programme, Question(programme=programme.name, grain=grain), basis)


def _removed(place: Workplace, part: StoredPart) -> int:
    removed = remove_single_rows(place.records, part)
    if removed.months:
        forget_marks(place.engine, part, place.records.keys(part))
    note_removed(place.engine, part, removed.months, now=place.clock())
    return removed.files


def _told(source: str, proposal: Proposal, files: Mapping[StoredPart, int], *, busy: bool) -> SourceCompacted:
    months = [one for one in proposal.months if one.part.source == source]
    return SourceCompacted(
        source=source,
        rows=sum(one.rows for one in months),
        counted=sum(one.counted for one in months),
        months=tuple(sorted({one.month for one in months})),
        files=sum(number for part, number in files.items() if part.source == source),
        busy=busy,
    )


def as_mapping(done: Compacted) -> Iterator[Mapping[str, object]]:
    """Yield what was done with each source, for machines."""
    for one in done.sources:
        yield {
            "source": one.source,
            "rows": one.rows,
            "counted": one.counted,
            "months": list(one.months),
            "files_removed": one.files,
            "busy": one.busy,
        }
