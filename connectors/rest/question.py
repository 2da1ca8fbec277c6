"""The question that a source is asked: fixed parameters, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

Parameter = str | int | bool | list[str]
"""The value of a parameter; a list sends the parameter more than once."""

SINCE, UNTIL = "{since}", "{until}"
_WORDS = ("iso", "seconds", "milliseconds")
_SECRET_NAMES = ("key", "api_key", "apikey", "token", "access_token", "auth", "password", "secret", "client_secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when until when is asked, as written for the source; `since` is empty where everything is asked."""

    since: str = ""
    until: str = ""


def written(moment: datetime, form: str, zone: str) -> str:
    """Write a moment for a source.

    `iso` is 2026-01-31T12:00:00Z, `seconds` and `milliseconds` count from 1970; any other is a strftime pattern, in
    the zone of the source, or in UTC where the pattern itself ends in Z.
    """
    if form in ("seconds", "milliseconds"):
        return str(int(moment.timestamp() * (1000 if form == "milliseconds" else 1)))
    pattern = "%Y-%m-%dT%H:%M:%SZ" if form == "iso" else form
    return moment.astimezone(UTC if pattern.endswith("Z") else ZoneInfo(zone)).strftime(pattern)


def filled(query: Mapping[str, Parameter], window: Window) -> list[tuple[str, str]]:
    """Return the parameters to send; one that asks since when is left out where everything is asked."""
    return list(_filled(query, window))


def encoded(parameters: Sequence[tuple[str, str]]) -> str:
    """Write parameters as they stand in an address."""
    return urlencode(parameters)


def query_problems(query: Mapping[str, Parameter], form: str) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with the parameters."""
    for name in query:
        if name.casefold().replace("-", "_") in _SECRET_NAMES:
            yield f"query: '{name}' looks like a secret. Addresses end up in logs: give the secret by `access`."
    if form not in _WORDS and "%" not in form:
        yield f"since_format '{form}' writes no moment. Give {', '.join(_WORDS)} or a pattern such as '%Y-%m-%d'."


def path_of_request_problems(setting: str, path: str) -> Iterator[str]:
    """Yield a sentence where the path of a request is more or less than a path."""
    if "?" in path or "#" in path:
        yield f"{setting}: leave out what follows the ? or #; it belongs in `query`."
    if "://" in path:
        yield f"{setting}: '{path.partition('?')[0]}' is a whole address. The host belongs in `url`."


def _filled(query: Mapping[str, Parameter], window: Window) -> Iterator[tuple[str, str]]:
    for name, given in query.items():
        for value in given if isinstance(given, list) else [given]:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if SINCE in text and not window.since:
                continue
            yield name, text.replace(SINCE, window.since).replace(UNTIL, window.until)
