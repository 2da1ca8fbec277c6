"""LimeSurvey: the contract, the recorded survey exactly, wordings, and what the settings may say."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from copy import deepcopy
from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from connectors.connector import EVERYTHING, Page, SourceChangedError, Start
from metrics.notices import Notice
from metrics.records import Kind, Reason, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.limesurvey_site import (
    ITEMS,
    SURVEY,
    Kept,
    LimeSurveySite,
    recorded,
    rows_of,
    said,
    survey,
)
from tests.connectors.mutating import mutated
from tests.connectors.serving import serving

FREE = ("TOEL", "KANAAL[other]", "ONDERW[other]", "token", "ipaddr", "refurl")


def marked() -> Kept:
    """The recorded survey with the words of a person wherever one can write them, and with three broken rows."""
    rows = [{**row, **dict.fromkeys(FREE, SECRET)} for row in rows_of("41")[:20]]
    complete = [row for row in rows if row["submitdate"]]
    complete[0]["DUID"] = SECRET
    complete[1]["submitdate"] = SECRET
    complete[2]["id"] = SECRET
    properties = {**said("24"), "admin": SECRET, "adminemail": SECRET}
    return Kept(rows, properties=properties)


@pytest.fixture
def site():
    return LimeSurveySite()


@pytest.fixture
def url(site):
    with serving(site) as served:
        yield served.url


def answers(connector) -> pl.DataFrame:
    return pl.concat(batch.frames[Kind.ANSWERS] for batch in read(connector))


def told(connector) -> list[Notice]:
    return [notice for batch in read(connector) for notice in batch.notices]


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self):
        site = LimeSurveySite({SURVEY: marked()})
        with serving(site) as served:
            kept = [row for row in site.surveys[SURVEY].rows if row["submitdate"]]
            names = [item["question"] for item in ITEMS.values()]
            whole = sum(1 for row in kept[3:] for name in names if row[name])
            # The first row keeps its other answers; one rejected row each for the code, the day and the id.
            others = sum(1 for name in names if kept[0][name]) - 1
            yield Sample(connector=survey(served.url), rows=whole + others + 3, broken=3)

    def test_the_words_of_a_person_are_nowhere(self, sample):
        pages = list(sample.connector.fetch(EVERYTHING))
        batches = [sample.connector.parse(page) for page in pages]
        for batch in batches:
            frames = [batch.rejected, *batch.frames.values()]
            assert not any(SECRET in str(frame.rows()) for frame in frames)
            assert SECRET[:12] not in str((batch.notices, batch.definitions, [frame.rows() for frame in frames]))
        assert SECRET not in str([page.name for page in pages])


# --- the recorded survey, counted by a second method --------------------------------------------------------------


def from_csv() -> list[dict]:
    text = recorded("72")["decoded"].lstrip("\ufeff")
    return [row for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["submitdate"]]


def from_labels() -> list[dict]:
    rows = json.loads(recorded("74")["decoded"])["responses"]
    return [row for row in rows if row["submitdate"]]


def test_the_recorded_survey_gives_the_265_complete_responses_that_limesurvey_counts(url):
    assert said("28")["completed_responses"] == 265
    assert Notice(code="rows_expected", particulars={"expected": 265, "found": 265}) in told(survey(url))
    assert answers(survey(url))["source_id"].n_unique() == sum(
        1 for row in from_csv() if row["TEVR"] or row["DUID"] or row["NPS"] or row["STEL[EERLIJK]"]
    )


def test_scores_are_those_of_the_csv_of_the_same_survey(url):
    frame = answers(survey(url))
    # AO04 is the fourth option and A4 too, as the labels show in the next test.
    expected = {
        "satisfaction": Counter(int(row["TEVR"]) for row in from_csv() if row["TEVR"]),
        "recommend": Counter(int(row["NPS"]) for row in from_csv() if row["NPS"]),
        "clarity": Counter(int(row["DUID"][-1]) for row in from_csv() if row["DUID"]),
        "fair": Counter(int(row["STEL[EERLIJK]"][-1]) for row in from_csv() if row["STEL[EERLIJK]"]),
    }
    assert {item: Counter(frame.filter(item=item)["value"].to_list()) for item in expected} == expected
    assert frame.height == sum(counted.total() for counted in expected.values())
    assert not any(batch.rejected.height for batch in read(survey(url)))


def test_scores_are_those_of_the_labels_that_the_first_residents_chose(url):
    labels = {"Helemaal oneens": 1, "Oneens": 2, "Neutraal": 3, "Eens": 4, "Helemaal eens": 5}
    expected = {("clarity", row["id"]): int(row["DUID"][0]) for row in from_labels() if row["DUID"]}
    expected |= {("fair", row["id"]): labels[row["STEL[EERLIJK]"]] for row in from_labels() if row["STEL[EERLIJK]"]}
    frame = answers(survey(url)).select("item", pl.col("source_id").str.split("-").list.last().cast(int), "value")
    found = {(item, number): value for item, number, value in frame.iter_rows()}
    assert len(expected) > 150
    assert {key: found[key] for key in expected} == expected


def test_days_and_channels_are_those_of_the_csv(url):
    frame = answers(survey(url)).filter(item="satisfaction")
    words = {"DIG": "website", "TEL": "phone", "BAL": "desk", "-oth-": "other", "": None}
    there = [row for row in from_csv() if row["TEVR"]]
    assert Counter(frame["channel"].to_list()) == Counter(words[row["KANAAL"]] for row in there)
    days = {f"{SURVEY}-{row['id']}": row["submitdate"][:10] for row in there}
    assert dict(frame.select("source_id", pl.col("answered_on").cast(pl.String)).iter_rows()) == days


def test_everything_read_passes_the_check_of_records(url, latest):
    checked = check(answers(survey(url)), Kind.ANSWERS, latest=latest)
    assert checked.rejected.is_empty()


def test_lost_and_double_hours_keep_their_day(url):
    days = answers(survey(url)).filter(item="satisfaction").select("source_id", "answered_on")
    at = dict(days.iter_rows())
    assert at[f"{SURVEY}-11"] == date(2026, 3, 29)
    assert at[f"{SURVEY}-12"] == date(2026, 10, 25)
    assert at[f"{SURVEY}-13"] == date(2026, 1, 1)


def test_a_server_that_writes_utc_has_its_late_evenings_on_the_next_day_here(site, url):
    site.surveys[SURVEY] = Kept([{**rows_of("41")[0], "submitdate": "2026-07-14 22:30:00", "TEVR": "4"}])
    assert answers(survey(url, server_timezone="UTC"))["answered_on"].unique().to_list() == [date(2026, 7, 15)]
    assert answers(survey(url))["answered_on"].unique().to_list() == [date(2026, 7, 14)]


def test_an_hour_that_the_server_skipped_still_has_a_day_in_another_zone(site, url):
    site.surveys[SURVEY] = Kept([{**rows_of("41")[10]}])
    read_in_utc = answers(survey(url, server_timezone="Europe/Amsterdam", timezone="UTC"))
    assert read_in_utc["answered_on"].unique().to_list() == [date(2026, 3, 29)]


# --- wordings -----------------------------------------------------------------------------------------------------


def definitions(connector) -> dict[str, str]:
    return {name: one for batch in read(connector) for name, one in batch.definitions.items()}


def test_a_changed_question_text_changes_the_wording_of_its_item_and_of_no_other(site, url):
    before, frame = definitions(survey(url)), answers(survey(url))
    site.questions[2]["question"] = "Hoe duidelijk was onze brief?"
    after, changed = definitions(survey(url)), answers(survey(url))
    assert [name for name in before if before[name] != after[name]] == ["clarity"]
    old, new = (one.filter(item="clarity")["question"].unique().to_list() for one in (frame, changed))
    assert len(old) == len(new) == 1
    assert old != new
    assert old[0].startswith("DUID-")


def test_a_changed_answer_option_or_its_value_changes_the_wording(site, url):
    before = definitions(survey(url))
    site.questions[2]["answeroptions"]["AO05"]["answer"] = "5 – Glashelder"
    site.questions[8]["answeroptions"]["A1"]["assessment_value"] = 2
    after = definitions(survey(url))
    assert {name for name in before if before[name] != after[name]} == {"clarity", "fair"}


def test_columns_of_a_survey_imported_anew_are_found_by_the_codes_of_the_questions(site, url):
    before = answers(survey(url))
    site.surveys[SURVEY].columns = "Q{qid}{row}"
    assert answers(survey(url)).equals(before)


def test_answer_options_that_php_sends_as_a_list_are_known_by_their_place(url):
    assert isinstance(said("12")["answeroptions"], list)
    frame = answers(survey(url, items={"recommend": {"question": "NPS", "scale": "0-10", "score": "order"}}))
    assert Counter(frame["value"].to_list()) == Counter(int(row["NPS"]) for row in from_csv() if row["NPS"])


def test_a_map_overrides_what_the_survey_says_and_leaves_out_what_is_no_answer(url):
    scores = {"AO01": 5, "AO02": 4, "AO04": 2, "AO05": 1}
    item = {"question": "DUID", "scale": "1-5", "score": scores, "no_answer": ["AO03"]}
    frame = answers(survey(url, items={"clarity": item}))
    assert Counter(frame["value"].to_list()) == Counter(
        scores[row["DUID"]] for row in from_csv() if row["DUID"] in scores
    )


def test_a_code_that_the_survey_no_longer_has_is_rejected_with_what_is_allowed(site, url):
    del site.questions[2]["answeroptions"]["AO05"]
    scores = {"AO01": 1, "AO02": 2, "AO03": 3, "AO04": 5}
    connector = survey(url, items={"clarity": {"question": "DUID", "scale": "1-5", "score": scores}})
    rejected = pl.concat(batch.rejected for batch in read(connector))
    assert rejected.height == sum(1 for row in from_csv() if row["DUID"] == "AO05")
    assert rejected.row(0, named=True) | {"line": 1, "file": ""} == {
        "record": "answers",
        "file": "",
        "line": 1,
        "column": "value",
        "reason": Reason.UNKNOWN_VALUE,
        "found": "AO05",
        "allowed": "AO01, AO02, AO03, AO04",
    }


def test_whole_numbers_are_read_and_halves_are_rejected(url):
    connector = survey(url, items={"wait": {"question": "WACHT", "scale": "0-10"}})
    batches = read(connector)
    rejected = pl.concat(batch.rejected for batch in batches)
    halves = sum(1 for row in from_csv() if row["WACHT"] == "14.5")
    assert Counter(rejected["reason"]) == {Reason.NOT_A_WHOLE_NUMBER: halves}


# --- channel and segments -----------------------------------------------------------------------------------------


def test_codes_without_a_word_of_ours_are_told_and_give_no_channel(url):
    connector = survey(url, channel={"question": "KANAAL", "map": {"DIG": "website"}})
    assert set(answers(connector)["channel"].to_list()) == {"website", None}
    particulars = {"column": "channel", "question": "KANAAL", "codes": "TEL, BAL, -oth-"}
    assert Notice(code="codes_not_mapped", particulars=particulars) in told(connector)


def test_segments_come_from_closed_questions_as_codes_or_in_our_words(url):
    segments = {"via": "KANAAL", "quick": {"question": "STEL[SNEL]", "map": {"A5": "yes", "A1": "no"}}}
    found = set(answers(survey(url, segments=segments))["segments"].drop_nulls().to_list())
    assert {"quick=yes;via=DIG", "via=other", "quick=no;via=TEL"} <= found


def test_answers_that_are_no_code_of_a_question_give_no_channel_and_are_counted(site, url):
    site.surveys[SURVEY].rows[0]["KANAAL"] = SECRET
    where = {"column": "channel", "question": "KANAAL"}
    assert Notice(code="codes_not_in_survey", particulars={**where, "answers": 1}) in told(survey(url))
    assert SECRET not in str(answers(survey(url)).rows())


# --- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "https://x.example/index.php/admin/remotecontrol"}, "leave '/index.php/admin/remotecontrol' out"),
        ({"url": "http://x.example"}, "is not encrypted"),
        ({"user": " "}, "user is empty"),
        ({"items": {}}, "items is empty"),
        ({"items": {"a": {"question": "TEVR", "scale": "1-6"}}}, "no scale '1-6'. Did you mean '1-5'?"),
        ({"items": {"a": {"question": "token", "scale": "1-5"}}}, "'token' is no question"),
        ({"items": {"a": {"question": "KANAAL[other]", "scale": "1-5"}}}, "people's own words"),
        ({"items": {"a": {"question": "D", "scale": "1-5", "score": {"A": 9}}}}, "A = 9 is not on the scale 1-5"),
        (
            {"items": {"a": {"question": "D", "scale": "1-5", "score": {"A": 1}, "no_answer": ["A"]}}},
            "stands in `score` and in `no_answer`",
        ),
        ({"items": {"a": {"question": "D", "scale": "1-5", "score": "orde"}}}, "'order'"),
        ({"items": {"a": {"question": "D", "scale": "1-5", "skore": "order"}}}, "skore"),
        ({"segments": {"a;b": "KANAAL"}}, "may not contain"),
        ({"segments": {"channel": "KANAAL"}}, "give the channel as `channel`"),
        ({"segments": {"a": {"question": "KANAAL", "map": {"DIG": "x=y"}}}}, "cannot be a word of ours"),
        ({"server_timezone": "Amsterdam"}, "'Amsterdam' is no time zone"),
        ({"survey": "satisfaction"}, "survey"),
    ],
)
def test_wrong_settings_are_told(changes, words):
    with pytest.raises(ValidationError) as raised:
        survey(**{"url": "https://x.example", **changes})
    assert words in str(raised.value)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ValidationError) as raised:
        survey("http://x.example", user="", items={"a": {"question": "token", "scale": "1-6"}})
    assert all(word in str(raised.value) for word in ("not encrypted", "user is empty", "'token'", "'1-6'"))


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"question": "TEVRE", "scale": "1-5"}, "no question 'TEVRE'. Did you mean 'TEVR'?"),
        ({"question": "TOEL", "scale": "1-5"}, "is of type 'T'"),
        ({"question": "DUID", "scale": "1-5"}, "nothing tells which answer is best"),
        ({"question": "DUID", "scale": "0-10", "score": "order"}, "gives 0, 1, 2, 3, 4, and that is not the scale"),
        ({"question": "KANAAL", "scale": "1-5", "score": "assessment_value"}, "gives 0, and that is not the scale 1-5"),
        ({"question": "TEVR", "scale": "1-10"}, "gives 1, 2, 3, 4, 5, and that is not the scale 1-10"),
        ({"question": "DUID", "scale": "1-5", "score": {"A001": 1}}, "no answer 'A001'. Did you mean 'AO01'?"),
    ],
)
def test_questions_that_cannot_give_such_scores_are_told_before_any_response_is_read(site, url, item, words):
    with pytest.raises(SourceChangedError) as raised:
        list(survey(url, items={"a": item}).fetch(EVERYTHING))
    assert words in str(raised.value)
    assert not site.exports
    assert site.released == 1


def test_a_channel_is_never_taken_from_free_text(url):
    with pytest.raises(SourceChangedError, match="closed questions only"):
        list(survey(url, channel={"question": "TOEL"}).fetch(EVERYTHING))


# --- rows as nobody should send them ------------------------------------------------------------------------------


def test_a_hundred_thousand_spoiled_rows_are_read_or_rejected_and_none_raises(url, latest):
    connector = survey(url, segments={"via": "KANAAL"})
    page = next(iter(connector.fetch(Start())))
    sent = json.loads(page.body)
    real, found = deepcopy(sent["answers"]["responses"]), 0
    spoiled = mutated(real, 100_000, seed=20261126)
    for number in range(20):
        sent["answers"]["responses"] = [next(spoiled) for _ in range(5_000)]
        batch = connector.parse(Page(name=f"spoiled {number}", body=json.dumps(sent).encode("utf-8", "replace")))
        assert set(batch.rejected["reason"]) <= set(Reason)
        assert set(batch.rejected["line"]) | set(batch.frames[Kind.ANSWERS]["line"]) <= set(range(1, 5_001))
        check(batch.frames[Kind.ANSWERS], Kind.ANSWERS, latest=latest)
        found += batch.frames[Kind.ANSWERS].height
    # One to three changes among seven columns spoil an answer here and there; many can still be read.
    assert found > 100_000
