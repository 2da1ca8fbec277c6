"""`uitkomst sources`: a source is connected by asking and trying; what cannot be read is never written."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections import Counter
from datetime import datetime

import pytest

from config.load import load_programme
from dashboard.cli.exits import Exit
from dashboard.sources_asked import kinds_asked
from dashboard.toml_text import value_text
from dashboard.wording.words import Words
from tests.connectors.contract import SECRET
from tests.connectors.every import NETWORK, block, secrets
from tests.connectors.rest_site import issues
from tests.connectors.serving import serving
from tests.connectors.sql_site import COLUMNS, CONSTANTS, SEGMENTS, broken, rows, sqlite_file
from tests.connectors.zgw_site import recorded_cases, recorded_types
from tests.dashboard.small import CASES, HEAD, PROJECT, small, surveyed, write_answers, write_cases

KINDS = list(kinds_asked(Words(language="en")))
VARIABLE = "UITKOMST_SECRET_SOURCE"
PAGES, ZGW_PAGE = 3, 100
"""Pages of a try, and cases on a page of the served Zaken API."""


@pytest.fixture
def town(tmp_path):
    """A programme with a project and no sources."""
    path = tmp_path / "town" / "programme.toml"
    path.parent.mkdir()
    path.write_text(HEAD.format(name="town") + PROJECT, encoding="utf-8")
    return path


@pytest.fixture
def add(uitkomst, desk, monkeypatch):  # noqa: ARG001 - a desk of its own
    """Add a source called `source`, with its right secret unless another is given."""

    def run(path, kind, settings, *more, secret=None):
        given = secrets(kind).values[VARIABLE] if secret is None and kind in NETWORK else secret
        if given:
            monkeypatch.setenv(VARIABLE, given)
        else:
            monkeypatch.delenv(VARIABLE, raising=False)
        sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value_text(value)}")]
        return uitkomst("sources", "add", "--programme", path, "--kind", kind, "--name", "source", *sets, *more)

    return run


def settings(kind, url, **changed):
    """The settings of the served site of a kind; a change to None leaves one out."""
    given = {**block(kind, url), **changed}
    return {key: value for key, value in given.items() if key != "kind" and value is not None}


def line_with(text, *parts):
    """The one line in which all of this stands."""
    (line,) = [line for line in text.splitlines() if all(part in line for part in parts)]
    return line


# --- every kind over the network: added as it is served, and read ---------------------------------------------------


@pytest.mark.parametrize("kind", NETWORK)
def test_a_source_that_was_added_is_read_by_the_next_sync(add, as_json, town, kind):
    before = town.read_bytes()
    with serving(NETWORK[kind].app()) as site:
        given = settings(kind, site.url)
        code, out, err = add(town, kind, given, "--yes")
        assert code == Exit.DONE, err
        assert "The first rows, as records of the kind" in out
        (run,) = as_json("sync", "--programme", town)
    assert run["new"] > 0
    assert run["failure"] is None
    assert town.read_bytes().startswith(before)
    assert dict(load_programme(town).sources["source"]) == tomllib.loads(_as_toml(kind, given))
    assert [path.name for path in town.parent.iterdir()] == ["programme.toml"]


def _as_toml(kind, given):
    # A day is a text in the settings of the served site, and a text on a command line where only a day can stand.
    return "\n".join([f'kind = "{kind}"', *(f"{key} = {value_text(value)}" for key, value in given.items())])


@pytest.mark.parametrize("kind", NETWORK)
def test_a_try_asks_for_no_more_than_three_pages_and_saves_nothing(add, desk, town, kind):
    with serving(NETWORK[kind].app()) as site:
        _, out, _ = add(town, kind, settings(kind, site.url))
    (pages,) = re.findall(r"^source: (\d) pages? read", out, flags=re.MULTILINE)
    assert 1 <= int(pages) <= PAGES
    # A desk of its own begins with the key of its pseudonyms.
    assert [path.name for path in desk.rglob("*") if path.suffix in {".db", ".parquet"} or path.is_dir()] == []


# --- what is not mapped yet -----------------------------------------------------------------------------------------


def first_cases():
    """The cases that a try of the served Zaken API sees, and the name of the case type of each."""
    names = {one["url"][-36:]: one["identificatie"] for one in recorded_types()}
    cases = sorted(recorded_cases(), key=lambda one: one["identificatie"])[: PAGES * ZGW_PAGE]
    return [(one, names[one["zaaktype"][-36:]]) for one in cases]


def test_channels_of_cases_that_are_not_mapped_are_shown_with_their_number(add, town):
    with serving(NETWORK["zgw"].app()) as site:
        _, out, _ = add(town, "zgw", settings("zgw", site.url, channels=None))
    counted = Counter(one["communicatiekanaal"][-36:].lower() for one, _ in first_cases() if one["communicatiekanaal"])
    assert len(counted) == 5
    for channel, cases in counted.items():
        assert line_with(out, channel).strip().startswith(f"{cases} cases came in by channel")
    assert out.index("Not mapped yet:") < out.index("cases came in by channel")


def test_case_types_that_are_not_mapped_are_shown_with_their_number(add, town):
    with serving(NETWORK["zgw"].app()) as site:
        given = settings("zgw", site.url, services={"ZT-PARK": "parking"})
        _, out, _ = add(town, "zgw", given)
    counted = Counter(name for _, name in first_cases())
    for name in ("ZT-BEZW", "ZT-KLACHT"):
        assert line_with(out, f"case type {name}").strip().startswith(f"{counted[name]} cases of case type {name}")


def test_answer_codes_that_are_not_mapped_are_shown(add, town):
    with serving(NETWORK["limesurvey"].app()) as site:
        channel = {"question": "KANAAL", "map": {"DIG": "website", "BAL": "desk"}}
        _, out, _ = add(town, "limesurvey", settings("limesurvey", site.url, channel=channel))
    assert line_with(out, "Question KANAAL").strip() == (
        "Question KANAAL: the settings of channel have no word for TEL, -oth-; those answers get none there."
    )


def test_values_that_the_settings_do_not_know_are_shown_with_their_number(add, town):
    with serving(NETWORK["rest"].app()) as site:
        given = settings("rest", site.url)
        service = {"path": "tracker.name", "map": {"Melding openbare ruimte": "reports"}}
        _, out, _ = add(town, "rest", {**given, "columns": {**given["columns"], "service": service}})
    number = sum(one["tracker"]["name"] == "Paspoort" for one in issues())
    assert line_with(out, "'Paspoort', which means nothing").strip().startswith(f"service: {number} rows")


def test_services_and_channels_that_the_programme_does_not_know_are_shown(add, town):
    with serving(NETWORK["zgw"].app()) as site:
        _, out, _ = add(town, "zgw", settings("zgw", site.url))
    assert "No project works on service 'parking': its records are in no figure yet." in out
    # The programme names web and desk; the served cases also came by phone.
    assert "Channel 'phone' has no name under [channels] in the programme yet." in out
    assert "Channel 'web' has no name" not in out


# --- what is shown --------------------------------------------------------------------------------------------------


def test_five_rows_are_shown_in_the_columns_that_are_filled_and_no_id_is(add, town):
    with serving(NETWORK["zgw"].app()) as site:
        _, out, _ = add(town, "zgw", settings("zgw", site.url))
    table = out.partition("The first rows, as records of the kind cases:\n")[2].partition("\n\n")[0].splitlines()
    assert table[0].split()[:3] == ["source_id", "service", "channel"]
    assert "suspended_days" not in table[0]
    assert [line.split()[0] for line in table[1:]] == ["…"] * 5
    first, _ = first_cases()[0]
    assert first["startdatum"] in table[1]
    assert [one["uuid"] for one, _ in first_cases() if one["uuid"] in out] == []


def test_a_database_is_shown_with_what_was_rejected_and_without_the_words_of_a_person(add, as_json, town):
    answers = rows(400)
    url = sqlite_file(town.parent, answers)
    given = {
        "url": url,
        "record": "answers",
        "query": 'SELECT * FROM "antw""oorden; --"',
        "columns": COLUMNS,
        "constants": CONSTANTS,
        "segments": SEGMENTS,
    }
    code, out, err = add(town, "sql", given, "--yes")
    assert code == Exit.DONE, err
    # Every hundredth has no score: it is read, and not accepted.
    rejected = broken(answers) + sum(each[0] % 100 == 0 and each[6] != "a=b" for each in answers)
    assert f"{400 - rejected} new, 0 changed, 0 as they were, {rejected} rejected." in out
    assert SECRET.split(",")[0] not in out + err
    (run,) = as_json("sync", "--programme", town)
    assert (run["new"], run["rejected"]) == (400 - rejected, rejected)


# --- what cannot be read is never written ---------------------------------------------------------------------------


def test_a_wrong_secret_tells_who_must_act_and_writes_nothing(add, town):
    before = town.read_bytes()
    wrong = "another secret that is long enough for HS256"
    with serving(NETWORK["zgw"].app()) as site:
        code, out, err = add(town, "zgw", settings("zgw", site.url), "--yes", secret=wrong)
    assert code == Exit.REFUSED
    assert "Whoever manages this source must renew our access." in out
    assert "Nothing was written." in err
    assert town.read_bytes() == before
    assert wrong not in out + err
    assert [path.name for path in town.parent.iterdir()] == ["programme.toml"]


def test_without_a_secret_nobody_is_asked_and_the_variable_is_named(add, town):
    with serving(NETWORK["zgw"].app()) as site:
        code, out, err = add(town, "zgw", settings("zgw", site.url), "--yes", secret="")
        assert site.asked == []
    assert (code, out) == (Exit.REFUSED, "")
    assert f"{VARIABLE} is not set" in err
    assert f"{VARIABLE}_FILE" in err


def test_the_command_to_go_on_with_adds_the_same_source(add, uitkomst, monkeypatch, town):
    with serving(NETWORK["rest"].app()) as site:
        given = settings("rest", site.url)
        _, _, err = add(town, "rest", given, "--yes", secret="")
        shown = err.partition("Then go on with:\n")[2].strip()
        words = subprocess.run(
            ["bash", "-c", f"for one in {shown}; do printf '%s\\0' \"$one\"; done"], capture_output=True, check=True
        ).stdout.decode()
        monkeypatch.setenv(VARIABLE, secrets("rest").values[VARIABLE])
        code, _, _ = uitkomst(*words.split("\0")[1:-1], "--yes")
    assert code == Exit.DONE
    assert dict(load_programme(town).sources["source"]) == {"kind": "rest", **given}


def test_a_secret_written_as_a_setting_is_refused_and_not_repeated(add, town):
    before = town.read_bytes()
    with serving(NETWORK["zgw"].app()) as site:
        for key in ("secret", "password"):
            code, out, err = add(town, "zgw", {**settings("zgw", site.url), key: "hunter2hunter2"}, "--yes")
            assert code in {Exit.USAGE, Exit.CONFIGURATION}
            assert "hunter2" not in out + err
        assert site.asked == []
    assert town.read_bytes() == before


def test_a_source_that_does_not_answer_is_not_written(add, town):
    before = town.read_bytes()
    code, out, err = add(town, "zgw", settings("zgw", "http://127.0.0.1:9"), "--yes")
    assert code == Exit.UNAVAILABLE
    assert "Nobody needs to act yet" in out
    assert "Nothing was written." in err
    assert town.read_bytes() == before


def test_a_source_of_which_not_one_row_is_accepted_is_not_written(add, town):
    before = town.read_bytes()
    write_answers(town.parent, [(f"a{number}", "web", 9) for number in range(4)])
    given = {
        "path": "answers.csv",
        "record": "answers",
        "columns": {"source_id": "id", "value": "score", "answered_on": "day"},
        "constants": {"service": "permit", "item": "satisfaction", "scale": "1-5"},
    }
    code, out, err = add(town, "files", given, "--yes")
    assert code == Exit.CONFIGURATION
    assert "outside its scale" in out
    assert "Not one row could be accepted" in err
    assert town.read_bytes() == before


def test_without_yes_all_is_shown_and_nothing_is_written(add, town):
    before = town.read_bytes()
    with serving(NETWORK["zgw"].app()) as site:
        code, out, err = add(town, "zgw", settings("zgw", site.url))
    assert code == Exit.DONE
    assert '[sources.source]\nkind = "zgw"\n' in out
    assert "Nothing was written yet. With --yes" in err
    assert town.read_bytes() == before


# --- what is wrong is told at once ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_all_that_is_missing_is_told_at_once_with_an_example(uitkomst, town):
    code, _, err = uitkomst("sources", "add", "--programme", town, "--kind", "zgw", "--yes")
    assert code == Exit.USAGE
    assert [line.split()[0] for line in err.splitlines()] == ["--name", "url", "client_id", "services"]
    assert "--set 'services.ZT-PARK = parking'" in err


@pytest.mark.usefixtures("desk")
def test_without_a_kind_every_kind_is_told_with_its_sentence(uitkomst, town):
    code, _, err = uitkomst("sources", "add", "--programme", town, "--name", "source", "--yes")
    assert code == Exit.USAGE
    assert [line.split()[0] for line in err.splitlines()[1:]] == KINDS


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--kind", "zwg", "--name", "x"], "Did you mean 'zgw'?"),
        (["--kind", "zgw", "--name", "De Zaken"], "small letters and digits"),
        (["--kind", "zgw", "--name", "register"], "has a source 'register' already"),
        (["--kind", "zgw", "--name", "x", "--set", "nothing"], "--set number 1: write it as key=value."),
        (["--kind", "zgw", "--name", "x", "--set", "url=u", "--set", "url.x=u"], "--set number 2: url has a value"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_wrong_command_is_told(uitkomst, tmp_path, arguments, sentence):
    path = small(tmp_path / "town", PROJECT, CASES)
    code, _, err = uitkomst("sources", "add", "--programme", path, *arguments, "--yes")
    assert code == Exit.USAGE
    assert sentence in err


def test_all_that_is_wrong_with_the_settings_is_told_at_once_with_the_nearest_word(add, town):
    given = settings("zgw", "http://127.0.0.1:9", page_size=0, zaken="?")
    code, _, err = add(town, "zgw", {**given, "chanels": {}}, "--yes")
    assert code == Exit.CONFIGURATION
    assert f"{town}, [sources.source]: no key 'chanels'. Did you mean 'channels'?" in err
    code, _, err = add(town, "zgw", given, "--yes")
    assert code == Exit.CONFIGURATION
    assert "page_size is 1 to" in err
    assert "zaken is the path of that API below url" in err


@pytest.mark.usefixtures("desk")
def test_without_a_file_the_command_says_so(uitkomst):
    code, _, err = uitkomst("sources", "add")
    assert code == Exit.USAGE
    assert "--programme FILE" in err


# --- how each source stands -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_the_list_tells_how_each_source_stands(uitkomst, tmp_path):
    path = surveyed(tmp_path / "town", 8, 12)
    path.write_text(path.read_text(encoding="utf-8") + CASES, encoding="utf-8")
    write_cases(path.parent, [("c1", "2026-01-05", "2026-02-05")])
    uitkomst("sync", "--programme", path, "--source", "survey")
    code, out, _ = uitkomst("sources", "list")
    assert code == Exit.DONE
    table = [re.split(r" {2,}", line) for line in out.splitlines()]
    assert table[0] == ["Programme", "Source", "Kind", "State", "Last read"]
    assert table[1][:4] == ["small", "survey", "files", "Fresh"]
    assert re.fullmatch(r"\d+ \w+ \d{4}, \d\d:\d\d", table[1][4])
    assert table[2] == ["small", "register", "files", "Never read", "–"]
    code, out, _ = uitkomst("sources", "list", "--json")
    survey, register = json.loads(out)
    assert (code, survey["source"], survey["state"], survey["rejected"]) == (Exit.DONE, "survey", "fresh", 0)
    assert datetime.fromisoformat(survey["last_read_at"]).tzinfo is not None
    assert (register["state"], register["last_read_at"]) == ("never", None)
