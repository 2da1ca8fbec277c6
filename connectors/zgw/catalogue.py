"""The catalogue of a ZGW system: case types with their norms, and the names of results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from connectors.objects import at, digest, text_of
from metrics.notices import Notice

_UUID = re.compile(r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/?\s*$", re.IGNORECASE)
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?:0+H)?(?:0+M)?(?:0+(?:\.0+)?S)?)?",
)
_UNITS = ("y", "mo", "w", "d")
_KEPT = ("identificatie", "catalogus", "doorlooptijd", "servicenorm", "beginGeldigheid", "concept")
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType:
    """One version of a case type. `norm` and `service_norm` are offsets of Polars (`2mo`), None where there is none."""

    name: str
    catalogue: str
    norms: tuple[str | None, str | None]
    begins: str
    concept: bool

    @property
    def norm(self) -> str | None:
        """The term by law, or None."""
        return _offset_or_none(self.norms[0])

    @property
    def service_norm(self) -> str | None:
        """The term that the organisation set itself, or None."""
        return _offset_or_none(self.norms[1])

    @property
    def service_norm_is_nothing(self) -> bool:
        """Tell whether the service norm is given as no time at all (P0D): a form saved too soon, and no norm."""
        given = (self.norms[1] or "").strip()
        return bool(given) and self.service_norm is None and not _unreadable(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Case types, and the names of a result (generic and own), each by the uuid of a version."""

    types: Mapping[str, CaseType]
    results: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: object) -> Catalogue:
        """Read what `kept_of` made."""
        types, results = at(kept, "types"), at(kept, "results")
        return cls(
            types={uuid: _case_type(one) for uuid, one in types.items()} if isinstance(types, dict) else {},
            results=results if isinstance(results, dict) else {},
        )

    def named(self, name: str) -> list[CaseType]:
        """The versions of a case type, oldest first."""
        found = [one for one in self.types.values() if one.name == name]
        return sorted(found, key=_by_age)


def kept_of(types: Iterable[object], results: Iterable[object]) -> Mapping[str, Any]:
    """Return what a page carries of the catalogue: names and norms, no texts and no persons."""
    return {
        "types": {uuid: {key: text_of(at(one, key)) for key in _KEPT} for uuid, one in _by_uuid(types)},
        "results": {
            uuid: [text_of(at(one, key)) or "" for key in ("omschrijvingGeneriek", "omschrijving")]
            for uuid, one in _by_uuid(results)
        },
    }


def uuid_of(url: object) -> str | None:
    """Return the uuid at the end of an address: the host before it is that by which the system was asked."""
    found = _UUID.search(url) if isinstance(url, str) else None
    return found.group(1).lower() if found else None


def offset(duration: str | None) -> str | None:
    """Return an ISO 8601 duration as an offset of Polars, None for one of nothing; ValueError where it is none."""
    if duration is None or not duration.strip():
        return None
    found = _DURATION.fullmatch(duration.strip())
    if found is None:
        message = f"'{duration}' is no duration of whole days"
        raise ValueError(message)
    parts = [(int(number), unit) for number, unit in zip(found.groups(), _UNITS, strict=True) if number]
    return "".join(f"{number}{unit}" for number, unit in parts if number) or None


def definitions(catalogue: Catalogue, names: Iterable[str]) -> Mapping[str, str]:
    """Return a digest of the norms of each case type, in the order of its versions; a version alike changes nothing."""
    found: dict[str, list[tuple[str | None, str | None]]] = {name: [] for name in names}
    for one in sorted(catalogue.types.values(), key=_by_age):
        if one.name in found and not one.concept:
            found[one.name].append(one.norms)
    return {name: digest([norms for norms, _ in groupby(listed)]) for name, listed in found.items() if listed}


def catalogue_notices(catalogue: Catalogue, names: Iterable[str], outcomes: Iterable[str]) -> Iterator[Notice]:
    """Yield what people must know of the catalogue before they trust the figures of these case types."""
    for name in names:
        versions = catalogue.named(name)
        yield from _told("zaaktype_not_found", name, [] if versions else [1])
        catalogues = {one.catalogue for one in versions}
        yield from _told("zaaktype_in_several_catalogues", name, sorted(catalogues)[1:])
        yield from _told("norm_unreadable", name, [norm for one in versions for norm in one.norms if _unreadable(norm)])
    known = {name for listed in catalogue.results.values() for name in listed}
    yield from (Notice(code="result_type_not_found", particulars={"name": one}) for one in outcomes if one not in known)


def _by_age(one: CaseType) -> tuple[str, str]:
    return one.catalogue, one.begins


def _told(code: str, name: str, found: Sequence[object]) -> Iterator[Notice]:
    if found:
        yield Notice(code=code, particulars={"zaaktype": name})


def _offset_or_none(norm: str | None) -> str | None:
    try:
        return offset(norm)
    except ValueError:
        return None


def _unreadable(norm: str | None) -> bool:
    try:
        offset(norm)
    except ValueError:
        return True
    return False


def _by_uuid(listed: Iterable[object]) -> Iterator[tuple[str, object]]:
    for one in listed:
        uuid = uuid_of(at(one, "url"))
        if uuid is not None:
            yield uuid, one


def _case_type(kept: object) -> CaseType:
    name, catalogue, term, service_term, begins, concept = (text_of(at(kept, key)) for key in _KEPT)
    return CaseType(
        name=(name or "")[:_LONGEST],
        catalogue=uuid_of(catalogue) or "",
        norms=(term, service_term),
        begins=begins or "",
        concept=concept == "true",
    )
