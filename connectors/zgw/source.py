"""The source: what is asked of a ZGW system in a run, in which order, and where a run can go on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
from pydantic import ConfigDict

from connectors.connector import Batch, Page, Reads, SourceRefusedError, Start
from connectors.settings import value_problems, zone_problems
from connectors.web.access import Signed
from connectors.web.client import Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret
from connectors.zgw.cases import Meanings, batch_of
from connectors.zgw.catalogue import Catalogue, catalogue_notices, kept_of, uuid_of
from connectors.zgw.lists import Leaf, Listing, Query, explained, leaves
from metrics.notices import Notice
from metrics.records import LONGEST_LABEL, Kind

_END = "end"
_MOST_ON_A_PAGE = 1000
_USUAL_PAGE = 500
"""The most that Open Zaak gives; a system that gives fewer says so by what it gives."""


@dataclass(slots=True)
class _Seen:
    """What a run has seen so far: each case by its uuid with its content, as numbers; their types; what was told."""

    cases: dict[int, int] = field(default_factory=dict)
    types: set[str | None] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def again(self, rows: Sequence[object]) -> list[int]:
        """Return the lines of the rows that were there before and say the same still."""
        return [line for line, row in enumerate(rows, 1) if isinstance(row, dict) and not self._is_new(row)]

    def _is_new(self, row: Mapping[str, Any]) -> bool:
        self.types.add(uuid_of(row.get("zaaktype")))
        case, content = _number(row.get("uuid")), _number(row)
        new = self.cases.get(case) != content
        self.cases[case] = content
        return new


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What a run goes by: the way to the source, its catalogue, that as pages carry it, and whether it reads all."""

    web: Web
    catalogue: Catalogue
    kept: bytes
    whole: bool
    seen: _Seen = field(default_factory=_Seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zgw:
    """The settings of a source that speaks the Zaken API and the Catalogi API of the ZGW standard.

    `url` is the root of the server; `zaken` and `catalogi` are the paths of both APIs below it. `services` says
    for the identificatie of a zaaktype which service it is; cases of other zaaktypen are left out and told.
    `channels` translates a communicatiekanaal, by its address or its uuid. `outcomes` translates results, by the
    omschrijvingGeneriek or the omschrijving of the resultaattype: what it does not name is a decision. Without it no
    outcome is asked for.

    `page_size` is how many cases we ask for at a time; None leaves it to the source. `overlap_days` is how far before
    the last run we go back for cases that were closed or registered with a day in the past. `expected_at_least` is
    how many cases the source must show: an application with few rights sees fewer, without any error.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.CHANGES

    timezone: str
    secret: Secret
    url: str
    client_id: str
    services: Mapping[str, str]
    limits: Limits = field(default_factory=Limits)
    zaken: str = "zaken/api/v1"
    catalogi: str = "catalogi/api/v1"
    channels: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    part_cases: bool = False
    page_size: int | None = _USUAL_PAGE
    overlap_days: int = 30
    expected_at_least: int | None = None

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = [*zone_problems(self.timezone), *self._address_problems(), *self._value_problems()]
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield the pages of all cases, or of those that can have changed since `start.since`.

        No ZGW system can say what changed. With `since` we ask for all open cases (so for reopened ones too), then
        for those closed and those registered of late. A case that closes or reopens long before is read by a whole
        run, and so is one that was destroyed.
        """
        if start.after == _END:
            return
        try:
            yield from self._pages(start)
        except SourceRefusedError as refused:
            raise explained(refused) from refused

    def parse(self, page: Page) -> Batch:
        """Turn a page into cases; see `connectors.zgw.cases`."""
        meanings = Meanings(
            services=self.services,
            zone=self.timezone,
            channels=self.channels,
            outcomes=self.outcomes,
            part_cases=self.part_cases,
        )
        return batch_of(page, meanings)

    def _pages(self, start: Start) -> Iterator[Page]:
        lists = self._lists(start)
        at_list, _, query = (start.after or "").partition("|")
        names = list(lists)
        first = names.index(at_list) if at_list in names else 0
        run = self._run(start)
        opening = [*catalogue_notices(run.catalogue, self.services, self.outcomes), *self._fewer(run.web)]
        ways = 0
        for place, name in enumerate(names[first:], first):
            following = names[place + 1] if place + 1 < len(names) else None
            listing = replace(lists[name], ways=lists[name].ways[-ways:])
            for leaf in leaves(run.web, listing, after=query if place == first and at_list == name else None):
                ways = leaf.ways_left or ways
                again = run.seen.again(leaf.rows)
                last = following is None and leaf.next is None
                notices = [*opening, *self._of_the_answer(run, leaf), *(self._closing(run, leaf) if last else ())]
                body = _around(run.kept, leaf.answer.body, again=again, notices=notices)
                yield Page(name=leaf.name, body=body, resume=_resume(name, leaf.next, following))
                opening = []

    def _run(self, start: Start) -> _Run:
        web = self._web()
        kept = self._catalogue(web)
        whole = start.since is None and not start.after
        return _Run(web=web, catalogue=Catalogue.of(kept), kept=orjson.dumps(kept), whole=whole)

    def _lists(self, start: Start) -> Mapping[str, Listing]:
        """Return the lists of a run by the names that a resume knows them by."""
        if start.since is None:
            return {"all": self._listing("zaken", {})}
        since = start.since.astimezone(ZoneInfo(self.timezone)).date()
        # The API knows "later than" and not "from": one day more.
        after = (since - timedelta(days=self.overlap_days + 1)).isoformat()
        return {
            "open": self._listing("zaken, open", {"einddatum__isnull": "true"}),
            "closed": self._listing(f"zaken, closed after {after}", {"einddatum__gt": after}),
            "registered": self._listing(f"zaken, registered after {after}", {"registratiedatum__gt": after}),
        }

    def _listing(self, told: str, query: Query) -> Listing:
        # The one order that does not shift when a case is added: the default is the newest first.
        asked = {**query, "ordering": "identificatie"}
        result: Query = {"expand": "resultaat"} if self.outcomes else {}
        size = self._size()
        ways = [{**asked, **size, **result}, {**asked, **result}, {**asked, **size}, asked]
        return Listing(path=f"{self.zaken}/zaken", told=told, ways=_without_repeats(ways))

    def _size(self) -> Query:
        return {} if self.page_size is None else {"pageSize": self.page_size}

    def _web(self) -> Web:
        claims = {
            "iss": self.client_id,
            "client_id": self.client_id,
            # Who reads, in the audit trail of the source: an application and no person.
            "user_id": "uitkomst",
            "user_representation": "Uitkomst",
        }
        return Web(
            origin=Origin.of(self.url),
            access=Signed(secret=self.secret, claims=claims),
            limits=self.limits,
            headers={"Accept-Crs": "EPSG:4326"},
        )

    def _catalogue(self, web: Web) -> Mapping[str, Any]:
        """Read the catalogue once a run: expanding it in every case is three to eight times slower."""
        try:
            types = self._catalogued(web, "zaaktypen")
            return kept_of(types, self._catalogued(web, "resultaattypen") if self.outcomes else [])
        except SourceRefusedError as refused:
            sentence = (
                f"{refused.sentence} Without the scope catalogi.lezen the source shows cases but neither the names of "
                "their zaaktypen nor their norms, so that no case can be counted."
            )
            raise SourceRefusedError(refused.where, sentence, status=refused.status, code=refused.code) from refused

    def _catalogued(self, web: Web, name: str) -> list[object]:
        asked = {"status": "alles"}
        listing = Listing(
            path=f"{self.catalogi}/{name}",
            told=name,
            ways=_without_repeats([{**asked, **self._size()}, asked]),
        )
        return [row for leaf in leaves(web, listing) for row in leaf.rows]

    def _fewer(self, web: Web) -> Iterator[Notice]:
        if self.expected_at_least is None:
            return
        count = next(leaves(web, self._listing("zaken, how many", {}))).count
        if count is not None and count < self.expected_at_least:
            particulars = {"expected": self.expected_at_least, "found": count}
            yield Notice(code="fewer_than_expected", particulars=particulars)

    def _of_the_answer(self, run: _Run, leaf: Leaf) -> Iterator[Notice]:
        """Yield once a run how the source answers in another way than it was asked."""
        size = self.page_size or 0
        found: Sequence[tuple[str, bool, Mapping[str, int]]] = (
            ("outcomes_not_told", bool(self.outcomes) and "expand" not in leaf.query, {}),
            (
                "page_size_cut",
                leaf.next is not None and len(leaf.rows) < size,
                {"asked": size, "given": len(leaf.rows)},
            ),
        )
        for code, holds, particulars in found:
            if holds and code not in run.seen.told:
                run.seen.told.add(code)
                yield Notice(code=code, particulars=particulars)

    def _closing(self, run: _Run, leaf: Leaf) -> Iterator[Notice]:
        """Yield what only a run that read everything can tell: cases that it did not see."""
        if not run.whole:
            return
        if leaf.count is not None:
            particulars = {"expected": leaf.count, "found": len(run.seen.cases)}
            yield Notice(code="rows_expected", particulars=particulars)
        known = {one.name for one in run.catalogue.types.values()}
        seen = {one.name for uuid, one in run.catalogue.types.items() if uuid in run.seen.types}
        for name in self.services:
            if name in known - seen:
                yield Notice(code="zaaktype_without_cases", particulars={"zaaktype": name})

    def _address_problems(self) -> Iterator[str]:
        yield from address_problems(self.url)
        for name, path in (("zaken", self.zaken), ("catalogi", self.catalogi)):
            if not path.strip("/") or set(path) & set("?#:\\ ") or ".." in path:
                yield f"{name} is the path of that API below url, such as '{name}/api/v1', not '{path}'."
        if not self.client_id.strip():
            yield "client_id is the name of our application at the source: give it."

    def _value_problems(self) -> Iterator[str]:
        if not self.services:
            yield "services says which zaaktype is which service: give at least one, as 'ZT-PARK' = 'parking'."
        for outcome in self.outcomes.values():
            yield from value_problems(Kind.CASES, "outcome", outcome, where="outcomes")
        for value in (*self.services.values(), *self.channels.values()):
            if not value.strip() or len(value) > LONGEST_LABEL:
                yield f"a service or a channel has a name of 1 to {LONGEST_LABEL} characters, not '{value}'."
        yield from self._number_problems()

    def _number_problems(self) -> Iterator[str]:
        if self.page_size is not None and not 1 <= self.page_size <= _MOST_ON_A_PAGE:
            yield f"page_size is 1 to {_MOST_ON_A_PAGE}, not {self.page_size}."
        if self.overlap_days < 0:
            yield f"overlap_days is 0 or more, not {self.overlap_days}."
        if self.expected_at_least is not None and self.expected_at_least < 1:
            yield f"expected_at_least is 1 or more, not {self.expected_at_least}."


def _around(catalogue: bytes, page: bytes, *, again: Sequence[int], notices: Sequence[Notice]) -> bytes:
    """Put what `parse` needs around a page, which stays as it came."""
    told = [{"code": one.code, "particulars": one.particulars} for one in notices]
    rest = orjson.dumps({"again": again, "notices": told})
    return b'{"catalogue":' + catalogue + b"," + rest[1:-1] + b',"page":' + page + b"}"


def _resume(name: str, following_query: str | None, following: str | None) -> str:
    if following_query is not None:
        return f"{name}|{following_query}"
    return _END if following is None else f"{following}|"


def _without_repeats(ways: Sequence[Query]) -> list[Query]:
    return [way for place, way in enumerate(ways) if way not in ways[:place]]


def _number(value: object) -> int:
    written = orjson.dumps(value)
    return int.from_bytes(hashlib.blake2b(written, digest_size=8).digest(), "big")
