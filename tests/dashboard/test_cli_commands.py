"""The command line as a whole: help, exit codes, and errors that are one sentence."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.cli.exits import MEANINGS, Exit
from metrics.kpis import KPIS
from tests.dashboard.small import surveyed

COMMANDS = (
    "check",
    "sync",
    "evaluate",
    "evidence",
    "report",
    "serve",
    "compact",
    "schedule",
    "sources",
    "explain",
    "demo",
)
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def started(*arguments):
    program = "import sys; from dashboard.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", program, *(str(one) for one in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


# --- help and exit codes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_its_options_and_the_exit_codes(uitkomst, desk, command):
    code, out, err = uitkomst(command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: uitkomst {command}")
    assert "--programme FILE" in out
    for exit_code in Exit:
        assert re.search(rf"^  {exit_code.value}\s", out, flags=re.MULTILINE), exit_code
    assert not desk.exists()


@pytest.mark.parametrize("command", ["check", "sync", "evidence", "explain"])
def test_the_commands_for_machines_have_json(uitkomst, command):
    assert "--json" in uitkomst(command, "--help")[1]


def test_the_program_tells_its_version(uitkomst):
    code, out, _ = uitkomst("--version")
    assert code == 0
    assert re.fullmatch(r"uitkomst \d+\.\d+\.\d+\n", out)


def test_every_exit_code_is_documented_and_has_its_meaning():
    table = OPERATING.read_text(encoding="utf-8").partition("## Exit codes")[2].partition("\n## ")[0]
    documented = {int(number) for number in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)}
    assert documented == {code.value for code in Exit} == {code.value for code in MEANINGS}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("synk",),
        ("sync", "--programm"),
        ("evidence", "--period", "week"),
        ("evidence", "--as-of", "31-01-2011"),
        ("evidence", "--kpi", "speed"),
        ("explain", "speed"),
        ("report", "permits"),
        ("serve", "--port", "99999"),
        ("serve", "--port", "0"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_command_that_is_not_used_as_it_is_meant_ends_with_2(uitkomst, arguments):
    code, out, err = uitkomst(*arguments)
    assert (code, out) == (Exit.USAGE, "")
    assert "usage: uitkomst" in err


def test_a_wrong_day_is_told_how_to_be_written(uitkomst):
    assert "'31-01-2011' is no day. Write it as 2026-01-31." in uitkomst("evidence", "--as-of", "31-01-2011")[2]


# --- errors that every command can meet --------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "sync", "evaluate", "evidence", "explain"])
@pytest.mark.usefixtures("desk")
def test_a_programme_that_is_not_there_ends_with_10_and_one_sentence(uitkomst, tmp_path, command):
    code, out, err = uitkomst(command, "--programme", tmp_path / "absent.toml")
    assert (code, out) == (Exit.CONFIGURATION, "")
    assert err == f"{tmp_path}/absent.toml: there is no such file. Give the path of a programme.toml.\n"


def test_a_wrong_programme_is_told_with_all_its_problems_and_nothing_is_saved(uitkomst, desk, tmp_path):
    path = surveyed(tmp_path, 8, 10)
    path.write_text(path.read_text().replace("norm_days", "norm_day").replace("period", "perod"))
    code, _, err = uitkomst("sync", "--programme", path)
    assert code == Exit.CONFIGURATION
    assert "no key 'norm_day'. Did you mean 'norm_days'?" in err
    assert "no key 'perod'. Did you mean 'period'?" in err
    assert len(err.splitlines()) == 2
    assert not (desk / "records").exists()


@pytest.mark.usefixtures("desk")
def test_a_wrong_setting_ends_with_10_and_names_the_right_one(uitkomst, monkeypatch):
    monkeypatch.setenv("UITKOMST_DATABASE", "x")
    code, _, err = uitkomst("explain")
    assert code == Exit.CONFIGURATION
    assert "Did you mean 'UITKOMST_DATABASE_URL'?" in err


@pytest.mark.parametrize(
    "command", [("sync",), ("check",), ("evaluate",), ("evidence",), ("report", "x", "--out", "x")]
)
@pytest.mark.usefixtures("desk")
def test_an_empty_database_has_nothing_to_show_and_says_how_to_load(uitkomst, command):
    code, _, err = uitkomst(*command)
    assert code == Exit.NOTHING_THERE
    assert "uitkomst sync --programme FILE" in err


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("evidence", "--project", "bridges"), "There is no project 'bridges' in the chosen programmes."),
        (("report", "bridges", "--out", "x.pdf"), "There is no project 'bridges' in the chosen programmes."),
        (("evidence", "--known-at", "99"), "there is no version 99. There are 0 to 1."),
        (("evaluate", "--known-at", "-1"), "there is no version -1."),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_is_not_there_ends_with_16(uitkomst, tmp_path, command, sentence):
    uitkomst("sync", "--programme", surveyed(tmp_path, 8, 12))
    code, out, err = uitkomst(*command)
    assert (code, out) == (Exit.NOTHING_THERE, "")
    assert sentence in err


def test_a_database_of_a_newer_version_ends_with_14_and_is_left_as_it_was(uitkomst, desk, tmp_path):
    path = surveyed(tmp_path, 8, 12)
    uitkomst("sync", "--programme", path)
    with sqlite3.connect(desk / "uitkomst.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    code, _, err = uitkomst("sync", "--programme", path)
    assert code == Exit.DATABASE
    assert "version 9999" in err
    assert "Install the newer Uitkomst" in err
    with sqlite3.connect(desk / "uitkomst.db") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


@pytest.mark.usefixtures("desk")
def test_a_database_that_does_not_answer_ends_with_14_without_its_password(uitkomst, monkeypatch, tmp_path):
    monkeypatch.setenv("UITKOMST_DATABASE_URL", "postgresql+psycopg://u:not-to-be-seen@127.0.0.1:1/none")
    code, _, err = uitkomst("sync", "--programme", surveyed(tmp_path, 8, 12))
    assert code == Exit.DATABASE
    assert "Check UITKOMST_DATABASE_URL" in err
    assert "not-to-be-seen" not in err


@pytest.mark.usefixtures("desk")
def test_a_port_in_use_ends_with_15_and_names_another(uitkomst):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = uitkomst("serve", "--port", port)
    assert code == Exit.PORT_IN_USE
    assert f"Port {port} on 127.0.0.1 cannot be used" in err
    assert f"uitkomst serve --port {port + 1}" in err


@pytest.mark.usefixtures("desk")
def test_errors_are_in_dutch_where_that_is_asked_for(uitkomst):
    _, _, err = uitkomst("evidence", "--language", "nl")
    assert err.startswith("Er staat nog geen programma in de database.")


# --- as others use it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [("--json",), ()])
@pytest.mark.usefixtures("at_examples")
def test_a_reader_that_stops_reading_is_no_error(extra):
    with started("evidence", *extra) as process:
        process.stdout.read(100)
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(timeout=60), told) == (0, b"")


@pytest.mark.usefixtures("desk")
def test_the_program_starts_in_a_process_of_its_own():
    process = started("explain", "satisfaction")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.decode().startswith("Satisfied residents (satisfaction)\n")


# --- explain -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_explain_gives_every_definition_with_the_same_facts(as_json):
    told = as_json("explain")
    assert [one["kpi"] for one in told] == [one.name for one in KPIS]
    assert {frozenset(one) for one in told} == {frozenset(told[0])}
    assert {"kpi", "kpi_version", "why", "formula", "source", "not_for", "reviewer", "history"} <= set(told[0])


@pytest.mark.usefixtures("desk")
def test_explain_in_words_and_in_json_say_the_same(uitkomst, as_json):
    (told,) = as_json("explain", "lead_time_p90")
    _, words, _ = uitkomst("explain", "lead_time_p90")
    for name in ("title", "why", "population", "formula", "source", "not_for"):
        assert told[name] in words


@pytest.mark.usefixtures("desk")
def test_explain_speaks_dutch(uitkomst):
    _, out, _ = uitkomst("explain", "satisfaction", "--language", "nl")
    assert out.startswith("Tevreden inwoners (satisfaction)\n")


@pytest.mark.usefixtures("desk")
def test_explain_with_a_programme_gives_the_goals_of_its_projects(uitkomst, voorbeeldstad_file):
    _, out, _ = uitkomst("explain", "satisfaction", "--programme", voorbeeldstad_file)
    assert "  Environmental permits, faster: goal 70%" in out
    assert out.count("goal ") == 8
