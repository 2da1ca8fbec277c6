"""`uitkomst check`: is the programme right, can its sources be read, do published figures follow from their answers?"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from config.load import connectors_of, load_programme
from config.programme import Programme
from config.secrets import Secrets
from connectors.connector import SourceError
from connectors.sync import Progress, read_source
from dashboard.cli.desk import Desk, known_programmes
from dashboard.cli.exits import Exit
from dashboard.cli.sync import failure_code, run_sentences
from dashboard.scoping import scopes_of
from dashboard.source_run import SourceRun
from dashboard.wording.published import month_name, parted_sentence
from dashboard.wording.words import Words
from metrics.counting import count
from metrics.published import COMPARED, compare, parted_since
from metrics.records import DAY, SCHEMAS, Kind
from metrics.scope import scope_frame


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a merge would have done, for a check that saves nothing."""

    new: int
    changed: int = 0
    equal: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome for one programme: a run per source, and published figures beside ours."""

    programme: Programme
    runs: Sequence[SourceRun]
    compared: pl.DataFrame


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Check every chosen programme; a wrong file raises ConfigurationError with all its problems."""
    if arguments.programme is not None:
        chosen: Sequence[tuple[Programme, Path]] = [(load_programme(arguments.programme), arguments.programme)]
    else:
        chosen = [(load_programme(path), path) for _, path in known_programmes(desk, desk.workplace())]
    today, secrets = datetime.now(UTC).date(), desk.settings.secrets
    checked = [check_programme(programme, path, today=today, secrets=secrets) for programme, path in chosen]
    if arguments.json:
        desk.out.file.write(
            json.dumps([_as_json(desk.words, one) for one in checked], indent=1, ensure_ascii=False, default=str) + "\n"
        )
    else:
        for one in checked:
            for line in _lines(desk.words, one):
                desk.out.print(line, markup=False)
    return failure_code([one.failure for each in checked for one in each.runs if one.failure is not None])


def check_programme(programme: Programme, path: Path, *, today: date, secrets: Secrets | None = None) -> Checked:
    """Read every source without saving and hold published figures against the answers."""
    frames: dict[Kind, list[pl.DataFrame]] = {kind: [] for kind in Kind}

    def keep(kind: Kind, frame: pl.DataFrame, *, keeps: frozenset[str] = frozenset()) -> _Seen:  # noqa: ARG001
        frames[kind].append(frame)
        return _Seen(new=frame.height)

    latest = max(today, programme.as_of or date.min)
    runs = []
    for name, connector in connectors_of(programme, path, secrets).items():
        seen, failure = [Progress()], None
        try:
            seen.extend(read_source(connector, save=keep, latest=latest))
        except SourceError as error:
            failure = error
        runs.append(SourceRun(source=name, progress=seen[-1], done=True, failure=failure))
    return Checked(programme=programme, runs=runs, compared=_compared(programme, frames, today))


def _compared(programme: Programme, frames: dict[Kind, list[pl.DataFrame]], today: date) -> pl.DataFrame:
    if not frames[Kind.PUBLISHED] or not frames[Kind.ANSWERS]:
        return pl.DataFrame(schema=COMPARED)
    counted = {
        kind: count(
            pl.concat(frames[kind])
            .select(SCHEMAS[kind].names())
            .with_columns(month=pl.col(DAY[kind]).dt.to_string("%Y-%m")),
            kind,
        )
        for kind in (Kind.PUBLISHED, Kind.ANSWERS)
    }
    scope = scope_frame(scopes_of(programme, asked=None, today=today))
    return compare(counted[Kind.PUBLISHED], counted[Kind.ANSWERS], scope)


def _lines(words: Words, one: Checked) -> Sequence[str]:
    head = words.say(
        "{programme}: the file is right; {projects}, {sources}.",
        programme=words.text(one.programme.title),
        projects=words.count("{n} project", "{n} projects", len(one.programme.projects)),
        sources=words.count("{n} source", "{n} sources", len(one.programme.sources)),
    )
    return [head, *(line for each in one.runs for line in run_sentences(words, each)), *_published(words, one.compared)]


def _published(words: Words, compared: pl.DataFrame) -> Sequence[str]:
    # Two projects may share a service; its figures are told once.
    compared = compared.unique(["service", "month"], keep="first", maintain_order=True)
    parted = parted_since(compared)
    switched = [parted_sentence(words, row, compared) for row in parted.iter_rows(named=True)]
    months = [
        "  "
        + words.say(
            "{service}, {month}: published {published}, the same formula gives {recomputed} ({points} points apart).",
            service=row["service"],
            month=month_name(words, row["month"]),
            published=words.percent(row["published"]),
            recomputed=words.percent(row["recomputed"], 1),
            points=words.number(abs(100 * (row["published"] - row["recomputed"])), 1),
        )
        for row in compared.filter("differs").iter_rows(named=True)
    ]
    return [*switched, *months]


def _as_json(words: Words, one: Checked) -> dict[str, object]:
    return {
        "programme": one.programme.name,
        "sources": [
            {
                "source": each.source,
                "read": each.progress.new,
                "rejected": each.progress.rejected.height,
                "failure": None if each.failure is None else str(each.failure),
            }
            for each in one.runs
        ],
        "published": one.compared.filter("differs").to_dicts(),
        "published_parted": [
            {**row, "sentence": parted_sentence(words, row, one.compared)}
            for row in parted_since(one.compared).iter_rows(named=True)
        ],
    }
