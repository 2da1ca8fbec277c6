from __future__ import annotations

import copy
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.connector import SourceChangedError, Start
from metrics.records import Kind
from tests.connectors.contract import SECRET, ConnectorContract, Sample
from tests.connectors.rest_site import FORMBRICKS, SURVEY, formbricks, ids, read_all, responses, rest, told
from tests.connectors.serving import serving

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TWO = {
    **FORMBRICKS,
    "constants": {"service": "passports", "scale": "yes-no"},
    "items": {"clear": {"path": "data.clear", "map": {"Ja": 1, "Nee": 0}}},
    "wordings": None,
}


@pytest.fixture
def rows():
    return responses()


@pytest.fixture
def site(rows):
    with serving(formbricks(rows)) as one:
        yield one


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self, rows, site):
        rows[1]["createdAt"] = SECRET
        rows[2]["data"]["q-ease"] = SECRET
        rows[3]["data"]["q-ease"] = ["5"]
        return Sample(connector=rest(site.url, **FORMBRICKS), rows=510, broken=3)


def test_the_whole_site_is_read_as_it_stands(rows, site):
    batches = read_all(rest(site.url, **FORMBRICKS))
    found = Counter(
        (row["source_id"], row["value"], row["answered_on"], row["segments"])
        for batch in batches
        for row in batch.frames[Kind.ANSWERS].to_dicts()
    )
    expected = Counter(
        (
            row["id"],
            row["data"]["q-ease"],
            datetime.fromisoformat(row["createdAt"]).astimezone(AMSTERDAM).date(),
            f"district={row['variables']['district']}",
        )
        for row in rows
        if row["finished"]
    )
    assert found == expected
    assert told(batches, "rows_expected") == [{"expected": 612, "found": 612}]
    assert sum(one["rows"] for one in told(batches, "rows_not_asked_for")) == 102


def test_answers_in_words_are_mapped_and_an_empty_one_is_told_as_not_answered(rows, site):
    batches = read_all(rest(site.url, **TWO))
    values = Counter(value for batch in batches for value in batch.frames[Kind.ANSWERS]["value"])
    said = Counter(row["data"]["clear"] for row in rows if row["finished"])
    assert values == {1: said["Ja"], 0: said["Nee"]}
    assert sum(one["rows"] for one in told(batches, "not_answered")) == said[""]


def test_another_wording_of_a_question_is_another_question(rows):
    reworded = copy.deepcopy(SURVEY)
    reworded["data"]["questions"][0]["headline"]["default"] = "Hoe moeilijk was het?"
    other = copy.deepcopy(SURVEY)
    other["data"]["questions"][1]["choices"].append({"label": "Misschien"})
    kept = []
    for survey in (SURVEY, reworded, other):
        with serving(formbricks(rows, survey=survey)) as site:
            (first, *_) = read_all(rest(site.url, **FORMBRICKS))
        (question,) = set(first.frames[Kind.ANSWERS]["question"])
        assert question == f"ease-{first.definitions['ease']}"
        kept.append(question)
    assert kept[0] != kept[1]
    assert kept[0] == kept[2]


def test_a_question_taken_out_of_the_survey_is_told(rows):
    without = {"data": {"questions": SURVEY["data"]["questions"][1:]}}
    with (
        serving(formbricks(rows, survey=without)) as site,
        pytest.raises(SourceChangedError, match="no wording of ease"),
    ):
        read_all(rest(site.url, **FORMBRICKS))


def test_no_word_of_a_person_leaves_the_answers(site):
    connector = rest(site.url, **FORMBRICKS)
    pages = list(connector.fetch(Start()))
    assert SECRET in pages[0].body.decode()
    for page, batch in zip(pages, map(connector.parse, pages), strict=True):
        told_and_kept = (page.name, page.resume, batch.notices, batch.definitions, batch.rejected.rows())
        assert SECRET not in str((*told_and_kept, *(frame.rows() for frame in batch.frames.values())))


def test_only_what_was_changed_since_the_last_run_is_asked_for(site):
    read_all(rest(site.url, **FORMBRICKS), Start(since=datetime(2026, 2, 10, 12, tzinfo=UTC)))
    assert site.asked[1].query["startDate"] == "2026-02-09T12:00:00Z"
    assert site.asked[1].query["skip"] == "0"


def test_a_page_that_is_too_large_for_the_source_is_told(site):
    paging = {**FORMBRICKS["paging"], "size": 1000}
    with pytest.raises(SourceChangedError, match="HTTP 400"):
        read_all(rest(site.url, **{**FORMBRICKS, "paging": paging}))


def test_an_interrupted_run_goes_on_behind_the_last_page(site):
    connector = rest(site.url, **FORMBRICKS)
    pages = list(connector.fetch(Start()))
    whole = Counter(ids(map(connector.parse, pages)))
    for kept in range(1, len(pages)):
        rest_of_it = read_all(connector, Start(after=pages[kept - 1].resume))
        assert Counter([*ids(map(connector.parse, pages[:kept])), *ids(rest_of_it)]) == whole
