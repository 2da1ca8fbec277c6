"""What an installation of Signalen is set up with: what our account may see, its categories, norms and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from connectors.connector import SourceChangedError, SourceRefusedError
from connectors.objects import at, digest
from connectors.signalen.listing import all_of
from connectors.web.client import Web
from metrics.notices import Notice

_NAMES = pl.Schema(dict.fromkeys(("main_name", "sub_name", "main", "sub"), pl.String()))
_SERVER_ERROR = 500
_PARENT = ("_links", "sia:parent", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """`names` are the categories by name and by slug, `norms` a digest of the norm of each by `main/sub`."""

    rights: frozenset[str]
    names: pl.DataFrame
    norms: Mapping[str, str]
    sources: tuple[str, ...]
    everything: bool = False

    def notices(self, services: Mapping[str, str]) -> Iterator[Notice]:
        """Yield what is odd about the rights of our account, and about our settings beside these categories."""
        if not self.everything and "sia_can_view_all_categories" not in self.rights:
            yield Notice(code="signalen_sees_part")
        if self.everything or "sia_can_view_contact_details" in self.rights:
            yield Notice(code="signalen_sees_contact_details")
        known = {*self.norms, *self.names["main"]}
        yield from (
            Notice(code="signalen_category_unknown", particulars={"category": name})
            for name in services
            if name not in known
        )

    def norms_of(self, services: Mapping[str, str]) -> Mapping[str, str]:
        """Return the norms of the categories that are among our services."""
        ours = (name for name in self.norms if name in services or name.partition("/")[0] in services)
        return {f"norm {name}": self.norms[name] for name in ours}


def organisation(web: Web) -> Organisation:
    """Ask for it. The first answer also shows whether our token is taken."""
    me = _me(web)
    roles = me.get("roles")
    granted = [me.get("permissions"), *(one.get("permissions") for one in _objects(roles))]
    categories = list(all_of(web, "private/categories/", told="categories"))
    sources = all_of(web, "private/sources/", told="sources")
    return Organisation(
        rights=frozenset(str(one.get("codename")) for listed in granted for one in _objects(listed)),
        everything=me.get("is_superuser") is True,
        names=_names(categories),
        norms={f"{main}/{one.get('slug')}": digest([one.get("sla")]) for main, one in _subs(categories)},
        sources=tuple(str(one.get("name")) for one in sources),
    )


def _me(web: Web) -> Mapping[str, Any]:
    # Signalen has no 401 for a token that it cannot read: it breaks, and would break again.
    first = replace(web, permanent=frozenset({_SERVER_ERROR}))
    try:
        answer = first.get("private/me/", told="our account")
    except SourceChangedError as error:
        if error.status != _SERVER_ERROR:
            raise
        sentence = (
            "it breaks on our first question (HTTP 500), as it does on a token that it cannot read. Check `token_url`, "
            "`client_id` and the secret of this source; where those are right, ask who runs Signalen."
        )
        raise SourceRefusedError(error.where, sentence, status=error.status) from error
    if not isinstance(answer.data, dict):
        raise SourceChangedError(answer.where, "this is no account. Check `url`: it ends in /signals/v1.")
    return answer.data


def _names(categories: list[Mapping[str, Any]]) -> pl.DataFrame:
    mains = {one.get("slug"): one.get("name") for one in categories if at(dict(one), _PARENT) is None}
    rows = [
        [str(value) for value in (mains[main], one.get("name"), main, one.get("slug"))]
        for main, one in _subs(categories)
        if main in mains
    ]
    return pl.DataFrame(rows, schema=_NAMES, orient="row").unique(["main_name", "sub_name"], keep="first")


def _subs(categories: list[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in categories:
        address = at(dict(one), _PARENT)
        if isinstance(address, str):
            yield address.rstrip("/").rpartition("/")[2], one


def _objects(listed: object) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
