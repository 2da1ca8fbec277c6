"""A block at the end of a programme file: what stood there stays byte for byte, and nobody sees half a file."""

from __future__ import annotations

import pytest

from config.load import load_programme
from config.problems import ConfigurationError
from dashboard.programme_text import checked, with_source, write
from tests.dashboard.small import ANSWERS, PROJECT, small

BLOCK = {
    "kind": "files",
    "record": "cases",
    "path": "cases.csv",
    "columns": {"source_id": "id", "received_on": "day"},
    "constants": {"service": "permit"},
}


@pytest.fixture
def path(tmp_path):
    return small(tmp_path, PROJECT, ANSWERS)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content,
        lambda content: content.rstrip(b"\n"),
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content + "# een opmerking zonder einde: é".encode(),
        lambda content: content + b"\n\n\n",
    ],
    ids=["as it is", "without an end", "lines of Windows", "a remark at the end", "empty lines"],
)
def test_all_that_stood_in_the_file_stays_and_the_block_is_read(path, change):
    path.write_bytes(change(path.read_bytes()))
    before = path.read_bytes()
    write(path, with_source(before, "new", BLOCK), before=before)
    assert path.read_bytes()[: len(before)] == before
    assert load_programme(path).sources["new"] == BLOCK
    assert list(load_programme(path).sources) == ["survey", "new"]
    assert [one.name for one in path.parent.iterdir()] == ["programme.toml"]


def test_lines_end_as_those_of_the_file_do():
    added = with_source(b"a = 1\r\n", "new", BLOCK)
    assert added.count(b"\n") == added.count(b"\r\n")
    assert b"\r" not in with_source(b"a = 1\n", "new", BLOCK)


def test_the_rights_of_the_file_stay(path):
    path.chmod(0o640)
    before = path.read_bytes()
    write(path, with_source(before, "new", BLOCK), before=before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_behind_a_link_the_file_itself_is_changed(path, tmp_path):
    link = tmp_path / "linked.toml"
    link.symlink_to(path)
    before = path.read_bytes()
    write(link, with_source(before, "new", BLOCK), before=before)
    assert link.is_symlink()
    assert "new" in load_programme(path).sources


def test_a_file_that_somebody_changed_meanwhile_is_left_as_it_is(path):
    before = path.read_bytes()
    path.write_bytes(before + b"# mine\n")
    with pytest.raises(ConfigurationError, match="somebody changed this file meanwhile"):
        write(path, with_source(before, "new", BLOCK), before=before)
    assert path.read_bytes() == before + b"# mine\n"
    assert [one.name for one in path.parent.iterdir()] == ["programme.toml"]


def test_problems_are_those_of_the_file_and_leave_nothing_behind(path):
    content = with_source(path.read_bytes(), "new", {**BLOCK, "recrod": "x", "constants": {}})
    with pytest.raises(ConfigurationError) as told:
        checked(path, content)
    assert str(told.value).startswith(f"{path}, [sources.new]: no key 'recrod'. Did you mean 'record'?")
    assert [one.name for one in path.parent.iterdir()] == ["programme.toml"]


def test_a_folder_in_which_nothing_can_be_written_is_told(path, unreadable):
    before = path.read_bytes()
    path.parent.chmod(0o555)
    with unreadable(path), pytest.raises(ConfigurationError, match="nothing can be written beside it"):
        checked(path, before)
    path.parent.chmod(0o755)
