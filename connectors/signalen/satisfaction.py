"""Whether reporters were satisfied: how many were asked, and the answered forms of the daily zip as pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
import polars as pl

from connectors.connector import SourceChangedError
from connectors.signalen.listing import NOT_SATISFIED, SATISFIED, Listing
from metrics.notices import Notice

_NOT_RECEIVED = "not_received"


def invitations(listing: Listing) -> Sequence[Notice]:
    """Tell how many reporters were asked and answered, by the last form of each melding.

    It is also the proof that Signalen filters by `feedback`: a filter that it does not know it passes over.
    """
    found = {value: listing.count(feedback=value) for value in (SATISFIED, NOT_SATISFIED, _NOT_RECEIVED)}
    asked, total = sum(found.values()), listing.count()
    if asked > total:
        sentence = (
            f"Signalen passes over the filter `feedback`: {asked:,} meldingen with a form, of {total:,} meldingen. "
            "Set `answers = false` for this source, and report it with the version of Signalen."
        )
        raise SourceChangedError(listing.web.origin.host, sentence)
    answered = asked - found[_NOT_RECEIVED]
    return [Notice(code="signalen_invitations", particulars={"invited": asked, "answered": answered})]


def form_pages(forms: pl.DataFrame, names: pl.DataFrame, *, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of pages of answered forms, the names of their categories turned into slugs."""
    placed = forms.join(names, on=["main_name", "sub_name"], how="left", maintain_order="left")
    for start in range(0, placed.height, size):
        rows = placed.slice(start, size).drop("main_name", "sub_name").to_dicts()
        # What could not be read as a row is no object here either, so that it is told as that.
        raw = orjson.dumps([one if any(value is not None for value in one.values()) else None for one in rows])
        yield f"private/csv, answered forms {start + 1} to {start + len(rows)}", raw
