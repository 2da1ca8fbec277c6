from __future__ import annotations

import json

import polars as pl
import pytest

from connectors.connector import Page
from metrics.records import ORIGIN, REJECTED, SCHEMAS, Reason, check
from tests.connectors.mutating import mutated
from tests.connectors.rest_site import FORMBRICKS, REDMINE, issues, responses, rest

ROWS, SIZE = 50_000, 5_000


def pages(rows, key, *, seed):
    every = list(mutated(rows, ROWS, seed=seed))
    for begin in range(0, ROWS, SIZE):
        body = {"wordings": {}, "told": {}, "answer": {key: every[begin : begin + SIZE]}}
        # As a source may well send it: JSON without a place for what is no number.
        yield Page(name=f"page {begin}", body=json.dumps(body, allow_nan=False).encode())


@pytest.mark.parametrize(
    ("settings", "rows", "key", "seed"),
    [(REDMINE, issues(), "issues", 1), ({**FORMBRICKS, "only": {}, "wordings": None}, responses(), "data", 2)],
    ids=["redmine", "formbricks"],
)
def test_whatever_the_rows_are_each_is_read_or_rejected_with_its_reason(settings, rows, key, seed, latest):
    connector = rest("https://bron.example", **settings)
    kind = connector.record
    for page in pages(rows, key, seed=seed):
        batch = connector.parse(page)
        frame = batch.frames[kind]
        assert frame.schema == pl.Schema({**SCHEMAS[kind], **ORIGIN})
        assert batch.rejected.schema == REJECTED
        assert set(batch.rejected["reason"]) <= set(Reason)
        left_out = sum(one.particulars["rows"] for one in batch.notices if one.code == "not_answered")
        assert frame.height + batch.rejected.height + left_out == SIZE
        checked = check(frame, kind, latest=latest)
        # A copy of a row is dropped by the check, so that no more than this holds.
        assert checked.accepted.height + checked.rejected.height <= frame.height
