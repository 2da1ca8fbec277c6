"""Sources in every state, put into words by the real composer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from config.programme import Programme
from dashboard.compose.sources import KnownSource, KnownSources, sources_view
from dashboard.wording.words import Words
from metrics.notices import Notice
from metrics.records import REJECTED
from metrics.runs import Run, RunSoFar

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
MORNING = datetime(2026, 11, 26, 4, 15, tzinfo=UTC)
KINDS = {"zaken": "zgw", "enquete": "limesurvey", "meldingen": "signalen", "contacten": "open_klant", "nieuw": "files"}


def run(number, source, began=MORNING, *, minutes=2, failure=None, busy=False, **so_far):
    usual = {"pages": 7, "new": 12, "changed": 3, "equal": 608, "known_at": 9, "newest_on": date(2026, 11, 25)}
    return Run(
        number=number,
        source=source,
        started_at=began,
        ended_at=None if busy else began + timedelta(minutes=minutes),
        failure=failure,
        full=True,
        resumed=False,
        so_far=RunSoFar(**{**usual, **so_far}),
    )


def rejected(rows):
    row = {"record": "cases", "file": "zaken, page 3", "column": "due_on", "reason": "not_a_date", "found": "xxxx-13"}
    return pl.DataFrame([{**row, "line": line, "allowed": "YYYY-MM-DD"} for line in range(rows)], schema=REJECTED)


def known(name, *runs, read_at=MORNING, gone=0, rows=0, **changed):
    usual = {"name": name, "block": {"kind": KINDS[name]}, "runs": runs, "read_at": read_at, "found": 620}
    return KnownSource(**{**usual, "gone": gone, "rejected": rejected(rows), "scheduled": True, **changed})


def sources():
    week = timedelta(days=7)
    nothing = {"pages": 0, "new": 0, "changed": 0, "equal": 0}
    refused = "SourceRefusedError: survey.example.org, rpc: we are not let in (HTTP 401). Renew the secret."
    notice = Notice(code="rows_gone", particulars={"rows": 2, "all": 1400})
    return [
        known("zaken", run(3, "zaken", notices=(notice,)), run(2, "zaken", MORNING - week), gone=1400, rows=14),
        known("enquete", run(4, "enquete", failure=refused, **nothing), read_at=MORNING - week),
        known("meldingen", run(5, "meldingen", busy=True, new=200, changed=0, equal=110)),
        known("contacten", run(6, "contacten", MORNING - week), read_at=MORNING - week),
        known("nieuw", read_at=None, found=None, scheduled=False),
    ]


def sample_sources(query):
    programme = Programme.model_validate(
        {
            "name": "voorbeeldstad",
            "title": {"nl": "Voorbeeldstad", "en": "Voorbeeldstad"},
            "sources": {name: {"kind": kind} for name, kind in KINDS.items()},
        }
    )
    words = Words(language=query.get("lang", "nl"))
    return sources_view(words, [KnownSources(programme=programme, sources=sources(), now=NOW)])
