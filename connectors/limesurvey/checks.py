"""What can be wrong with the settings of a survey, before LimeSurvey is asked anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.columns import NOT_IN_SEGMENTS
from connectors.limesurvey.question import Coded, Item
from connectors.settings import segment_problems, zone_problems
from connectors.web.reach import Origin
from connectors.words import nearest
from metrics.records import LONGEST_LABEL, SCALES

CHANNEL = "channel"

_OWN = (
    *("id", "submitdate", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr", "refurl"),
    "interviewtime",
)
"""Columns of LimeSurvey's own: none is a question, and most tell who somebody is."""

_WORDS = ("[other]", "[comment]")
"""How the column ends in which people write their own words beside a list."""

_ENDPOINT = "/admin/remotecontrol"


def setting_problems(
    *,
    url: str,
    user: str,
    items: Mapping[str, Item],
    coded: Mapping[str, Coded],
    zones: Sequence[str],
) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong; `coded` has the channel and the segments by name."""
    yield from _url(url)
    if not user.strip():
        yield "user is empty. Give the name of the account in LimeSurvey."
    for zone in zones:
        yield from zone_problems(zone)
    yield from _items(items)
    yield from segment_problems(name for name in coded if name != CHANNEL)
    for name, one in coded.items():
        yield from _question(name, one.question)
        yield from _words(name, one)


def _url(url: str) -> Iterator[str]:
    try:
        origin = Origin.of(url)
    except ValueError as error:
        yield str(error)
        return
    if origin.path.endswith(_ENDPOINT):
        yield f"leave '/index.php{_ENDPOINT}' out of url: we put it behind the address ourselves."


def _items(items: Mapping[str, Item]) -> Iterator[str]:
    if not items:
        yield "items is empty. Name at least one question, such as satisfaction = {question = 'TEVR', scale = '1-5'}."
    for name, item in items.items():
        yield from _question(name, item.question)
        yield from _item(name, item)


def _item(name: str, item: Item) -> Iterator[str]:
    if len(name) > LONGEST_LABEL:
        yield f"items: '{name}' is longer than {LONGEST_LABEL} characters."
    if item.scale not in SCALES:
        yield f"items.{name}: no scale '{item.scale}'. {nearest(item.scale, SCALES)}"
        return
    low, high = SCALES[item.scale]
    scores = item.score if isinstance(item.score, Mapping) else {}
    outside = [f"{code} = {value}" for code, value in scores.items() if not low <= value <= high]
    if outside:
        yield f"items.{name}: {', '.join(outside)} is not on the scale {item.scale}, from {low} to {high}."
    both = [code for code in item.no_answer if code in scores]
    if both:
        yield f"items.{name}: '{', '.join(both)}' stands in `score` and in `no_answer`. Leave it out of one."


def _question(name: str, question: str) -> Iterator[str]:
    if question in _OWN or not question.strip():
        yield f"{name}: '{question}' is no question. Give the code of a question, such as 'TEVR' or 'STEL[SNEL]'."
    if question.endswith(_WORDS):
        yield f"{name}: '{question}' holds people's own words, which we never read. Give the question itself."


def _words(name: str, coded: Coded) -> Iterator[str]:
    marks = set() if name == CHANNEL else set(NOT_IN_SEGMENTS)
    wrong = [word for word in coded.map.values() if not word.strip() or len(word) > LONGEST_LABEL or set(word) & marks]
    if wrong:
        yield (
            f"{name}: '{', '.join(wrong)}' cannot be a word of ours: not empty, at most {LONGEST_LABEL} characters"
            f"{f', without {NOT_IN_SEGMENTS}' if marks else ''}."
        )
