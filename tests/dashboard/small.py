"""A small programme in files of its own, for tests: one fact varies, the rest stands here."""

from __future__ import annotations

from pathlib import Path

HEAD = """
[programme]
name = "{name}"
title = {{ nl = "Klein", en = "Small" }}
as_of = 2026-03-31
period = "quarter"

[channels]
web = {{ nl = "website", en = "website" }}
desk = {{ nl = "balie", en = "desk" }}
"""

PROJECT = """
[projects.permits]
title = { nl = "Vergunningen", en = "Permits" }
services = ["permit"]
norm_days = 56
"""

ANSWERS = """
[sources.survey]
kind = "files"
record = "answers"
path = "answers.csv"
constants = { service = "permit", item = "satisfaction", scale = "1-5" }

[sources.survey.columns]
source_id = "id"
channel = "channel"
answered_on = "day"
value = "score"
"""

CASES = """
[sources.register]
kind = "files"
record = "cases"
path = "cases.csv"
constants = { service = "permit" }

[sources.register.columns]
source_id = "id"
received_on = "received"
decided_on = "decided"
"""


def small(folder: Path, *blocks: str, name: str = "small") -> Path:
    """Write a programme of these blocks; a programme without blocks has neither projects nor sources."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "programme.toml"
    path.write_text("\n".join([HEAD.format(name=name), *blocks]), encoding="utf-8")
    return path


def surveyed(folder: Path, satisfied: int, of: int, *, name: str = "small", channel: str = "web") -> Path:
    """Write a programme with so many answers, of which the first gave a 5 and the others a 2."""
    path = small(folder, PROJECT, ANSWERS, name=name)
    write_answers(folder, [(f"a{number}", channel, 5 if number < satisfied else 2) for number in range(of)])
    return path


def write_answers(folder: Path, rows: list[tuple[str, str, int]], day: str = "2026-03-10") -> None:
    """Write the answers file: a key, a channel and a score a row."""
    lines = ["id,channel,day,score", *(f"{key},{channel},{day},{score}" for key, channel, score in rows)]
    (folder / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_cases(folder: Path, rows: list[tuple[str, str, str]]) -> None:
    """Write the cases file: a key, the day of receipt and the day of decision (empty: open) a row."""
    lines = ["id,received,decided", *(",".join(row) for row in rows)]
    (folder / "cases.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
