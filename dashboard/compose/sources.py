"""Composing the sources: what is known of each source, put into the words of its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl

from config.programme import Programme
from config.rhythm import Rhythm, promised, rhythms
from dashboard.views.parts import Table
from dashboard.views.sources import Busy, SourceCard, SourceGroup, SourcesView
from dashboard.wording.notices import notice_sentence
from dashboard.wording.records import rejection_sentence
from dashboard.wording.sources import (
    SourceState,
    duration_text,
    moment_text,
    state_sentence,
    state_word,
    who_acts,
)
from dashboard.wording.words import Words
from metrics.runs import Run

_SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """What is known of a source: its block, its runs (newest first), and what it rejected.

    `read_at` is when the last run that ended well began, `found` how many rows the last that read everything accepted;
    None where there was none. `gone` counts the rows that are no longer there; `scheduled` says whether a run can be
    asked for.
    """

    name: str
    block: Mapping[str, object]
    runs: Sequence[Run]
    read_at: datetime | None
    found: int | None
    gone: int
    rejected: pl.DataFrame
    scheduled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSources:
    """The sources of a programme, as seen at a moment."""

    programme: Programme
    sources: Sequence[KnownSource]
    now: datetime


def sources_view(words: Words, known: Sequence[KnownSources]) -> SourcesView:
    """Compose the sources page."""
    groups = [
        SourceGroup(
            key=one.programme.name,
            title=words.text(one.programme.title),
            cards=[_card(words, one, source) for source in one.sources],
        )
        for one in known
    ]
    cards = [card for group in groups for card in group.cards]
    return SourcesView(
        language=words.language,
        title=words.say("Sources"),
        lead=_lead(words, cards),
        groups=groups,
        empty=None if cards else words.say("There are no sources yet."),
        moving=any(card.busy is not None for card in cards),
        detail_label=words.say("What the program wrote"),
        notices_label=words.say("To know about the last run"),
        runs_label=words.say("The last runs"),
        rejected_label=words.say("Rejected rows"),
        run_now_label=words.say("Read now"),
    )


def state_of(known: KnownSources, source: KnownSource) -> SourceState:
    """Tell the state of a source: busy goes first, then what failed, then what is late."""
    last = source.runs[0] if source.runs else None
    if last is not None and last.ended_at is None:
        return SourceState.BUSY
    if last is not None and last.failure is not None:
        return SourceState.FAILED
    if source.read_at is None:
        return SourceState.NEVER
    late = promised(source.block) and _rhythm(known, source).late(source.read_at, known.now)
    return SourceState.LATE if late else SourceState.FRESH


def _lead(words: Words, cards: Sequence[SourceCard]) -> Sequence[str]:
    wanting = [card for card in cards if card.state.code in {SourceState.LATE, SourceState.FAILED}]
    first = (
        words.count("{n} source needs attention.", "{n} sources need attention.", len(wanting))
        if wanting
        else words.say("Every source is as fresh as agreed.")
    )
    rest = words.say("Figures are made of what these sources recorded. No names, addresses or free text are kept.")
    return [first, rest] if cards else [rest]


def _card(words: Words, known: KnownSources, source: KnownSource) -> SourceCard:
    programme = known.programme
    zone = ZoneInfo(programme.timezone)
    state = state_of(known, source)
    read_at = source.read_at
    ended = next((run for run in source.runs if run.ended_at is not None), None)
    failure = ended.failure if ended is not None and state is not SourceState.BUSY else None
    place = f"/sources/{quote(programme.name)}/{quote(source.name)}"
    return SourceCard(
        key=f"{programme.name}-{source.name}",
        title=source.name,
        kind=str(source.block.get("kind", "")),
        state=state_word(words, state),
        sentence=state_sentence(
            words, state, read_at=None if read_at is None else moment_text(words, read_at.astimezone(zone))
        ),
        act=who_acts(words, failure),
        detail=failure.partition(": ")[2] or None if failure else None,
        busy=_busy(words, source),
        facts=_facts(words, known, source, zone),
        notices=[notice_sentence(words, one) for one in ended.so_far.notices] if ended else [],
        runs=_runs(words, source, zone),
        rejected=_rejected(words, source),
        download=f"{place}/rejected.csv" if source.rejected.height else None,
        download_text=words.count("{n} rejected row as CSV", "All {n} rejected rows as CSV", source.rejected.height),
        run_now=f"{place}/run" if source.scheduled and state is not SourceState.BUSY else None,
    )


def _rhythm(known: KnownSources, source: KnownSource) -> Rhythm:
    return Rhythm(rhythms(known.programme)[source.name], known.programme.timezone)


def _busy(words: Words, source: KnownSource) -> Busy | None:
    run = source.runs[0] if source.runs else None
    if run is None or run.ended_at is not None:
        return None
    rows = run.so_far.new + run.so_far.changed + run.so_far.equal
    whole = source.found if run.full else None
    return Busy(
        share=min(100, round(100 * rows / whole)) if whole else None,
        text=words.say(
            "{pages}, {rows} so far",
            pages=words.count("{n} page", "{n} pages", run.so_far.pages),
            rows=words.count("{n} row", "{n} rows", rows),
        ),
    )


def _facts(words: Words, known: KnownSources, source: KnownSource, zone: ZoneInfo) -> Sequence[tuple[str, str]]:
    newest = [run.so_far.newest_on for run in source.runs if run.so_far.newest_on is not None]
    due = _rhythm(known, source).after(known.now)
    facts = [
        (words.say("Newest record"), words.day(max(newest)) if newest else words.say("unknown")),
        (words.say("Read next"), moment_text(words, due.astimezone(zone)) if due else words.say("never")),
    ]
    if source.gone:
        gone = words.count(
            "{n} row is no longer at the source; it is kept",
            "{n} rows are no longer at the source; they are kept",
            source.gone,
        )
        facts.append((words.say("Gone"), gone))
    return facts


def _runs(words: Words, source: KnownSource, zone: ZoneInfo) -> Table:
    return Table(
        caption=words.say("The last runs of {source}", source=source.name),
        columns=[
            words.say("Began"),
            words.say("Took"),
            words.say("Outcome"),
            words.say("Pages"),
            words.say("New"),
            words.say("Changed"),
            words.say("As they were"),
            words.say("Rejected"),
        ],
        rows=[_run(words, run, zone) for run in source.runs],
        numeric=frozenset(range(3, 8)),
    )


def _run(words: Words, run: Run, zone: ZoneInfo) -> Sequence[str]:
    did = run.so_far
    took = "…" if run.ended_at is None else duration_text(words, run.ended_at - run.started_at)
    numbers = (did.pages, did.new, did.changed, did.equal, did.rejected)
    began = moment_text(words, run.started_at.astimezone(zone))
    return [began, took, _outcome(words, run), *(words.number(number) for number in numbers)]


def _outcome(words: Words, run: Run) -> str:
    if run.ended_at is None:
        return words.say("Being read")
    if run.failure is not None:
        broken = run.failure.partition(":")[0] == "Killed"
        return words.say("Broken off") if broken else words.say("Failed")
    return words.say("All read") if run.full else words.say("What is new was read")


def _rejected(words: Words, source: KnownSource) -> Table | None:
    if source.rejected.is_empty():
        return None
    rows = [rejection_sentence(words, row) for row in source.rejected.head(_SHOWN_ROWS).iter_rows(named=True)]
    return Table(
        caption=words.say("The first rejected rows of {source}", source=source.name),
        columns=[words.say("Row"), words.say("What is wrong")],
        rows=[row.split(": ", 1) for row in rows],
    )
