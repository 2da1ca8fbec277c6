"""Fields that hold persons or their words by their very name, and are never read into a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_PERSONAL = frozenset(
    (
        *("email", "emailaddress", "mail", "phone", "phonenumber", "telephone", "telefoon", "telefoonnummer", "mobile"),
        *("bsn", "ssn", "firstname", "lastname", "surname", "fullname", "voornaam", "achternaam", "geslachtsnaam"),
        *("address", "adres", "street", "straat", "straatnaam", "birthdate", "dateofbirth", "geboortedatum"),
        *("ip", "ipaddress", "ipaddr", "useragent", "description", "omschrijving", "comment", "comments", "notes"),
        *("opmerking", "opmerkingen", "toelichting", "message", "remarks", "freetext"),
    ),
)
_WORD = re.compile(r"[^\W_]+(?:[_-][^\W_]+)*")


def personal_problems(paths: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each path to a label that goes by the name of a person or of what a person wrote."""
    for setting, path in paths.items():
        found = [name for name in _WORD.findall(path) if re.sub("[_-]", "", name.casefold()) in _PERSONAL]
        if found:
            yield (
                f"{setting}: '{found[0]}' holds persons or their words, and none of that is kept. "
                "Leave it out, or give a `map` of the values that may be read."
            )
