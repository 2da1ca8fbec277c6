"""Addresses: a place on this site, with the query that holds its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

LANGUAGES = ("nl", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A path on this site and its query; empty values are left out."""

    path: str
    query: Mapping[str, str]

    @property
    def language(self) -> str:
        """The language of the page: Dutch unless the query asks for another that we speak."""
        asked = self.query.get("lang", "")
        return asked if asked in LANGUAGES else LANGUAGES[0]

    @property
    def href(self) -> str:
        """The address as it stands in a link."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def in_language(self, language: str) -> Address:
        """Return this view in another language; Dutch needs no word in the query."""
        rest = {key: value for key, value in self.query.items() if key != "lang"}
        return Address(path=self.path, query=rest if language == LANGUAGES[0] else {**rest, "lang": language})


def address_of(path: str, search: str) -> Address:
    """Read a path and a query string, with or without its question mark; of a repeated name the last counts."""
    return Address(path=path or "/", query=dict(parse_qsl((search or "").removeprefix("?"))))


def local(href: str, language: str) -> str:
    """Return a link of this site that keeps the language; links elsewhere stay as they are."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path:
        return href
    kept = address_of(parts.path, parts.query).in_language(language).href
    return f"{kept}#{parts.fragment}" if parts.fragment else kept
