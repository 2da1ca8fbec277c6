"""Rhythm: when a source is read, as five fields of cron, and whether it is late by that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from config.programme import Programme

DAILY = "15 5 * * *"
"""When a source is read that says nothing of it: every morning, before people come."""

GRACE = timedelta(hours=2)
"""How long after it was due a source may be without a run that ended well before it is late."""

_BROUGHT = ("files", "event_log")

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIELDS = 5


class Rhythm:
    """A cron expression in a time zone; Sunday is 0 or 7, as everywhere but in the library behind it."""

    def __init__(self, cron: str, timezone: str) -> None:
        """Read five fields; ValueError says what is wrong."""
        fields = cron.split()
        if len(fields) != _FIELDS:
            message = f"'{cron}' is no rhythm. Write five fields, such as '{DAILY}' for every day at 5:15."
            raise ValueError(message)
        try:
            *rest, weekday = fields
            named = " ".join([*rest, _named(weekday)])
            self._trigger = CronTrigger.from_crontab(named, timezone=ZoneInfo(timezone))
        except (ValueError, IndexError) as error:
            message = f"'{cron}' is no rhythm ({error}). Write five fields, such as '{DAILY}' for every day at 5:15."
            raise ValueError(message) from error

    def after(self, moment: datetime) -> datetime | None:
        """Return the first moment after this one at which a run is due; None where none ever is."""
        found = self._trigger.get_next_fire_time(None, moment + timedelta(seconds=1))
        return found if isinstance(found, datetime) else None

    def missed(self, since: datetime | None, now: datetime) -> bool:
        """Tell whether a run was due since a moment; where there never was one, it is due at once."""
        if since is None:
            return True
        due = self.after(since)
        return due is not None and due <= now

    def late(self, since: datetime | None, now: datetime) -> bool:
        """Tell whether a source of which the last good run began at `since` is late."""
        if since is None:
            return False
        due = self.after(since)
        return due is not None and due + GRACE < now


def rhythms(programme: Programme) -> Mapping[str, str]:
    """Return the cron expression of every source of a programme."""
    return {name: str(block.get("schedule", DAILY)) for name, block in programme.sources.items()}


def promised(block: Mapping[str, object]) -> bool:
    """Tell whether a source can be late: one that is asked over the network, or that was given a rhythm.

    Files come when somebody brings them: how old they are, their records tell.
    """
    return "schedule" in block or block.get("kind") not in _BROUGHT


def rhythm_problems(block: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with how a block says when its source is read."""
    cron, days = block.get("schedule", DAILY), block.get("full_every_days", 1)
    if not isinstance(cron, str):
        yield f"schedule is a text of five fields, such as '{DAILY}'."
    else:
        try:
            Rhythm(cron, "UTC")
        except ValueError as error:
            yield str(error)
    if not _whole(days):
        yield "full_every_days is a whole number of days, 1 or more."
    if not _whole(block.get("keep_records_months", 1)):
        yield "keep_records_months is a whole number of months, 1 or more."


def _whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 1


def _named(field: str) -> str:
    """Name the days of the week: the library counts them from Monday, cron from Sunday."""
    return re.sub(r"(?<![\w/])[0-7](?!\w)", lambda found: _DAYS[int(found.group())], field)
