"""The desk: what every command needs, opened once from the settings and the arguments."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from config.load import load_programme
from config.programme import Programme
from config.settings import Settings, read_settings
from dashboard.cli.exits import Exit, StopError
from dashboard.jobs import Workplace
from dashboard.wording.words import Words
from metrics.store.database import open_database
from metrics.store.programmes import stored_programmes
from metrics.store.records import RecordStore


class _Pipe(Console):
    """A console whose reader may stop reading; Rich would end the program with an error code."""

    def on_broken_pipe(self) -> None:
        """Leave it to the command line."""
        raise BrokenPipeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Settings, words and two consoles: `out` for what was asked for, `told` (stderr) for how it goes."""

    settings: Settings
    words: Words
    out: Console
    told: Console

    def workplace(self) -> Workplace:
        """Open the database and the records."""
        return Workplace(
            engine=open_database(self.settings.database_url),
            records=RecordStore(
                location=self.settings.records_url,
                pseudonym_key=self.settings.pseudonym_key,
                counted_in=self.settings.data / "counted",
            ),
            clock=lambda: datetime.now(UTC),
            secrets=self.settings.secrets,
        )


def open_desk(arguments: Namespace) -> Desk:
    """Read the settings; ConfigurationError where they are wrong."""
    settings = read_settings()
    return Desk(
        settings=settings,
        words=Words(language=arguments.language or settings.language),
        out=_Pipe(file=sys.stdout, soft_wrap=True, highlight=False),
        told=Console(file=sys.stderr, soft_wrap=True, highlight=False),
    )


def known_programmes(desk: Desk, place: Workplace) -> Sequence[tuple[Programme, Path]]:
    """Return every programme in the database with the file it came from; StopError where there is none."""
    stored = stored_programmes(place.engine)
    if not stored:
        raise StopError(
            Exit.NOTHING_THERE,
            desk.words.say("There is no programme in the database yet. Load one with: uitkomst sync --programme FILE."),
        )
    return [(Programme.model_validate_json(one.content), Path(one.path)) for one in stored]


def chosen_programmes(desk: Desk, place: Workplace, arguments: Namespace) -> Sequence[tuple[Programme, Path]]:
    """Return the programme of `--programme FILE`, read anew, or without it all in the database."""
    if arguments.programme is not None:
        return [(load_programme(arguments.programme), arguments.programme)]
    return known_programmes(desk, place)
