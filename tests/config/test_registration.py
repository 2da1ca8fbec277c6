"""What a project puts on record: comparators, pilot, rebases, breaks, the months of bringing in."""

from __future__ import annotations

import pytest

from config.load import load_programme
from config.problems import ConfigurationError

HEAD = (
    '[programme]\nname = "town"\ntitle = { nl = "Stad", en = "Town" }\ndigital = ["web"]\n'
    '[channels]\nweb = { nl = "website", en = "website" }\n'
    '[segments.arm]\nnew = { nl = "nieuw", en = "new" }\nold = { nl = "oud", en = "old" }\n'
    '[projects.other]\ntitle = { nl = "Ander", en = "Other" }\nservices = ["passport"]\n'
    '[projects.permits]\ntitle = { nl = "Vergunning", en = "Permits" }\nservices = ["permit"]\n'
    "started_on = 2025-04-01\n"
)
RIGHT = (
    'registered_on = 2025-02-01\ncomparators = ["library"]\n'
    "implementation = { start = 2025-04-01, end = 2025-05-31 }\n"
    'pilot = { segment = "arm", pilot = "new", control = "old", by_lot = true, registered_on = 2025-02-01 }\n'
    '[[projects.permits.rebases]]\non = 2026-01-01\nwho = "Board"\ndecided_on = 2026-01-10\n'
    'reason = { nl = "Nieuw proces", en = "New process" }\n'
    '[[projects.permits.breaks]]\non = 2025-10-01\nkpis = ["satisfaction"]\n'
    'what = { nl = "Nieuwe vraag", en = "New question" }\n'
)


@pytest.fixture
def told(tmp_path):
    """Write a programme file and return the problems it has, as sections with their sentences."""

    def problems(text: str) -> list[str]:
        path = tmp_path / "programme.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError) as raised:
            load_programme(path)
        return [str(one).removeprefix(f"{path}, ") for one in raised.value.problems]

    return problems


def test_what_a_project_puts_on_record_is_read_whole(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text(HEAD + RIGHT, encoding="utf-8")
    project = load_programme(path).projects["permits"]
    assert project.comparators == ("library",)
    assert project.pilot is not None
    assert (project.pilot.pilot, project.pilot.by_lot) == ("new", True)
    assert [one.who for one in project.rebases] == ["Board"]
    assert [one.kpis for one in project.breaks] == [("satisfaction",)]


@pytest.mark.parametrize(
    ("changed", "to", "sentence"),
    [
        ('["library"]', '["passport"]', "[projects.permits]: comparators: 'passport' has a project of its own."),
        ('["library"]', '["permit"]', "[projects.permits]: comparators: 'permit' is a service of this project."),
        ("registered_on = 2025-02-01\ncomp", "comp", "[projects.permits]: comparators: they must be chosen before"),
        ('segment = "arm"', 'segment = "arms"', "[projects.permits.pilot]: segment: no segment 'arms'. Did you mean"),
        ('pilot = "new"', 'pilot = "knew"', "[projects.permits.pilot]: pilot: no value 'knew' of segment arm."),
        ('control = "old"', 'control = "new"', "[projects.permits.pilot]: pilot and control are both 'new'."),
        ("end = 2025-05-31", "end = 2025-05-30", "is not a run of whole months. Start on the first"),
        ("start = 2025-04-01, end", "start = 2025-05-01, end", "does not hold the start of the project (2025-04-01)."),
        ('kpis = ["satisfaction"]', 'kpis = ["happiness"]', "[projects.permits.breaks]: kpis: no KPI 'happiness'."),
        ('digital = ["web"]', 'digital = ["wob"]', "[programme]: digital: no channel 'wob'. Did you mean 'web'?"),
        ('who = "Board"\n', "", "[projects.permits.rebases]: the key 'who' is missing. Add it."),
        ('who = "Board"', 'whom = "Board"', "no key 'whom'. Did you mean 'who'? There are: decided_on, kpis, on,"),
        ("by_lot = true", "by_lot = true, lot = 1", "[projects.permits.pilot]: no key 'lot'. "),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_to_do(told, changed, to, sentence):
    text = (HEAD + RIGHT).replace(changed, to)
    assert text != HEAD + RIGHT
    assert any(sentence in one for one in told(text)), told(text)
