"""Secrets of sources: from a variable or a file, told when they cannot be had, and never repeated."""

from __future__ import annotations

import traceback

import pytest

from config.problems import ConfigurationError
from config.secrets import read_secrets

VALUE = "not-to-be-seen-5f0c"
VARIABLE = "UITKOMST_SECRET_SURVEY"


@pytest.fixture
def file(tmp_path):
    def made(content):
        path = tmp_path / "secret"
        path.write_bytes(content)
        return str(path)

    return made


def refused(given):
    with pytest.raises(ConfigurationError) as told:
        read_secrets(given)
    assert VALUE not in "".join(traceback.format_exception(told.value))
    return str(told.value)


def test_a_secret_comes_from_its_variable():
    found = read_secrets({VARIABLE: VALUE}).of("survey")
    assert (found.variable, found.value, found.told()) == (VARIABLE, VALUE, VALUE)


@pytest.mark.parametrize(
    "content", [VALUE.encode(), f" {VALUE}\n".encode(), f"{VALUE}\r\n".encode(), b"\xef\xbb\xbf" + VALUE.encode()]
)
def test_a_secret_comes_from_the_file_that_its_variable_names(file, content):
    assert read_secrets({f"{VARIABLE}_FILE": file(content)}).of("survey").value == VALUE


def test_a_variable_goes_before_a_file_which_is_not_read(tmp_path, file):
    for path in (file(b"other"), str(tmp_path / "absent")):
        assert read_secrets({VARIABLE: VALUE, f"{VARIABLE}_FILE": path}).of("survey").value == VALUE


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_an_empty_variable_counts_as_absent(file, empty):
    assert read_secrets({VARIABLE: empty}).of("survey").value is None
    assert read_secrets({f"{VARIABLE}_FILE": empty}).of("survey").value is None
    assert read_secrets({VARIABLE: empty, f"{VARIABLE}_FILE": file(VALUE.encode())}).of("survey").value == VALUE


def test_space_around_a_secret_is_none_of_it_and_space_in_it_is():
    assert read_secrets({VARIABLE: " two words \n"}).of("survey").value == "two words"


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("survey", "UITKOMST_SECRET_SURVEY"),
        ("city-survey-2026", "UITKOMST_SECRET_CITY_SURVEY_2026"),
        ("city_survey", "UITKOMST_SECRET_CITY_SURVEY"),
    ],
)
def test_a_hyphen_in_the_name_of_a_source_is_an_underscore_in_its_variable(name, variable):
    found = read_secrets({variable: VALUE}).of(name)
    assert (found.variable, found.value) == (variable, VALUE)


def test_a_source_gets_its_own_secret_alone():
    secrets = read_secrets({VARIABLE: VALUE, "UITKOMST_SECRET_OTHER": "other", "SURVEY": "x", "UITKOMST_PORT": "1"})
    assert secrets.of("survey").value == VALUE
    assert secrets.of("other").value == "other"
    assert secrets.of("third").value is None
    assert len(secrets.values) == 2


def test_a_file_that_is_not_there_is_told(tmp_path):
    told = refused({f"{VARIABLE}_FILE": str(tmp_path / "absent")})
    assert told == (
        f"environment, {VARIABLE}_FILE: the file that it names cannot be read (No such file or directory). "
        "Give a file that holds the secret."
    )


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path):
    assert "cannot be read (Is a directory)" in refused({f"{VARIABLE}_FILE": str(tmp_path)})


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(file, content):
    assert "the file that it names is empty" in refused({f"{VARIABLE}_FILE": file(content)})


def test_a_file_that_is_no_text_is_told_without_its_content(file):
    told = refused({f"{VARIABLE}_FILE": file(VALUE.encode() + b"\xff\xfe")})
    assert "holds no UTF-8 text" in told


@pytest.mark.parametrize("content", [f"{VALUE}\nsecond", f"{VALUE}\0", f"{VALUE}\tx", f"{VALUE}\x1b[0m"])
def test_a_secret_that_is_no_single_line_is_told_without_its_content(file, content):
    assert f"{VARIABLE}_FILE: the secret holds a line break" in refused({f"{VARIABLE}_FILE": file(content.encode())})
    assert f"{VARIABLE}: the secret holds a line break" in refused({VARIABLE: content})


def test_a_secret_that_was_given_in_the_place_of_a_file_is_not_repeated():
    assert f"{VARIABLE}_FILE: the file that it names cannot be read" in refused({f"{VARIABLE}_FILE": VALUE})
    assert "cannot be read" in refused({f"{VARIABLE}_FILE": VALUE * 500})


def test_every_secret_that_cannot_be_used_is_told_at_once(file, tmp_path):
    told = refused(
        {
            "UITKOMST_SECRET_A_FILE": str(tmp_path / "absent"),
            "UITKOMST_SECRET_B_FILE": file(b""),
            "UITKOMST_SECRET_C": f"{VALUE}\n{VALUE}",
            "UITKOMST_SECRET_D": VALUE,
        }
    )
    assert [line.partition(":")[0] for line in told.splitlines()] == [
        "environment, UITKOMST_SECRET_A_FILE",
        "environment, UITKOMST_SECRET_B_FILE",
        "environment, UITKOMST_SECRET_C",
    ]


def test_secrets_written_down_show_none():
    secrets = read_secrets({VARIABLE: VALUE})
    assert VALUE not in f"{secrets!r} {secrets} {secrets.of('survey')!r}"
