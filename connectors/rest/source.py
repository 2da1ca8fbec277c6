"""The connector of any JSON API: which question is asked, and what stands where in the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import ConfigDict, TypeAdapter, ValidationError

from connectors.connector import Batch, Page, Reads, Start
from connectors.objects import digest, loaded
from connectors.rest.columns import GivenPath, PathRule, Rows, as_given
from connectors.rest.entry import Entry
from connectors.rest.paging import Paging, Piece, Place
from connectors.rest.paths import path_problems
from connectors.rest.personal import personal_problems
from connectors.rest.question import Parameter, Window, path_of_request_problems, query_problems, written
from connectors.rest.walk import Walk, rows_of
from connectors.rest.wordings import Wordings, item_problems, worded_problems
from connectors.settings import column_problems, zone_problems
from connectors.web.client import Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret
from metrics.notices import Notice
from metrics.records import Kind

_OURS = ("authorization", "cookie", "proxy-authorization", "host", "content-length")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """Where a later run goes on: the same question (`of`), the same time, from `place`."""

    of: str
    place: Place
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The settings of a source that is a JSON API.

    What is asked: `path` below `url`, with the parameters of `query`. In a parameter `{since}` becomes the moment of
    the last whole run, less `overlap_days`, and `{until}` that of this run, both written as `since_format` says; where
    everything is asked `{since}` is `earliest`, and without that the parameter is left out.

    What comes: `rows` is the JMESPath to the list of rows, `expected` that to the number of rows there are in all.
    `columns`, `segments`, `constants`, `items`, `only` and `decimal` are those of `Files`, with a JMESPath into a row
    in the place of their column. `timezone_of_source` is the zone of moments that say no offset; the programme's
    unless it is given. `wordings` says where the words of the questions stand.

    The line of a record is the number of its row in the answer, counted from 1.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.CHANGES

    timezone: str
    secret: Secret
    url: str
    record: Kind
    path: str
    limits: Limits = field(default_factory=Limits)
    query: Mapping[str, Parameter] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    access: Entry = field(default_factory=Entry)
    paging: Paging = field(default_factory=Paging)
    since_format: str = "iso"
    overlap_days: int = 1
    earliest: date | None = None
    rows: str = "@"
    expected: str | None = None
    columns: Mapping[str, GivenPath] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str | int] = field(default_factory=dict)
    items: Mapping[str, str | PathRule] = field(default_factory=dict)
    only: Mapping[str, list[str]] = field(default_factory=dict)
    decimal: Literal[".", ","] = "."
    timezone_of_source: str | None = None
    wordings: Wordings | None = None

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = list(self._problems())
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield a page per request; with `start.after` the same question goes on from there."""
        web = self._web()
        token = self._token(start)
        wordings = self.wordings.asked(web) if self.wordings else {}
        walk = Walk(
            web=web,
            path=self.path,
            query=self.query,
            window=token.window,
            paging=self.paging,
            rows=self.rows,
            expected=self.expected,
        )
        for piece, then in walk.pieces(token.place):
            yield Page(
                name=walk.name(piece.place),
                body=_enveloped(piece, wordings=wordings, cut=walk.cut(piece), last=then is None),
                resume=_resume(token, then),
            )

    def parse(self, page: Page) -> Batch:
        """Turn the rows of one answer into records."""
        envelope: Mapping[str, Any] = loaded(page)
        rows = rows_of(envelope["answer"], self.rows, where=page.name)
        batch = self._rows().batch(rows, page.name, envelope["wordings"])
        told = [Notice(code=code, particulars=particulars) for code, particulars in envelope["told"].items()]
        return Batch(
            frames=batch.frames,
            rejected=batch.rejected,
            notices=(*batch.notices, *told),
            definitions=batch.definitions,
        )

    def _rows(self) -> Rows:
        return Rows(
            record=self.record,
            columns=self.columns,
            segments=self.segments,
            constants=self.constants,
            items=self.items,
            only=self.only,
            decimal=self.decimal,
            timezone=self.timezone,
            timezone_of_source=self._zone(),
        )

    def _zone(self) -> str:
        return self.timezone_of_source or self.timezone

    def _web(self) -> Web:
        return Web(
            origin=Origin.of(self.url),
            access=self.access.access(self.secret, self.limits),
            limits=self.limits,
            headers=self.headers,
        )

    def _token(self, start: Start) -> _Token:
        asked = digest([self.url, self.path, self.query, asdict(self.paging), self.rows, self.since_format])
        fresh = _Token(of=asked, place=Place(), window=self._window(start))
        if start.after is None:
            return fresh
        try:
            kept = TypeAdapter(_Token).validate_json(start.after)
        except ValidationError:
            return fresh
        # Another question than the interrupted run asked: its place means nothing here.
        return kept if kept.of == asked else fresh

    def _window(self, start: Start) -> Window:
        since = self._since(start)
        return Window(
            since=written(since, self.since_format, self._zone()) if since else "",
            until=written(datetime.now(tz=UTC), self.since_format, self._zone()),
        )

    def _since(self, start: Start) -> datetime | None:
        if start.since is not None:
            return start.since - timedelta(days=self.overlap_days)
        if self.earliest is not None:
            return datetime.combine(self.earliest, time(), ZoneInfo(self._zone()))
        return None

    def _problems(self) -> Iterator[str]:
        yield from column_problems(
            self.record,
            columns=as_given(self.columns),
            constants=self.constants,
            items=self.items,
            segments=self.segments,
        )
        for zone in dict.fromkeys((self.timezone, self._zone())):
            yield from zone_problems(zone)
        yield from address_problems(self.url)
        yield from self.access.problems()
        yield from self.paging.problems()
        yield from path_of_request_problems("path", self.path)
        yield from query_problems(self.query, self.since_format)
        yield from path_problems(self._paths())
        yield from personal_problems(self._rows().labels())
        yield from item_problems(self.wordings, self.items, self.constants.get("item"))
        yield from self._other_problems()

    def _paths(self) -> Mapping[str, str]:
        whole = {"rows": self.rows, **({"expected": self.expected} if self.expected is not None else {})}
        wordings = self.wordings.paths() if self.wordings else {}
        return {**whole, **self._rows().paths(), **self.paging.paths(), **wordings}

    def _other_problems(self) -> Iterator[str]:
        if self.overlap_days < 0:
            yield "overlap_days is 0 or more."
        for name in self.headers:
            if name.casefold() in _OURS:
                yield f"headers: '{name}' is not yours to set. Say who asks by `access`; a secret is in no file."
        if self.wordings:
            yield from path_of_request_problems("wordings.path", self.wordings.path)
            yield from worded_problems(self.record, {**self.columns, **self.constants})


def _enveloped(piece: Piece, *, wordings: Mapping[str, str], cut: Mapping[str, int], last: bool) -> bytes:
    told: dict[str, Mapping[str, int]] = {}
    if cut:
        told["rows_a_page_cut"] = cut
    if last and piece.expected is not None:
        told["rows_expected"] = {"expected": piece.expected, "found": piece.found}
    head = orjson.dumps({"wordings": wordings, "told": told})
    return head[:-1] + b',"answer":' + piece.answer.body + b"}"


def _resume(token: _Token, then: Place | None) -> str | None:
    if then is None:
        return None
    return orjson.dumps(_Token(of=token.of, place=then, window=token.window)).decode()
