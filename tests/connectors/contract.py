"""What every connector keeps to; a connector's test inherits `ConnectorContract` and gives its samples."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from connectors.connector import EVERYTHING, Batch, Connector
from metrics.records import ORIGIN, REJECTED, SCHEMAS, Reason, check

SECRET = "Mevrouw Geheim, Kerkstraat 12"
"""Samples hold these words wherever a person could have written them; nothing may repeat them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A connector with input at hand: `rows` of it, counted by hand, of which `broken` cannot be read."""

    connector: Connector
    rows: int
    broken: int = 0


def read(connector: Connector) -> list[Batch]:
    return [connector.parse(page) for page in connector.fetch(EVERYTHING)]


class ConnectorContract:
    @pytest.fixture
    def sample(self) -> Sample:
        raise NotImplementedError

    def test_frames_have_the_columns_and_types_of_their_kind_and_their_origin(self, sample):
        for batch in read(sample.connector):
            for kind, frame in batch.frames.items():
                assert frame.schema == pl.Schema({**SCHEMAS[kind], **ORIGIN})

    def test_rejected_rows_have_their_schema_and_a_known_reason(self, sample):
        for batch in read(sample.connector):
            assert batch.rejected.schema == REJECTED
            assert set(batch.rejected["reason"]) <= set(Reason)

    def test_every_row_is_either_read_or_rejected(self, sample):
        batches = read(sample.connector)
        kept = sum(frame.height for batch in batches for frame in batch.frames.values())
        assert sum(batch.rejected.height for batch in batches) == sample.broken
        assert kept + sample.broken == sample.rows

    def test_every_row_says_the_file_and_the_line_it_came_from(self, sample):
        names = [page.name for page in sample.connector.fetch(EVERYTHING)]
        for name, batch in zip(names, read(sample.connector), strict=True):
            for frame in (batch.rejected, *batch.frames.values()):
                assert set(frame["file"]) <= {name}
                assert frame["line"].is_not_null().all()
                assert (frame["line"] >= 1).all()

    def test_reading_twice_gives_the_same(self, sample):
        for first, second in zip(read(sample.connector), read(sample.connector), strict=True):
            assert_frame_equal(first.rejected, second.rejected)
            assert first.notices == second.notices
            for kind, frame in first.frames.items():
                assert_frame_equal(frame, second.frames[kind])

    def test_what_can_be_read_can_be_checked(self, sample, latest):
        for batch in read(sample.connector):
            for kind, frame in batch.frames.items():
                checked = check(frame, kind, latest=latest)
                assert checked.accepted.height + checked.rejected.height == frame.height

    def test_a_rejected_row_repeats_nobodys_words(self, sample):
        for batch in read(sample.connector):
            told = " ".join(batch.rejected.cast(pl.String).fill_null("").to_numpy().ravel().tolist())
            assert not [word for word in SECRET.replace(",", "").split() if word in told and not word.isdigit()]

    def test_a_notice_repeats_nobodys_words(self, sample):
        for batch in read(sample.connector):
            assert SECRET not in str(batch.notices)
