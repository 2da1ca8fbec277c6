"""LimeSurvey: sessions, the ways of saying no, and of having nothing."""

from __future__ import annotations

import base64

import polars as pl
import pytest

from connectors.connector import (
    EVERYTHING,
    SourceChangedError,
    SourceRefusedError,
    SourceUnavailableError,
    Start,
)
from connectors.web.secret import Secret
from metrics.notices import Notice
from metrics.records import Kind, Reason
from tests.connectors.limesurvey_site import (
    PASSWORD,
    SURVEY,
    Kept,
    LimeSurveySite,
    error_of,
    participants,
    recorded,
    rows,
    rows_like_recorded,
    rows_of,
    said,
    spread,
    survey,
    told,
)
from tests.connectors.serving import Told, serving

OBJECTS = ("get_survey_properties", "get_fieldmap", "get_question_properties", "get_summary")


@pytest.fixture
def site():
    return LimeSurveySite()


@pytest.fixture
def served(site):
    with serving(site) as one:
        yield one


def answering(method: str, told_: object, site: LimeSurveySite):
    """The site, but with its own answer to one method."""

    def app(asked):
        call = asked.json()
        if call["method"] != method:
            return site(asked)
        site.calls.append(method)
        return told_ if isinstance(told_, Told) else Told({"id": 1, "result": told_, "error": None})

    return app


# --- logging in ---------------------------------------------------------------------------------------------------


def test_a_refused_login_is_tried_once_and_never_again(site, served):
    connector = survey(served.url, secret=Secret(variable="X", value="wrong-2718"))
    error = error_of(connector)
    assert isinstance(error, SourceRefusedError)
    assert "three wrong passwords lock out everybody" in error.sentence
    assert "wrong-2718" not in str(error)
    assert site.calls == ["get_session_key"]


@pytest.mark.parametrize("fault", ["drop", "stall", "502", "429", "truncated", "html"])
def test_a_login_without_an_answer_is_not_repeated_for_it_may_have_been_counted(site, fault):
    with serving(site, faults=[fault]) as served:
        assert isinstance(error_of(survey(served.url)), SourceUnavailableError)
    assert site.logins <= 1
    assert set(site.calls) <= {"get_session_key"}


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        ("02", "has expired or is switched off"),
        ("c05", "Wait ten minutes"),
        ("c08", "the account has expired"),
        ("a01", "Use internal database authentication"),
    ],
)
def test_each_way_in_which_limesurvey_refuses_a_login_says_what_to_do(site, recording, words):
    with serving(answering("get_session_key", said(recording), site)) as served:
        error = error_of(survey(served.url))
    assert isinstance(error, SourceRefusedError)
    assert words in error.sentence
    assert site.calls == ["get_session_key"]


def test_without_a_secret_nothing_is_asked(site, served):
    error = error_of(survey(served.url, secret=Secret(variable="UITKOMST_SECRET_SURVEY")))
    assert "Set UITKOMST_SECRET_SURVEY" in error.sentence
    assert not site.calls


def test_a_session_that_expires_half_way_is_renewed_once(site, served):
    site.surveys[SURVEY] = spread(20)
    whole = rows(survey(served.url))
    site.lasts, site.logins = 9, 0
    assert rows(survey(served.url)) == whole
    assert site.logins == 2


def test_a_session_that_expires_again_and_again_is_refused_after_the_second_login(site, served):
    site.lasts = 2
    error = error_of(survey(served.url))
    assert isinstance(error, SourceRefusedError)
    assert "ended again and again" in error.sentence
    assert site.logins == 2


def test_a_password_that_changed_half_way_is_tried_once(site, served):
    connector, site.lasts = survey(served.url), 4
    pages = connector.fetch(EVERYTHING)
    site.password, site.logins = PASSWORD, 0
    original = site._get_summary

    def changed(*asked):
        site.password = "another"
        return original(*asked)

    site._get_summary = changed
    with pytest.raises(SourceRefusedError):
        list(pages)
    assert site.logins <= 2
    assert site.wrong <= 1


def test_the_key_is_given_back_after_a_run_after_an_error_and_when_nobody_reads_on(site, served):
    list(survey(served.url).fetch(EVERYTHING))
    assert site.released == 1
    site.may_not = ("get_summary",)
    error_of(survey(served.url))
    assert site.released == 2
    site.may_not = ()
    pages = survey(served.url).fetch(EVERYTHING)
    next(pages)
    pages.close()
    assert site.released == 3
    assert not site.sessions


def test_a_key_that_cannot_be_given_back_spoils_no_run(site):
    app = answering("release_session_key", Told(b"<html>oops</html>", 502), site)
    with serving(app) as served:
        assert rows(survey(served.url))
    assert site.calls.count("release_session_key") == 1


# --- nothing, and no ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "codes"),
    [
        (Kept([]), ["rows_expected"]),
        (Kept([row for row in rows_of("41") if not row["submitdate"]]), ["rows_expected", "responses_partial"]),
        (Kept([], properties={**said("24"), "active": "N"}, table=False), ["survey_not_active"]),
        (Kept([], table=False), ["survey_not_active"]),
    ],
)
def test_the_ways_of_having_no_data_give_no_rows_and_no_error(site, served, kept, codes):
    site.surveys[SURVEY] = kept
    assert rows(survey(served.url)) == set()
    assert [notice.code for notice in told(survey(served.url))] == codes


def test_a_survey_that_is_closed_while_we_read_keeps_what_was_read_and_is_told(site, served):
    site.surveys[SURVEY] = spread(20)

    def moved(number):
        site.surveys[SURVEY].table = number < 3

    site.moved = moved
    connector = survey(served.url)
    batches = [connector.parse(page) for page in connector.fetch(EVERYTHING)]
    assert [batch.frames[Kind.ANSWERS].is_empty() for batch in batches] == [False, False, True]
    assert [notice.code for notice in batches[-1].notices] == ["survey_not_active"]


def test_a_survey_without_dates_is_told_and_its_undated_responses_are_rejected(site, served):
    site.surveys = {202602: Kept(rows_of("66"), properties=said("25"))}
    connector = survey(served.url, survey=202602)
    batches = [connector.parse(page) for page in connector.fetch(EVERYTHING)]
    rejected = pl.concat(batch.rejected for batch in batches)
    # What came over the web has no day, as recorded; what came over RemoteControl has its time all the same.
    complete = [row for row in rows_of("66") if row["submitdate"]]
    undated = [place for place, row in enumerate(complete, 1) if row["submitdate"].startswith("1980")]
    assert undated
    expected = [("answered_on", Reason.MISSING, line) for line in undated]
    assert rejected.select("column", "reason", "line").rows() == expected
    dated = {f"202602-{row['id']}" for row in complete if not row["submitdate"].startswith("1980")}
    assert {row[0] for row in rows(connector)} == dated
    notices = [notice for batch in batches for notice in batch.notices]
    assert [one for one in notices if one.code == "survey_without_dates"] == [
        Notice(code="survey_without_dates", particulars={"survey": 202602})
    ]


def test_participants_and_partial_responses_are_told_as_counts_without_a_day(site, served):
    site.surveys = {202606: Kept(rows_of("e01"), participants={**participants(), "token_sent": 2})}
    notices = told(survey(served.url, survey=202606))
    particulars = {"survey": 202606, "participants": 2, "invited": 2, "answered": 0}
    assert Notice(code="response", particulars=particulars) in notices
    site.surveys = {SURVEY: Kept(rows_of("41"))}
    particulars = {"survey": SURVEY, "complete": 265, "partial": 38}
    assert Notice(code="responses_partial", particulars=particulars) in told(survey(served.url))


def test_a_run_that_goes_on_after_a_break_does_not_compare_its_part_with_the_whole(served):
    codes = [notice.code for notice in told(survey(served.url), Start(after="100"))]
    assert "rows_expected" not in codes


@pytest.mark.parametrize(
    ("method", "right"),
    [
        ("get_survey_properties", "Survey settings: view"),
        ("get_fieldmap", "Survey content: view"),
        ("get_question_properties", "Survey content: view"),
        ("get_summary", "Survey: view"),
        ("export_responses", "Responses: export"),
    ],
)
def test_a_missing_right_is_named(site, served, method, right):
    site.may_not = (method,)
    error = error_of(survey(served.url))
    assert isinstance(error, SourceRefusedError)
    assert right in error.sentence


def test_a_survey_that_is_not_there_is_told(served):
    error = error_of(survey(served.url, survey=999999))
    assert isinstance(error, SourceChangedError)
    assert "no survey with this number" in error.sentence


def test_words_for_no_that_we_do_not_know_are_not_repeated_but_their_code_is(site):
    said_ = {"status": "Nee hoor, koppeling!", "error_code": "LS_412"}
    with serving(answering("get_summary", said_, site)) as served:
        error = error_of(survey(served.url))
    assert "LS_412" in error.sentence
    assert "koppeling" not in str(error)


def test_a_call_that_limesurvey_does_not_know_is_our_mistake_and_asked_once(site):
    page = recorded("80")["response"]
    with serving(answering("get_fieldmap", Told(page["body_text"].encode(), page["status"]), site)) as served:
        error = error_of(survey(served.url))
    assert isinstance(error, SourceChangedError)
    assert "does not understand our question" in error.sentence
    assert site.calls.count("get_fieldmap") == 1


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        ("d01", "RemoteControl is switched off"),
        ("d02", "set to XML-RPC"),
        ("d03", "Check `url`"),
    ],
)
def test_a_door_that_is_shut_says_what_to_do_and_is_knocked_on_once(recording, words):
    answer = recorded(recording)["response"]
    asked = []

    def app(one):
        asked.append(one)
        return Told(answer["body_text"].encode(), answer["status"], {"Content-Type": "text/html"})

    with serving(app) as served:
        error = error_of(survey(served.url))
    assert isinstance(error, SourceChangedError)
    assert words in error.sentence
    assert len(asked) == 1


@pytest.mark.parametrize("fault", ["drop", "429", "502", "truncated", "html"])
def test_what_passes_by_itself_is_asked_again_once_we_are_in(site, fault):
    with serving(site, faults=["ok", fault, "ok", fault]) as served:
        assert len(rows(survey(served.url))) == len(rows_like_recorded())
    assert site.logins == 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("%%%", "is no file in base64"),
        (None, "holds no responses in JSON"),
        (base64.b64encode(b"no json").decode(), "holds no responses in JSON"),
        (base64.b64encode(b'{"responses": {}}').decode(), "holds no responses in JSON"),
        (base64.b64encode(b'{"responses": [{"id": 1}]}').decode(), "has no column 'submitdate', 'TEVR'"),
    ],
)
def test_an_export_that_is_no_export_is_told(site, file, words):
    with serving(answering("export_responses", file, site)) as served:
        error = error_of(survey(served.url))
    assert isinstance(error, SourceChangedError)
    assert words in error.sentence


@pytest.mark.parametrize("body", [[], {"id": 1}, {"id": 1, "result": None, "error": "unable to decode malformed json"}])
def test_an_answer_that_is_none_of_remotecontrol_is_told(body):
    with serving(lambda _: Told(body)) as served:
        error = error_of(survey(served.url))
    assert isinstance(error, SourceChangedError)
    assert "no answer of RemoteControl" in error.sentence


def test_no_error_repeats_the_password_or_the_key(site, served):
    for method in ("get_survey_properties", "export_responses"):
        site.may_not = (method,)
        error = error_of(survey(served.url))
        assert PASSWORD not in str(error)
        assert "key" not in str(error)


@pytest.mark.parametrize(
    ("method", "strange"),
    [
        *((method, strange) for method in OBJECTS for strange in (None, 5, "x", [1])),
        *((method, {"a": None}) for method in OBJECTS if method != "get_summary"),
        ("get_fieldmap", {"id": 5, "TEVR": {"title": "TEVR", "qid": 1}}),
        ("export_responses", {"a": 1}),
    ],
)
def test_an_answer_of_another_shape_is_told_and_breaks_nothing_else(site, method, strange):
    with serving(answering(method, strange, site)) as served:
        error = error_of(survey(served.url))
    assert isinstance(error, SourceChangedError)
    assert site.released == 1


def test_a_survey_that_counts_nothing_itself_is_read_all_the_same(site):
    with serving(answering("get_summary", {"another": 1}, site)) as served:
        assert len(rows(survey(served.url))) == len(rows_like_recorded())
        assert told(survey(served.url)) == []
