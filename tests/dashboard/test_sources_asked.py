"""What is asked to connect a source: a conversation at a terminal, and the table of questions behind it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from argparse import Namespace
from itertools import chain
from pathlib import Path

import pytest

from config.load import load_programme
from dashboard.cli.exits import Exit
from dashboard.cli.sources_draft import Interview
from dashboard.programme_text import checked, with_source
from dashboard.source_settings import put, required
from dashboard.sources_asked import kinds_asked
from dashboard.wording.words import Words
from tests.connectors.every import NETWORK, secrets
from tests.connectors.serving import serving
from tests.dashboard.small import HEAD, PROJECT

EN, NL = Words(language="en"), Words(language="nl")
KINDS = list(kinds_asked(EN))
DOCUMENTS = Path(__file__).parents[2] / "docs" / "sources"


@pytest.fixture
def town(tmp_path):
    """A programme with a project and no sources."""
    path = tmp_path / "town" / "programme.toml"
    path.parent.mkdir()
    path.write_text(HEAD.format(name="town") + PROJECT, encoding="utf-8")
    return path


# --- at a terminal --------------------------------------------------------------------------------------------------


def at_a_terminal(town, lines):
    """Run the command with a real terminal as its input, on which a person types these lines."""
    ours, theirs = pty.openpty()
    os.write(ours, "".join(f"{line}\n" for line in lines).encode())
    start = "import sys; from dashboard.start import main; sys.exit(main())"
    environment = {
        **os.environ,
        "UITKOMST_DATA": str(town.parent.parent / "kept"),
        "UITKOMST_LANGUAGE": "en",
        "UITKOMST_SECRET_ZAKEN": secrets("zgw").values["UITKOMST_SECRET_SOURCE"],
    }
    command = [sys.executable, "-c", start, "sources", "add", "--programme", str(town)]
    done = subprocess.run(
        command, stdin=theirs, capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    os.close(theirs)
    os.close(ours)
    return done


def test_at_a_terminal_a_person_answers_sees_what_is_unmapped_maps_it_and_writes(town):
    with serving(NETWORK["zgw"].app()) as site:
        answers = [
            *("zwg", "zgw"),
            *("Zaken", "zaken"),
            *("", site.url),
            "outcome-reader",
            *("ZT-PARK = parking", "ZT-BEZW = objections", ""),
            "",
            *("Ingetrokken = withdrawn", ""),
            *("nonsense", "services.ZT-KLACHT = complaints"),
            "",
        ]
        done = at_a_terminal(town, answers)
    assert done.returncode == Exit.DONE, done.stderr
    first, _, second = done.stdout.partition("[sources.zaken]")
    assert "cases of case type ZT-KLACHT are left out" in first
    assert "cases of case type ZT-KLACHT are left out" not in second
    assert "Did you mean 'zgw'?" in done.stderr
    assert "write it as key=value." in done.stderr
    assert load_programme(town).sources["zaken"] == {
        "kind": "zgw",
        "url": site.url,
        "client_id": "outcome-reader",
        "services": {"ZT-PARK": "parking", "ZT-BEZW": "objections", "ZT-KLACHT": "complaints"},
        "outcomes": {"Ingetrokken": "withdrawn"},
    }


@pytest.mark.parametrize("ending", ["stop\n", "\x04"], ids=["stop", "the input ends"])
def test_at_a_terminal_a_person_can_stop_without_writing(town, ending):
    before = town.read_bytes()
    with serving(NETWORK["zgw"].app()) as site:
        answers = ["zgw", "zaken", site.url, "outcome-reader", "ZT-PARK = parking", "", "", "", ending.rstrip("\n")]
        done = at_a_terminal(town, answers)
    assert done.returncode == (Exit.DONE if ending == "stop\n" else Exit.INTERRUPTED)
    assert "Nothing was written." in done.stderr
    assert town.read_bytes() == before


def asked(lines, *, kind=None, name=None, sets=()):
    """What a conversation in these lines comes to, and all that was said in it."""
    said, coming = [], iter(lines)
    interview = Interview(words=EN, tell=said.append, line=lambda prompt: said.append(prompt) or next(coming))
    return interview.draft(Namespace(kind=kind, name=name, set=list(sets)), {"taken"}), said


def test_what_the_command_says_already_is_not_asked():
    draft, said = asked(
        ["5", "2026-01-01", "", "", "", "other"], kind="matomo", name="site", sets=["url=https://m.example"]
    )
    assert draft.settings["site"] == 5
    assert str(draft.settings["from"]) == "2026-01-01"
    assert draft.settings["service"] == "other"
    assert not [line for line in said if "What is the address" in line]


def test_what_must_be_there_is_asked_until_it_is_and_the_rest_may_be_left_out():
    draft, _ = asked(["", "", "log.xes", "permits", "Received", "", "Decided", ""], kind="event_log", name="log")
    assert draft.settings == {"path": "log.xes", "service": "permits", "received": "Received", "decided": "Decided"}


def test_a_name_that_is_taken_is_asked_again():
    draft, said = asked(["taken", "free", "l.csv", "s", "r", "d", ""], kind="event_log")
    assert draft.name == "free"
    assert "The programme has a source 'taken' already. Take another name." in said


# --- the table of questions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_that_must_be_there_has_its_question(kind):
    assert set(required(kind)) <= {ask.key for ask in kinds_asked(EN)[kind].asks}


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_a_kind_make_a_block_that_is_right(town, kind):
    given = {}
    for ask in kinds_asked(EN)[kind].asks:
        put(
            given,
            kind,
            ask.example if ask.pairs else f"{ask.key} = {ask.example}",
            under=ask.key if ask.pairs else None,
        )
    if "record" in given:
        put(given, kind, "columns.source_id = nr")
    programme = checked(town, with_source(town.read_bytes(), "source", {"kind": kind, **given}))
    assert dict(programme.sources["source"]) == {"kind": kind, **given}


def test_the_documents_say_of_each_kind_what_the_program_says():
    text = (DOCUMENTS / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| \[`(\w+)`\]\(.+?\) \| (.+?) \|$", text, flags=re.MULTILINE)
    assert table == [(kind, _small(one.what)) for kind, one in kinds_asked(EN).items()]
    links = re.findall(r"\]\(([^)#]+)", text)
    assert [link for link in links if not (DOCUMENTS / link).exists()] == []


def _small(sentence):
    return sentence[0].lower() + sentence[1:].rstrip(".")


@pytest.mark.parametrize("words", [EN, NL], ids=["en", "nl"])
def test_every_question_can_be_said(words):
    said = list(
        chain.from_iterable([one.what, *(ask.question for ask in one.asks)] for one in kinds_asked(words).values())
    )
    assert all(one.endswith((".", "?")) for one in said)
