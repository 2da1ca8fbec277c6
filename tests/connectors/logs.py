"""Event logs for tests: one fact varies, the rest stands here."""

from __future__ import annotations

from pydantic import TypeAdapter

from connectors.event_log import EventLog
from metrics.records import Kind
from tests.connectors.contract import read

LOGS = TypeAdapter(EventLog)
RECEIPT = {
    "service": "omgevingsvergunning",
    "received": "startdate",
    "decided": "enddate",
    "due": "deadline",
    "channel": "channel",
    "segments": {"department": "department"},
}


def log(folder, path, **changed) -> EventLog:
    given = {"service": "permits", "received": "start", "decided": "end", **changed}
    return LOGS.validate_python({"folder": folder, "timezone": "Europe/Amsterdam", "path": path, **given})


def one(connector: EventLog):
    (batch,) = read(connector)
    return batch


def cases(connector: EventLog):
    return one(connector).frames[Kind.CASES]


def receipt(public, name):
    return log(public / "coselog_receipt", name, **RECEIPT)


def attributes(values):
    return "".join(f'<string key="{key}" value="{value}"/>' for key, value in values.items())


def xes(*traces, head=""):
    """An XES log of traces, each on two lines: (case attributes, (activity, time), ...)."""
    written = "".join(
        f"<trace>\n{attributes(case)}"
        + "".join(
            f"<event>{attributes({'concept:name': what, 'time:timestamp': when})}</event>" for what, when in events
        )
        + "</trace>\n"
        for case, *events in traces
    )
    return f'<?xml version="1.0"?>\n<log xmlns="http://www.xes-standard.org/">\n{head}{written}</log>'


def xes_cases(folder, *traces, head="", **changed):
    (folder / "log.xes").write_text(xes(*traces, head=head))
    return one(log(folder, "log.xes", **changed))


def csv_cases(folder, text, **changed):
    (folder / "log.csv").write_text(text)
    return one(log(folder, "log.csv", **changed))


CASE = {"concept:name": "a", "start": "2024-01-31T10:00:00+01:00", "end": "2024-02-28T23:30:00Z"}

EVENTS = [
    ("send", "2024-03-05T10:00:00+01:00"),
    ("arrive", "2024-03-02T10:00:00+01:00"),
    ("arrive", "2024-03-01T23:30:00Z"),
    ("arrive", "2024-03-01T10:00:00+01:00"),
    ("send", "2024-03-31T22:30:00Z"),
]
