"""Questions of a form: which driver each asks about, and on which scale it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.objects import digest

POSITIVE, NEGATIVE = "positive", "negative"
"""Roles of the two lists of version 2: the drivers that went well, and those that did not."""

LISTED = ("effectiveness", "ease", "efficiency", "transparency", "humanity", "employee", "other")
"""Drivers that those lists are made of."""

ITEMS: Mapping[str, str] = {
    "satisfaction": "satisfaction",
    "trust": "trust",
    "effectiveness": "effectiveness",
    "ease": "ease",
    "efficiency": "efficiency",
    # "I understand what was being asked of me": what we call clarity.
    "transparency": "clarity",
    "humanity": "humanity",
    "employee": "employee",
    "other": "",
}
"""Our item for each driver; none for what was ticked as something else."""

ROLES = (*ITEMS, POSITIVE, NEGATIVE)

_YES_NO = "yes-no"
_SCALES: Mapping[str, str] = {
    "big_thumbs_up_down_buttons": _YES_NO,
    "thumbs_up_down_buttons": _YES_NO,
    "yes_no_buttons": _YES_NO,
    "radio_buttons": "1-5",
    "star_radio_buttons": "1-5",
}
_LIST = "checkbox"
# Touchpoints itself holds these kinds of forms to these fields (ensure_a11_v2_format).
_BY_FIELD: Mapping[str, str] = {"answer_01": "trust", "answer_02": POSITIVE, "answer_03": NEGATIVE}
_WITH_FIELDS = ("a11_v2", "a11_v2_radio")
_BY_WORDS = ("a11", "a11_yes_no")
_WORDS: Mapping[str, re.Pattern[str]] = {
    "satisfaction": re.compile(r"satisf"),
    "trust": re.compile(r"\btrust|\bconfiden"),
    "effectiveness": re.compile(r"\baddressed\b|\bresolved\b|\baccomplish|looking for"),
    "ease": re.compile(r"\beasy\b|\beasier\b|\bease\b"),
    "efficiency": re.compile(r"\bamount of time\b|\bhow long\b|\btimely\b"),
    "transparency": re.compile(r"\bunderst|\bbeing asked\b|\bclear"),
    "humanity": re.compile(r"\bfair|\brespect"),
    "employee": re.compile(r"\bemployee|\bstaff\b|\bhelpful\b"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that we read: where its answers stand, what it asks about, on which scale, and its wording."""

    field: str
    role: str
    scale: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The questions of a form; `unrecognised` has the fields of those on a scale that nobody can place."""

    read: Sequence[Question]
    unrecognised: Sequence[str]

    def on_a_scale(self) -> Iterator[Question]:
        """Yield those that are answered with a number."""
        return (one for one in self.read if one.role in ITEMS)

    def lists(self) -> Iterator[Question]:
        """Yield those that are answered with a list of drivers."""
        return (one for one in self.read if one.role not in ITEMS)


def questions_of(form: Mapping[str, Any], named: Mapping[str, str]) -> Questions:
    """Place the questions of a form, by the field of each and never by their order.

    `form` has `kind` and `questions`; `named` gives the role of a field where somebody said it. Otherwise a form of
    version 2 has its roles by field; in the other A-11 forms a question is known by its words, where they fit one
    driver alone. A driver that two questions claim is neither's.
    """
    asked = [one for one in form["questions"] if one["question_type"] in (*_SCALES, _LIST)]
    roles = {one["answer_field"]: _role(one, str(form["kind"]), named) for one in asked}
    claimed = [role for role in roles.values() if role is not None]
    twice = {role for role in claimed if claimed.count(role) > 1}
    placed = {field: role for field, role in roles.items() if role is not None and role not in twice}
    scaled = [one["answer_field"] for one in asked if one["question_type"] in _SCALES]
    return Questions(
        read=[_question(one, placed[one["answer_field"]]) for one in asked if one["answer_field"] in placed],
        unrecognised=[field for field in scaled if field not in placed],
    )


def trimmed(form: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a form as it was sent what its answers are read by; the rest names people of the organisation."""
    asked: Iterable[Mapping[str, Any]] = form["relationships"]["questions"]["data"]
    kept = ("answer_field", "question_type", "text")
    return {
        "kind": form["attributes"]["kind"],
        "questions": [{name: str(one.get(name)) for name in kept} for one in asked],
    }


def _role(one: Mapping[str, str], kind: str, named: Mapping[str, str]) -> str | None:
    given = named.get(one["answer_field"])
    if given is None and kind in _WITH_FIELDS:
        given = _BY_FIELD.get(one["answer_field"])
    if given is None and kind in _BY_WORDS:
        given = _by_words(one["text"])
    is_list = one["question_type"] == _LIST
    return given if given is not None and (given not in ITEMS) == is_list else None


def _by_words(text: str) -> str | None:
    fits = [driver for driver, words in _WORDS.items() if words.search(text.lower())]
    return fits[0] if len(fits) == 1 else None


def _question(one: Mapping[str, str], role: str) -> Question:
    wording = digest([one["text"], one["question_type"]])
    return Question(
        field=one["answer_field"], role=role, scale=_SCALES.get(one["question_type"], _YES_NO), wording=wording
    )
