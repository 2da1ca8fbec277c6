"""Asking Matomo: questions with the token in the body, and what its errors come to."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.connector import SourceChangedError, SourceError, SourceRefusedError, SourceUnavailableError
from connectors.objects import text_of
from connectors.web.client import Answer, Web
from connectors.web.secret import Secret

Question = Mapping[str, str | int]

_FORM = "application/x-www-form-urlencoded"
_SHOWN = 200
_OFFSET = re.compile(r"^UTC([+-]\d{1,2}(?:\.\d{1,2})?)$")
_NOT_LET_IN = re.compile(r"requires .*access|authenticat|token_auth|permission", re.IGNORECASE)
_PASSES = re.compile(r"sql|database|memory|execution time|timed? ?out|gone away|lock|archiving", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What Matomo says of a site: the time zone that its days are of, and when it was made."""

    zone_name: str
    zone: tzinfo
    created: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Puts questions about one site.

    Everything but the token stands in the address, as in Matomo's own examples; the token goes in the body, where no
    log keeps it and where tokens that are for secure requests only are taken.
    """

    web: Web
    secret: Secret
    site: int

    def site_told(self) -> Site:
        """Return what Matomo says of the site."""
        answer = self._answer({"method": "SitesManager.getSiteFromId", "idSite": self.site}, f"site {self.site}")
        told = answer.data[0] if isinstance(answer.data, list) and answer.data else answer.data
        name = text_of(told.get("timezone")) if isinstance(told, dict) else None
        if not isinstance(told, dict) or not name:
            raise SourceChangedError(answer.where, "it tells no time zone of the site. Check `site` and `url`.")
        return Site(
            zone_name=name, zone=_zone(name, answer.where), created=(text_of(told.get("ts_created")) or "")[:10]
        )

    def goals(self) -> Sequence[int]:
        """Return the numbers of the goals of the site."""
        answer = self._answer({"method": "Goals.getGoals", "idSite": self.site}, f"goals of site {self.site}")
        listed = answer.data.values() if isinstance(answer.data, dict) else answer.data
        found = [text_of(one.get("idgoal")) or "" for one in listed if isinstance(one, dict)]
        return [int(goal) for goal in found if goal.isdecimal()]

    def together(self, questions: Sequence[Question], told: str) -> Answer:
        """Put several questions at once; the answers come in their order, and each of them can be an error."""
        asked = {f"urls[{place}]": urlencode({"idSite": self.site, **one}) for place, one in enumerate(questions)}
        answer = self._answer({"method": "API.getBulkRequest", **asked}, told)
        if not isinstance(answer.data, list) or len(answer.data) != len(questions):
            sentence = f"it did not answer all of {len(questions)} questions. Check `url`, and the version of Matomo."
            raise SourceChangedError(answer.where, sentence)
        for one in answer.data:
            self._refuse_error(answer.where, one)
        return answer

    def _answer(self, query: Question, told: str) -> Answer:
        # In another language the rest row and the messages would bear other names.
        whole = {"module": "API", "format": "json", "language": "en", "format_metrics": 0, **query}
        body = urlencode({"token_auth": self.secret.told()}).encode()
        answer = self.web.post(f"index.php?{urlencode(whole)}", body, content_type=_FORM, told=told)
        self._refuse_error(answer.where, answer.data)
        return answer

    def _refuse_error(self, where: str, data: object) -> None:
        """Raise what an error comes to that was sent as if all were well."""
        if not isinstance(data, dict) or data.get("result") != "error":
            return
        said = self._said(data.get("message"))
        raise _error_of(where, said)

    def _said(self, message: object) -> str:
        plain = _TAG.sub(" ", html.unescape(text_of(message) or "")).replace(self.secret.told(), "…")
        return " ".join(plain.split())[:_SHOWN]


def now() -> datetime:
    """Return this moment."""
    return datetime.now(tz=UTC)


def stretches(first: date, last: date, days: int) -> Iterator[tuple[date, date]]:
    """Yield the days from first to last in stretches of so many days."""
    while first <= last:
        end = min(last, first + timedelta(days=days - 1))
        yield first, end
        first = end + timedelta(days=1)


def days_of(first: date, last: date) -> Sequence[str]:
    """Return every day from first to last as Matomo writes them."""
    return [(first + timedelta(days=ahead)).isoformat() for ahead in range((last - first).days + 1)]


def _error_of(where: str, said: str) -> SourceError:
    if _NOT_LET_IN.search(said):
        sentence = f"we are not let in ('{said}'). Renew the token, or give its user view access to this site."
        return SourceRefusedError(where, sentence)
    if _PASSES.search(said):
        return SourceUnavailableError(where, f"it could not answer ('{said}'). Try again later, or ask who runs it.")
    return SourceChangedError(
        where, f"it answered '{said}'. Check `site`, `url` and the other settings of this source."
    )


def _zone(name: str, where: str) -> tzinfo:
    offset = _OFFSET.match(name)
    if offset:
        return timezone(timedelta(hours=float(offset[1])))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = f"the time zone of the site is '{name[:40]}', which we do not know. Choose another in Matomo."
        raise SourceChangedError(where, sentence) from None
