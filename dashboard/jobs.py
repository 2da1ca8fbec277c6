"""Jobs: what the command line, the schedule and the pages work with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from config.programme import Programme
from config.secrets import Secrets
from connectors.gathering import GATHERED, AtOnce
from connectors.web.client import Limits
from metrics.store.programmes import StoredProgramme, save_programme
from metrics.store.records import RecordStore

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a job works with: the database, the records and the clock (aware, UTC).

    `secrets` are those of the sources, `limits` hold for what they are asked over the network, `at_once` is how much
    of what they answer is saved together.
    """

    engine: Engine
    records: RecordStore
    clock: Clock
    secrets: Secrets = field(default_factory=Secrets)
    limits: Limits = field(default_factory=Limits)
    at_once: AtOnce = GATHERED


def remember(place: Workplace, programme: Programme, path: Path) -> None:
    """Keep the programme in the database, as it was read from its file."""
    content = programme.model_dump_json(exclude_defaults=True)
    stored = StoredProgramme(
        name=programme.name,
        path=str(path.resolve()),
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
    )
    save_programme(place.engine, stored, now=place.clock())


def today(place: Workplace, programme: Programme) -> date:
    """Return the local day of now in the programme's time zone."""
    return place.clock().astimezone(ZoneInfo(programme.timezone)).date()
