"""Open Klant: lists that move while they are read, runs that break off, and rows that no source should send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import polars as pl
import pytest

from connectors.connector import EVERYTHING, Page, SourceChangedError, SourceUnavailableError, Start
from connectors.open_klant import CallBacks
from connectors.open_klant.contacts import Trail, body_of
from connectors.open_klant.paging import Kept
from connectors.open_klant.tasks import Pile
from connectors.open_klant.tasks import body_of as task_body
from metrics.records import REJECTED, Kind, Reason, check
from tests.connectors.mutating import mutated
from tests.connectors.open_klant_site import API, Klant, contacts, tasks
from tests.connectors.serving import QUICK, serving
from tests.connectors.test_open_klant import LATEST, connector, gaps_by_hand, notices, read_all, rows_of

BACK = CallBacks(service="terugbellen")


def gaps(batches):
    """Return the gap of each linked contact, as the store has it: the row that was read last counts."""
    frame = rows_of(batches).filter(pl.col("event") == "contact")
    return dict(frame.select("source_id", "gap_days").rows())


def ids(batches):
    return rows_of(batches)["source_id"].to_list()


def late_contact(number, *, on):
    row = next(row for row in contacts() if row["gingOverOnderwerpobjecten"])
    return {**row, "uuid": f"00000000-0000-4000-8000-{number:012d}", "plaatsgevondenOp": on, "inhoud": "Proefvraag 1"}


def test_contacts_that_come_in_while_we_read_are_no_second_contacts_of_themselves():
    klant = Klant(cases=20)

    def add(_path, page):
        if page in (2, 3, 4):
            klant.contacts.insert(0, late_contact(page, on="2026-11-23T10:00:00Z"))

    klant.before = add
    with serving(klant) as site:
        batches = read_all(connector(site.url, page_size=50))
    found = ids(batches)
    assert len(found) == len(set(found)) == 450
    assert gaps(batches) == gaps_by_hand(contacts(), klant, within=30)
    assert notices(batches)["rows_expected"] == {"expected": 453, "found": 450}


@pytest.mark.parametrize("gone", [1, 60, 130])
def test_contacts_that_are_deleted_while_we_read_hide_no_others(gone):
    klant = Klant(cases=20)

    def delete(_path, page):
        if page == 4 and len(klant.contacts) == 450:
            del klant.contacts[:gone]

    klant.before = delete
    with serving(klant) as site:
        batches = read_all(connector(site.url, page_size=50))
    found = ids(batches)
    assert len(found) == len(set(found)) == 450
    assert gaps(batches) == gaps_by_hand(contacts(), klant, within=30)


def test_a_list_that_became_shorter_than_the_page_we_ask_for_ends_there():
    klant = Klant()

    def delete(_path, page):
        if page == 9 and len(klant.contacts) == 450:
            del klant.contacts[:60]

    klant.before = delete
    with serving(klant) as site:
        found = ids(read_all(connector(site.url, page_size=50)))
    assert len(found) == len(set(found)) == 450


def test_the_source_is_asked_at_the_address_we_know_and_not_at_the_one_it_gives_itself():
    with serving(Klant()) as site:
        read_all(connector(site.url))
        assert [asked.query["page"] for asked in site.asked] == ["1", "2", "3", "4", "5"]


def test_a_run_of_what_is_new_stops_below_the_window():
    since = datetime(2026, 11, 20, tzinfo=UTC)
    with serving(Klant()) as site:
        batches = read_all(connector(site.url, page_size=25), Start(since=since))
        assert len(site.asked) < 5
    until = (since - timedelta(days=7 + 30)).strftime("%Y-%m-%d")
    wanted = {row["uuid"] for row in contacts() if row["plaatsgevondenOp"] >= until}
    assert wanted <= set(ids(batches))
    assert "rows_expected" not in notices(batches)


def test_runs_of_what_is_new_give_the_same_gaps_in_the_end_as_one_of_everything():
    everything = contacts()
    klant, kept = Klant(contacts=[], cases=20), {}
    since = None
    with serving(klant) as site:
        for day in pl.date_range(datetime(2025, 12, 1), datetime(2026, 12, 1), "9d", eager=True):  # noqa: DTZ001 - days only
            klant.contacts = [row for row in everything if row["plaatsgevondenOp"] < f"{day}"]
            kept |= gaps(read_all(connector(site.url, page_size=50), Start(since=since)))
            since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    expected = gaps_by_hand(everything, klant, within=30)
    assert kept == expected
    assert sum(gap is not None for gap in expected.values()) > 20


def test_a_contact_that_is_entered_a_week_late_still_changes_the_gap_before_it():
    klant = Klant(contacts=[], cases=1)
    first = late_contact(1, on="2026-10-01T09:00:00Z")
    third = late_contact(3, on="2026-11-10T09:00:00Z")
    late = late_contact(2, on="2026-10-30T09:00:00Z")
    with serving(klant) as site:
        klant.contacts = [first]
        kept = gaps(read_all(connector(site.url)))
        klant.contacts = [third, late, first]
        kept |= gaps(read_all(connector(site.url), Start(since=datetime(2026, 11, 6, tzinfo=UTC))))
    assert list(kept.values()) == [29, None, 11]


def test_tasks_that_may_still_have_been_open_are_read_again_and_older_ones_are_not():
    with serving(Klant()) as site:
        back = CallBacks(service="terugbellen", open_days=60)
        start = Start(since=datetime(2026, 11, 20, tzinfo=UTC))
        frame = rows_of(read_all(connector(site.url, page_size=10, call_backs=back), start), Kind.CASES)
    wanted = {task["uuid"] for task in tasks() if task["toegewezenOp"] >= "2026-09-21"}
    assert wanted <= set(frame["source_id"])
    assert frame.height < len(wanted) + 10


def stored(batches):
    """Return all rows by kind and id, without where they stood."""
    return {
        (kind, row["source_id"]): row
        for batch in batches
        for kind, frame in batch.frames.items()
        for row in frame.drop("file", "line").to_dicts()
    }


def test_a_run_that_breaks_off_after_any_page_goes_on_and_finds_the_same():
    with serving(Klant(cases=20)) as site:
        of = connector(site.url, page_size=60, call_backs=BACK)
        whole = list(of.fetch(EVERYTHING))
        expected = stored([of.parse(page) for page in whole])
        for broken in range(1, len(whole) + 1):
            rest = list(of.fetch(Start(after=whole[broken - 1].resume)))
            assert stored([of.parse(page) for page in (*whole[:broken], *rest)]) == expected
            assert len(rest) == len(whole) - broken


def test_a_run_that_breaks_off_goes_on_right_though_the_list_has_moved():
    klant = Klant(cases=20)
    with serving(klant) as site:
        of = connector(site.url, page_size=30)
        whole = list(of.fetch(EVERYTHING))
        expected = stored([of.parse(page) for page in whole])
        for moved, change in ((70, "added"), (140, "deleted")):
            klant.contacts = contacts()
            if change == "added":
                klant.contacts[:0] = [late_contact(n, on="2026-11-23T10:00:00Z") for n in range(moved)]
            else:
                del klant.contacts[:moved]
            rest = list(of.fetch(Start(after=whole[7].resume)))
            found = stored([of.parse(page) for page in (*whole[:8], *rest)])
            assert {key: row for key, row in found.items() if key in expected} == expected


def test_a_run_that_goes_on_late_in_the_list_does_not_read_it_from_the_top():
    with serving(Klant(cases=20)) as site:
        of = connector(site.url, page_size=10)
        whole = list(of.fetch(EVERYTHING))
        site.asked.clear()
        list(of.fetch(Start(after=whole[-3].resume)))
        assert min(int(asked.query["page"]) for asked in site.asked) > 20
        assert len(site.asked) < 25


def test_contacts_of_one_moment_on_several_pages_are_all_read_after_a_break():
    rows = [{**row, "plaatsgevondenOp": "2026-10-01T09:00:00Z"} for row in contacts()[:40]]
    with serving(Klant(contacts=rows)) as site:
        of = connector(site.url, page_size=10)
        first = next(iter(of.fetch(EVERYTHING)))
        rest = list(of.fetch(Start(after=first.resume)))
    assert len(stored([of.parse(page) for page in (first, *rest)])) == 40


@pytest.mark.parametrize("told", ["", "klantcontacten", "klantcontacten 3 gisteren", "x y z", "klantcontacten -1 2026"])
def test_a_place_to_go_on_from_that_we_do_not_know_reads_everything(told):
    assert Kept.of(told) is None
    with serving(Klant()) as site:
        assert len(ids(read_all(connector(site.url), Start(after=told)))) == 450


@pytest.mark.parametrize("fault", ["drop", "stall", "429", "502", "truncated", "html"])
def test_what_passes_by_itself_is_asked_again(fault):
    with serving(Klant(), faults=["ok", fault]) as site:
        assert len(ids(read_all(connector(site.url)))) == 450


def test_a_source_that_stays_away_is_told_and_what_came_before_is_kept():
    with serving(Klant(), faults=["ok", "502", "502"]) as site:
        pages = connector(site.url).fetch(EVERYTHING)
        assert next(pages).name == "klantcontacten, page 1"
        with pytest.raises(SourceUnavailableError, match="klantcontacten, page 2"):
            next(pages)


def test_a_list_without_an_end_is_told():
    limits = QUICK.__class__(**{**{name: getattr(QUICK, name) for name in QUICK.__slots__}, "most_pages": 3})
    with serving(Klant()) as site, pytest.raises(SourceChangedError, match="more than 3 pages"):
        list(connector(site.url, limits=limits).fetch(EVERYTHING))


def test_another_path_is_told_as_changed():
    with serving(Klant()) as site, pytest.raises(SourceChangedError, match="HTTP 404"):
        list(connector(site.url.replace(API, "") + "/x").fetch(EVERYTHING))


def bodies(of, which):
    """Return rows as the source sends them, or as they are after that, and how a page is made of such rows."""
    trail, pile, klant = Trail(choices=of.choices()), Pile(actions=frozenset()), Klant(cases=20)
    sent = [klant.row(row) for row in contacts()]
    if which == "tasks":
        return tasks(), lambda rows: task_body(pile, rows, service="x", ends=True)
    if which == "contacts":
        return sent, lambda rows: body_of(trail, rows, ends=True)
    taken = body_of(trail, sent, ends=False)
    return taken["rows"], lambda rows: {**taken, "rows": rows}


def in_fives_of_thousands(real, number):
    """Yield strange rows, their ids made different where the change left them whole."""
    rows, known = list(mutated(real, number, seed=20261126)), {row["uuid"] for row in real}
    for place, row in enumerate(rows):
        if isinstance(row, dict) and isinstance(row.get("uuid"), str) and row["uuid"] in known:
            row["uuid"] = str(place)
    yield from (rows[begin : begin + 5_000] for begin in range(0, number, 5_000))


@pytest.mark.parametrize("which", ["contacts", "tasks", "taken"])
def test_a_hundred_thousand_strange_rows_are_read_or_rejected_and_nothing_breaks(which):
    of = connector("http://127.0.0.1:1", call_backs=BACK, channels={"Telefoon": "telefoon"})
    good = 0
    real, made = bodies(of, which)
    for rows in in_fives_of_thousands(real, {"contacts": 60_000}.get(which, 20_000)):
        body = made(rows)
        batch = of.parse(Page(name="klantcontacten, page 1", body=orjson.dumps(body)))
        ((kind, frame),) = batch.frames.items()
        assert batch.rejected.schema == REJECTED
        assert set(batch.rejected["reason"]) <= set(Reason)
        assert frame.height + batch.rejected.height == len(body["rows"]) > 1_000
        checked = check(frame, kind, latest=LATEST)
        assert set(checked.rejected["reason"]) <= set(Reason)
        good += checked.accepted.height
    assert good > 10_000
