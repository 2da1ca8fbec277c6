"""`uitkomst sync`: read the sources and keep their records."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from config.programme import Programme
from connectors.connector import SourceChangedError, SourceError, SourceRefusedError
from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.exits import Exit, StopError
from dashboard.jobs import Workplace
from dashboard.source_run import SourceRun
from dashboard.syncing import sync
from dashboard.wording.notices import notice_sentence
from dashboard.wording.records import rejection_sentence
from dashboard.wording.words import Words

_SHOWN = 10
"""Rejected rows that are printed; all of them are kept."""


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Sync every chosen programme; a source that fails does not stop the others."""
    place = desk.workplace()
    runs = [
        (programme, one)
        for programme, path in chosen_programmes(desk, place, arguments)
        for one in sync_programme(
            desk, place, programme, path, only=_asked(desk, programme, arguments), full=arguments.full
        )
    ]
    if arguments.json:
        told = [_as_json(programme, one) for programme, one in runs]
        desk.out.file.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    else:
        for _, one in runs:
            for line in run_sentences(desk.words, one):
                desk.out.print(line, markup=False)
    failures = [one.failure for _, one in runs if one.failure is not None]
    return failure_code(failures)


def _asked(desk: Desk, programme: Programme, arguments: Namespace) -> frozenset[str] | None:
    if not arguments.source:
        return None
    unknown = [name for name in arguments.source if name not in programme.sources]
    if unknown:
        sentence = desk.words.say(
            "{programme} has no source '{source}'. It has: {sources}.",
            programme=desk.words.text(programme.title),
            source=unknown[0],
            sources=", ".join(programme.sources),
        )
        raise StopError(Exit.NOTHING_THERE, sentence)
    return frozenset(arguments.source)


def sync_programme(
    desk: Desk,
    place: Workplace,
    programme: Programme,
    path: Path,
    *,
    only: frozenset[str] | None = None,
    full: bool = False,
) -> Sequence[SourceRun]:
    """Sync one programme with a progress bar on stderr; return the finished run of each source."""
    done = []
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        console=desk.told,
        transient=True,
    )
    with bar:
        asked = len(programme.sources) if only is None else len(only)
        task = bar.add_task(desk.words.text(programme.title), total=asked)
        for one in sync(place, programme, path, only=only, full=full):
            bar.update(task, description=f"{desk.words.text(programme.title)}: {one.source}")
            if one.done:
                bar.advance(task)
                done.append(one)
    # Several are read side by side; people are told in the order of the programme file.
    return sorted(done, key=lambda one: list(programme.sources).index(one.source))


def run_sentences(words: Words, one: SourceRun) -> list[str]:
    """Say what a run did: rows, notices, and the first of the rejected rows."""
    progress = one.progress
    first = words.say(
        "{source}: {pages} read; rows: {new} new, {changed} changed, {equal} as they were, {rejected} rejected.",
        source=one.source,
        pages=words.count("{n} page", "{n} pages", progress.pages),
        new=words.number(progress.new),
        changed=words.number(progress.changed),
        equal=words.number(progress.equal),
        rejected=words.number(progress.rejected.height),
    )
    newest = progress.newest_on
    if newest is not None:
        first = f"{first} {words.say('Newest record: {day}.', day=words.day(newest))}"
    told = [notice_sentence(words, notice) for notice in progress.notices]
    rejected = [rejection_sentence(words, row) for row in progress.rejected.head(_SHOWN).iter_rows(named=True)]
    more = progress.rejected.height - len(rejected)
    rest = (
        [words.count("and {n} more row, kept with its reason", "and {n} more rows, kept with their reason", more)]
        if more > 0
        else []
    )
    failed = [str(one.failure)] if one.failure is not None else []
    return [first, *(f"  {line}" for line in (*told, *rejected, *rest, *failed))]


def failure_code(failures: Sequence[SourceError]) -> Exit:
    """Return the exit code of the failure that most needs a person: changed, then refused, then unavailable."""
    if any(isinstance(one, SourceChangedError) for one in failures):
        return Exit.CHANGED
    if any(isinstance(one, SourceRefusedError) for one in failures):
        return Exit.REFUSED
    return Exit.UNAVAILABLE if failures else Exit.DONE


def _as_json(programme: Programme, one: SourceRun) -> dict[str, object]:
    progress = one.progress
    return {
        "programme": programme.name,
        "source": one.source,
        "pages": progress.pages,
        "new": progress.new,
        "changed": progress.changed,
        "equal": progress.equal,
        "rejected": progress.rejected.height,
        "newest_on": None if progress.newest_on is None else progress.newest_on.isoformat(),
        "rejected_rows": progress.rejected.to_dicts(),
        "notices": [{"code": notice.code, **notice.particulars} for notice in progress.notices],
        "known_at": progress.version,
        "failure": None if one.failure is None else str(one.failure),
    }
