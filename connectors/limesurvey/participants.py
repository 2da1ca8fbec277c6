"""People who were invited to a survey: the day, and nothing of whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors import columns as ours
from connectors.columns import Column
from connectors.connector import Batch, SourceChangedError
from connectors.limesurvey.answers import Clock, days_of, numbered
from connectors.limesurvey.rpc import PARTICIPANTS, REPORT, NoData, Session
from connectors.objects import table_of
from metrics.estimators.events import INVITATION
from metrics.records import Kind, complete

_AT_ONCE = 1000
_ONLY_SILENT = False
_NOT_SENT = ("N", "")
_KEPT = ("tid", "sent")
_TO_THE_MINUTE = r"^\d{4}-\d\d-\d\d \d\d:\d\d$"


def participants(session: Session, survey: int, *, most_pages: int) -> Iterator[Sequence[Mapping[str, Any] | None]]:
    """Yield the participants of a survey, so many at a time: their number, and when they were invited.

    LimeSurvey sends names and addresses along, whatever one asks for: they are dropped here, before anything else sees
    them. None stands for what is no participant.
    """
    for place in range(most_pages):
        told = session.ask(PARTICIPANTS, survey, place * _AT_ONCE, _AT_ONCE, _ONLY_SILENT, ["sent"])
        if isinstance(told, NoData):
            return
        if not isinstance(told, list):
            raise SourceChangedError(PARTICIPANTS, f"LimeSurvey gives no list here. {REPORT}")
        yield [_bare(one) for one in told]
        if len(told) < _AT_ONCE:
            return
    sentence = f"there are more than {most_pages * _AT_ONCE:,} participants. Leave `invitations` out, and report it."
    raise SourceChangedError(PARTICIPANTS, sentence)


def invitations(rows: object, *, survey: int, service: str, clock: Clock, file: str) -> Batch:
    """Turn participants into counts of invitations; who was not invited yet gives no row."""
    table = table_of(rows, {name: name for name in _KEPT})
    invited = ~table.cells["sent"].is_in(_NOT_SENT).fill_null(value=False)
    cells, lines = table.cells.filter(invited), table.lines.filter(invited)
    columns = {
        "source_id": numbered(cells["tid"], survey),
        "service": _same(service, cells.height),
        "event": _same(INVITATION, cells.height),
        "happened_on": days_of(_with_seconds(cells["sent"]), clock),
    }
    origin = pl.DataFrame({"line": lines}).with_columns(file=pl.lit(file))
    frame, rejected = ours.sorted_out(columns, origin, Kind.COUNTS)
    unreadable = ours.unreadable(table.unreadable, file=file, kind=Kind.COUNTS)
    return Batch(
        frames={Kind.COUNTS: complete(frame, Kind.COUNTS)},
        rejected=pl.concat([rejected, unreadable]).sort("line", maintain_order=True),
    )


def _bare(one: object) -> Mapping[str, Any] | None:
    if not isinstance(one, dict):
        return None
    # Some versions lay what was asked for beside the names, others among them.
    inner = one.get("participant_info")
    holder = one if "sent" in one or not isinstance(inner, dict) else inner
    sent = holder["sent"] or _NOT_SENT[0] if "sent" in holder else None
    return {"tid": one.get("tid"), "sent": sent}


def _with_seconds(moments: pl.Series) -> pl.Series:
    """Return moments, which LimeSurvey writes to the minute here, as it writes others."""
    short = pl.col("sent").str.contains(_TO_THE_MINUTE)
    return moments.to_frame("sent").select(pl.when(short).then(pl.col("sent") + ":00").otherwise("sent")).to_series()


def _same(word: str, rows: int) -> Column:
    return Column(values=pl.Series([word], dtype=pl.String).new_from_index(0, rows))
