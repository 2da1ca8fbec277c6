"""Files: what is told when files or settings cannot be used."""

from __future__ import annotations

import polars as pl
import pytest
from pydantic import ValidationError

from connectors.connector import EVERYTHING, SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.settings import NEEDED
from metrics.records import SCHEMAS, Kind, Reason, check
from tests.connectors.sources import (
    COLUMNS,
    CONSTANTS,
    files,
    one,
)
from tests.connectors.workbooks import write_workbook

# --- the source as a whole ----------------------------------------------------------------------------------------


def test_files_are_read_in_the_order_of_their_names(tmp_path):
    for name in ("b.csv", "a.csv", "~$a.csv", "sub"):
        (tmp_path / name).mkdir() if name == "sub" else (tmp_path / name).write_text("id,day,score\n")
    (tmp_path / "sub" / "c.csv").write_text("id,day,score\n")
    assert [page.name for page in files(tmp_path, "*.csv").fetch(EVERYTHING)] == ["a.csv", "b.csv"]
    assert [page.name for page in files(tmp_path, "**/c.csv").fetch(EVERYTHING)] == ["sub/c.csv"]


def test_a_path_may_lead_out_of_the_folder_of_the_programme(tmp_path):
    (tmp_path / "programme").mkdir()
    (tmp_path / "a [1].csv").write_text("id,day,score\n")
    assert [page.name for page in files(tmp_path / "programme", "../a [1].csv").fetch(EVERYTHING)] == ["../a [1].csv"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("answers.csv", "this file is not there"), ("*.csv", "no file matches this"), (".", "this is a folder")],
)
def test_a_file_that_is_not_there_is_unavailable(tmp_path, path, sentence):
    with pytest.raises(SourceUnavailableError, match=sentence) as raised:
        list(files(tmp_path, path).fetch(EVERYTHING))
    assert raised.value.where == path


def test_a_file_that_goes_away_between_fetching_and_reading_is_unavailable(tmp_path):
    (tmp_path / "answers.csv").write_text("id,day,score\n")
    (page,) = files(tmp_path).fetch(EVERYTHING)
    (tmp_path / "answers.csv").unlink()
    with pytest.raises(SourceUnavailableError, match="this file is not there any more"):
        files(tmp_path).parse(page)


def test_a_file_we_may_not_read_is_refused(tmp_path, unreadable):
    (tmp_path / "answers.csv").write_text("id,day,score\n")
    with unreadable(tmp_path / "answers.csv"), pytest.raises(SourceRefusedError, match="the right to read it"):
        list(files(tmp_path).fetch(EVERYTHING))


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.json", "a.ndjson", "a.docx"])
@pytest.mark.parametrize("content", [b"\x00\xff\xfe nonsense", b"PK\x03\x04", b"[{", b"3"])
def test_a_file_that_is_not_what_its_name_says_has_changed(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceChangedError) as raised:
        one(files(tmp_path, name))
    assert raised.value.where == name


def test_a_column_that_is_not_there_is_told_with_the_nearest_one(tmp_path):
    (tmp_path / "answers.csv").write_text("id,days,score\n")
    sentence = r"no column 'day'. Did you mean 'days'\? There are: days, id, score."
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path))
    pl.DataFrame({"id": ["a"], "days": [1], "score": [1]}).write_parquet(tmp_path / "answers.parquet")
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path, "answers.parquet"))
    write_workbook(tmp_path / "answers.xlsx", [["id", "days", "score"]])
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path, "answers.xlsx"))
    (tmp_path / "answers.json").write_text('[{"id": "a", "days": 1, "score": 1}]')
    with pytest.raises(SourceChangedError, match=sentence):
        one(files(tmp_path, "answers.json"))


def test_a_folder_we_may_not_look_into_is_refused(tmp_path, unreadable):
    (tmp_path / "closed").mkdir()
    with unreadable(tmp_path / "closed"), pytest.raises(SourceRefusedError, match="the right to read it"):
        list(files(tmp_path, "closed/answers.csv").fetch(EVERYTHING))


def test_a_path_that_no_disk_takes_is_unavailable(tmp_path):
    with pytest.raises(SourceUnavailableError, match="File name too long"):
        list(files(tmp_path, "x" * 300).fetch(EVERYTHING))


def test_two_columns_of_one_name_are_told(tmp_path):
    (tmp_path / "answers.csv").write_text("id,day,day,score\n")
    with pytest.raises(SourceChangedError, match="more than one column is called 'day'"):
        one(files(tmp_path))


def test_a_column_of_lists_is_told(tmp_path):
    pl.DataFrame({"id": ["a"], "day": [[1]], "score": [1]}).write_parquet(tmp_path / "answers.parquet")
    with pytest.raises(SourceChangedError, match="column 'day' holds List"):
        one(files(tmp_path, "answers.parquet"))


def test_an_empty_file_has_no_header_and_is_told(tmp_path):
    (tmp_path / "answers.csv").write_text("\n\n")
    with pytest.raises(SourceChangedError, match="the file is empty"):
        one(files(tmp_path))
    write_workbook(tmp_path / "answers.xlsx", [])
    with pytest.raises(SourceChangedError, match="the sheet is empty"):
        one(files(tmp_path, "answers.xlsx"))


# --- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"columns": {**COLUMNS, "chanel": "x"}}, r"'chanel' is no column of answers. Did you mean 'channel'\?"),
        ({"columns": {"value": "score"}}, "cannot be read without source_id, answered_on"),
        ({"columns": {**COLUMNS, "item": "x"}}, "'item' is given more than once"),
        ({"constants": {**CONSTANTS, "scale": "1-7"}}, "'1-7' cannot be scale. Allowed are: 1-5, 1-10, 0-10, yes-no"),
        ({"constants": {**CONSTANTS, "n": "many"}}, "'many' cannot be n"),
        ({"constants": {**CONSTANTS, "servce": "x"}}, r"'servce' is no column of answers. Did you mean 'service'\?"),
        ({"columns": {**COLUMNS, "value": ["a", "b"]}}, "only source_id may be made of several"),
        ({"columns": {**COLUMNS, "value": {"column": "a", "map": {"x": "good"}}}}, "map: 'good' cannot be value"),
        ({"columns": {**COLUMNS, "answered_on": {"column": "a", "format": "dd-mm-yyyy"}}}, "Write it as '%d-%m-%Y'"),
        ({"columns": {**COLUMNS, "value": {"column": "a", "format": "%d"}}}, "'value' is not a day"),
        ({"segments": {"a=b": "x"}}, "segment 'a=b' may not contain = or ;"),
        ({"separator": "||"}, "separator is one character"),
        ({"timezone": "Mars"}, "'Mars' is no time zone"),
        ({"colums": {}}, "Unexpected keyword argument"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(tmp_path, changed, sentence):
    with pytest.raises(ValidationError, match=sentence):
        files(tmp_path, **changed)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(ValidationError) as raised:
        files(tmp_path, columns={"chanel": "x"}, timezone="Mars")
    assert all(word in str(raised.value) for word in ("chanel", "source_id", "Mars"))


EXAMPLES = {
    "source_id": "a",
    "service": "passports",
    "item": "satisfaction",
    "value": "5",
    "scale": "1-5",
    "event": "contact",
    "project": "passports",
    "amount": "1.00",
    "percent": "87",
}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_columns_a_source_must_give_are_those_without_which_no_row_is_accepted(tmp_path, latest, kind):
    row = {name: EXAMPLES.get(name, "2024-01-31") for name in NEEDED[kind]}
    (tmp_path / "all.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    columns = {name: name for name in row}
    frame = one(files(tmp_path, "all.csv", record=kind, columns=columns, constants={})).frames[kind]
    assert check(frame, kind, latest=latest).accepted.height == 1
    for name in row:
        without = frame.with_columns(pl.lit(None, dtype=SCHEMAS[kind][name]).alias(name))
        assert check(without, kind, latest=latest).rejected["reason"].to_list() == [Reason.MISSING]
