"""`uitkomst compact`: what is said of each source, to people and to machines."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from config.load import load_programme
from dashboard.cli.compact import compacted_sentences
from dashboard.cli.exits import Exit
from dashboard.compacting import Compacted, SourceCompacted
from dashboard.wording.words import Words
from tests.dashboard.compact_town import FEW, write_town

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def path(tmp_path):
    return write_town(tmp_path / "town", days=FEW, project=False)


def test_each_source_is_told_with_its_rows_and_months_and_again_there_is_nothing(uitkomst, path):
    uitkomst("sync", "--programme", path)
    code, out, _ = uitkomst("compact", "--programme", path, "--language", "en")
    assert code == Exit.DONE
    # Four months of 123 days, two cases a day; all of them are past two years now.
    assert re.search(r"desk: 246 rows became \d+ counted rows, in 4 months, 2024-05 to 2024-08\.", out)
    assert "12 files of older versions were removed for good." in out
    code, out, _ = uitkomst("compact", "--programme", path, "--language", "en")
    assert (code, out.count("nothing to count.")) == (Exit.DONE, 3)


def test_a_trial_says_so_and_the_next_run_still_has_all_to_do(uitkomst, path):
    uitkomst("sync", "--programme", path)
    _, out, _ = uitkomst("compact", "--programme", path, "--dry-run", "--language", "en")
    assert "This was a trial: nothing was changed." in out
    _, told, _ = uitkomst("compact", "--programme", path, "--json")
    (town,) = json.loads(told)
    sources = {one["source"]: one for one in town["sources"]}
    assert town["programme"] == "town"
    assert sources["survey"]["rows"] == (date(2024, 8, 31) - date(2024, 4, 30)).days * 3 * 2
    assert sources["survey"]["months"] == ["2024-05", "2024-06", "2024-07", "2024-08"]
    assert sources["survey"]["files_removed"] == 4
    assert not sources["survey"]["busy"]


def test_without_a_term_it_says_that_all_records_stay(uitkomst, tmp_path):
    path = write_town(tmp_path / "town", term="", days=FEW, project=False)
    uitkomst("sync", "--programme", path)
    code, out, _ = uitkomst("compact", "--programme", path, "--language", "en")
    assert (code, out.strip()) == (Exit.DONE, "Town: no records have a term, so all of them stay.")


def test_the_figures_that_are_the_same_and_a_busy_source_are_told(path):
    done = Compacted(
        sources=(
            SourceCompacted(source="a", rows=1200, counted=1, months=("2024-05",), files=1),
            SourceCompacted(source="b", busy=True),
        ),
        figures=3848,
    )
    assert compacted_sentences(Words(language="en"), load_programme(path), done, dry_run=False) == [
        "Town:",
        "  a: 1,200 rows became 1 counted row, in 1 month, 2024-05 to 2024-05.",
        "  b: a run of this source is at work, so it was left alone. Try again later.",
        "  3,848 figures were computed before and after, and are the same.",
        "  1 file of older versions was removed for good.",
    ]
