"""Questions of a survey: which answers each allows, and which score each answer gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from connectors.objects import digest
from connectors.words import nearest
from metrics.records import SCALES

OTHER = "-oth-"
"""The code of the answer 'other, namely …', of which the words are never read."""

_FIVE = ("1", "2", "3", "4", "5")
_FIXED: Mapping[str, Sequence[str]] = {
    "5": _FIVE,
    "A": _FIVE,
    "B": (*_FIVE, "6", "7", "8", "9", "10"),
    "Y": ("Y", "N"),
    "C": ("Y", "N", "U"),
    "E": ("I", "S", "D"),
}
"""Types of which LimeSurvey itself fixes the codes: 5 points, arrays of 5 or 10 points, yes/no, more/same/less."""

_LISTS = ("L", "!", "O", "F", "H")
"""Types with a list of answer options: radio, drop-down, with comment, arrays by row and by column."""

_NUMBERS = ("N", "K")
_CLOSED = (*_FIXED, *_LISTS, *_NUMBERS)

_METHODS = ("order", "assessment_value", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of ours: which question it comes from and how its answers become scores on `scale`.

    `question` is the code of a question, `STEL[SNEL]` for a row of an array. `score` is for lists: `order` counts the
    options from the lowest of the scale, `assessment_value` takes what the survey says, `code` takes codes that are
    numbers; a map gives a score for each code. `no_answer` names codes such as "don't know", which have no score.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    question: str
    scale: str
    score: Literal["order", "assessment_value", "code"] | Mapping[str, int] | None = None
    no_answer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A channel or a segment from the code of an answer; without `map` the code itself, `other` for 'other'."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    question: str
    map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer option: its code, its words in the base language, its place and its assessment value."""

    code: str
    text: str
    order: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as the survey puts it, in the base language; `row` is the text of a row of an array."""

    name: str
    type: str
    text: str
    row: str = ""
    other: bool = False
    options: tuple[Option, ...] = ()

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> Question:
        """Read what a page keeps of get_question_properties."""
        return cls(
            name=name,
            type=str(told.get("type")),
            text=str(told.get("question")),
            row=str(told.get("row") or ""),
            other=told.get("other") == "Y",
            options=_options(told.get("answeroptions")),
        )

    @property
    def codes(self) -> Sequence[str]:
        """Codes that an answer can have."""
        listed = [option.code for option in self.options]
        return _FIXED.get(self.type) or [*listed, *([OTHER] if self.other else [])]

    @property
    def is_number(self) -> bool:
        """Tell whether the answer is any number."""
        return self.type in _NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The score of each code (None where the answer is the number itself), and the name of this wording."""

    scores: Mapping[str, int] | None
    wording: str


def scoring(item: Item, question: Question) -> Scoring:
    """Return how the answers of a question become scores."""
    scores = _scores(item, question)
    options = [[option.code, option.text, (scores or {}).get(option.code)] for option in question.options]
    fixed = scores if not question.options else None
    return Scoring(scores=scores, wording=digest([question.text, question.row, options, fixed]))


def item_problems(item: Item, question: Question) -> Iterator[str]:
    """Yield a sentence for each reason why a question cannot give scores on the scale of an item."""
    if question.type not in _CLOSED:
        yield from _open(question)
        return
    yield from _map_problems(question, item.score if isinstance(item.score, Mapping) else {})
    yield from _map_problems(question, dict.fromkeys(item.no_answer, ""))
    yield from _method_problems(item, question)
    yield from _scale_problems(item, question)


def coded_problems(coded: Coded, question: Question) -> Iterator[str]:
    """Yield a sentence for each reason why a question cannot give a channel or segment."""
    if question.type not in (*_FIXED, *_LISTS):
        yield from _open(question)
        return
    yield from _map_problems(question, coded.map)


def meanings(coded: Coded, question: Question) -> Mapping[str, str]:
    """Return our word for each code; a code that is not mapped has none."""
    return coded.map or {code: "other" if code == OTHER else code for code in question.codes}


def unmapped(coded: Coded, question: Question) -> Sequence[str]:
    """Return the codes that have no word of ours."""
    return [code for code in question.codes if code not in meanings(coded, question)]


def _options(told: object) -> tuple[Option, ...]:
    """Read answer options; PHP sends a list where the codes count on from 0, and a sentence where there are none."""
    pairs = enumerate(told) if isinstance(told, list) else told.items() if isinstance(told, dict) else ()
    return tuple(
        Option(
            code=str(code),
            text=str(one.get("answer")),
            order=_number(one.get("order")),
            value=_number(one.get("assessment_value")),
        )
        for code, one in pairs
        if isinstance(one, dict)
    )


def _number(told: object) -> int:
    return int(told) if isinstance(told, int) or (isinstance(told, str) and told.lstrip("-").isdecimal()) else 0


def _scores(item: Item, question: Question) -> Mapping[str, int] | None:
    if isinstance(item.score, Mapping):
        return item.score
    if question.is_number:
        return None
    if question.type in _FIXED:
        return {"Y": 1, "N": 0} if question.type == "Y" else _as_numbers(_FIXED[question.type])
    return _listed([option for option in question.options if option.code not in item.no_answer], item)


def _listed(options: Sequence[Option], item: Item) -> Mapping[str, int]:
    if item.score == "code":
        return _as_numbers([option.code for option in options])
    if item.score == "assessment_value":
        return {option.code: option.value for option in options}
    in_order = sorted(options, key=lambda option: option.order)
    return {option.code: place for place, option in enumerate(in_order, SCALES[item.scale][0])}


def _as_numbers(codes: Sequence[str]) -> Mapping[str, int]:
    return {code: int(code) for code in codes if code.isdecimal()}


def _open(question: Question) -> Iterator[str]:
    yield (
        f"question '{question.name}' is of type '{question.type}', and we read closed questions only: free text and "
        f"dates never. Allowed are the types {', '.join(_CLOSED)}; numbers ({', '.join(_NUMBERS)}) only as an item."
    )


def _map_problems(question: Question, codes: Mapping[str, object]) -> Iterator[str]:
    if not question.is_number:
        strange = [code for code in codes if code not in question.codes]
        yield from (
            f"question '{question.name}' has no answer '{code}'. {nearest(code, question.codes)}" for code in strange
        )


def _method_problems(item: Item, question: Question) -> Iterator[str]:
    if question.type in _LISTS and item.score is None:
        yield (
            f"question '{question.name}' is a list, and nothing tells which answer is best. Give its item `score`: "
            f"{', '.join(_METHODS)}, or a map from code to score."
        )


def _scale_problems(item: Item, question: Question) -> Iterator[str]:
    scores = _scores(item, question)
    if scores is None or (question.type in _LISTS and item.score is None):
        return
    low, high = SCALES[item.scale]
    given = sorted(set(scores.values()))
    counted = item.score == "order" or (item.score is None and question.type in _FIXED)
    fits = given == list(range(low, high + 1)) if counted else bool(given) and low <= given[0] <= given[-1] <= high
    if not fits:
        found = ", ".join(map(str, given)) or "no scores"
        yield (
            f"question '{question.name}' gives {found}, and that is not the scale {item.scale}. Choose another `scale` "
            "or `score`, or name answers such as 'don't know' in `no_answer`."
        )
