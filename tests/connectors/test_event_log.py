"""Event logs: the contract, the receipt log, and how cases get their days and attributes."""

from __future__ import annotations

import gzip
from datetime import date

import polars as pl
import pytest
from lxml import etree
from polars.testing import assert_frame_equal

from connectors.connector import SourceChangedError
from metrics.notices import Notice
from metrics.records import Kind, Reason, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample
from tests.connectors.logs import CASE, EVENTS, attributes, cases, csv_cases, log, receipt, xes, xes_cases


class TestXes(ConnectorContract):
    @pytest.fixture
    def sample(self, tmp_path):
        others = [
            {**CASE, "concept:name": SECRET, "remark": SECRET},
            {**CASE, "concept:name": "b", "start": SECRET},
            {**CASE, "concept:name": "c", "end": SECRET},
            {"concept:name": "d", "remark": SECRET},
        ]
        (tmp_path / "log.xes").write_text(xes(*[(case,) for case in (CASE, *others)]))
        return Sample(connector=log(tmp_path, "log.xes"), rows=5, broken=2)


class TestCsv(ConnectorContract):
    @pytest.fixture
    def sample(self, tmp_path):
        # Two rows of one case, a case with an unreadable start, a row without a case and one without a shape.
        text = f"""case:concept:name;case:start;case:end;remark
a;2024-01-31;;"{SECRET}
"
a;2024-01-31;;
b;{SECRET};;
;2024-01-31;;
c;2024-01-31
"""
        (tmp_path / "log.csv").write_text(text)
        return Sample(connector=log(tmp_path, "log.csv"), rows=4, broken=3)


class TestReceipt(ConnectorContract):
    @pytest.fixture(params=["receipt.xes.gz", "receipt.csv"])
    def sample(self, request, public):
        return Sample(connector=receipt(public, request.param), rows=1434)


# --- the receipt log ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["receipt.xes.gz", "receipt.csv"])
def test_105_of_the_1434_receipt_cases_have_no_end_and_are_open(public, latest, name):
    frame = cases(receipt(public, name))
    assert frame.height == 1434
    assert frame["decided_on"].null_count() == 105
    # Two instants of the log lie the wrong way round on one and the same day: no local day is before its receipt.
    assert check(frame, Kind.CASES, latest=latest).rejected.is_empty()


@pytest.mark.parametrize("name", ["receipt.xes.gz", "receipt.csv"])
@pytest.mark.parametrize(
    ("day", "received", "still_open"), [(date(2011, 1, 31), 409, 199), (date(2011, 6, 30), 939, 228)]
)
def test_as_seen_on_a_day_the_receipt_log_has_so_many_open_cases(public, name, day, received, still_open):
    # The numbers come from the issue, where they were worked out with another program.
    known = cases(receipt(public, name)).filter(pl.col("received_on") <= day)
    assert known.height == received
    assert known.filter(pl.col("decided_on").is_null() | (pl.col("decided_on") > day)).height == still_open


def test_xes_and_csv_give_the_same_cases(public):
    both = [
        cases(receipt(public, name)).drop("file", "line").sort("source_id")
        for name in ("receipt.xes.gz", "receipt.csv")
    ]
    assert_frame_equal(*both)


def test_receipt_cases_are_those_that_reading_the_xml_whole_gives(public):
    # Second method: the whole tree at once, days by Python's own datetime with the offsets of the log, which are
    # those of Amsterdam; the fillers of 1970 and UNKNOWN are left out by name.
    tree = etree.fromstring(gzip.decompress((public / "coselog_receipt" / "receipt.xes.gz").read_bytes()))
    expected = []
    for trace in tree.iter("{*}trace"):
        known = {child.get("key"): child.get("value") for child in trace if child.get("key") is not None}
        known = {
            key: value for key, value in known.items() if value != "UNKNOWN" and not value.startswith("1970-01-01")
        }
        days = [
            date.fromisoformat(known[key][:10]) if key in known else None
            for key in ("startdate", "enddate", "deadline")
        ]
        expected.append((known["concept:name"], *days, known.get("channel"), f"department={known['department']}"))
    names = ["source_id", "received_on", "decided_on", "due_on", "channel", "segments"]
    assert cases(receipt(public, "receipt.xes.gz")).select(names).rows() == expected


def test_the_line_of_a_case_is_the_one_an_editor_shows(public):
    text = gzip.decompress((public / "coselog_receipt" / "receipt.xes.gz").read_bytes()).decode().split("\n")
    expected = [number for number, line in enumerate(text, 1) if "<trace>" in line]
    # The log is longer than the 65,535 lines that the XML library counts by itself.
    assert expected[-1] > 65535
    assert cases(receipt(public, "receipt.xes.gz"))["line"].to_list() == expected


# --- days and what is missing -------------------------------------------------------------------------------------


def test_an_instant_is_the_local_day_it_falls_on(tmp_path):
    frame = xes_cases(tmp_path, (CASE,)).frames[Kind.CASES]
    # Half past eleven at night in UTC on 28 February is half past midnight on the 29th in Amsterdam.
    assert frame.select("received_on", "decided_on").rows() == [(date(2024, 1, 31), date(2024, 2, 29))]


def test_a_value_that_is_the_default_of_the_log_is_missing(tmp_path):
    filler = "1970-01-01T00:00:00.000+01:00"
    head = f'<global scope="trace">{attributes({"end": filler, "via": "UNKNOWN"})}</global>\n'
    open_case = {**CASE, "end": filler, "via": "UNKNOWN"}
    batch = xes_cases(tmp_path, (open_case,), ({**CASE, "via": "desk"},), head=head, channel="via")
    frame = batch.frames[Kind.CASES]
    assert frame["decided_on"].to_list() == [None, date(2024, 2, 29)]
    assert frame["channel"].to_list() == [None, "desk"]
    assert batch.notices == ()


def test_a_case_without_a_start_is_rejected_by_the_check_and_not_lost(tmp_path, latest):
    started, nameless = CASE, {"concept:name": "b", "end": "2024-02-01"}
    frame = xes_cases(tmp_path, (started,), (nameless,)).frames[Kind.CASES]
    rejected = check(frame, Kind.CASES, latest=latest).rejected
    assert rejected.select("line", "column", "reason").rows() == [(5, "received_on", Reason.MISSING)]


def test_a_start_that_is_no_date_rejects_the_case(tmp_path):
    batch = xes_cases(tmp_path, ({**CASE, "start": "vorige week"},))
    rows = batch.rejected.select("line", "column", "reason", "found", "allowed").rows()
    assert rows == [(3, "received_on", Reason.NOT_A_DATE, "xxxxxx xxxx", "YYYY-MM-DD")]


# --- events -------------------------------------------------------------------------------------------------------


BY_EVENTS = {"received": {"activity": "arrive"}, "decided": {"activity": "send", "which": "last"}}


def test_the_first_and_the_last_event_go_by_time_and_not_by_the_order_of_the_log(tmp_path):
    frame = xes_cases(tmp_path, ({"concept:name": "a"}, *EVENTS), **BY_EVENTS).frames[Kind.CASES]
    # Half past ten at night in UTC on 31 March is 1 April in Amsterdam, in summer time.
    assert frame.select("received_on", "decided_on").rows() == [(date(2024, 3, 1), date(2024, 4, 1))]


def test_events_of_a_table_give_the_same_as_those_of_xes(tmp_path):
    rows = "".join(f"a,{activity},{when}\n" for activity, when in EVENTS)
    text = f"case:concept:name,concept:name,time:timestamp\n{rows}"
    frame = csv_cases(tmp_path, text, **BY_EVENTS).frames[Kind.CASES]
    assert frame.select("received_on", "decided_on").rows() == [(date(2024, 3, 1), date(2024, 4, 1))]


def test_a_case_without_the_last_event_is_open(tmp_path):
    first = ({"concept:name": "a"}, *EVENTS)
    second = ({"concept:name": "b"}, EVENTS[1])
    frame = xes_cases(tmp_path, first, second, **BY_EVENTS).frames[Kind.CASES]
    assert frame["decided_on"].to_list() == [date(2024, 4, 1), None]


def test_an_event_whose_time_cannot_be_read_rejects_its_case(tmp_path):
    batch = xes_cases(tmp_path, ({"concept:name": "a"}, *EVENTS, ("send", "ooit")), **BY_EVENTS)
    assert batch.rejected.select("line", "column", "found").rows() == [(3, "decided_on", "xxxx")]


def test_an_activity_that_never_happens_is_told(tmp_path):
    changed = {**BY_EVENTS, "decided": {"activity": "sned"}}
    batch = xes_cases(tmp_path, ({"concept:name": "a"}, *EVENTS), **changed)
    assert batch.notices == (Notice(code="activity_not_seen", particulars={"file": "log.xes", "activity": "sned"}),)


# --- attributes ---------------------------------------------------------------------------------------------------


def test_an_attribute_has_the_same_name_with_and_without_case_before_it(tmp_path):
    short = xes_cases(tmp_path, (CASE,)).frames[Kind.CASES]
    long = xes_cases(tmp_path, (CASE,), received="case:start", decided="case:end").frames[Kind.CASES]
    assert_frame_equal(short, long)
    text = "case:concept:name,case:start,end\na,2024-01-31,2024-02-29\n"
    table = csv_cases(tmp_path, text, received="start", decided="case:end").frames[Kind.CASES]
    assert_frame_equal(short.drop("file", "line"), table.drop("file", "line"))


def test_an_attribute_that_no_case_has_is_told(tmp_path):
    batch = xes_cases(tmp_path, (CASE,), decided="eind")
    assert batch.notices == (Notice(code="attribute_not_seen", particulars={"file": "log.xes", "attribute": "eind"}),)


def test_a_start_that_no_case_has_stops_the_reading_with_the_nearest_name(tmp_path):
    with pytest.raises(SourceChangedError, match=r"no case has the attribute 'strat'. Did you mean 'start'\?"):
        xes_cases(tmp_path, (CASE,), received="strat")
    with pytest.raises(SourceChangedError, match=r"no column 'strat'. Did you mean"):
        csv_cases(tmp_path, "case:concept:name,start,end\n", received="strat")


def test_the_first_filled_row_of_a_case_counts_and_cases_whose_rows_disagree_are_told(tmp_path):
    text = (
        "case:concept:name,case:start,case:end\na,,\nb,2024-01-05,\na,2024-01-01,2024-01-03\na,2024-01-02,2024-01-03\n"
    )
    batch = csv_cases(tmp_path, text)
    assert batch.frames[Kind.CASES].select("source_id", "received_on", "decided_on", "line").rows() == [
        ("a", date(2024, 1, 1), date(2024, 1, 3), 2),
        ("b", date(2024, 1, 5), None, 3),
    ]
    assert batch.notices == (Notice(code="case_attributes_differ", particulars={"file": "log.csv", "cases": 1}),)


def test_a_row_that_names_no_case_is_rejected(tmp_path):
    batch = csv_cases(tmp_path, "case:concept:name,start,end\n,2024-01-31,\na,2024-01-31,\n")
    assert batch.rejected.select("line", "column", "reason").rows() == [(2, "source_id", Reason.MISSING)]


def test_an_outcome_is_translated_and_an_unknown_one_rejects_its_case(tmp_path):
    outcome = {"attribute": "result", "map": {"verleend": "decided", "ingetrokken": "withdrawn"}}
    given = [
        {**CASE, "concept:name": result or "x", "result": result} for result in ("verleend", "ingetrokken", "kwijt")
    ]
    batch = xes_cases(tmp_path, (CASE,), *[(case,) for case in given], outcome=outcome)
    assert batch.frames[Kind.CASES]["outcome"].to_list() == [None, "decided", "withdrawn"]
    assert batch.rejected.select("column", "reason", "found", "allowed").rows() == [
        ("outcome", Reason.UNKNOWN_VALUE, "kwijt", "verleend, ingetrokken"),
    ]


def test_segments_are_made_of_case_attributes(tmp_path):
    case = {**CASE, "wijk": "noord", "soort": "bewoner"}
    batch = xes_cases(tmp_path, (case,), segments={"district": "wijk", "customer": "soort"})
    assert batch.frames[Kind.CASES]["segments"].to_list() == ["customer=bewoner;district=noord"]
