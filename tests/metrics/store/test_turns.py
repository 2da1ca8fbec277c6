"""Turns: one process at a time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from metrics.store.database import open_database
from metrics.store.turns import TakenError, turn

_HOLDER = """
import sys, time
from metrics.store.database import open_database
from metrics.store.turns import turn
with turn(open_database(sys.argv[1]), "job"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def url(engine):
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def other(url):
    opened = open_database(url)
    yield opened
    opened.dispose()


def test_a_turn_that_another_has_is_refused_and_free_again_afterwards(engine, other):
    with turn(engine, "job"), pytest.raises(TakenError), turn(other, "job"):
        pass
    with turn(other, "job"):
        pass


def test_turns_of_other_names_do_not_wait(engine, other):
    with turn(engine, "job"), turn(other, "other job"):
        pass


def test_a_turn_ends_with_an_error_in_it(engine):
    with pytest.raises(ZeroDivisionError), turn(engine, "job"):
        _ = 1 / 0
    with turn(engine, "job"):
        pass


def test_the_turn_of_a_killed_process_is_free_at_once(engine, url):
    with subprocess.Popen([sys.executable, "-c", _HOLDER, url], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(TakenError), turn(engine, "job"):
            pass
        holder.kill()
    with turn(engine, "job"):
        pass
