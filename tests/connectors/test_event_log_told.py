"""Event logs: what is told when a log or its settings cannot be used, and what reading costs."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors import CONNECTORS
from connectors.connector import EVERYTHING, Page, SourceChangedError, SourceError, SourceUnavailableError
from metrics.records import Kind
from tests.connectors.contract import SECRET
from tests.connectors.logs import CASE, EVENTS, RECEIPT, log, one, xes, xes_cases

# --- logs that cannot be used -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9999])
def test_a_log_that_breaks_off_delivers_nothing(tmp_path, public, cut):
    whole = (public / "coselog_receipt" / "receipt.xes.gz").read_bytes()
    (tmp_path / "cut.xes.gz").write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(SourceChangedError, match="the compressed file is damaged or cut off, after the case on line"):
        one(log(tmp_path, "cut.xes.gz", **RECEIPT))
    plain = gzip.decompress(whole)
    (tmp_path / "cut.xes").write_bytes(plain[: int(len(plain) * cut)])
    with pytest.raises(SourceChangedError, match=r"line \d+ is not XML .* Nothing of it was used"):
        one(log(tmp_path, "cut.xes", **RECEIPT))


def test_an_error_in_a_log_says_its_line(tmp_path):
    (tmp_path / "log.xes").write_text(xes((CASE,), (CASE,)).replace("</trace>", "</trac>", 1))
    with pytest.raises(SourceChangedError, match="line 4 is not XML"):
        one(log(tmp_path, "log.xes"))


def test_a_log_inside_another_document_is_no_log(tmp_path):
    (tmp_path / "log.xes").write_text(f"<mail>{xes((CASE,)).partition('?>')[2]}</mail>")
    with pytest.raises(SourceChangedError, match="it does not begin with <log>"):
        one(log(tmp_path, "log.xes"))


ENTITY = '<!DOCTYPE log [<!ENTITY x SYSTEM "file://{path}">]>'
LAUGHS = "<!DOCTYPE log [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{step} '{f'&a{step - 1};' * 10}'>" for step in range(1, 12)
)


@pytest.mark.parametrize("doctype", [ENTITY, LAUGHS + "]>"])
def test_a_log_with_entities_of_its_own_is_not_read(tmp_path, doctype):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    case = {**CASE, "concept:name": "&a11;" if "a11" in doctype else "a"}
    text = xes((case,)).replace("<log", f"{doctype.replace('{path}', str(secret))}\n<log")
    (tmp_path / "log.xes").write_text(text.replace("</trace>", "<string key='x' value=''>&x;</string></trace>"))
    with pytest.raises(SourceChangedError) as raised:
        one(log(tmp_path, "log.xes"))
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("name", ["a.xes", "a.xes.gz", "a.csv", "a.xlsx"])
@pytest.mark.parametrize("content", [b"", b"<html/>", b"\x00\xff\xfe", b"case"])
def test_a_file_that_is_no_log_is_told(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceChangedError) as raised:
        one(log(tmp_path, name))
    assert raised.value.where == name


def test_a_log_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(SourceUnavailableError):
        list(log(tmp_path, "log.xes").fetch(EVERYTHING))


def test_a_log_without_cases_is_empty_and_no_error(tmp_path):
    batch = xes_cases(tmp_path)
    assert batch.frames[Kind.CASES].is_empty()
    assert batch.notices == ()


MEASURE = """
import resource, sys
from pathlib import Path
from connectors.connector import Page
from connectors.xes import traces

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
number = sum(1 for _ in traces(Page(name="log.xes", body=Path(sys.argv[1])), with_events=True))
print(number, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def test_reading_a_log_takes_no_more_memory_than_a_few_of_its_cases(tmp_path):
    path = tmp_path / "log.xes"
    path.write_text(xes(*[({**CASE, "concept:name": str(place)}, *EVENTS * 20) for place in range(1000)]))
    asked = [sys.executable, "-c", MEASURE, str(path)]
    number, grown = map(int, subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split())
    assert number == 1000
    # Held as a whole the tree would take several times the 11 MB of the file.
    assert path.stat().st_size > 11_000_000
    assert grown < path.stat().st_size / 2


# --- settings, and anything that may come in ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"timezone": "Mars"}, "'Mars' is no time zone"),
        ({"segments": {"a;b": "x"}}, "segment 'a;b' may not contain"),
        ({"outcome": {"attribute": "x", "map": {"a": "done"}}}, "'done' cannot be outcome. Allowed are: decided"),
        ({"separator": ""}, "separator is one character"),
        ({"decided": {"activity": "x", "which": "second"}}, "Input should be 'first' or 'last'"),
        ({"startdate": "x"}, "Unexpected keyword argument"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(tmp_path, changed, sentence):
    with pytest.raises(ValidationError, match=sentence):
        log(tmp_path, "log.xes", **changed)


def test_each_kind_of_source_is_registered_under_the_name_of_its_module():
    assert [name for name, _ in CONNECTORS] == [connector.__module__.split(".")[1] for _, connector in CONNECTORS]


@given(st.binary(max_size=60), st.integers(0, 400))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_stand_in_a_log_it_is_read_whole_or_not_at_all(tmp_path, noise, place):
    whole = xes((CASE,), ({**CASE, "concept:name": "b"},)).encode()
    connector = log(Path(tmp_path), "log.xes")
    try:
        batch = connector.parse(Page(name="log.xes", body=whole[:place] + noise + whole[place:]))
    except SourceError:
        return
    assert batch.frames[Kind.CASES].height + batch.rejected.height == 2
