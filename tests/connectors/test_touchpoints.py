"""Touchpoints: what is read of the answers, what is left out, and what people are told."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from benchmarks.pages_of.touchpoints import connector as benchmark
from benchmarks.pages_of.touchpoints import pages as synthetic
from connectors.connector import EVERYTHING, Page, SourceChangedError, SourceRefusedError, Start
from connectors.touchpoints.questions import questions_of, trimmed
from metrics.records import Kind, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.mutating import mutated
from tests.connectors.serving import Told, serving
from tests.connectors.touchpoints_site import FORMS, FOUR, KEY, RESPONSES, TRUTH, Agency, many, recorded, touchpoints

A11, V2, RADIO, YES_NO, CUSTOM = RESPONSES


def records(batches, kind: Kind) -> pl.DataFrame:
    return pl.concat([batch.frames[kind] for batch in batches if kind in batch.frames])


def answers(batches) -> pl.DataFrame:
    return records(batches, Kind.ANSWERS)


def told(batches, code: str) -> list[dict]:
    return [dict(one.particulars) for batch in batches for one in batch.notices if one.code == code]


def form_of(name: str) -> dict:
    return trimmed(next(one for one in FORMS["data"] if one["attributes"]["short_uuid"] == name))


def page_of(name: str, rows: list) -> Page:
    head = {"name": name, "form": form_of(name)}
    return Page(name=f"form {name}", body=json.dumps({"head": head, "responses": {"data": rows}}).encode())


@pytest.fixture
def agency():
    with serving(Agency()) as site:
        yield site


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self, agency):
        broken = TRUTH["answers_rejected"] + TRUTH["counts_rejected"]
        kept = TRUTH["answers"] + len(TRUTH["counts"])
        return Sample(connector=touchpoints(agency.url), rows=kept + broken, broken=broken)


class TestAnswers:
    def test_all_forms_together_give_exactly_what_was_counted_by_hand(self, agency):
        connector = touchpoints(agency.url)
        pages = list(connector.fetch(EVERYTHING))
        found = {page.name.removeprefix("form ")[:8]: connector.parse(page) for page in pages[:-1]}
        assert {name: batch.frames[Kind.ANSWERS].height for name, batch in found.items()} == TRUTH["answers_by_form"]
        assert answers(found.values()).height == TRUTH["answers"]
        assert sum(batch.rejected.height for batch in found.values()) == TRUTH["answers_rejected"]

    def test_who_understood_what_was_asked_is_clarity_in_every_kind_of_form(self, agency):
        clarity = answers(read(touchpoints(agency.url))).filter(item="clarity")
        rows = clarity.select("source_id", pl.col("answered_on").cast(pl.String), "value", "scale").rows()
        assert rows == [tuple(one) for one in TRUTH["clarity"]]

    def test_trust_is_read_from_thumbs_and_from_five_buttons(self, agency):
        trust = answers(read(touchpoints(agency.url))).filter(item="trust")
        assert trust.select("source_id", "value").rows() == [tuple(one) for one in TRUTH["trust"]]
        assert dict(trust.group_by("scale").len().iter_rows()) == {"1-5": 5, "yes-no": 4}

    def test_every_answer_says_its_service_channel_and_wording(self, agency):
        found = answers(read(touchpoints(agency.url)))
        assert set(found["service"]) == {"passports"}
        assert set(found["channel"]) == {"website"}
        assert found["question"].str.contains(r"^[a-z]+-[0-9a-f]{12}$").all()

    def test_a_driver_that_was_not_ticked_or_not_offered_is_absent_and_not_a_no(self):
        connector = touchpoints("https://agency.example")
        batch = connector.parse(page_of(V2, RESPONSES[V2][3:]))
        assert batch.frames[Kind.ANSWERS].select("item", "value").rows() == [("trust", 0), ("effectiveness", 0)]

    def test_a_driver_that_was_ticked_both_ways_is_left_out_and_told(self, agency):
        batches = read(touchpoints(agency.url))
        assert told(batches, "driver_both_ways") == [{"form": V2, "answers": TRUTH["both_ways"]}]
        assert answers(batches).filter(source_id="5009")["item"].to_list() == ["trust", "ease"]

    def test_what_was_ticked_as_other_is_counted_and_its_words_are_not_kept(self, agency):
        batches = read(touchpoints(agency.url))
        assert told(batches, "options_unknown") == [{"form": V2, "responses": TRUTH["unknown_options"]}]

    def test_flagged_archived_and_deleted_responses_are_left_out_and_counted(self, agency):
        batches = read(touchpoints(agency.url))
        assert told(batches, "responses_left_out") == [TRUTH["left_out"]]

    def test_the_source_is_held_to_the_number_it_tells(self, agency):
        number = TRUTH["responses"]
        assert told(read(touchpoints(agency.url)), "rows_expected") == [{"expected": number, "found": number}]

    def test_items_may_be_called_otherwise_or_left_out(self, agency):
        connector = touchpoints(agency.url, items={"trust": "satisfaction", "satisfaction": "", "other": "else"})
        found = answers(read(connector))
        assert {"trust"}.isdisjoint(found["item"])
        assert found.filter(item="satisfaction").height == len(TRUTH["trust"])
        assert found.filter(item="else").select("source_id", "value").rows() == [("5008", 0)]

    def test_a_response_without_answers_in_it_is_rejected_and_not_lost(self):
        rows = [{"id": "1"}, {"id": "2", "attributes": []}, "x", None, RESPONSES[V2][0]]
        batch = touchpoints("https://agency.example").parse(page_of(V2, rows))
        assert batch.rejected.select("line", "reason").rows() == [(place, "unreadable_row") for place in (1, 2, 3, 4)]
        assert batch.frames[Kind.ANSWERS].height == 4


class TestQuestions:
    def test_questions_are_known_by_their_field_whatever_their_order(self):
        for name in (A11, V2, RADIO, YES_NO):
            form = form_of(name)
            turned = {**form, "questions": form["questions"][::-1]}
            fields = [{one.field: one.role for one in questions_of(one, {}).read} for one in (form, turned)]
            assert fields[0] == fields[1]

    def test_a_question_that_nobody_can_place_is_told(self, agency):
        batches = read(touchpoints(agency.url))
        assert told(batches, "question_not_recognised") == [{"form": YES_NO, "question": "answer_03"}]

    def test_words_that_fit_two_drivers_fit_none(self):
        form = form_of(A11)
        both = "I was treated fairly, and I understand what was being asked of me."
        asked = [{**one, "text": both} if one["answer_field"] == "answer_06" else one for one in form["questions"]]
        placed = questions_of({**form, "questions": asked}, {})
        assert placed.unrecognised == ["answer_06"]
        named = questions_of({**form, "questions": asked}, {"answer_06": "transparency"})
        assert not named.unrecognised

    def test_a_driver_that_two_questions_claim_is_neithers(self):
        form = form_of(A11)
        easy = {"answer_03": {"text": "It was easy."}}
        asked = [{**one, **easy.get(one["answer_field"], {})} for one in form["questions"]]
        assert questions_of({**form, "questions": asked}, {}).unrecognised == ["answer_03", "answer_04"]

    def test_another_wording_is_another_question_and_another_definition(self):
        connector = touchpoints("https://agency.example")
        page = page_of(A11, RESPONSES[A11])
        changed = Page(name=page.name, body=page.body.replace(b"throughout the process", b"on this form"))
        first, second = (connector.parse(one) for one in (page, changed))
        assert first.definitions.keys() == second.definitions.keys()
        differing = {name for name, one in first.definitions.items() if second.definitions[name] != one}
        assert differing == {f"{A11} clarity"}
        wordings = [set(one.frames[Kind.ANSWERS].filter(item="clarity")["question"]) for one in (first, second)]
        assert wordings[0].isdisjoint(wordings[1])

    def test_another_kind_of_form_is_read_where_somebody_says_what_it_asks(self, agency):
        forms = {CUSTOM: {"service": "passports", "questions": {"answer_01": "satisfaction"}}}
        found = answers(read(touchpoints(agency.url, forms=forms, services={})))
        assert found.select("item", "value", "scale").rows() == [("satisfaction", 4, "1-5")]

    def test_a_form_of_which_no_question_is_known_is_told(self, agency):
        with pytest.raises(SourceChangedError, match="kind custom"):
            read(touchpoints(agency.url, forms={CUSTOM: {"service": "passports"}}))

    def test_a_form_that_the_key_does_not_see_is_told_with_the_nearest(self, agency):
        with pytest.raises(SourceChangedError, match="Did you mean 'aaaa0011'"):
            read(touchpoints(agency.url, forms={"aaaa0012": {"service": "passports"}}))


class TestCounts:
    def test_counts_are_those_counted_by_hand_on_the_last_day_of_the_federal_quarter(self, agency):
        found = records(read(touchpoints(agency.url)), Kind.COUNTS)
        rows = found.select("source_id", pl.col("happened_on").cast(pl.String), "n", "channel").rows()
        assert sorted(rows, key=str) == sorted((tuple(one) for one in TRUTH["counts"]), key=str)

    def test_what_is_no_ours_not_published_or_without_channel_is_counted(self, agency):
        batches = read(touchpoints(agency.url))
        assert told(batches, "other_services_left_out") == [{"rows": TRUTH["other_services"]}]
        assert told(batches, "collections_not_published") == [{"rows": TRUTH["not_published"]}]
        assert told(batches, "counts_channel_unmapped") == [{"rows": 3}]

    def test_channels_may_be_called_otherwise(self, agency):
        batches = read(touchpoints(agency.url, channels={"phone": "telephone", "carrier_pigeon": "post"}))
        assert set(records(batches, Kind.COUNTS)["channel"]) == {"website", "telephone", "post"}
        assert not told(batches, "counts_channel_unmapped")

    def test_no_collections_are_asked_for_where_no_service_is_named(self, agency):
        read(touchpoints(agency.url, services={}))
        assert not [asked for asked in agency.asked if "cx_" in asked.path]

    def test_a_quarter_that_is_none_rejects_its_counts(self):
        collections = recorded("cx_collections")
        for one, quarter in zip(collections["data"], ("5", None), strict=True):
            one["attributes"]["quarter"] = quarter
        body = json.dumps({"collections": collections, "details": recorded("cx_collection_details")}).encode()
        batch = touchpoints("https://agency.example").parse(Page(name="cx_collection_details", body=body))
        assert batch.frames[Kind.COUNTS].is_empty()
        assert set(batch.rejected["reason"]) == {"not_a_date", "not_a_number"}


class TestPersons:
    def test_nothing_of_a_person_is_read_or_told(self, agency):
        connector = touchpoints(agency.url)
        pages = list(connector.fetch(EVERYTHING))
        batches = [connector.parse(page) for page in pages]
        shown = [*(page.name for page in pages), str([(batch.notices, batch.definitions) for batch in batches])]
        shown += [frame.write_csv() for batch in batches for frame in (batch.rejected, *batch.frames.values())]
        personal = (*re.findall(r"[A-Z]\w+", SECRET), "62.107", "Mozilla", "agency.example", KEY)
        assert not [word for word in personal if word in " ".join(shown)]

    def test_the_address_that_sends_responses_with_a_form_is_never_asked(self, agency):
        read(touchpoints(agency.url))
        paths = {asked.path.rpartition("/v1/")[2] for asked in agency.asked}
        responses = {f"forms/{name}/responses" for name in FOUR}
        assert paths == {"forms", *responses, "cx_collections", "cx_collection_details"}

    def test_no_page_holds_who_works_at_the_organisation(self, agency):
        heads = [json.loads(page.body).get("head") for page in touchpoints(agency.url).fetch(EVERYTHING)]
        assert not [head for head in heads if head and "jane@" in json.dumps(head)]

    @pytest.mark.parametrize("gateway", [True, False])
    def test_an_error_does_not_repeat_the_key_though_the_source_does(self, gateway):
        with serving(Agency(gateway=gateway)) as site, pytest.raises(SourceRefusedError) as error:
            read(touchpoints(site.url, key="wrong-key-of-somebody"))
        assert "wrong-key" not in str(error.value)

    def test_a_missing_key_is_told_by_the_name_of_its_variable(self, agency):
        with pytest.raises(SourceRefusedError, match="Set KEY in the environment"):
            read(touchpoints(agency.url, key=None))


class TestPaging:
    def test_all_pages_are_read(self):
        with serving(Agency(responses={**RESPONSES, V2: many(V2, 1100)})) as site:
            connector = touchpoints(site.url, forms={V2: FOUR[V2]}, services={}, page_size=500)
            assert answers(read(connector)).n_unique("source_id") == 1100
            assert [asked.query.get("page[number]") for asked in site.asked[1:]] == ["1", "2", "3"]

    @pytest.mark.parametrize("when", [2, 3])
    def test_a_response_deleted_while_paging_does_not_hide_another(self, when):
        agency = Agency(responses={V2: many(V2, 1100)}, vanish={when: 3})
        with serving(agency) as site:
            connector = touchpoints(site.url, forms={V2: FOUR[V2]}, services={}, page_size=500)
            found = set(answers(read(connector))["source_id"])
        assert {str(10_000 + place) for place in range(3, 1100)} <= found

    def test_a_response_deleted_between_two_runs_does_not_hide_another(self):
        agency = Agency(responses={V2: many(V2, 1100)})
        with serving(agency) as site:
            connector = touchpoints(site.url, forms={V2: FOUR[V2]}, services={}, page_size=500)
            first = next(iter(connector.fetch(EVERYTHING)))
            agency.vanish = {0: 2}
            rest = list(connector.fetch(Start(after=first.resume)))
        found = set(answers([connector.parse(page) for page in (first, *rest)])["source_id"])
        assert {str(10_000 + place) for place in range(2, 1100)} <= found

    def test_going_on_behind_any_page_gives_the_same_answers(self):
        with serving(Agency(responses={**RESPONSES, V2: many(V2, 1100)})) as site:
            connector = touchpoints(site.url, page_size=500)
            pages = list(connector.fetch(EVERYTHING))
            batches = [connector.parse(page) for page in pages]
            for place, page in enumerate(pages):
                rest = [connector.parse(one) for one in connector.fetch(Start(after=page.resume))]
                assert not told(rest, "rows_expected")
                for kind in (Kind.ANSWERS, Kind.COUNTS):
                    both = (
                        records([*batches[: place + 1], *rest], kind)
                        if kind in _kinds(batches[: place + 1], rest)
                        else None
                    )
                    assert both is not None
                    assert set(both.drop("file", "line").rows()) == set(
                        records(batches, kind).drop("file", "line").rows()
                    )

    def test_a_later_run_asks_for_the_last_days_again(self, agency):
        connector = touchpoints(agency.url, overlap_days=10, services={})
        list(connector.fetch(Start(since=datetime(2026, 2, 12, 3, tzinfo=UTC))))
        # 22:00 on 11 February in New York.
        assert {asked.query.get("start_date") for asked in agency.asked[1:]} == {"2026-02-01"}

    def test_nothing_before_the_first_day_is_asked_for(self, agency):
        found = answers(read(touchpoints(agency.url, first_day="2026-02-01")))
        assert found["answered_on"].min() == date(2026, 2, 1)

    def test_faults_that_pass_are_passed_over(self):
        with serving(Agency(), faults=["502", "ok", "truncated"]) as site:
            assert answers(read(touchpoints(site.url))).height == TRUTH["answers"]

    @pytest.mark.parametrize("body", ["[]", '{"data": null}', '{"data": {}}'])
    def test_an_answer_of_another_shape_is_told(self, body):
        with serving(lambda _: Told(body.encode())) as site, pytest.raises(SourceChangedError, match="no list"):
            read(touchpoints(site.url))


class TestSettings:
    def test_the_block_in_the_documentation_works(self):
        text = (Path(__file__).parents[2] / "docs" / "sources" / "touchpoints.md").read_text()
        ((_, block),) = tomllib.loads(text.partition("```toml")[2].partition("```")[0])["sources"].items()
        assert block.pop("kind") == "touchpoints"
        connector = touchpoints("https://agency.example", **block)
        assert (connector.services, list(connector.forms)) == ({"12": "passports"}, ["8fc3c208", "92b47c29"])

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"forms": {}, "services": {}}, "say what to read"),
            ({"forms": {"../x": {"service": "a"}}}, "short id"),
            ({"forms": {"aaaa0011": {"service": " "}}}, "no name of a service"),
            ({"forms": {"aaaa0011": {"service": "a", "questions": {"answer_01": "trst"}}}}, "Did you mean 'trust'"),
            ({"items": {"transparancy": "clarity"}}, "Did you mean 'transparency'"),
            ({"items": {"trust": "clarity"}}, "given for two drivers"),
            ({"page_size": 100}, "500 to 5000"),
            ({"overlap_days": 0}, "overlap_days"),
            ({"timezone": "Mars"}, "no time zone"),
            ({"url": "http://agency.example"}, "not encrypted"),
            ({"form": {}}, "form"),
        ],
    )
    def test_a_wrong_setting_is_told(self, changed, sentence):
        with pytest.raises(ValidationError, match=sentence):
            touchpoints("https://agency.example", **changed)

    def test_all_that_is_wrong_is_told_at_once(self):
        with pytest.raises(ValidationError, match=r"(?s)no time zone.*say what to read.*500 to 5000.*url"):
            touchpoints("https://a", url="ftp://a", timezone="Mars", forms={}, services={}, page_size=1)


@pytest.mark.parametrize("name", [A11, V2])
def test_a_hundred_thousand_broken_responses_give_records_or_rejected_rows(name):
    connector = touchpoints("https://agency.example")
    broken = mutated(RESPONSES[name], 50_000, seed=11)
    found, ways = 0, set()
    while rows := list(islice(broken, 5_000)):
        batch = connector.parse(page_of(name, rows))
        frame = batch.frames[Kind.ANSWERS]
        checked = check(frame, Kind.ANSWERS, latest=date(2026, 12, 31))
        assert checked.accepted.height + checked.rejected.height <= frame.height
        lines = {*frame["line"], *batch.rejected["line"]}
        assert not [number for number, row in enumerate(rows, 1) if _must_show(row) and number not in lines]
        ways |= set(batch.rejected["reason"])
        found += frame.height + batch.rejected.height
        shown = batch.rejected.write_csv() + str(batch.notices)
        assert not [word for word in re.findall(r"[A-Z]\w+", SECRET) if word in shown]
    assert found > 50_000
    assert {"unreadable_row", "not_a_date"} <= ways


def test_broken_counts_give_records_or_rejected_rows():
    connector = touchpoints("https://agency.example")
    details = list(mutated(recorded("cx_collection_details")["data"], 5_000, seed=12))
    collections = list(mutated(recorded("cx_collections")["data"], 50, seed=13))
    sent = {"collections": {"data": collections}, "details": {"data": details}}
    batch = connector.parse(Page(name="cx_collection_details", body=json.dumps(sent).encode()))
    assert batch.frames[Kind.COUNTS].height > 1_000
    check(batch.frames[Kind.COUNTS], Kind.COUNTS, latest=date(2026, 12, 31))


def test_the_pages_of_the_benchmark_are_read_whole():
    batches = [benchmark("https://agency.example").parse(page) for page in synthetic(rows=700, size=100)]
    assert answers(batches).height == 700
    assert not sum(batch.rejected.height for batch in batches)


def _must_show(row: object) -> bool:
    """Tell whether a response must end as a record or a rejected row: it answers the first question, and counts."""
    if not isinstance(row, dict) or not isinstance(row.get("attributes"), dict):
        return True
    attributes = row["attributes"]
    left_out = [attributes.get(name) for name in ("flagged", "archived", "deleted")]
    if any(str(one).strip().lower() in ("true", "1", "ja", "yes") for one in left_out):
        return False
    first = attributes.get("answer_01")
    return first is not None and str(first).strip() not in ("", "null")


def _kinds(*batches) -> set[Kind]:
    return {kind for some in batches for batch in some for kind in batch.frames}
