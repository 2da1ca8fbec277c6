"""`uitkomst compact`: count the records that are past their term, and remove the single rows for good."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from config.programme import Programme
from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.exits import Exit, StopError
from dashboard.compacting import Compacted, FiguresDifferError, SourceCompacted, as_mapping, compact
from dashboard.jobs import Workplace
from dashboard.wording.words import Words


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Compact every chosen programme and say what was done with each source."""
    place = desk.workplace()
    done = [
        (programme, _compacted(desk, place, programme, path, dry_run=arguments.dry_run))
        for programme, path in chosen_programmes(desk, place, arguments)
    ]
    if arguments.json:
        told = [
            {"programme": programme.name, "figures": one.figures, "sources": list(as_mapping(one))}
            for programme, one in done
        ]
        desk.out.file.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    else:
        for programme, one in done:
            for line in compacted_sentences(desk.words, programme, one, dry_run=arguments.dry_run):
                desk.out.print(line, markup=False)
    busy = any(source.busy for _, one in done for source in one.sources)
    return Exit.UNAVAILABLE if busy else Exit.DONE


def _compacted(desk: Desk, place: Workplace, programme: Programme, path: Path, *, dry_run: bool) -> Compacted:
    try:
        with desk.told.status(desk.words.say("compacting {programme}", programme=desk.words.text(programme.title))):
            return compact(place, programme, path, dry_run=dry_run)
    except FiguresDifferError as error:
        sentence = desk.words.say(
            "{programme}: nothing was changed, for with counted records these figures would differ: {figures}.",
            programme=desk.words.text(programme.title),
            figures="; ".join(error.places),
        )
        raise StopError(Exit.NOT_PROVED, sentence) from None


def compacted_sentences(words: Words, programme: Programme, done: Compacted, *, dry_run: bool) -> list[str]:
    """Say what was done with each source, and that the figures are the same."""
    title = words.text(programme.title)
    if not done.sources:
        return [words.say("{programme}: no records have a term, so all of them stay.", programme=title)]
    lines = [_source_sentence(words, one) for one in done.sources]
    return [f"{title}:", *(f"  {line}" for line in [*lines, *_proof(words, done, dry_run=dry_run)])]


def _source_sentence(words: Words, one: SourceCompacted) -> str:
    if one.busy:
        return words.say(
            "{source}: a run of this source is at work, so it was left alone. Try again later.", source=one.source
        )
    if not one.months:
        return words.say("{source}: nothing to count.", source=one.source)
    return words.say(
        "{source}: {rows} became {counted}, in {months}, {first} to {last}.",
        source=one.source,
        rows=words.count("{n} row", "{n} rows", one.rows),
        counted=words.count("{n} counted row", "{n} counted rows", one.counted),
        months=words.count("{n} month", "{n} months", len(one.months)),
        first=one.months[0],
        last=one.months[-1],
    )


def _proof(words: Words, done: Compacted, *, dry_run: bool) -> list[str]:
    proof = [
        words.count(
            "{n} figure was computed before and after, and is the same.",
            "{n} figures were computed before and after, and are the same.",
            done.figures,
        )
    ]
    files = sum(one.files for one in done.sources)
    gone = words.count(
        "{n} file of older versions was removed for good.", "{n} files of older versions were removed for good.", files
    )
    tried = words.say("This was a trial: nothing was changed.")
    return [*(proof if done.figures else ()), *((gone,) if files else ()), *((tried,) if dry_run else ())]
