"""Sources made of files, for tests: one fact varies, the rest stands here."""

from __future__ import annotations

from pydantic import TypeAdapter

from connectors.files import Files
from metrics.records import Kind
from tests.connectors.contract import read

COLUMNS = {"source_id": "id", "answered_on": "day", "value": "score"}
CONSTANTS = {"service": "passports", "item": "satisfaction", "scale": "1-5"}
FILES = TypeAdapter(Files)


def files(folder, path="answers.csv", **changed) -> Files:
    given = {"record": "answers", "columns": COLUMNS, "constants": CONSTANTS, **changed}
    return FILES.validate_python({"folder": folder, "timezone": "Europe/Amsterdam", "path": path, **given})


def one(connector: Files):
    (batch,) = read(connector)
    return batch


def answers(folder, text, **changed):
    (folder / "answers.csv").write_bytes(text.encode())
    return one(files(folder, **changed))


def rejections(batch):
    return batch.rejected.select("line", "column", "reason", "found", "allowed").rows()


def days_read(folder, *cells, **rule):
    """Write each cell as a day of its own row, and return the days read and the lines rejected."""
    text = "id;day;score\n" + "".join(f"{number};{cell};5\n" for number, cell in enumerate(cells))
    columns = {**COLUMNS, "answered_on": {"column": "day", **rule}} if rule else COLUMNS
    batch = answers(folder, text, columns=columns)
    return batch.frames[Kind.ANSWERS]["answered_on"].to_list(), [line for line, *_ in rejections(batch)]


def amounts_read(folder, *cells, name="spending.csv", **changed):
    text = "id;day;amount\n" + "".join(f"{number};2024-01-31;{cell}\n" for number, cell in enumerate(cells))
    (folder / name).write_text(text)
    batch = one(spending(folder, name, **changed))
    return batch.frames[Kind.SPENDING]["amount"].to_list(), rejections(batch)


def spending(folder, name, **changed):
    columns = {"source_id": "id", "booked_on": "day", "amount": "amount"}
    return files(folder, name, record="spending", columns=columns, constants={"project": "passports"}, **changed)
