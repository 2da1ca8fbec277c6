"""Cases of a ZGW system: what each column says, and the figures that SQL found in the database behind it."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from datetime import date

import polars as pl
import pytest

from connectors.connector import EVERYTHING
from connectors.zgw.catalogue import offset
from metrics.records import Kind, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.serving import serving
from tests.connectors.zgw_site import (
    CHANNELS,
    OpenZaak,
    ground_truth,
    recorded_cases,
    recorded_types,
    zgw,
)

PARK_OLD = "fd85e2fb-479a-4b7e-b5d0-75791c468a14"
KLACHT = "6729c948-5859-46df-a2d9-ce934bb4a4b4"
BEZW = "fea1112b-c596-4592-9173-6ec0cf91249f"
ZAAKTYPE = {"parking": "ZT-PARK", "objections": "ZT-BEZW", "complaints": "ZT-KLACHT"}


def typed_as(kind: str) -> str:
    return f"http://127.0.0.1:8092/catalogi/api/v1/zaaktypen/{kind}"


def case(**changed) -> dict:
    """A case of the made-up town, one fact varied."""
    return {**recorded_cases()[0], "zaaktype": typed_as(KLACHT), **changed}


def frame_of(batches) -> pl.DataFrame:
    return pl.concat([batch.frames[Kind.CASES] for batch in batches])


def notices_of(batches) -> dict[str, list[dict]]:
    told = defaultdict(list)
    for batch in batches:
        for one in batch.notices:
            told[one.code].append(dict(one.particulars))
    return told


def cases_told(batches, code: str) -> int:
    return sum(one["cases"] for one in notices_of(batches)[code])


def read_of(cases, types=None, **settings):
    with serving(OpenZaak(cases=cases, types=types or recorded_types())) as site:
        return read(zgw(site.url, **settings))


def only_row(*cases, types=None, **settings) -> dict:
    (row,) = frame_of(read_of(list(cases), types, **settings)).rows(named=True)
    return row


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self):
        # 623 recorded cases; three cannot be read, one is no case at all, one stands there twice.
        cases = recorded_cases()
        cases[5] |= {"einddatum": SECRET}
        cases[7] |= {"uuid": SECRET}
        cases[9] |= {"zaaktype": SECRET, "identificatie": SECRET}
        cases += [SECRET, dict(cases[20])]
        for one in cases:
            if isinstance(one, dict):
                one |= {"omschrijving": SECRET, "toelichting": SECRET, "communicatiekanaal": SECRET}
        with serving(OpenZaak(cases=cases, note=SECRET)) as site:
            yield Sample(connector=zgw(site.url), rows=624, broken=4)


@pytest.fixture(scope="module")
def batches():
    with serving(OpenZaak()) as site:
        return read(zgw(site.url, page_size=100))


@pytest.fixture(scope="module")
def cases(batches):
    checked = check(frame_of(batches), Kind.CASES, latest=date(2026, 12, 31))
    assert checked.rejected.is_empty()
    return checked.accepted


def test_the_totals_are_those_of_the_database(batches, cases):
    totals = ground_truth()["totals"]
    as_of = date.fromisoformat(ground_truth()["peildatum"])
    still_open = cases.filter(pl.col("decided_on").is_null())
    suspended = notices_of(batches)["suspension_without_days"]
    assert {
        "zaken": cases.height,
        "afgehandeld": cases.height - still_open.height,
        "open": still_open.height,
        "open_te_laat": still_open.filter(pl.col("due_on") < as_of).height,
        "nu_opgeschort": sum(one["now"] for one in suspended),
        "ooit_opgeschort": sum(one["cases"] for one in suspended),
        "verlengd": cases_told(batches, "extension_without_day"),
    } == totals


def test_every_month_of_every_case_type_is_as_in_the_database(cases):
    groups = defaultdict(list)
    for row in cases.filter(pl.col("decided_on").is_not_null()).rows(named=True):
        groups[f"{row['decided_on']:%Y-%m}", ZAAKTYPE[row["service"]]].append(row)
    # By hand and without Polars: a second method.
    found = {key: _figures(rows) for key, rows in groups.items()}
    expected = {(one["maand"], one["zaaktype"]): one for one in ground_truth()["per_einddatum_month_zaaktype"]}
    assert found.keys() == expected.keys()
    for key, figures in found.items():
        assert figures == {name: pytest.approx(expected[key][name], abs=0.006) for name in figures}, key


def _figures(rows: list[dict]) -> dict[str, float]:
    days = [(row["decided_on"] - row["received_on"]).days for row in rows]
    planned = [row for row in rows if row["service_due_on"] is not None]
    return {
        "n": len(rows),
        "gem_dagen_start_eind": statistics.mean(days),
        "mediaan_dagen": statistics.median(days),
        "binnen_uiterlijk": sum(row["decided_on"] <= row["due_on"] for row in rows),
        "met_gepland": len(planned),
        "binnen_gepland": sum(row["decided_on"] <= row["service_due_on"] for row in planned),
    }


def test_months_of_arrival_and_channels_are_as_in_the_database(cases):
    started = Counter(f"{row['received_on']:%Y-%m}" for row in cases.rows(named=True))
    without = Counter(f"{row['received_on']:%Y-%m}" for row in cases.rows(named=True) if row["channel"] is None)
    months = ground_truth()["per_startdatum_month"]
    assert started == {one["maand"]: one["n"] for one in months}
    assert without == {one["maand"]: one["zonder_kanaal"] for one in months}
    ours = {key[-36:].lower(): value for key, value in CHANNELS.items()}
    expected = {ours.get(one["communicatiekanaal"][-36:]): one["n"] for one in ground_truth()["kanaal"]}
    assert dict(cases.group_by("channel").len().iter_rows()) == expected


def test_withdrawn_cases_are_those_of_the_database_less_the_open_ones(cases):
    # 336 + 119 results say withdrawn; four of all 548 results belong to cases that are open again.
    results = {one["omschrijving"]: one["n"] for one in ground_truth()["resultaat"]}
    withdrawn = cases.filter(pl.col("outcome") == "withdrawn").height
    assert results["Ingetrokken"] + results["Afgebroken"] - 4 <= withdrawn <= 336 + 119
    assert withdrawn + cases.filter(pl.col("outcome") == "decided").height == 544
    assert cases.filter(pl.col("decided_on").is_null())["outcome"].is_null().all()


def test_a_reopened_case_is_open_and_told_though_it_has_a_result(batches, cases):
    with_result = {one["uuid"] for one in recorded_cases() if one["einddatum"] is None and one["resultaat"]}
    rows = cases.filter(pl.col("source_id").is_in(list(with_result)))
    assert rows.height == 4
    assert rows["decided_on"].is_null().all()
    assert cases_told(batches, "open_with_result") == 4


def test_the_days_of_the_case_itself_go_before_the_norms_of_its_type():
    row = only_row(case(einddatumGepland="2026-01-05", uiterlijkeEinddatumAfdoening="2026-02-01"))
    assert (row["service_due_on"], row["due_on"]) == (date(2026, 1, 5), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("kind", "started", "due", "service_due"),
    [
        # P2M and P42D: 31 December + two months is the last day of February.
        (KLACHT, "2025-12-31", date(2026, 2, 28), date(2026, 2, 11)),
        # P56D and P28D: the first version of the case type.
        (PARK_OLD, "2026-01-08", date(2026, 3, 5), date(2026, 2, 5)),
        # P84D and no service norm.
        (BEZW, "2026-03-02", date(2026, 5, 25), None),
    ],
)
def test_without_days_of_its_own_a_case_has_the_norms_of_its_own_version(kind, started, due, service_due):
    bare = case(zaaktype=typed_as(kind), startdatum=started, einddatumGepland=None, uiterlijkeEinddatumAfdoening=None)
    row = only_row({**bare, "einddatum": None})
    assert (row["due_on"], row["service_due_on"]) == (due, service_due)


@pytest.mark.parametrize(("planned", "due"), [("2025-11-24", None), ("2025-12-24", date(2025, 12, 24)), (None, None)])
def test_a_service_norm_of_no_days_is_no_norm(planned, due):
    types = [{**one, "servicenorm": "P0D"} for one in recorded_types()]
    row = only_row(case(startdatum="2025-11-24", einddatumGepland=planned), types=types)
    assert row["service_due_on"] == due


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("P56D", "56d"),
        ("P8W", "8w"),
        ("P1Y2M10D", "1y2mo10d"),
        ("P2MT0S", "2mo"),
        ("P0Y0M0D", None),
        ("", None),
        (None, None),
    ],
)
def test_durations_are_read_as_offsets(duration, expected):
    assert offset(duration) == expected


@pytest.mark.parametrize("duration", ["56", "P", "PT", "P1DT12H", "-P1D", "P1.5D", "P123456789D", "a month"])
def test_what_is_no_duration_of_whole_days_is_refused(duration):
    with pytest.raises(ValueError, match="no duration"):
        offset(duration)


def test_a_norm_that_cannot_be_read_is_told_and_left_empty():
    types = [{**one, "doorlooptijd": "acht weken"} for one in recorded_types()]
    batches = read_of([case(uiterlijkeEinddatumAfdoening=None)], types)
    assert frame_of(batches)["due_on"].to_list() == [None]
    assert {"zaaktype": "ZT-KLACHT"} in notices_of(batches)["norm_unreadable"]


def test_suspended_days_and_the_day_of_an_extension_stay_unknown(cases):
    assert cases["suspended_days"].is_null().all()
    assert cases["extended_on"].is_null().all()
    assert cases["reopened"].is_null().all()


@pytest.mark.parametrize("extension", [None, {"reden": "", "duur": ""}, {"reden": "", "duur": "P0D"}])
def test_an_extension_of_nothing_is_none(extension):
    assert notices_of(read_of([case(verlenging=extension)]))["extension_without_day"] == []


def test_a_case_type_without_a_service_is_left_out_and_told():
    with serving(OpenZaak()) as site:
        batches = read(zgw(site.url, services={"ZT-PARK": "parking"}))
    assert frame_of(batches).height == 330  # 208 and 122 of both versions, counted in the recordings
    told = Counter()
    for one in notices_of(batches)["zaaktype_unmapped"]:
        told[one["zaaktype"]] += one["cases"]
    assert told == {"ZT-BEZW": 128, "ZT-KLACHT": 165}


def test_a_case_of_a_type_that_the_catalogue_does_not_know_is_rejected():
    unknown = "00000000-0000-4000-8000-000000000000"
    (batch,) = read_of([case(zaaktype=typed_as(unknown))])
    assert batch.rejected.select("column", "reason", "found").rows() == [("service", "unknown_value", unknown)]
    assert batch.rejected["allowed"].to_list() == ["ZT-PARK, ZT-BEZW, ZT-KLACHT"]


def test_parts_of_a_case_are_left_out_and_told_unless_asked_for():
    part = case(hoofdzaak="http://127.0.0.1:8092/zaken/api/v1/zaken/2e44a6ca-f92c-4fb7-a546-19490a8e37a6")
    batches = read_of([part])
    assert frame_of(batches).height == 0
    assert cases_told(batches, "part_cases_left_out") == 1
    assert frame_of(read_of([part], part_cases=True)).height == 1


def test_a_channel_without_a_name_of_ours_is_told():
    batches = read_of(recorded_cases(), channels={})
    told = Counter()
    for one in notices_of(batches)["channel_unmapped"]:
        told[one["channel"]] += one["cases"]
    expected = {
        one["communicatiekanaal"][-36:]: one["n"] for one in ground_truth()["kanaal"] if one["communicatiekanaal"]
    }
    assert told == expected
    assert frame_of(batches)["channel"].is_null().all()


def test_a_result_that_is_not_known_leaves_the_outcome_open_and_is_told():
    batches = read_of([case(resultaat=None)])
    assert frame_of(batches)["outcome"].to_list() == [None]
    assert cases_told(batches, "outcome_unknown") == 1


def test_without_outcomes_no_result_is_asked_for():
    with serving(OpenZaak()) as site:
        batches = read(zgw(site.url, outcomes={}))
    assert frame_of(batches)["outcome"].is_null().all()
    assert not [one for one in site.asked if "expand" in one.query or one.path.endswith("resultaattypen")]


def test_names_in_the_settings_that_the_catalogue_does_not_have_are_told():
    settings = {"services": {"ZT-KLACHT": "complaints", "ZT-PRAK": "parking"}, "outcomes": {"ingetroken": "withdrawn"}}
    told = notices_of(read_of([case()], **settings))
    assert told["zaaktype_not_found"] == [{"zaaktype": "ZT-PRAK"}]
    assert told["result_type_not_found"] == [{"name": "ingetroken"}]


def test_one_name_in_two_catalogues_is_told():
    types = recorded_types()
    other = "http://127.0.0.1:8092/catalogi/api/v1/catalogussen/00000000-0000-4000-8000-000000000000"
    types[-1]["catalogus"] = other
    assert notices_of(read_of([case()], types))["zaaktype_in_several_catalogues"] == [{"zaaktype": "ZT-PARK"}]


def test_a_new_norm_is_a_new_definition_and_a_new_version_alike_is_none():
    before = read_of([case()])[0].definitions
    assert before.keys() == {"ZT-PARK", "ZT-BEZW", "ZT-KLACHT"}
    alike = {**recorded_types()[1], "url": typed_as(BEZW[:-1] + "e"), "beginGeldigheid": "2026-06-01"}
    assert read_of([case()], [*recorded_types(), alike])[0].definitions == before
    other = {**alike, "servicenorm": "P21D"}
    after = read_of([case()], [*recorded_types(), other])[0].definitions
    assert {name for name in after if after[name] != before[name]} == {"ZT-KLACHT"}
    draft = {**other, "concept": True}
    assert read_of([case()], [*recorded_types(), draft])[0].definitions == before


def test_the_definitions_are_the_same_on_every_page():
    with serving(OpenZaak()) as site:
        connector = zgw(site.url)
        found = [connector.parse(page).definitions for page in connector.fetch(EVERYTHING)]
    assert len(found) == 7
    assert all(one == found[0] for one in found)
