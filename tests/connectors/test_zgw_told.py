"""What a ZGW source never repeats, what it makes of rows that no source should send, and wrong settings."""

from __future__ import annotations

import tomllib
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError

from connectors.connector import EVERYTHING, Page, Start
from metrics.records import REJECTED, Kind, Reason, check
from tests.connectors.contract import SECRET, read
from tests.connectors.mutating import mutated
from tests.connectors.serving import serving
from tests.connectors.test_zgw import frame_of
from tests.connectors.zgw_site import PASSWORD, OpenZaak, recorded_cases, recorded_types, zgw

NOWHERE = "http://127.0.0.1:9"
READ = (
    *("uuid", "zaaktype", "startdatum", "einddatum", "einddatumGepland", "uiterlijkeEinddatumAfdoening"),
    *("communicatiekanaal", "hoofdzaak", "resultaat", "_expand", "opschorting", "verlenging", "toelichting"),
)


def planted(one: dict) -> dict:
    """A case with words of a person wherever they can be written, and in fields that hold none."""
    return {
        **one,
        "omschrijving": SECRET,
        "toelichting": SECRET,
        "identificatie": f"{one['identificatie']} {SECRET}",
        "bronorganisatie": SECRET,
        "communicatiekanaal": SECRET,
        "communicatiekanaalNaam": SECRET,
        "verlenging": {"reden": SECRET, "duur": SECRET},
        "opschorting": {"indicatie": True, "eerdereOpschorting": True, "reden": SECRET},
        "kenmerken": [{"kenmerk": SECRET, "bron": SECRET}],
        "zaakgeometrie": {"type": "Point", "coordinates": [4.9, 52.4], "name": SECRET},
        "rollen": [SECRET],
        "eigenschappen": [{"naam": SECRET, "waarde": SECRET}],
    }


def test_what_a_person_could_have_written_is_in_nothing_that_leaves_the_connector():
    cases = [planted(one) for one in recorded_cases()]
    for place, name in enumerate(("uuid", "zaaktype", "startdatum", "einddatum", "uiterlijkeEinddatumAfdoening")):
        cases[place][name] = SECRET
    cases[6]["resultaat"] = cases[7]["hoofdzaak"] = SECRET
    types = [{**one, "doel": SECRET, "toelichting": SECRET, "aanleiding": SECRET} for one in recorded_types()]
    with serving(OpenZaak(cases=cases, types=types, note=SECRET)) as site:
        connector = zgw(site.url)
        pages = list(connector.fetch(EVERYTHING))
    batches = [connector.parse(page) for page in pages]
    told = [
        *(batch.rejected.write_csv() for batch in batches),
        *(frame.write_csv() for batch in batches for frame in batch.frames.values()),
        *(str((batch.notices, batch.definitions)) for batch in batches),
        *(f"{page.name} {page.resume}" for page in pages),
    ]
    assert sum(batch.rejected.height for batch in batches) == 5
    for word in ("Geheim", "Mevrouw", "Kerkstraat"):
        assert not [text for text in told if word in text]


def test_the_secret_is_in_no_page_and_in_no_error():
    site_of = OpenZaak(password="another secret, and long enough for HS256")
    with serving(OpenZaak()) as site:
        pages = list(zgw(site.url).fetch(Start()))
    assert not [page for page in pages if PASSWORD.encode() in page.body]
    assert PASSWORD not in repr(zgw(NOWHERE))
    with serving(site_of) as site, pytest.raises(Exception, match="client_id") as refused:
        read(zgw(site.url))
    assert PASSWORD not in str(refused.value)
    assert "Bearer" not in str(refused.value)


def test_a_hundred_thousand_spoilt_rows_are_read_or_rejected(latest):
    with serving(OpenZaak()) as site:
        connector = zgw(site.url, page_size=500)
        pages = list(connector.fetch(EVERYTHING))
    around, _, _ = pages[0].body.partition(b',"page":')
    rows = [row for page in pages for row in orjson.loads(page.body)["page"]["results"]]
    # Of what is not read one field stays, so that nearly every change hits what is.
    spoilt = list(mutated([{name: row[name] for name in READ} for row in rows], 100_000, seed=11))
    read_rows = rejected_rows = left_out = 0
    for start in range(0, len(spoilt), 5_000):
        listed = spoilt[start : start + 5_000]
        page = Page(name="spoilt", body=around + b',"page":' + orjson.dumps({"results": listed}) + b"}")
        batch = connector.parse(page)
        assert batch.rejected.schema == REJECTED
        assert batch.rejected["reason"].is_in(list(Reason)).all()
        checked = check(batch.frames[Kind.CASES], Kind.CASES, latest=latest)
        assert checked.accepted["service"].is_not_null().all()
        read_rows += batch.frames[Kind.CASES].height
        rejected_rows += batch.rejected.height
        left_out += sum(one.particulars["cases"] for one in batch.notices if one.code == "part_cases_left_out")
    assert read_rows + rejected_rows + left_out == 100_000
    assert min(read_rows, rejected_rows, left_out) > 1_000


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"timezone": "Amsterdam"}, "'Amsterdam' is no time zone"),
        ({"url": "http://openzaak.example.org"}, "not encrypted"),
        ({"url": "https://openzaak.example.org/?page=2"}, "leave out what follows"),
        ({"zaken": "https://elsewhere.example.org/zaken"}, "zaken is the path of that API"),
        ({"catalogi": "../catalogi"}, "catalogi is the path of that API"),
        ({"client_id": " "}, "client_id is the name of our application"),
        ({"services": {}}, "give at least one"),
        ({"services": {"ZT-PARK": ""}}, "1 to 80 characters"),
        ({"channels": {"65b6a71b-fd4f-52aa-9e54-7c9b5efc6323": "x" * 81}}, "1 to 80 characters"),
        ({"outcomes": {"Ingetrokken": "withdrawed"}}, "'withdrawed' cannot be outcome. Allowed are: decided"),
        ({"page_size": 0}, "page_size is 1 to 1000, not 0"),
        ({"overlap_days": -1}, "overlap_days is 0 or more, not -1"),
        ({"expected_at_least": 0}, "expected_at_least is 1 or more, not 0"),
        ({"service": "parking"}, "Unexpected keyword argument"),
    ],
)
def test_a_wrong_setting_is_told(changed, words):
    with pytest.raises(ValidationError, match=words):
        zgw(**{"url": NOWHERE, **changed})


def test_the_block_in_the_documentation_is_a_good_one():
    text = (Path(__file__).parents[2] / "docs" / "sources" / "zgw.md").read_text(encoding="utf-8")
    block = tomllib.loads(text.partition("```toml\n")[2].partition("```")[0])["sources"]["zaken"]
    given = {name: value for name, value in block.items() if name not in ("kind", "full_every_days")}
    assert zgw(**given).services == {"ZT-PARK": "parking", "ZT-BEZW": "objections"}


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ValidationError) as told:
        zgw(NOWHERE, client_id="", page_size=0, timezone="Mars")
    for words in ("client_id is", "page_size is", "'Mars' is no time zone"):
        assert words in str(told.value)


def test_a_case_with_a_day_far_beyond_any_calendar_is_no_trouble():
    strange = {**recorded_cases()[0], "startdatum": "9999-12-31", "uiterlijkeEinddatumAfdoening": None}
    with serving(OpenZaak(cases=[strange])) as site:
        assert frame_of(read(zgw(site.url)))["due_on"].to_list() == [None]
