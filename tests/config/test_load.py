"""Reading `programme.toml`: all problems at once, each with where, what was found and the nearest right word."""

from __future__ import annotations

from datetime import date

import pytest

from config.load import connectors_of, load_programme
from config.problems import ConfigurationError

HEAD = '[programme]\nname = "town"\ntitle = { nl = "Stad", en = "Town" }\n'
PROJECT = '[projects.permits]\ntitle = { nl = "Vergunning", en = "Permits" }\nservices = ["permit"]\n'
SOURCE = (
    '[sources.survey]\nkind = "files"\nrecord = "answers"\npath = "answers.csv"\n'
    'constants = { service = "permit", item = "satisfaction", scale = "1-5" }\n'
    '[sources.survey.columns]\nsource_id = "id"\nvalue = "score"\nanswered_on = "day"\n'
)


@pytest.fixture
def told(tmp_path):
    """Write a programme file and return the problems it has, as sections with their sentences."""

    def problems(text: str) -> list[tuple[str, str]]:
        path = tmp_path / "programme.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError) as raised:
            load_programme(path)
        for problem in raised.value.problems:
            assert problem.where.startswith(str(path)), problem
        return [(one.where.removeprefix(f"{path}, "), one.sentence) for one in raised.value.problems]

    return problems


@pytest.fixture
def one_problem(told):
    def only(text: str) -> str:
        (problem,) = told(text)
        return f"{problem[0]}: {problem[1]}"

    return only


def test_a_right_programme_is_read_whole(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text(HEAD + PROJECT + "targets = { satisfaction = 0.8 }\n" + SOURCE, encoding="utf-8")
    programme = load_programme(path)
    assert (programme.name, programme.period, programme.timezone) == ("town", "quarter", "Europe/Amsterdam")
    assert programme.projects["permits"].targets == {"satisfaction": 0.8}
    assert list(connectors_of(programme, path)) == ["survey"]


def test_both_examples_are_right(public_file, voorbeeldstad_file):
    assert len(load_programme(public_file).projects) == 4
    assert len(load_programme(voorbeeldstad_file).projects) == 8


def test_a_net_score_may_have_a_target_below_zero_and_a_rate_one_above_a_hundred(tmp_path):
    path = tmp_path / "programme.toml"
    targets = 'targets = { nps = -10, contacts_per_hundred = 120 }\nheadline = { satisfaction = "nps" }\n'
    path.write_text(HEAD + PROJECT + targets, encoding="utf-8")
    assert load_programme(path).projects["permits"].targets == {"nps": -10.0, "contacts_per_hundred": 120.0}


# --- the file ----------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"absent\.toml: there is no such file\. Give the path"):
        load_programme(tmp_path / "absent.toml")


def test_a_folder_is_no_programme(tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot be read \(IsADirectoryError\)"):
        load_programme(tmp_path)


def test_a_file_that_is_not_toml_is_told_with_its_line(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text("[programme]\nname = town\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"programme\.toml: is not TOML: .*line 2"):
        load_programme(path)


def test_a_file_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_bytes('[programme]\nname = "é"\n'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="It must be a UTF-8 text file"):
        load_programme(path)


def test_a_file_we_may_not_read_is_told(tmp_path, unreadable):
    path = tmp_path / "programme.toml"
    path.write_text(HEAD, encoding="utf-8")
    with unreadable(path), pytest.raises(ConfigurationError, match=r"cannot be read \(PermissionError\)"):
        load_programme(path)


def test_an_empty_file_misses_its_programme(one_problem):
    assert one_problem("") == "[programme]: the key 'programme' is missing. Add it."


@pytest.mark.parametrize("block", ["programme", "sources", "projects", "channels"])
def test_a_block_that_is_a_number_is_told_to_be_a_block(told, block):
    text = f"{block} = 3\n" + ("" if block == "programme" else HEAD)
    assert (f"{block}: '3' – write a block of keys and values.") in [sentence for _, sentence in told(text)]


# --- wrong words, with the nearest right one ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "section", "nearest"),
    [
        (HEAD + 'perod = "month"\n', "[programme]", "no key 'perod'. Did you mean 'period'?"),
        (HEAD + "[project.permits]\n", "[programme]", "no key 'project'. Did you mean 'projects'?"),
        (HEAD + PROJECT + "norm = 5\nnorm_day = 56\n", "[projects.permits]", "Did you mean 'norm_days'?"),
        (HEAD + PROJECT + "targets = { satisfacton = 0.8 }\n", "[projects.permits.targets]", "mean 'satisfaction'?"),
        (HEAD + PROJECT + 'headline = { leadtime = "on_time" }\n', "[projects.permits.headline]", "mean 'lead_time'?"),
        (
            HEAD + PROJECT + 'headline = { lead_time = "satisfaction" }\n',
            "[projects.permits.headline]",
            "no KPI 'satisfaction' of lead_time. There are: decided_within_norm, lead_time_mean, lead_time_p50",
        ),
        (HEAD + SOURCE.replace("path =", "pth ="), "[sources.survey]", "no key 'pth'. Did you mean 'path'?"),
        (HEAD + SOURCE.replace('"files"', '"file"'), "[sources.survey]", "no kind of source 'file'. Did you mean"),
        (HEAD + 'timezone = "Europe/Amsterdan"\n', "[programme]", "Did you mean 'Europe/Amsterdam'?"),
    ],
)
def test_a_wrong_word_is_told_with_its_section_and_the_nearest_right_one(told, text, section, nearest):
    assert any(where == section and nearest in sentence for where, sentence in told(text)), told(text)


def test_all_right_words_are_named_too(one_problem):
    sentence = one_problem(HEAD + PROJECT + "targets = { speed = 1 }\n")
    assert "There are: clarity, completion, contacts_per_hundred, decided_within_norm, lead_time_mean," in sentence


def test_a_contrast_has_no_target(one_problem):
    assert "no KPI 'completed_p90'" in one_problem(HEAD + PROJECT + "targets = { completed_p90 = 50 }\n")


def test_all_problems_are_told_at_once_wherever_they_are(told):
    text = (
        HEAD
        + 'perod = "month"\ntimezone = "Europe/Londen"\n'
        + "[chanels]\n"
        + PROJECT
        + 'budget = "much"\nbaseline = { start = 2025-01-02, end = 2025-03-31 }\n'
        + "targets = { satisfacton = 0.8 }\n"
        + "[projects.letters]\nservices = []\n"
        + SOURCE.replace("path =", "pth =")
    )
    problems = told(text)
    assert [where for where, _ in problems].count("[programme]") == 3
    expected = {
        ("[programme]", "no key 'chanels'. Did you mean 'channels'?"),
        ("[programme]", "no key 'perod'. Did you mean 'period'?"),
        ("[programme]", "no time zone 'Europe/Londen'. Did you mean 'Europe/London'?"),
        ("[projects.permits]", "budget: 'much' – write a number"),
        ("[projects.permits.baseline]", "2025-01-02 to 2025-03-31 is not a run of whole months."),
        ("[projects.permits.targets]", "no KPI 'satisfacton'. Did you mean 'satisfaction'?"),
        ("[projects.letters]", "the key 'title' is missing. Add it."),
        ("[projects.letters]", "services: name at least one."),
        ("[sources.survey]", "the key 'path' is missing. Add it."),
        ("[sources.survey]", "no key 'pth'. Did you mean 'path'?"),
    }
    found = {
        (section, start)
        for section, start in expected
        for where, sentence in problems
        if where == section
        if sentence.startswith(start)
    }
    assert expected - found == set()
    assert len(problems) == len(expected)


# --- wrong values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ('period = "week"', "[programme]: period: 'week' – Input should be 'month', 'quarter' or 'year'."),
        ('as_of = "31 March"', "[programme]: as_of: '31 March' – write a day as 2026-01-31, without quotes."),
        ("as_of = 2026-01-31T12:00:00", "write a day as 2026-01-31, without quotes."),
        ("fresh_within_days = 0", "[programme]: fresh_within_days: '0' – Input should be greater than 0."),
        ('made_up = "perhaps"', "[programme]: made_up: 'perhaps' – write true or false."),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(one_problem, block, sentence):
    assert sentence in one_problem(f"{HEAD}{block}\n")


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ('services = "permit"', "services: 'permit' – write a list, such as [\"…\"]."),
        ("budget = -5", "budget: '-5' – Input should be greater than or equal to 0."),
        ("targets = { satisfaction = 80 }", "'80' is not between 0 and 1. Write a share as a fraction: 0.80"),
        ("targets = { lead_time_p90 = -3 }", "lead_time_p90: '-3' is below zero. Write a number of days."),
        ("targets = { contacts_per_hundred = -3 }", "'-3' is below zero. Write a number for every 100 applications."),
        ("targets = { nps = -101 }", "nps: '-101' is not between -100 and 100. Write the score in points."),
        ("targets = { satisfaction = nan }", "satisfaction: 'nan' is not between 0 and 1."),
        ("baseline = { start = 2025-01-01 }", "[projects.permits.baseline]: the key 'end' is missing. Add it."),
    ],
)
def test_a_wrong_value_of_a_project_is_told_with_what_is_allowed(one_problem, block, sentence):
    project = PROJECT.replace('services = ["permit"]\n', "") if block.startswith("services") else PROJECT
    assert sentence in one_problem(f"{HEAD}{project}{block}\n")


def test_a_name_that_cannot_go_into_an_address_is_told(one_problem):
    sentence = one_problem(HEAD + PROJECT.replace("permits", '"Permits 1"', 1))
    assert sentence == "[projects.Permits 1]: 'Permits 1' – use small letters and digits, with hyphens between words."


def test_a_text_in_one_language_misses_the_other(one_problem):
    assert one_problem(HEAD + PROJECT + 'goal = { nl = "Snel" }\n') == (
        "[projects.permits.goal]: the key 'en' is missing. Add it."
    )


def test_a_source_without_a_kind_is_told_which_kinds_there_are(one_problem):
    assert one_problem(HEAD + '[sources.survey]\npath = "a.csv"\n') == (
        "[sources.survey]: no kind. There are: event_log, files, limesurvey, matomo, "
        "open311, open_klant, rest, signalen, sql, touchpoints, zgw."
    )


def test_the_name_of_a_source_cannot_be_that_of_the_file_of_another_ones_secret(one_problem):
    source = '[sources.survey-file]\nkind = "files"\npath = "a.csv"\nrecord = "spending"\n'
    columns = 'columns = { source_id = "id", project = "p", booked_on = "d", amount = "a" }\n'
    assert one_problem(HEAD + source + columns) == (
        "[sources.survey-file]: the name of a source may not end in '-file': "
        "its secret would be taken for the file of another one."
    )


# --- the baseline ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), [("2025-01-02", "2025-03-31"), ("2025-01-01", "2025-02-27")])
def test_a_baseline_is_whole_months(one_problem, start, end):
    sentence = one_problem(f"{HEAD}{PROJECT}baseline = {{ start = {start}, end = {end} }}\n")
    assert sentence == (
        f"[projects.permits.baseline]: {start} to {end} is not a run of whole months. "
        "Start on the first and end on the last day of a month."
    )


def test_a_baseline_ends_before_the_project_starts(one_problem):
    text = f"{HEAD}{PROJECT}started_on = 2025-03-31\nbaseline = {{ start = 2025-01-01, end = 2025-03-31 }}\n"
    assert one_problem(text) == (
        "[projects.permits.baseline]: 2025-01-01 to 2025-03-31 reaches past the start of the project (2025-03-31). "
        "End it before that day."
    )


def test_a_baseline_may_end_on_a_leap_day(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text(f"{HEAD}{PROJECT}baseline = {{ start = 2024-02-01, end = 2024-02-29 }}\n", encoding="utf-8")
    baseline = load_programme(path).projects["permits"].baseline
    assert baseline is not None
    assert baseline.end == date(2024, 2, 29)


# --- the day as seen from ----------------------------------------------------------------------------------------


def test_the_day_asked_for_goes_before_the_project_the_programme_and_today(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text(f"{HEAD}as_of = 2026-02-02\n{PROJECT}as_of = 2026-03-03\n", encoding="utf-8")
    programme = load_programme(path)
    project, today = programme.projects["permits"], date(2026, 4, 4)
    assert programme.as_of_for(project, asked=date(2026, 1, 1), today=today) == date(2026, 1, 1)
    assert programme.as_of_for(project, asked=None, today=today) == date(2026, 3, 3)
    without = project.model_copy(update={"as_of": None})
    assert programme.as_of_for(without, asked=None, today=today) == date(2026, 2, 2)
    assert programme.model_copy(update={"as_of": None}).as_of_for(without, asked=None, today=today) == today
