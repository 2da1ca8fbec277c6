"""Open Zaak as it was recorded, quirks included: paging, filters, rights, tokens, and what it does not tell."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import jwt
from pydantic import TypeAdapter

from connectors.web.secret import Secret
from connectors.zgw import Zgw
from tests.connectors.serving import QUICK, Asked, Told

RECORDINGS = Path(__file__).parents[1] / "recordings" / "openzaak"
PASSWORD = "a secret of loopback, long enough for HS256"
INSIDE = "http://openzaak.inside:8000"
"""The host that the source calls itself by; nobody outside can reach it."""

SERVICES = {"ZT-PARK": "parking", "ZT-BEZW": "objections", "ZT-KLACHT": "complaints"}
CHANNELS = {
    "https://referentielijsten-api.vng.cloud/api/v1/communicatiekanalen/753616d8-ab9b-52e2-80cd-05f111fe38e7": "web",
    "65b6a71b-fd4f-52aa-9e54-7c9b5efc6323": "phone",
    "09A40C5E-8D54-5A05-B633-B8A17ABFAA0D": "desk",
    "836b19a0-0e90-5212-adea-fd103b445b32": "mail",
    "0c206b0c-9c1d-5478-b7a8-c3944fe306f5": "letter",
}
OUTCOMES = {"Ingetrokken": "withdrawn", "Afgebroken": "withdrawn"}

_FILTERS = {"einddatum__isnull", "einddatum__gt", "registratiedatum__gt", "ordering", "page"}
_RESULTS = {
    "ZT-PARK": {"Verleend": 28, "Geweigerd": 28, "Ingetrokken": 238},
    "ZT-KLACHT": {"Afgehandeld": 21, "Afgebroken": 119, "Ingetrokken": 10},
    "ZT-BEZW": {"Ongegrond": 8, "Niet ontvankelijk": 5, "Gegrond": 3, "Ingetrokken": 88},
}
_SETTINGS = TypeAdapter(Zgw)


@cache
def recorded(name: str) -> str:
    (path,) = RECORDINGS.glob(f"{name}-*.json")
    return path.read_text(encoding="utf-8")


def answer(name: str) -> Told:
    response = json.loads(recorded(name))["response"]
    return Told(response["body"], response["status"])


def recorded_cases() -> list[dict]:
    """All cases that were recorded, each time anew, so that a test may change them."""
    return [row for page in range(1, 8) for row in json.loads(recorded(f"0{page}"))["response"]["body"]["results"]]


def recorded_types() -> list[dict]:
    return json.loads(recorded("66"))["response"]["body"]["results"]


def ground_truth() -> dict:
    return json.loads((RECORDINGS / "ground-truth.json").read_text(encoding="utf-8"))


def result_types(types: list[dict]) -> list[dict]:
    """The result types: those of one case type as recorded, the others in its likeness."""
    own = {one["url"]: one for one in json.loads(recorded("71"))["response"]["body"]["results"]}
    like = next(iter(own.values()))
    made = []
    for one in types:
        names = list(_RESULTS.get(one["identificatie"], {"Verleend": 0}))
        for url, name in zip(one["resultaattypen"], names, strict=False):
            generic = "" if name == "Afgebroken" else name
            made.append(own.get(url, {**like, "url": url, "omschrijving": name, "omschrijvingGeneriek": generic}))
    return made


def _dealt(cases: list[dict], types: list[dict]) -> dict[str, str]:
    """The result type of each result, dealt out so that each name gets its number."""
    by_url = {one["url"]: one for one in types if one["identificatie"] in _RESULTS}
    urls = {one["url"]: one["omschrijving"] for one in result_types(types)}
    left = {kind: [name for name, number in of.items() for _ in range(number)] for kind, of in _RESULTS.items()}
    dealt = {}
    for case in cases:
        kind = by_url.get(case["zaaktype"])
        if case["resultaat"] is not None and kind is not None and left[kind["identificatie"]]:
            name = left[kind["identificatie"]].pop()
            dealt[case["resultaat"]] = next(url for url in kind["resultaattypen"] if urls[url] == name)
    return dealt


@dataclass
class OpenZaak:
    """A server that answers as recorded; what a test varies is a field.

    `knows` are the parameters beyond the filters, `expired_at` the numbers of the requests to which the token of then
    is too old, `before_page` is called with the number of every page of cases before it is made.
    """

    cases: list = field(default_factory=recorded_cases)
    types: list[dict] = field(default_factory=recorded_types)
    knows: frozenset[str] = frozenset({"pageSize", "expand"})
    most: int = 500
    password: str = PASSWORD
    may_read_catalogue: bool = True
    visible: frozenset[str] | None = None
    expired_at: frozenset[int] = frozenset()
    before_page: object = None
    broken: bool = False
    asked: int = 0
    note: str = ""

    def __post_init__(self):
        self.dealt = _dealt([one for one in self.cases if isinstance(one, dict)], self.types)

    def __call__(self, asked: Asked) -> Told:
        self.asked += 1
        refused = self._refused(asked)
        if refused is not None:
            return refused
        if self.broken:
            return answer("24")
        lists = {
            "/zaken/api/v1/zaken": self._zaken,
            "/catalogi/api/v1/zaaktypen": lambda one: self._catalogued(one, self.types),
            "/catalogi/api/v1/resultaattypen": lambda one: self._catalogued(one, result_types(self.types)),
        }
        listed = lists.get(asked.path)
        return answer("12") if listed is None else listed(asked)

    def _refused(self, asked: Asked) -> Told | None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            return answer("73")
        try:
            claims = jwt.decode(token, self.password, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidSignatureError:
            return answer("77")
        if claims["client_id"] != "outcome-reader":
            return answer("78")
        return answer("74") if self.asked in self.expired_at else None

    def _catalogued(self, asked: Asked, rows: list[dict]) -> Told:
        if not self.may_read_catalogue:
            return answer("83")
        if set(asked.query) - {"status", "page"} - self.knows:
            return answer("16")
        return self._paged(asked, rows)

    def _zaken(self, asked: Asked) -> Told:
        crs = asked.headers.get("accept-crs")
        if crs != "EPSG:4326":
            return answer("55" if crs is None else "56")
        if set(asked.query) - _FILTERS - self.knows:
            return answer("16")
        if self.before_page is not None:
            self.before_page(int(asked.query.get("page", "1")))
        return self._paged(asked, self._rows(asked.query))

    def _rows(self, query: dict[str, str]) -> list:
        rows = [one for one in self.cases if self._is_visible(one) and _passes(one, query)]
        if query.get("ordering") == "identificatie":
            rows.sort(key=lambda one: one["identificatie"] if isinstance(one, dict) else "")
        return [self._expanded(one) for one in rows] if query.get("expand") == "resultaat" else rows

    def _is_visible(self, case) -> bool:
        return self.visible is None or case["zaaktype"][-36:] in self.visible

    def _expanded(self, case):
        if not isinstance(case, dict) or case.get("resultaat") not in self.dealt:
            return case
        url = case["resultaat"]
        result = {"url": url, "zaak": case["url"], "resultaattype": self.dealt[url], "toelichting": self.note}
        return {**case, "_expand": {"resultaat": result}}

    def _paged(self, asked: Asked, rows: list) -> Told:
        given = asked.query.get("pageSize", "100")
        size = min(int(given) if given.isdecimal() and int(given) else 100, self.most)
        page = int(asked.query.get("page", "1"))
        if page > 1 and (page - 1) * size >= len(rows):
            return answer("12")
        more = page * size < len(rows)
        following = f"{INSIDE}{asked.path}?{urlencode({**asked.query, 'page': page + 1})}"
        shown = rows[(page - 1) * size : page * size]
        return Told({"count": len(rows), "next": following if more else None, "previous": None, "results": shown})


def _passes(case, query: dict[str, str]) -> bool:
    if not isinstance(case, dict):
        return "einddatum__isnull" not in query
    ended = case["einddatum"]
    if query.get("einddatum__isnull") == "true" and ended is not None:
        return False
    if "einddatum__gt" in query and (ended is None or ended <= query["einddatum__gt"]):
        return False
    return "registratiedatum__gt" not in query or case["registratiedatum"] > query["registratiedatum__gt"]


def zgw(url: str, *, password: str | None = PASSWORD, limits=QUICK, **changed) -> Zgw:
    """A source at a site; one setting varies, the rest stands here. A setting of None is left out."""
    given = {
        "timezone": "Europe/Amsterdam",
        "secret": Secret(variable="UITKOMST_SECRET_ZAKEN", value=password),
        "limits": limits,
        "url": url,
        "client_id": "outcome-reader",
        "services": SERVICES,
        "channels": CHANNELS,
        "outcomes": OUTCOMES,
        "page_size": 100,
        **changed,
    }
    return _SETTINGS.validate_python(given)
