"""XES event logs, read case by case so that memory stays flat however long the log is."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, cast

from lxml import etree

from connectors.connector import Page, SourceChangedError
from connectors.local import opened

_ASK_AGAIN = "Nothing of it was used. Ask for the file again, or export it again."
_HIGHEST_LINE = 65535
_CASES = "trace"
_EVENTS = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A case: its attributes, those of its events in the order of the log, and the line it begins on.

    A value equal to the log's default for that attribute (`<global>`) is left out: it says that nobody knew.
    """

    attributes: Mapping[str, str]
    events: tuple[Mapping[str, str], ...]
    line: int


def is_xes(name: str) -> bool:
    """Whether a file is an XES log by the end of its name."""
    return name.lower().endswith((".xes", ".xes.gz"))


def traces(page: Page, *, with_events: bool, of_events: Collection[str] | None = None) -> Iterator[Trace]:
    """Yield the cases of a log, with their events when asked for, since most of a log is events.

    `of_events` names the attributes of events that are read; None is all.

    Raises SourceChangedError when the log breaks off, after the cases before the break.
    """
    line = 1
    try:
        with opened(page) as raw, _unpacked(raw, page.name) as stream:
            for trace in _traces(stream, page.name, with_events=with_events, of_events=of_events):
                line = trace.line
                yield trace
    except etree.XMLSyntaxError as error:
        sentence = f"line {error.lineno or 1} is not XML ({' '.join(error.msg.split())}). {_ASK_AGAIN}"
        raise SourceChangedError(page.name, sentence) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        sentence = f"the compressed file is damaged or cut off, after the case on line {line}. {_ASK_AGAIN}"
        raise SourceChangedError(page.name, sentence) from error


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if name.lower().endswith(".gz") else raw


def _traces(stream: IO[bytes], where: str, *, with_events: bool, of_events: Collection[str] | None) -> Iterator[Trace]:
    # No entities, no network, no huge trees: a log comes from elsewhere and is not trusted.
    elements = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=("{*}log", "{*}global", f"{{*}}{_CASES}"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    _require_log(next(elements, None), where)
    defaults: dict[str, Mapping[str, str]] = {_CASES: {}, _EVENTS: {}}
    for happened, element in elements:
        name = etree.QName(element).localname if happened == "end" else ""
        if name == "global":
            defaults[element.get("scope", "")] = _attributes(element, {}, None)
        elif name == _CASES:
            yield _trace(element, defaults, with_events=with_events, of_events=of_events)
            _forget(element)


def _require_log(first: tuple[str, etree._Element] | None, where: str) -> None:
    if first is None or first[1].getparent() is not None or etree.QName(first[1]).localname != "log":
        sentence = "this is not an XES event log: it does not begin with <log>. Check `path` of this source."
        raise SourceChangedError(where, sentence)
    if first[1].getroottree().docinfo.internalDTD is not None:
        sentence = f"the file declares a document type, which an event log has no use for. {_ASK_AGAIN}"
        raise SourceChangedError(where, sentence)


def _trace(
    element: etree._Element,
    defaults: Mapping[str, Mapping[str, str]],
    *,
    with_events: bool,
    of_events: Collection[str] | None,
) -> Trace:
    events = element.iterchildren(f"{{*}}{_EVENTS}") if with_events else ()
    return Trace(
        attributes=_attributes(element, defaults[_CASES], None),
        events=tuple(_attributes(event, defaults[_EVENTS], of_events) for event in events),
        line=_line(element),
    )


def _line(element: etree._Element) -> int:
    line = int(element.sourceline or 0)
    # libxml2 keeps no higher line in an element; beyond it, it tells where the text behind the tag ends.
    return line if line < _HIGHEST_LINE else line - (element.text or "").count("\n")


def _attributes(
    element: etree._Element, defaults: Mapping[str, str], wanted: Collection[str] | None
) -> Mapping[str, str]:
    return {
        key: value
        for child in element.iterchildren(tag=etree.Element)
        if (key := child.get("key")) is not None
        and (wanted is None or key in wanted)
        and (value := child.get("value")) is not None
        and value != defaults.get(key)
    }


def _forget(element: etree._Element) -> None:
    """Free a case that was read, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
