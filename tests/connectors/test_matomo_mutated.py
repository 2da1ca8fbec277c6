"""Matomo: a hundred thousand rows as no Matomo should send them, each read or rejected with its reason."""

from __future__ import annotations

import html
import json
from datetime import date

import pytest

from connectors.connector import EVERYTHING, Page
from connectors.objects import text_of
from metrics.records import ORIGIN, SCHEMAS, Kind, Reason, check
from tests.connectors.matomo_site import Matomo as Application
from tests.connectors.matomo_site import recorded
from tests.connectors.mutating import mutated
from tests.connectors.serving import serving
from tests.connectors.test_matomo import RECORDED_ON, source

PAGES, ROWS = 20, 5_000
OURS = ("nuttig: ja", "nuttig: nee", "gestart", "verzonden")
REST = ("Others", "-1")


@pytest.fixture(autouse=True)
def _recorded_on(monkeypatch):
    monkeypatch.setattr("connectors.matomo.asking.now", lambda: RECORDED_ON)


@pytest.fixture
def real():
    with serving(Application()) as site:
        connector = source(site.url, first_day=date(2026, 10, 1))
        return connector, next(iter(connector.fetch(EVERYTHING)))


def changed(page: Page, rows: list) -> Page:
    """The same page with other rows of events, on two days, and nothing in the second report."""
    body = json.loads(page.body)
    half = len(rows) // 2
    answers = {
        "events": {"2026-10-01": rows[:half], "2026-10-02": rows[half:]},
        "control": {"2026-10-01": [], "2026-10-02": []},
    }
    body["answered"] = [answers.get(name, told) for name, told in zip(body["asked"], body["answered"], strict=True)]
    return Page(name=page.name, body=json.dumps(body).encode())


def accounted_for(row: object) -> bool:
    """By a second method: what is ours, says nothing or is no row has to be somewhere."""
    if not isinstance(row, dict):
        return True
    told = html.unescape(text_of(row.get("Events_EventAction")) or "").strip()
    by = html.unescape(text_of(row.get("Events_EventName")) or "").strip()
    if not told:
        return text_of(row.get("label")) not in REST and by not in REST
    return told in OURS and by not in REST


def test_every_mutated_row_is_read_or_rejected(real, latest):
    connector, page = real
    rows = [row for rows in recorded("49").values() for row in rows] + recorded("47")
    for number in range(PAGES):
        some = list(mutated(rows, ROWS, seed=number))
        batch = connector.parse(changed(page, some))
        kept = sum(frame.height for frame in batch.frames.values())
        assert kept + batch.rejected.height == sum(accounted_for(row) for row in some)
        assert set(batch.rejected["reason"]) <= set(Reason)
        for kind, frame in batch.frames.items():
            assert list(frame.schema) == [*SCHEMAS[kind], *ORIGIN]
            checked = check(frame, kind, latest=latest)
            assert checked.accepted.height + checked.rejected.height <= frame.height


def test_reports_of_any_shape_are_read(real):
    connector, page = real
    body = json.loads(page.body)
    shapes = list(mutated([dict(zip(body["asked"], body["answered"], strict=True))], 60, seed=1))
    for shape in shapes:
        answered = [shape.get(name) if isinstance(shape, dict) else shape for name in body["asked"]]
        batch = connector.parse(Page(name="x", body=json.dumps({**body, "answered": answered}).encode()))
        assert set(batch.frames) == {Kind.ANSWERS, Kind.COUNTS}
