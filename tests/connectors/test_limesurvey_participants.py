"""LimeSurvey: who was invited on which day, and nothing of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import orjson
import polars as pl
import pytest

from connectors.connector import EVERYTHING
from connectors.objects import loaded
from metrics.records import Kind, Reason
from tests.connectors.contract import SECRET, ConnectorContract, Sample
from tests.connectors.limesurvey_site import SURVEY, Kept, LimeSurveySite, error_of, people, rows_of, survey
from tests.connectors.mutating import mutated
from tests.connectors.serving import QUICK, serving

SENT = ("2026-11-01 23:40", "2026-11-02 09:30", "N", "2026-11-02 09:30", "", None)


@pytest.fixture
def site():
    return LimeSurveySite({SURVEY: Kept(rows_of("41")[:20], people=people(*SENT))})


@pytest.fixture
def url(site):
    with serving(site) as served:
        yield served.url


def batches(connector):
    return [connector.parse(page) for page in connector.fetch(EVERYTHING)]


def invited(connector) -> pl.DataFrame:
    return pl.concat([batch.frames[Kind.COUNTS] for batch in batches(connector) if Kind.COUNTS in batch.frames])


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self, site, url):
        site.surveys[SURVEY] = Kept([], people=[*people(*SENT, "gisteren", SECRET), "Jansen"])
        # Three were invited; two moments are none, and the last is no participant.
        return Sample(connector=survey(url, invitations=True), rows=6, broken=3)


def test_each_invitation_counts_on_its_local_day_and_who_was_not_invited_does_not(url):
    rows = invited(survey(url, invitations=True))
    assert rows.select("source_id", "happened_on", "event", "service", "n").rows() == [
        (f"{SURVEY}-1", date(2026, 11, 1), "invitation", "permits", 1),
        (f"{SURVEY}-2", date(2026, 11, 2), "invitation", "permits", 1),
        (f"{SURVEY}-4", date(2026, 11, 2), "invitation", "permits", 1),
    ]


def test_a_moment_of_a_server_in_another_zone_is_a_local_day(url):
    rows = invited(survey(url, invitations=True, server_timezone="UTC"))
    assert rows["happened_on"][0] == date(2026, 11, 2)


def test_without_the_setting_nobody_asks_for_the_list(site, url):
    assert all(Kind.COUNTS not in batch.frames for batch in batches(survey(url)))
    assert "list_participants" not in site.calls


def test_names_and_addresses_are_not_even_on_the_page(url):
    pages = list(survey(url, invitations=True).fetch(EVERYTHING))
    assert len(pages) == 3
    assert not [page for page in pages if SECRET.encode() in page.body]


@pytest.mark.parametrize("many", [999, 1000, 1001, 2500])
def test_a_long_list_is_asked_for_in_parts(site, url, many):
    site.surveys[SURVEY].people = people(*["2026-11-02 09:30"] * many)
    assert invited(survey(url, invitations=True))["source_id"].n_unique() == many
    assert site.calls.count("list_participants") == many // 1000 + 1


def test_a_version_that_lays_the_moment_among_the_names_is_read_as_well(site, url, monkeypatch):
    def among(*asked):
        rows = original(*asked)
        return [{**one, "participant_info": {**one["participant_info"], "sent": one.pop("sent")}} for one in rows]

    original = site._list_participants
    monkeypatch.setattr(site, "_list_participants", among)
    assert invited(survey(url, invitations=True)).height == 3


def test_a_version_that_does_not_tell_the_moment_gives_rejected_rows_and_not_silence(site, url):
    for one in site.surveys[SURVEY].people:
        del one["sent"]
    rejected = pl.concat([batch.rejected for batch in batches(survey(url, invitations=True))])
    assert rejected.filter(pl.col("record") == "counts")["reason"].to_list() == [Reason.MISSING] * len(SENT)


def test_a_survey_without_a_list_and_an_account_without_the_right_are_told_what_to_do(site, url):
    site.surveys[SURVEY].people = None
    assert "Leave `invitations` out" in str(error_of(survey(url, invitations=True)))
    site.may_not = ("list_participants",)
    assert "'Survey participants: view'" in str(error_of(survey(url, invitations=True)))


def test_an_answer_that_is_no_list_is_told_as_a_change(site, url, monkeypatch):
    monkeypatch.setattr(site, "_list_participants", lambda *_: {"tid": 1})
    assert "gives no list" in str(error_of(survey(url, invitations=True)))


def test_a_list_without_end_is_told_and_not_read_for_ever(site, url, monkeypatch):
    site.surveys[SURVEY] = Kept([], people=people(*["N"] * 1000))
    original = site._list_participants
    monkeypatch.setattr(site, "_list_participants", lambda key, sid, _start, *more: original(key, sid, 0, *more))
    endless = survey(url, invitations=True, limits=replace(QUICK, most_pages=3))
    assert "more than 3,000 participants" in str(error_of(endless))


def test_100_000_mutated_participants_give_records_or_rejected_rows_and_nothing_else(url):
    connector = survey(url, invitations=True)
    page = next(page for page in connector.fetch(EVERYTHING) if b'"participants"' in page.body)
    sent = loaded(page)
    rows = list(mutated(sent["participants"], 100_000, seed=4))
    batch = connector.parse(replace(page, body=orjson.dumps({**sent, "participants": rows})))
    there = [row for row in rows if not (isinstance(row, dict) and row.get("sent") in ("N", ""))]
    assert batch.frames[Kind.COUNTS].height + batch.rejected.height == len(there)
    assert batch.frames[Kind.COUNTS].height > 3_000
