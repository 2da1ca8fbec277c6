"""What tests share: both example programmes read once in a session, and a desk of one's own to change things at."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_programme
from config.settings import read_settings
from dashboard.cli import main
from dashboard.demo import write
from dashboard.jobs import Workplace
from dashboard.reader import Reader
from dashboard.syncing import sync
from metrics.store.database import open_database
from metrics.store.records import RecordStore

EXAMPLES = Path(__file__).parents[1] / "examples"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def open_workplace(folder: Path) -> Workplace:
    settings = read_settings({"UITKOMST_DATA": str(folder)})
    return Workplace(
        engine=open_database(settings.database_url),
        records=RecordStore(location=settings.records_url, pseudonym_key=settings.pseudonym_key),
        clock=lambda: NOW,
    )


def no_press(_view, _as_of):
    message = "these tests ask for no report"
    raise AssertionError(message)


def reader_of(place: Workplace, language: str = "en") -> Reader:
    return Reader(place=place, language=language, print_report=no_press)


@pytest.fixture(scope="session")
def public_file():
    """The programme of real public figures, read where it lies."""
    return EXAMPLES / "public" / "programme.toml"


@pytest.fixture(scope="session")
def voorbeeldstad_file(tmp_path_factory):
    """The made-up municipality, its records made anew in a folder of this session."""
    folder = tmp_path_factory.mktemp("voorbeeldstad")
    shutil.copy(EXAMPLES / "voorbeeldstad" / "programme.toml", folder)
    write(folder / "data")
    return folder / "programme.toml"


@pytest.fixture(scope="session")
def examples(tmp_path_factory, public_file, voorbeeldstad_file):
    """The data folder with both programmes read; tests look at it and change nothing."""
    folder = tmp_path_factory.mktemp("examples")
    place = open_workplace(folder)
    for path in (voorbeeldstad_file, public_file):
        for run in sync(place, load_programme(path), path):
            assert run.failure is None
    place.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def workplace(examples):
    place = open_workplace(examples)
    yield place
    place.engine.dispose()


@pytest.fixture(scope="session")
def reader(workplace):
    """The reader of both programmes; the language is English unless the query asks for another."""
    return reader_of(workplace)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A data folder of one's own, in English; `uitkomst` commands work in it."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("UITKOMST_DATA", str(folder))
    monkeypatch.setenv("UITKOMST_LANGUAGE", "en")
    return folder


@pytest.fixture
def at_examples(examples, monkeypatch):
    """Let `uitkomst` commands work on both example programmes, in English."""
    monkeypatch.setenv("UITKOMST_DATA", str(examples))
    monkeypatch.setenv("UITKOMST_LANGUAGE", "en")
    return examples


@pytest.fixture
def uitkomst(capsys):
    """Run a command in this process; returns its exit code, what it printed, and what it told on stderr."""

    def run(*arguments):
        capsys.readouterr()
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return int(code), printed.out, printed.err

    return run


@pytest.fixture
def as_json(uitkomst):
    """Run a command with `--json` that must succeed; returns what it printed, parsed."""

    def run(*arguments):
        code, out, err = uitkomst(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return run


def _place_of_all_tests(path: Path) -> int:
    return next(place for place, one in enumerate(path.parents, 1) if one.name.startswith("pytest-of-"))


@pytest.fixture
def unreadable():
    """Take the right to read a file away, also from root, for as long as the block lasts."""

    @contextmanager
    def taken(path: Path):
        path.chmod(0)
        root = os.geteuid() == 0
        # pytest's own folders, of which there is one more where several processes run the tests.
        for folder in path.parents[: _place_of_all_tests(path)] if root else ():
            folder.chmod(0o755)
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            path.chmod(0o700)

    return taken
