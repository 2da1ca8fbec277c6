"""Files: what CSV and XLSX do to rows and lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from connectors.connector import Page, SourceChangedError
from metrics.records import Kind, Reason
from tests.connectors.sources import (
    COLUMNS,
    answers,
    files,
    one,
    rejections,
    spending,
)
from tests.connectors.workbooks import Day, Fault, write_workbook

# --- delimited text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_separators_line_ends_and_a_byte_order_mark_are_found_out(tmp_path, separator, end, start):
    lines = ["id,day,score", "a,2024-01-31,5", "", "b,2024-02-01,4"]
    batch = answers(tmp_path, start + end.join(lines).replace(",", separator))
    frame = batch.frames[Kind.ANSWERS]
    assert frame.select("source_id", "value", "line").rows() == [("a", 5, 2), ("b", 4, 4)]


def test_a_quoted_line_end_does_not_shift_the_lines_after_it(tmp_path):
    text = (
        "id,remark,day,score\n"
        'a,"one\ntwo\nthree",2024-01-31,5\n'
        'b,"say ""hi"", please",2024-01-31,x\n'
        'c,"four\nfive",2024-01-31,4\n'
        "d,,2024-01-31,3\n"
    )
    batch = answers(tmp_path, text)
    assert batch.frames[Kind.ANSWERS].select("source_id", "line").rows() == [("a", 2), ("c", 6), ("d", 8)]
    assert [line for line, *_ in rejections(batch)] == [5]


def test_rows_with_too_few_or_too_many_fields_are_set_aside_and_the_rest_is_read(tmp_path):
    batch = answers(tmp_path, "id,day,score\na,2024-01-31,5\nb,2024-01-31\nc,2024-01-31,4,extra\nd,2024-01-31,3\n")
    assert batch.frames[Kind.ANSWERS].select("source_id", "line").rows() == [("a", 2), ("d", 5)]
    assert rejections(batch) == [
        (3, None, Reason.UNREADABLE_ROW, "2", "3"),
        (4, None, Reason.UNREADABLE_ROW, "4", "3"),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path):
    batch = answers(tmp_path, 'id,day,score\n"a,2024-01-31,5\nb,2024-01-31,4\n"c",2024-01-31,3\nd"x,2024-01-31,2\n')
    assert batch.frames[Kind.ANSWERS].select("source_id", "line").rows() == [("b", 3), ("c", 4)]
    assert [(line, reason) for line, _, reason, *_ in rejections(batch)] == [
        (2, Reason.UNREADABLE_ROW),
        (5, Reason.UNREADABLE_ROW),
    ]


def test_lines_of_separators_alone_are_no_rows(tmp_path):
    batch = answers(tmp_path, "id;day;score\na;2024-01-31;5\n;;\n")
    assert batch.frames[Kind.ANSWERS].height == 1
    assert batch.rejected.is_empty()


def test_windows_1252_is_read_where_it_is_set(tmp_path):
    text = "id,day,score,wijk\na,2024-01-31,5,Oud-Zuid – café\n"
    (tmp_path / "answers.csv").write_bytes(text.encode("cp1252"))
    frame = one(files(tmp_path, encoding="windows-1252", segments={"district": "wijk"})).frames[Kind.ANSWERS]
    assert frame["segments"].to_list() == ["district=Oud-Zuid – café"]


def test_text_in_another_encoding_is_told_with_its_line(tmp_path):
    (tmp_path / "answers.csv").write_bytes("id,day,score\na,2024-01-31,5\né,2024-01-31,5\n".encode("cp1252"))
    with pytest.raises(SourceChangedError, match=r"line 3 is not utf-8 text\. Set encoding = 'windows-1252'"):
        one(files(tmp_path))


def test_a_header_in_quotes_behind_a_byte_order_mark_is_read(tmp_path):
    text = '\ufeff"id";"day";"score"\n"a";"2024-01-31";"5"\n'
    assert answers(tmp_path, text).frames[Kind.ANSWERS]["source_id"].to_list() == ["a"]


def test_a_header_that_is_no_text_names_no_column(tmp_path):
    (tmp_path / "answers.csv").write_bytes(b"id,day\rscore,\n")
    with pytest.raises(SourceChangedError, match="no column 'day'"):
        one(files(tmp_path))


def test_a_page_may_be_bytes(tmp_path):
    page = Page(name="answers.csv", body=b"id,day,score\na,2024-01-31,5\n")
    assert files(tmp_path).parse(page).frames[Kind.ANSWERS]["value"].to_list() == [5]


# --- workbooks ----------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_read_as_they_are_typed(tmp_path):
    # 45322 is 31 January 2024; 45322.5 is noon on that day.
    rows = [["id", "day", "score"], ["a", Day(45322), 5], ["b", Day(45322.5), 4.0], ["c", "2024-01-31", "3"]]
    write_workbook(tmp_path / "answers.xlsx", rows)
    frame = one(files(tmp_path, "answers.xlsx")).frames[Kind.ANSWERS]
    assert frame.select("answered_on", "value", "line").rows() == [
        (date(2024, 1, 31), 5, 2),
        (date(2024, 1, 31), 4, 3),
        (date(2024, 1, 31), 3, 4),
    ]


def test_empty_rows_of_a_workbook_do_not_shift_the_lines(tmp_path):
    rows = [["id", "day", "score"], ["a", Day(45322), 5], [None] * 3, ["b", "ooit", 4]]
    write_workbook(tmp_path / "answers.xlsx", rows, first_row=3)
    batch = one(files(tmp_path, "answers.xlsx"))
    assert batch.frames[Kind.ANSWERS]["line"].to_list() == [4]
    assert [line for line, *_ in rejections(batch)] == [6]


def test_a_cell_with_an_error_sets_its_row_aside_rather_than_seem_empty(tmp_path):
    rows = [["id", "day", "end"], ["a", Day(45322), Fault("#N/A")], ["b", Day(45322), None]]
    write_workbook(tmp_path / "cases.xlsx", rows)
    columns = {"source_id": "id", "received_on": "day", "decided_on": "end"}
    batch = one(files(tmp_path, "cases.xlsx", record="cases", columns=columns, constants={"service": "permits"}))
    assert batch.frames[Kind.CASES].select("source_id", "decided_on").rows() == [("b", None)]
    assert rejections(batch) == [(2, None, Reason.UNREADABLE_ROW, "#NA", None)]


def test_a_date_cell_is_understood_beside_the_format_of_written_days(tmp_path):
    write_workbook(tmp_path / "answers.xlsx", [["id", "day", "score"], ["a", Day(45322), 5], ["b", "01-02-2024", 5]])
    columns = {**COLUMNS, "answered_on": {"column": "day", "format": "%d-%m-%Y"}}
    frame = one(files(tmp_path, "answers.xlsx", columns=columns)).frames[Kind.ANSWERS]
    assert frame["answered_on"].to_list() == [date(2024, 1, 31), date(2024, 2, 1)]


def test_an_amount_in_a_workbook_is_read_by_its_point_whatever_the_mark_of_texts(tmp_path):
    rows = [["id", "day", "amount"], ["a", Day(45322), 1234.56], ["b", Day(45322), "12,50"], ["c", Day(45322), "1.234"]]
    write_workbook(tmp_path / "spending.xlsx", rows)
    batch = one(spending(tmp_path, "spending.xlsx", decimal=","))
    assert batch.frames[Kind.SPENDING]["amount"].to_list() == [Decimal("1234.56"), Decimal("12.50")]
    # Twelve hundred or one and a bit: nobody can tell, so it is rejected.
    assert [line for line, *_ in rejections(batch)] == [4]


def test_a_sheet_is_found_by_its_name(tmp_path):
    write_workbook(tmp_path / "answers.xlsx", [["id", "day", "score"], ["a", Day(45322), 5]], sheet="Antwoorden")
    assert one(files(tmp_path, "answers.xlsx", sheet="Antwoorden")).frames[Kind.ANSWERS].height == 1
    with pytest.raises(SourceChangedError, match=r"no sheet 'Antworden'. Did you mean 'Antwoorden'\?"):
        one(files(tmp_path, "answers.xlsx", sheet="Antworden"))
