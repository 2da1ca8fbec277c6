"""Signalen: the token, the daily zip, what is never read, and what is said when something is wrong."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import orjson
import polars as pl
import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.connector import (
    EVERYTHING,
    Page,
    SourceChangedError,
    SourceError,
    SourceRefusedError,
    SourceUnavailableError,
)
from connectors.signalen import Signalen
from connectors.signalen.dump import unpacked
from connectors.web.secret import Secret
from metrics.records import Kind, Reason, check
from tests.connectors import signalen_site as site
from tests.connectors.contract import SECRET
from tests.connectors.mutating import mutated
from tests.connectors.serving import serving
from tests.connectors.test_signalen import kept, notices, read, signalen

NEVER_READ = ("text", "text_extra", "_display", "assigned_user_email", "source", "notes", "extra_properties")


@pytest.fixture
def app():
    return site.Signalen()


@pytest.fixture
def served(app):
    with serving(app) as at:
        yield at


# --- the token ----------------------------------------------------------------------------------------------------


def test_a_token_that_expires_half_way_is_renewed(served, app):
    app.uses = 3
    batches = read(signalen(served.url))
    assert kept(batches, Kind.CASES).height == 324
    assert app.tokens > 3


def test_the_identity_provider_may_be_on_another_host(app):
    with serving(app) as provider, serving(app) as api:
        connector = signalen(api.url, token_url=f"{provider.url}/realms/x/protocol/openid-connect/token")
        assert kept(read(connector), Kind.CASES).height == 324
        assert {one.path for one in provider.asked} == {"/realms/x/protocol/openid-connect/token"}
        assert not [one for one in api.asked if "token" in one.path]
        # The secret goes to the identity provider alone.
        assert b"open+sesame" in provider.asked[0].body
        assert not [one for one in api.asked if "sesame" in str(one)]


def test_a_scope_goes_along_where_the_identity_provider_asks_for_one(served):
    next(iter(signalen(served.url, scope="api://signalen/.default").fetch(EVERYTHING)))
    assert b"scope=api%3A%2F%2Fsignalen%2F.default" in served.asked[0].body


@pytest.mark.parametrize("status", [400, 401])
def test_a_wrong_secret_is_told_as_refused_and_not_repeated(served, app, status):
    app.token_status = status
    with pytest.raises(SourceRefusedError, match=str(status)) as refused:
        read(signalen(served.url))
    assert len(served.asked) == 1
    assert "sesame" not in str(refused.value)


def test_no_secret_is_told_with_the_name_of_its_variable(served):
    with pytest.raises(SourceRefusedError, match="UITKOMST_SECRET_MELDINGEN"):
        read(signalen(served.url, secret=Secret(variable="UITKOMST_SECRET_MELDINGEN")))
    assert not served.asked


def test_a_token_that_is_no_jwt_is_told_before_signalen_breaks_on_it(served, app):
    app.token = "opaque"
    with pytest.raises(SourceChangedError, match="JWT"):
        read(signalen(served.url))
    assert len(served.asked) == 1


def test_the_web_page_of_an_unread_token_is_told_as_refused_and_not_asked_for_again(served, app):
    app.unread = True
    with pytest.raises(SourceRefusedError, match="token_url"):
        read(signalen(served.url))
    assert len(served.asked) == 2


def test_an_account_that_signalen_does_not_know_is_refused_after_one_new_token(served, app):
    app.uses = 0
    with pytest.raises(SourceRefusedError, match="401"):
        read(signalen(served.url))
    assert app.tokens == 2


@pytest.mark.parametrize("fault", ["drop", "502", "429", "truncated", "html"])
def test_what_passes_by_itself_is_asked_for_again(app, fault):
    with serving(app, faults=["ok", "ok", "ok", "ok", "ok", "ok", fault]) as served:
        assert kept(read(signalen(served.url, dump=False)), Kind.CASES).height == 324


def test_an_address_of_something_else_is_told(served):
    with pytest.raises(SourceChangedError, match="404"):
        read(signalen(served.url, url=f"{served.url}/elsewhere"))


# --- rights -------------------------------------------------------------------------------------------------------


def test_an_account_that_sees_a_part_or_too_much_is_told(served, app):
    app.rights = ["sia_read", "sia_can_view_contact_details", "sia_signal_report"]
    told = notices(read(signalen(served.url)))
    assert {"signalen_sees_part", "signalen_sees_contact_details"} <= set(told)
    app.rights = ["sia_read", "sia_can_view_all_categories", "sia_signal_report"]
    assert not {"signalen_sees_part", "signalen_sees_contact_details"} & set(notices(read(signalen(served.url))))


def test_without_the_right_to_the_zip_the_last_forms_are_read(served, app):
    app.rights = ["sia_read", "sia_can_view_all_categories"]
    batches = read(signalen(served.url))
    assert Counter(kept(batches, Kind.ANSWERS)["value"].to_list()) == {1: 54, 0: 26}
    expected = {"signalen_no_right_to_dump", "signalen_last_forms_flatter", "signalen_reopened_unknown"}
    assert expected <= set(notices(batches))


# --- the daily zip ------------------------------------------------------------------------------------------------


def test_a_day_without_a_zip_is_told_and_its_answers_wait_for_the_next(served, app):
    # Last forms in their stead would count the same answers twice once the zip is there again.
    app.dump = None
    batches = read(signalen(served.url))
    assert kept(batches, Kind.CASES).height == 324
    assert kept(batches, Kind.ANSWERS).is_empty()
    assert "signalen_no_dump_today" in notices(batches)
    assert "signalen_last_forms_flatter" not in notices(batches)


def test_an_installation_that_writes_no_forms_into_its_zip_is_read_by_last_forms(served, app):
    app.dump = site.rezipped({"kto-feedback": None})
    batches = read(signalen(served.url))
    assert Counter(kept(batches, Kind.ANSWERS)["value"].to_list()) == {1: 54, 0: 26}
    assert notices(batches)["signalen_dump_without"] == {"file": "forms"}
    assert kept(batches, Kind.CASES)["reopened"].null_count() == 0


@pytest.mark.parametrize("body", [b"", b"<html>Onderhoud</html>", site.zipped()[:40_000], site.zipped()[:-9]])
def test_a_zip_that_is_none_or_breaks_off_is_told_as_unavailable(served, app, body):
    app.dump = body
    with pytest.raises(SourceUnavailableError, match="zip"):
        read(signalen(served.url))


def test_a_file_with_other_content_than_its_checksum_says_is_told_as_unavailable():
    whole = site.zipped()
    place = whole.index(b"kto-feedback") + 200
    with pytest.raises(SourceUnavailableError, match="zip"):
        unpacked(whole[:place] + b"spoilt!!" + whole[place + 8 :], where="private/csv")


def test_a_file_that_unpacks_to_too_much_is_not_unpacked():
    bomb = site.rezipped({"statuses": "id,_signal_id,state\n" + "1,1,m\n" * 2_000_000})
    assert len(bomb) < 300_000
    with pytest.raises(SourceChangedError, match="dump = false"):
        unpacked(bomb, where="private/csv", most_bytes=10_000_000)


def test_a_column_that_is_not_there_any_more_is_told():
    with pytest.raises(SourceChangedError, match="no column 'is_satisfied'"):
        unpacked(site.rezipped({"kto-feedback": "_signal_id,created_at,submitted_at\n"}), where="private/csv")


def test_a_form_that_cannot_be_read_is_rejected_with_its_reason(served, app):
    text = """_signal_id,is_satisfied,created_at,submitted_at
3,True,2025-12-01 08:00:00+00,2026-01-31 23:30:00+00
7,maybe,2025-12-01 08:00:00+00,2026-01-31 23:30:00+00
9,False,2025-12-01 08:00:00+00,soon
9,False
999999,True,2025-12-01 08:00:00+00,2025-12-02 08:00:00+00
"""
    app.dump = site.rezipped({"kto-feedback": text})
    batches = read(signalen(served.url))
    answers = kept(batches, Kind.ANSWERS)
    # Half past eleven at night by the clock of the world is the next day here.
    assert answers.select("answered_on", "value").rows() == [(date(2026, 2, 1), 1)]
    rejected = pl.concat([batch.rejected for batch in batches])
    assert rejected.select("column", "reason").rows() == [
        ("value", Reason.UNKNOWN_VALUE),
        ("answered_on", Reason.NOT_A_DATE),
        ("service", Reason.MISSING),
        (None, Reason.UNREADABLE_ROW),
    ]


def test_a_row_of_the_zip_that_cannot_be_read_is_told():
    text = "id,_signal_id,state,created_at\n1,2,m,2026-01-05\n2,2\n3,2,o,2026-01-06\n"
    read_zip = unpacked(site.rezipped({"statuses": text}), where="private/csv")
    assert {"file": "statuses", "rows": 1} in [dict(one.particulars) for one in read_zip.notices]
    assert read_zip.history.rows() == [(2, False, "2026-01-06")]


def test_the_norm_of_a_category_is_a_definition_that_changes_with_it(served):
    before = read(signalen(served.url))[0].definitions
    assert "norm afval/grofvuil" in before
    changed = site.recorded
    try:
        site.recorded = lambda name: _with_other_norms(changed(name))
        after = read(signalen(served.url))[0].definitions
    finally:
        site.recorded = changed
    differing = [name for name in before if before[name] != after[name]]
    assert differing == ["norm afval/asbest-accu"]


def _with_other_norms(recorded):
    for row in recorded["body"].get("results", []) if isinstance(recorded["body"], dict) else ():
        if row.get("slug") == "asbest-accu":
            row["sla"] = {"n_days": 9, "use_calendar_days": True}
    return recorded


# --- what is never read -------------------------------------------------------------------------------------------


def planted(rows):
    for row in rows:
        row.update(dict.fromkeys(NEVER_READ, SECRET))
        row["notes"] = [{"text": SECRET, "created_by": SECRET}]
        for part in ("status", "location", "reporter"):
            kept_codes = ("state", "created_at")
            row[part] = {name: old if name in kept_codes else SECRET for name, old in row[part].items()}
        row["category"] |= {"text": SECRET, "created_by": SECRET, "departments": SECRET}
    return rows


def planted_zip():
    """The zip with the words in every column that is not one of those that are read."""
    read_columns = {"id", "_signal_id", "state", "is_satisfied", "created_at", "submitted_at"}
    read_columns |= {"category_assignment_id", "main", "sub"}
    changes = {}
    for name in ("statuses", "kto-feedback", "_signals.csv", "_categories.csv", "reporters", "notes", "locations"):
        rows = site.dumped(name)
        written = io.StringIO()
        writer = csv.DictWriter(written, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({key: old if key in read_columns else SECRET for key, old in row.items()} for row in rows)
        changes[name] = written.getvalue()
    return site.rezipped(changes)


def test_nothing_that_a_person_wrote_is_read(served, app):
    app.rows, app.dump = planted(app.rows), planted_zip()
    for row in app.rows[:3]:
        row["category"]["deadline"] = SECRET
    connector = signalen(served.url)
    pages = list(connector.fetch(EVERYTHING))
    batches = [connector.parse(page) for page in pages]
    assert (kept(batches, Kind.CASES).height, kept(batches, Kind.ANSWERS).height) == (321, 85)
    told = [page.name for page in pages] + [str(batch.notices) for batch in batches]
    told += [str(batch.rejected.rows()) for batch in batches]
    told += [str(frame.rows()) for batch in batches for frame in batch.frames.values()]
    assert not [text for text in told for word in ("Geheim", "Kerkstraat") if word in text]
    # Of the zip nothing that a person wrote gets as far as a page; the secret of the source is in none.
    forms = [page.body for page in pages if "answered forms" in page.name]
    assert forms
    assert not [body for body in forms if b"Geheim" in body.replace(b'"source":"Mevrouw Geheim', b"")]
    assert not [page for page in pages if b"sesame" in page.body]


def test_an_error_repeats_nobodys_words(served, app):
    app.rows = planted(app.rows)
    app.ignored = ("ordering",)
    with pytest.raises(SourceError) as told:
        read(signalen(served.url))
    assert "Geheim" not in str(told.value)


def test_a_hundred_thousand_strange_rows_are_read_or_rejected_with_a_reason(latest):
    strange = list(mutated([_shorter(row) for row in site.meldingen()], 100_000, seed=1))
    connector = signalen("http://127.0.0.1")
    kinds = ("cases", "satisfied")
    for number, start in enumerate(range(0, len(strange), 5000)):
        part = strange[start : start + 5000]
        batch = connector.parse(_page(kinds[number % 5 == 4], {"results": part}))
        assert _accounted(batch, latest) == len(part)


def test_strange_forms_are_read_or_rejected_with_a_reason(latest):
    connector = signalen("http://127.0.0.1")
    forms = [
        {"id": one["_signal_id"], **{name: one[name] for name in ("is_satisfied", "created_at", "submitted_at")}}
        | {"main": "afval", "sub": "grofvuil", "source": "online"}
        for one in site.dumped("kto-feedback")
    ]
    part = list(mutated(forms, 20_000, seed=2))
    batch = connector.parse(_page("forms", part))
    assert _accounted(batch, latest) == len(part)
    assert batch.rejected.height > 1000


def _shorter(row):
    """The row with little beside what is read, so that nearly every change hits something."""
    names = ("id", "source", "text", "created_at", "updated_at", "has_parent", "has_children")
    parts = {"status": ("state", "created_at", "text"), "category": ("main_slug", "sub_slug", "deadline")}
    return {name: row[name] for name in names} | {
        part: {name: row[part][name] for name in inside} for part, inside in parts.items()
    }


def _page(kind, page):
    facts = {
        "sources": ["online"],
        "reopened": ["3"],
        "not_reopened": ["2"],
        "first_closed": {"3": "2026-01-06 08:00:00+00"},
    }
    return Page(name="strange", body=orjson.dumps({"kind": kind, "facts": facts, "page": page}))


def _accounted(batch, latest):
    """Rows that are kept, rejected or told as left out."""
    assert batch.rejected["reason"].is_in(list(Reason)).all()
    for kind, frame in batch.frames.items():
        checked = check(frame, kind, latest=latest)
        assert checked.rejected["reason"].is_in(list(Reason)).all()
    left_out = ("signalen_categories_left_out", "signalen_parts_left_out")
    told = sum(one.particulars["rows"] for one in batch.notices if one.code in left_out)
    return sum(frame.height for frame in batch.frames.values()) + batch.rejected.height + told


# --- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"url": "http://meldingen.example/signals/v1"}, "url: .*not encrypted"),
        ({"token_url": "idp"}, "token_url: .*no address"),
        ({"client_id": " "}, "client_id is empty"),
        ({"timezone": "Amsterdam"}, "no time zone"),
        ({"services": {}}, "services is empty"),
        ({"services": {"Afval / Grofvuil": "waste"}}, "is no category"),
        ({"services": {"afval": " "}}, "services: ' ' is no label"),
        ({"channels": {"online": "x" * 81}}, "channels: .* is no label"),
        ({"count": "childs"}, "Did you mean 'children'"),
        ({"page_size": 0}, "page_size is from 1 to 5000"),
        ({"overlap_days": 0}, "overlap_days is 1 or more"),
    ],
)
def test_a_wrong_setting_is_told(settings, told):
    with pytest.raises(ValueError, match=told):
        signalen("http://127.0.0.1", **settings)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ValueError, match=r"count.*page_size"):
        signalen("http://127.0.0.1", count="all", page_size=0)


def test_a_setting_that_does_not_exist_is_refused():
    block = {
        "url": "https://meldingen.example/signals/v1",
        "token_url": "https://id.example/token",
        "client_id": "uitkomst",
        "services": {"afval": "waste"},
        "timezone": "Europe/Amsterdam",
        "secret": Secret(variable="UITKOMST_SECRET_MELDINGEN"),
    }
    assert TypeAdapter(Signalen).validate_python(block).count == "parents"
    with pytest.raises(ValidationError, match="folder"):
        TypeAdapter(Signalen).validate_python({**block, "folder": "x"})
