"""Open Klant: what was recorded of it is read exactly, and nothing that a person wrote."""

from __future__ import annotations

import json
import tomllib
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.connector import EVERYTHING, SourceChangedError, SourceRefusedError
from connectors.open_klant import CallBacks, OpenKlant
from connectors.web.secret import Secret
from metrics.records import Kind, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample
from tests.connectors.open_klant_site import API, TOKEN, Klant, contacts, recorded, tasks, truth
from tests.connectors.serving import QUICK, Told, serving

ZONE = ZoneInfo("Europe/Amsterdam")
CHANNELS = {
    "Telefoon": "telefoon",
    "telefonisch": "telefoon",
    "E-mail": "e-mail",
    "email": "e-mail",
    "Balie": "balie",
    "Brief": "post",
    "Webformulier": "website",
    "contactformulier": "website",
    "chat": "chat",
    "Social media": "social",
}
LATEST = date(2026, 12, 31)


def connector(url, **settings):
    given = {"service": "klantcontact", "channels": CHANNELS, "limits": QUICK, "page_size": 100, **settings}
    secret = given.pop("secret", Secret(variable="UITKOMST_SECRET_KLANT", value=TOKEN))
    return OpenKlant(timezone="Europe/Amsterdam", secret=secret, url=url + API, **given)


def rows_of(batches, kind=Kind.COUNTS):
    return pl.concat([batch.frames[kind] for batch in batches if kind in batch.frames])


def read_all(of, start=EVERYTHING):
    return [of.parse(page) for page in of.fetch(start)]


def notices(batches):
    return {one.code: dict(one.particulars) for batch in batches for one in batch.notices}


@pytest.fixture(scope="module")
def whole():
    """Everything that was recorded, each contact about a case of its own, failed ones counted."""
    with serving(Klant()) as site:
        return read_all(connector(site.url, failed="count", call_backs=CallBacks(service="terugbellen")))


def test_the_contacts_of_each_month_and_channel_are_those_of_the_database(whole):
    expected = Counter()
    for line in truth()["per_month_kanaal_nl_time"]:
        ours = {name.lower(): channel for name, channel in CHANNELS.items()}[line["kanaal"].lower()]
        expected[line["maand"], ours] += line["n"]
    found = rows_of(whole).group_by(pl.col("happened_on").dt.strftime("%Y-%m"), "channel").agg(pl.col("n").sum())
    assert {(month, channel): n for month, channel, n in found.rows()} == expected
    assert sum(expected.values()) == truth()["totals"]["klantcontacten"]


def test_days_are_those_of_the_programme_and_not_of_utc(whole):
    utc = {row["uuid"]: row["plaatsgevondenOp"][:10] for row in contacts()}
    differing = [one for one, day in rows_of(whole).select("source_id", "happened_on").rows() if str(day) != utc[one]]
    assert len(differing) == truth()["local_vs_utc_day_differs"]["n"]


def test_the_tasks_that_are_open_and_done_are_those_of_the_database(whole):
    cases = rows_of(whole, Kind.CASES)
    expected = {line["status"]: line["n"] for line in truth()["internetaken"]}
    assert cases["decided_on"].null_count() == expected["te_verwerken"]
    assert cases.filter(pl.col("outcome") == "decided")["decided_on"].count() == expected["verwerkt"]
    assert set(cases["service"]) == {"terugbellen"}


def test_a_task_runs_from_the_local_day_it_was_assigned_to_the_local_day_it_was_done(whole):
    def day(written):
        return datetime.fromisoformat(written).astimezone(ZONE).date() if written else None

    expected = {task["uuid"]: (day(task["toegewezenOp"]), day(task["afgehandeldOp"])) for task in tasks()}
    found = rows_of(whole, Kind.CASES).select("source_id", "received_on", "decided_on").rows()
    assert {one: (received, decided) for one, received, decided in found} == expected


def test_contacts_that_failed_count_for_nothing_and_are_told():
    with serving(Klant()) as site:
        batches = read_all(connector(site.url))
    frame = rows_of(batches)
    totals = truth()["totals"]
    assert frame.height == totals["klantcontacten"]
    assert frame["n"].sum() == totals["gelukt"] + totals["onbekend"]
    assert frame.filter(pl.col("n") == 0)["event"].unique().to_list() == ["contact_unlinked"]
    assert notices(batches)["contacts_failed"] == {"contacts": totals["niet_gelukt"]}
    assert notices(batches)["contacts_success_unknown"] == {"contacts": totals["onbekend"]}


def test_a_contact_that_nothing_links_is_no_contact_of_which_one_can_tell_whether_it_was_repeated(whole):
    about_a_case = {row["uuid"] for row in contacts() if row["gingOverOnderwerpobjecten"]}
    linked = rows_of(whole).filter(pl.col("event") == "contact")
    assert set(linked["source_id"]) == about_a_case
    assert linked["gap_days"].null_count() == linked.height == 150
    assert notices(whole)["contacts_unlinked"] == {"contacts": 300, "of": 450}


def test_all_that_the_source_told_of_was_found(whole):
    told = [one.particulars for batch in whole for one in batch.notices if one.code == "rows_expected"]
    assert told == [
        {"expected": 450, "found": 450},
        {"expected": 121, "found": 121},
    ]


def gaps_by_hand(rows, site, *, within):
    """Gaps by a second way: every contact against every other about the same case."""
    about, gaps = defaultdict(list), {}
    for row in rows:
        for link in row["gingOverOnderwerpobjecten"] if row["indicatieContactGelukt"] is not False else []:
            case = site.subject(row, link)["onderwerpobjectidentificator"]["objectId"]
            about[case].append((datetime.fromisoformat(row["plaatsgevondenOp"]), row["uuid"]))
    for visits in about.values():
        for (moment, one), following in zip(sorted(visits), [*sorted(visits)[1:], None], strict=True):
            day = moment.astimezone(ZONE).date()
            gap = (following[0].astimezone(ZONE).date() - day).days if following else None
            gaps[one] = gap if gap is not None and gap <= within else None
    return gaps


@pytest.mark.parametrize("size", [23, 100, 500])
@pytest.mark.parametrize("within", [14, 30])
def test_the_gap_to_the_next_contact_about_a_case_is_right_across_pages(size, within):
    klant = Klant(cases=20)
    with serving(klant) as site:
        frame = rows_of(read_all(connector(site.url, page_size=size, follow_up_days=within)))
    found = dict(frame.filter(pl.col("event") == "contact").select("source_id", "gap_days").rows())
    expected = gaps_by_hand(contacts(), klant, within=within)
    assert found == expected
    assert sum(gap is not None for gap in expected.values()) > 20


def test_forgetting_what_is_long_past_changes_no_gap(monkeypatch):
    monkeypatch.setattr("connectors.open_klant.contacts.REMEMBERED", 5)
    klant = Klant(cases=20)
    with serving(klant) as site:
        frame = rows_of(read_all(connector(site.url, page_size=10)))
    found = dict(frame.filter(pl.col("event") == "contact").select("source_id", "gap_days").rows())
    assert found == gaps_by_hand(contacts(), klant, within=30)


def test_a_contact_about_two_cases_is_followed_by_the_first_about_either():
    rows = contacts()[:3]
    about = [["a"], ["b"], ["a", "b"]]
    for row, names in zip(rows, about, strict=True):
        ids = [{"onderwerpobjectidentificator": {"objectId": one, "codeObjecttype": "Zaak "}} for one in names]
        row["_expand"] = {"gingOverOnderwerpobjecten": ids}
        row["indicatieContactGelukt"] = True
    with serving(Klant(contacts=rows)) as site:
        frame = rows_of(read_all(connector(site.url)))
    assert frame["gap_days"].to_list() == [None, None, 1]


def test_the_same_id_in_another_register_or_of_another_kind_is_another_case():
    rows = contacts()[:4]
    ids = [("zaak", "a"), ("zaak", "b"), ("partij", "a"), ("zaak", "a")]
    for row, (kind, register) in zip(rows, ids, strict=True):
        identity = {"objectId": "1", "codeObjecttype": kind, "codeRegister": register}
        row["_expand"] = {"gingOverOnderwerpobjecten": [{"onderwerpobjectidentificator": identity}]}
        row["indicatieContactGelukt"] = True
    with serving(Klant(contacts=rows)) as site:
        frame = rows_of(read_all(connector(site.url)))
    assert frame["event"].to_list() == ["contact", "contact", "contact_unlinked", "contact"]
    assert [gap is not None for gap in frame["gap_days"]] == [False, False, False, True]


def test_a_service_comes_from_the_subject_type_else_from_the_register_else_from_the_block():
    kind = next(row["hoofdOnderwerpType"] for row in contacts() if row["hoofdOnderwerpType"])
    elsewhere = "https://zaken.example.org/zaaktypen/" + kind.rpartition("/")[2].upper()
    with serving(Klant()) as site:
        given = {"services": {elsewhere: "paspoort"}, "registers": {"Open-Zaak": "zaken"}, "service": "overig"}
        frame = rows_of(read_all(connector(site.url, **given)))
    by_type = sum(row["hoofdOnderwerpType"] == kind for row in contacts())
    by_register = sum(not row["hoofdOnderwerpType"] and bool(row["gingOverOnderwerpobjecten"]) for row in contacts())
    found = dict(frame["service"].value_counts().rows())
    assert found["paspoort"] == by_type == 113
    assert found.get("zaken", 0) == by_register
    assert sum(found.values()) == 450


def test_a_subject_type_without_a_service_is_rejected_and_told_where_the_block_has_none():
    with serving(Klant()) as site:
        batches = read_all(connector(site.url, service=None, services={"https://x.nl/1": "paspoort"}))
    rejected = pl.concat([batch.rejected for batch in batches])
    assert rejected.height == 113
    assert set(rejected["column"]) == {"service"}
    assert set(rejected["found"]) == {"6729c948-5859-46df-a"}
    assert notices(batches)["contacts_subjects_unmapped"] == {"contacts": 113}
    # Those without a subject type have no service either: the check of records says so.
    missing = check(rows_of(batches), Kind.COUNTS, latest=LATEST).rejected
    assert missing.height == 337
    assert set(missing["reason"]) == {"missing"}


def test_channels_that_nobody_translated_are_told_and_their_contacts_kept():
    known = {name: channel for name, channel in CHANNELS.items() if name not in ("Telefoon", "telefonisch", "Brief")}
    with serving(Klant()) as site:
        batches = read_all(connector(site.url, channels=known))
    told = [
        dict(one.particulars) for batch in batches for one in batch.notices if one.code == "contact_channel_unmapped"
    ]
    assert {one["channel"]: one["contacts"] for one in told} == {"telefoon": 169, "telefonisch": 10, "brief": 24}
    assert rows_of(batches)["channel"].null_count() == 203
    assert rows_of(batches).height == 450


def test_only_tasks_of_the_named_actions_are_read():
    rows = tasks()
    for task in rows[:21]:
        task["gevraagdeHandeling"] = "Document nasturen"
    with serving(Klant(tasks=rows)) as site:
        back = CallBacks(service="terugbellen", actions=["terugbelnotitie"])
        batches = read_all(connector(site.url, call_backs=back))
    assert rows_of(batches, Kind.CASES).height == 100
    assert notices(batches)["tasks_left_out"] == {"tasks": 21, "of": 121}


def test_without_call_backs_no_task_is_asked_for():
    with serving(Klant()) as site:
        read_all(connector(site.url))
        assert {asked.path for asked in site.asked} == {f"{API}/klantcontacten"}


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self):
        rows, todo = contacts()[:60], tasks()[:20]
        rows[3]["plaatsgevondenOp"] = "31-02-2026"
        rows[4]["indicatieContactGelukt"] = "misschien"
        rows[5] = "no row"
        todo[2]["status"] = "onbekend"
        todo[3] |= {"status": "verwerkt", "afgehandeldOp": None}
        todo[4]["toegewezenOp"] = "gisteren"
        for row in (*rows, *todo):
            if isinstance(row, dict):
                marked(row)
        with serving(Klant(contacts=rows, tasks=todo, cases=10)) as site:
            back = CallBacks(service="terugbellen")
            yield Sample(connector=connector(site.url, call_backs=back, page_size=25), rows=80, broken=6)


def marked(row):
    """Put the marker where a person could have written something."""
    for name in ("onderwerp", "reactie", "toelichting", "gevraagdeHandeling", "kanaal", "nummer", "referentienummer"):
        if name in row:
            row[name] = SECRET
    if "inhoud" in row:
        row["inhoud"] = f"{SECRET} {row['inhoud'].split()[-1]}"
        row["metadata"] = {"naam": SECRET}
        row["hoofdOnderwerpType"] = f"https://x.nl/{SECRET}"
        row["hadBetrokkenen"] = [{**one, "volledigeNaam": SECRET} for one in row["hadBetrokkenen"]]
        row["hadBetrokkenActoren"] = [{**one, "naam": SECRET} for one in row["hadBetrokkenActoren"]]


def test_nothing_that_a_person_wrote_leaves_the_connector():
    rows, todo = contacts(), tasks()
    for row in (*rows[:9], *rows[30:], *todo):
        marked(row)
    with serving(Klant(contacts=rows, tasks=todo)) as site:
        of = connector(site.url, call_backs=CallBacks(service="terugbellen", actions=["x"]), services={"y": "z"})
        pages = list(of.fetch(EVERYTHING))
    for page in pages:
        batch = of.parse(page)
        told = [page.body.decode(), page.name, str(page.resume), str(batch.notices)]
        told += [frame.write_csv() for frame in (batch.rejected, *batch.frames.values())]
        assert not [
            word for word in ("Geheim", "geheim", "Kerkstraat", "kerkstraat", "KCC") for one in told if word in one
        ]
    assert b"00000000-0000-4000-8000" not in b"".join(page.body for page in pages)


def test_nothing_is_asked_of_the_lists_of_persons_and_nothing_is_written():
    with serving(Klant()) as site:
        read_all(connector(site.url, call_backs=CallBacks(service="x")))
        assert {asked.method for asked in site.asked} == {"GET"}
        assert {asked.query.get("expand") for asked in site.asked} == {"gingOverOnderwerpobjecten", None}


def test_a_wrong_token_is_tried_once():
    with serving(Klant()) as site, pytest.raises(SourceRefusedError, match="HTTP 401, authentication_failed") as told:
        list(connector(site.url, secret=Secret(variable="V", value="wrong-token")).fetch(EVERYTHING))
    assert len(site.asked) == 1
    assert "wrong-token" not in str(told.value)


def test_a_source_that_does_not_say_what_contacts_are_about_is_told_and_not_read_as_unlinked():
    with serving(Klant(expands=False)) as site, pytest.raises(SourceChangedError, match="Update this Open Klant"):
        list(connector(site.url).fetch(EVERYTHING))


@pytest.mark.parametrize("answer", [{"count": 3}, [], {"results": {}}, "x"])
def test_what_is_no_list_is_told(answer):
    with serving(lambda _: Told(answer)) as site, pytest.raises(SourceChangedError, match="no list of Open Klant"):
        list(connector(site.url).fetch(EVERYTHING))


def test_an_empty_source_gives_no_rows_and_says_so():
    with serving(Klant(contacts=[], tasks=[])) as site:
        batches = read_all(connector(site.url))
    assert rows_of(batches).is_empty()
    assert notices(batches)["rows_expected"] == {"expected": 0, "found": 0}


WRONG = [
    ({"url": "http://klant.example.org/api"}, "https"),
    ({"timezone": "Mars"}, "'Mars' is no time zone"),
    ({"service": None}, "contacts need a service"),
    ({"channels": {"Telefoon": "a", "telefoon ": "b"}}, "channels: 'telefoon' is given more than once"),
    ({"services": {"https://a/1": "a", "https://b/1": "b"}}, "services: '1' is given more than once"),
    ({"link_objects": []}, "link_objects names no kind"),
    ({"page_size": 501}, "page_size is 501. Allowed are: 1 to 500."),
    ({"follow_up_days": 0}, "follow_up_days is 0"),
    ({"late_days": -1}, "late_days is -1"),
    ({"call_backs": {"service": "x" * 81}}, "is no label"),
    ({"call_backs": {"service": "x", "open_days": 0}}, "call_backs.open_days is 0"),
    ({"failed": "maybe"}, "leave_out"),
    ({"channel": "x"}, "channel"),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_wrong_settings_are_told(changed, sentence):
    given = {
        "url": "https://klant.example.org/klantinteracties/api/v1",
        "timezone": "Europe/Amsterdam",
        "secret": Secret(variable="V"),
        "service": "x",
        **changed,
    }
    with pytest.raises(ValidationError) as error:
        TypeAdapter(OpenKlant).validate_python(given)
    assert sentence in str(error.value)


def test_the_block_in_the_manual_works():
    manual = (Path(__file__).parents[2] / "docs" / "sources" / "open_klant.md").read_text()
    block = tomllib.loads(manual.partition("```toml")[2].partition("```")[0])["sources"]["klant"]
    assert block.pop("kind") == "open_klant"
    given = {**block, "timezone": "Europe/Amsterdam", "secret": Secret(variable="V")}
    assert TypeAdapter(OpenKlant).validate_python(given).call_backs == CallBacks(
        service="terugbellen", actions=["Terugbelnotitie"], open_days=365
    )


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ValueError, match=r"no time zone.*contacts need a service.*page_size is 0"):
        OpenKlant(url="https://x.nl", timezone="Mars", secret=Secret(variable="V"), page_size=0)


def test_the_recorded_rows_are_what_the_list_gives_without_expand():
    with serving(Klant()) as site:
        page = next(iter(connector(site.url, page_size=200).fetch(EVERYTHING)))
    ids = [row["uuid"] for row in json.loads(page.body)["rows"]]
    assert ids == [row["uuid"] for row in recorded("01")["body"]["results"]]
