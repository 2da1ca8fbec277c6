"""Signalen: the contract, the figures of its own database, and each quirk of its list."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from connectors.connector import EVERYTHING, SourceChangedError, Start
from connectors.signalen import Signalen
from connectors.signalen.listing import Cursor
from connectors.web.secret import Secret
from metrics.records import Kind
from tests.connectors import signalen_site as site
from tests.connectors.contract import ConnectorContract, Sample
from tests.connectors.serving import QUICK, serving

SERVICES = {
    "openbaar-groen-en-water/boom": "trees",
    "wegen-verkeer-straatmeubilair": "streets",
    "afval": "waste",
    "overlast-in-de-openbare-ruimte/fietswrak": "bicycle-wrecks",
    "overlast-in-de-openbare-ruimte/parkeeroverlast": "parking",
    "overlast-bedrijven-en-horeca": "business-nuisance",
    "overig/overig": "other",
}
CHANNELS = {
    "online": "online",
    "Telefoon – ASC": "phone",
    "E-mail – ASC": "email",
    "Webcare – ASC": "social-media",
    "Interne melding": "internal",
}
CHILDREN, PARENTS = 10, 4


def signalen(at: str, **settings) -> Signalen:
    given = {
        "url": f"{at}/signals/v1",
        "token_url": f"{at}/realms/signals/protocol/openid-connect/token",
        "client_id": "outcome-dashboard",
        "services": SERVICES,
        "channels": CHANNELS,
        "timezone": "Europe/Amsterdam",
        "secret": Secret(variable="UITKOMST_SECRET_MELDINGEN", value="open sesame"),
        "limits": QUICK,
        "page_size": 100,
    }
    return Signalen(**(given | settings))


def read(connector, start=EVERYTHING):
    return [connector.parse(page) for page in connector.fetch(start)]


def kept(batches, kind):
    frames = [batch.frames[kind] for batch in batches if kind in batch.frames]
    return pl.concat(frames) if frames else pl.DataFrame()


def notices(batches):
    return {notice.code: dict(notice.particulars) for batch in batches for notice in batch.notices}


@pytest.fixture
def app():
    return site.Signalen()


@pytest.fixture
def url(app):
    with serving(app) as served:
        yield served.url


class TestParents(ConnectorContract):
    @pytest.fixture
    def sample(self, url):
        # 334 meldingen of which 10 are parts, and 85 answered forms.
        return Sample(connector=signalen(url), rows=334 - CHILDREN + 85)


class TestChildrenWithoutDump(ConnectorContract):
    @pytest.fixture
    def sample(self, url, app):
        app.rows[5]["status"]["created_at"] = "gisteren"
        app.rows[6]["category"]["deadline"] = {}
        app.rows[7]["status"]["state"] = "x"
        app.rows[8]["has_parent"] = None
        # 54 + 26 last forms, of which none is of one of these meldingen with a broken day.
        return Sample(
            connector=signalen(url, count="children", dump=False), rows=334 + 80, broken=4 + _forms_of(app, 5)
        )


def _forms_of(app, place):
    return int(site.last_forms(app.rows).get(app.rows[place]["id"]) in ("satisfied", "not_satisfied"))


# --- counted once ------------------------------------------------------------------------------------------------


def test_by_default_the_parts_are_left_out_and_it_is_told(url):
    batches = read(signalen(url))
    cases = kept(batches, Kind.CASES)
    parts = {str(row["id"]) for row in site.meldingen() if row["has_parent"]}
    assert len(parts) == CHILDREN
    assert not parts & set(cases["source_id"])
    told = [one.particulars["rows"] for batch in batches for one in batch.notices if "parts" in one.code]
    assert sum(told) == CHILDREN


def test_where_the_parts_count_what_was_split_counts_for_nothing_so_that_what_was_kept_is_undone(url):
    cases = kept(read(signalen(url, count="children")), Kind.CASES)
    wholes = {str(row["id"]) for row in site.meldingen() if row["has_children"]}
    assert len(wholes) == PARENTS
    assert set(cases.filter(pl.col("n") == 0)["source_id"]) == wholes
    assert cases["n"].sum() == 334 - PARENTS


# --- what is not ours ---------------------------------------------------------------------------------------------


def test_a_category_without_a_service_is_left_out_and_named(url):
    batches = read(signalen(url, services={"afval/grofvuil": "bulky-waste"}))
    # 36 meldingen are of this category; which of them are parts is counted apart.
    expected = [row for row in site.meldingen() if row["category"]["sub_slug"] == "grofvuil" and not row["has_parent"]]
    assert kept(batches, Kind.CASES).height == len(expected)
    told = notices(batches)["signalen_categories_left_out"]
    assert "openbaar-groen-en-water/boom" in told["categories"]


def test_a_source_without_a_channel_leaves_the_channel_empty_and_only_sources_that_are_set_up_are_named(url, app):
    app.rows[0]["source"] = "Mijn buurvrouw belde"
    batches = read(signalen(url, channels={"online": "online"}, page_size=500, answers=False))
    told = notices(batches)["signalen_sources_without_channel"]
    assert "Telefoon – ASC" in told["sources"]
    assert "buurvrouw" not in told["sources"]
    cases = kept(batches, Kind.CASES)
    assert cases["channel"].null_count() == told["rows"] - CHILDREN


def test_a_category_in_the_settings_that_signalen_does_not_have_is_told(url):
    batches = read(signalen(url, services={**SERVICES, "afval/grofvul": "bulky-waste"}))
    assert notices(batches)["signalen_category_unknown"] == {"category": "afval/grofvul"}


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_is_read_whole_with_any_size_of_page_and_that_is_told(url):
    for size in (7, 100, 334, 5000):
        batches = read(signalen(url, page_size=size, answers=False))
        cases = kept(batches, Kind.CASES)
        assert cases.height == cases["source_id"].n_unique() == 324
        assert notices(batches)["rows_expected"] == {"expected": 334, "found": 334}


def test_meldingen_that_all_changed_in_one_moment_are_read_by_page_number(url, app):
    for row in app.rows:
        row["updated_at"] = "2026-11-01T03:00:00+01:00"
    batches = read(signalen(url, page_size=50))
    assert kept(batches, Kind.CASES)["source_id"].n_unique() == 324


def test_a_melding_that_changes_while_we_read_pushes_no_other_out_of_sight(url, app):
    def touch(app, asked):
        # Each time a page is asked for, one that has been read moves to the end.
        rows = sorted(app.rows, key=lambda row: row["updated_at"])
        if 5 < asked < 20:
            rows[3]["updated_at"] = f"2026-11-24T10:{asked:02}:00+01:00"

    app.before_page = touch
    cases = kept(read(signalen(url, page_size=30)), Kind.CASES)
    assert cases["source_id"].n_unique() == 324


def test_after_a_whole_run_only_what_changed_since_is_asked_for_with_an_overlap(url, app):
    since = datetime(2026, 11, 13, tzinfo=UTC)
    cases = kept(read(signalen(url), Start(since=since)), Kind.CASES)
    bound = datetime(2026, 11, 10, tzinfo=UTC)
    changed = [row for row in app.rows if datetime.fromisoformat(row["updated_at"]) >= bound]
    assert sorted(cases["source_id"]) == sorted(str(row["id"]) for row in changed if not row["has_parent"])
    assert 0 < len(changed) < 30


@pytest.mark.parametrize("ignored", ["updated_after", "ordering"])
def test_a_filter_or_order_that_signalen_passes_over_is_found_out(url, app, ignored):
    app.ignored = (ignored,)
    with pytest.raises(SourceChangedError, match=ignored):
        read(signalen(url), Start(since=datetime(2026, 11, 13, tzinfo=UTC)))


def test_a_feedback_filter_that_signalen_passes_over_is_found_out(url, app):
    app.ignored = ("feedback",)
    with pytest.raises(SourceChangedError, match="feedback"):
        read(signalen(url))


def test_an_empty_list_is_no_error(url, app):
    app.rows = []
    batches = read(signalen(url, dump=False))
    assert kept(batches, Kind.CASES).is_empty()
    assert notices(batches)["rows_expected"] == {"expected": 0, "found": 0}


def test_more_pages_than_the_limit_are_told(url):
    few = signalen(url, page_size=10, limits=QUICK.__class__(most_pages=3))
    with pytest.raises(SourceChangedError, match="page_size"):
        read(few)


@pytest.mark.parametrize("dump", [True, False])
def test_a_run_that_is_cut_off_after_any_page_goes_on_behind_it(url, dump):
    connector = signalen(url, page_size=80, dump=dump)
    pages = list(connector.fetch(EVERYTHING))
    whole = _both(connector, pages)
    assert len(pages) >= 6
    for place, page in enumerate(pages, 1):
        rest = list(connector.fetch(Start(after=page.resume)))
        assert _both(connector, [*pages[:place], *rest]) == whole
        assert len(rest) < len(pages)


def _both(connector, pages):
    batches = [connector.parse(page) for page in pages]
    columns = ("source_id", "service", "channel", "n")
    return {kind: set(kept(batches, kind).select(columns).iter_rows()) for kind in (Kind.CASES, Kind.ANSWERS)}


def test_a_page_to_go_on_from_that_is_past_the_end_by_now_begins_at_the_same_moment(url):
    moment = "2026-11-10T00:00:00+01:00"
    gone, first = (
        [signalen(url).parse(page) for page in signalen(url).fetch(Start(after=f"cases|{moment}|{page}"))]
        for page in (9, 1)
    )
    assert kept(gone, Kind.CASES).height == kept(first, Kind.CASES).height > 0


def test_settings_of_more_than_one_page_are_read_from_our_own_host(url, monkeypatch):
    # The next page is at a host that nobody knows; only its question is followed.
    monkeypatch.setattr("connectors.signalen.listing._MOST_LISTED", 3)
    batches = read(signalen(url))
    assert kept(batches, Kind.ANSWERS).height == 85
    assert "signalen_category_unknown" not in notices(batches)


def test_a_place_to_go_on_that_nobody_knows_begins_anew(url):
    assert Cursor.of("something else") is None
    assert Cursor.of("cases|yesterday|1") is None
    assert kept(read(signalen(url), Start(after="something else")), Kind.CASES).height == 324
