"""`uitkomst check`: is the programme right, can its sources be read, do published figures follow from their answers?"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from config.load import connectors_of, load_programme
from config.programme import Programme
from config.secrets import Secrets
from connectors.connector import SourceError
from dashboard.cli.desk import Desk, known_programmes
from dashboard.cli.exits import Exit
from dashboard.cli.sources_told import run_lines, unmapped_lines
from dashboard.cli.sync import failure_code
from dashboard.scoping import scopes_of
from dashboard.trying import PATIENCE, Tried, is_local, try_sources
from dashboard.wording.published import month_name, parted_sentence
from dashboard.wording.words import Words
from metrics.counting import count
from metrics.published import COMPARED, compare, parted_since
from metrics.records import DAY, SCHEMAS, Kind
from metrics.scope import scope_frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome for one programme: how each source was read, and published figures beside ours.

    A source over the network that nobody asked to try has None.
    """

    programme: Programme
    tried: Mapping[str, Tried | None]
    compared: pl.DataFrame

    @property
    def failures(self) -> Sequence[SourceError]:
        """Return what kept sources from being read."""
        runs = [one.run for one in self.tried.values() if one is not None]
        return [run.failure for run in runs if run.failure is not None]


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Check every chosen programme; a wrong file raises ConfigurationError with all its problems."""
    if arguments.programme is not None:
        chosen: Sequence[tuple[Programme, Path]] = [(load_programme(arguments.programme), arguments.programme)]
    else:
        chosen = [(load_programme(path), path) for _, path in known_programmes(desk, desk.workplace())]
    today, secrets, live = datetime.now(UTC).date(), desk.settings.secrets, arguments.live
    checked = [check_programme(programme, path, today=today, secrets=secrets, live=live) for programme, path in chosen]
    if arguments.json:
        desk.out.file.write(
            json.dumps([_as_json(desk.words, one) for one in checked], indent=1, ensure_ascii=False, default=str) + "\n"
        )
    else:
        for one in checked:
            for line in _lines(desk.words, one):
                desk.out.print(line, markup=False)
    return failure_code([failure for each in checked for failure in each.failures])


def check_programme(
    programme: Programme, path: Path, *, today: date, secrets: Secrets | None = None, live: bool = False
) -> Checked:
    """Read the sources without saving and hold published figures against the answers.

    Sources on this machine are read whole; of those over the network the first pages, and only where it is `live`.
    """
    every = connectors_of(programme, path, secrets, PATIENCE)
    asked = {name: connector for name, connector in every.items() if live or is_local(connector)}
    tried = try_sources(asked, latest=max(today, programme.as_of or date.min))
    # Of a part nobody can say whether a published figure follows from it.
    frames = {
        kind: [one.rows[kind] for one in tried.values() if one.whole and kind in one.rows]
        for kind in (Kind.PUBLISHED, Kind.ANSWERS)
    }
    return Checked(
        programme=programme,
        tried={name: tried.get(name) for name in every},
        compared=_compared(programme, frames, today),
    )


def _compared(programme: Programme, frames: Mapping[Kind, Sequence[pl.DataFrame]], today: date) -> pl.DataFrame:
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
    sources = [line for name, each in one.tried.items() for line in _source_lines(words, name, each)]
    return [head, *sources, *_published(words, one.compared)]


def _source_lines(words: Words, name: str, tried: Tried | None) -> Sequence[str]:
    if tried is None:
        return [words.say("{source}: not tried, for it is asked over the network. Try it with --live.", source=name)]
    return [*run_lines(words, tried), *(f"  {line}" for line in unmapped_lines(words, tried))]


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
        "sources": [_source_json(name, each) for name, each in one.tried.items()],
        "published": one.compared.filter("differs").to_dicts(),
        "published_parted": [
            {**row, "sentence": parted_sentence(words, row, one.compared)}
            for row in parted_since(one.compared).iter_rows(named=True)
        ],
    }


def _source_json(name: str, tried: Tried | None) -> dict[str, object]:
    if tried is None:
        return {"source": name, "tried": False, "read": 0, "rejected": 0, "failure": None}
    progress, failure = tried.run.progress, tried.run.failure
    return {
        "source": name,
        "tried": True,
        "whole": tried.whole,
        "read": progress.new,
        "rejected": progress.rejected.height,
        "rejected_rows": progress.rejected.to_dicts(),
        "notices": [{"code": notice.code, **notice.particulars} for notice in progress.notices],
        "failure": None if failure is None else str(failure),
    }
