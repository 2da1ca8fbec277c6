"""Settings: every wrong one is told, and the secret stays a secret."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from config.problems import ConfigurationError
from config.settings import SETTINGS, read_settings

SECRET = "not-to-be-seen-5f0c"


def test_without_settings_everything_is_in_the_data_folder(tmp_path):
    settings = read_settings({"UITKOMST_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/uitkomst.db"
    assert settings.records_url == f"{tmp_path}/records"
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 8050, "nl")


def test_an_empty_setting_counts_as_absent(tmp_path):
    assert read_settings({"UITKOMST_DATA": str(tmp_path), "UITKOMST_PORT": ""}).port == 8050


def test_an_unknown_setting_is_refused_with_the_nearest_right_name():
    with pytest.raises(ConfigurationError, match=r"UITKOMST_PROT: no such setting. Did you mean 'UITKOMST_PORT'"):
        read_settings({"UITKOMST_PROT": "8051"})


def test_the_variables_of_others_are_left_alone(tmp_path):
    assert read_settings({"UITKOMST_DATA": str(tmp_path), "PORT": "x", "UITKOMST_TEST_X": "1"}).port == 8050


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8050.5", "²"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    with pytest.raises(ConfigurationError, match=f"UITKOMST_PORT: '{port}' is no port. Use 1 to 65535"):
        read_settings({"UITKOMST_DATA": str(tmp_path), "UITKOMST_PORT": port})


def test_every_wrong_setting_is_told_at_once(tmp_path):
    wrong = {"UITKOMST_PORT": "x", "UITKOMST_LANGUAGE": "fr", "UITKOMST_HOTS": "y", "UITKOMST_DATA": str(tmp_path)}
    with pytest.raises(ConfigurationError) as raised:
        read_settings(wrong)
    assert [one.where for one in raised.value.problems] == [
        "environment, UITKOMST_HOTS",
        "environment, UITKOMST_PORT",
        "environment, UITKOMST_LANGUAGE",
    ]


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ConfigurationError, match=r"UITKOMST_DATA: .* cannot be used .* Give a folder"):
        read_settings({"UITKOMST_DATA": str(tmp_path / "taken")})


def test_nothing_is_made_where_a_setting_is_wrong(tmp_path):
    with pytest.raises(ConfigurationError):
        read_settings({"UITKOMST_DATA": str(tmp_path / "new"), "UITKOMST_PORT": "x"})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("url", ["mysql://root@host/name", f"host/{SECRET}", "postgresql"])
def test_a_database_of_another_kind_is_refused_without_its_address(tmp_path, url):
    with pytest.raises(ConfigurationError, match="UITKOMST_DATABASE_URL: is no address of") as raised:
        read_settings({"UITKOMST_DATA": str(tmp_path), "UITKOMST_DATABASE_URL": url})
    assert SECRET not in str(raised.value)


# --- the secret --------------------------------------------------------------------------------------------------


def test_the_secret_is_made_once_for_its_owner_only(tmp_path):
    first = read_settings({"UITKOMST_DATA": str(tmp_path)}).pseudonym_key
    kept = tmp_path / "pseudonym.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(first) == 64
    assert read_settings({"UITKOMST_DATA": str(tmp_path)}).pseudonym_key == first
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]


def test_another_installation_makes_another_secret(tmp_path):
    keys = {read_settings({"UITKOMST_DATA": str(tmp_path / name)}).pseudonym_key for name in ("one", "two")}
    assert len(keys) == 2


def test_processes_that_start_at_once_share_one_secret(tmp_path):
    program = "from config.settings import read_settings; print(read_settings().pseudonym_key)"
    environment = {**os.environ, "UITKOMST_DATA": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE) for _ in range(2)
    ]
    told = {process.communicate(timeout=60)[0] for process in started}
    assert len(told) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]


def test_a_given_secret_is_used_and_none_is_made(tmp_path):
    settings = read_settings({"UITKOMST_DATA": str(tmp_path), "UITKOMST_PSEUDONYM_KEY": SECRET})
    assert settings.pseudonym_key == SECRET
    assert not list(tmp_path.iterdir())


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    given = {"UITKOMST_DATA": str(tmp_path / "data"), "UITKOMST_PSEUDONYM_KEY_FILE": str(tmp_path / "key")}
    assert read_settings(given).pseudonym_key == SECRET


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read"), (b"  \n", "is empty. It must hold the secret"), (b"\xff" + SECRET.encode(), "UTF-8")],
)
def test_a_key_file_that_holds_no_secret_is_told(tmp_path, content, sentence):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=sentence) as raised:
        read_settings({"UITKOMST_DATA": str(tmp_path / "data"), "UITKOMST_PSEUDONYM_KEY_FILE": str(path)})
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None or SECRET not in repr(raised.value.__cause__)


def test_the_secret_is_in_no_error(tmp_path):
    wrong = {"UITKOMST_DATA": str(tmp_path), "UITKOMST_PSEUDONYM_KEY": SECRET, "UITKOMST_PORT": "x"}
    with pytest.raises(ConfigurationError) as raised:
        read_settings(wrong)
    assert SECRET not in str(raised.value)


def test_the_secret_is_not_shown_with_the_settings(tmp_path):
    settings = read_settings({"UITKOMST_DATA": str(tmp_path), "UITKOMST_PSEUDONYM_KEY": SECRET})
    assert SECRET not in repr(settings)


def test_every_setting_says_what_it_is_for():
    assert all(setting.help.endswith(".") for setting in SETTINGS)
