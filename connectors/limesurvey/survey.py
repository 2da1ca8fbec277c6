"""One survey as it is now: whether it runs and dates its answers, and which column holds which question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.connector import SourceChangedError
from connectors.limesurvey.question import Question
from connectors.limesurvey.rpc import REPORT, NoData, Session
from connectors.words import nearest

_PROPERTIES = ("active", "datestamp", "language")
_OF_A_QUESTION = ("title", "type", "question", "other", "answeroptions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """`columns` names the field of LimeSurvey's that holds each question; it changes when a survey is imported anew.

    `told` is what get_question_properties says of each question: it goes along with every page.
    """

    language: str
    active: bool
    dated: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Survey:
        """Read what a page keeps of a survey."""
        return cls(language=kept["language"], active=kept["active"], dated=kept["dated"], told=kept["questions"])

    def kept(self) -> Mapping[str, Any]:
        """Return what a page keeps of this survey."""
        return {"language": self.language, "active": self.active, "dated": self.dated, "questions": self.told}

    @property
    def questions(self) -> Mapping[str, Question]:
        """The questions by name."""
        return {name: Question.of(name, told) for name, told in self.told.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a survey counts itself; what it does not tell, as of participants where it has no list of them, is None."""

    complete: int | None = None
    partial: int | None = None
    participants: int | None = None
    invited: int | None = None
    answered: int | None = None


def read_survey(session: Session, number: int, wanted: Sequence[str]) -> Survey:
    """Read what we must know before answers mean anything; a survey that does not run has no questions here."""
    properties = _object(
        session.ask("get_survey_properties", number, _PROPERTIES), "get_survey_properties", _PROPERTIES
    )
    survey = Survey(
        language=str(properties.get("language")),
        active=properties.get("active") == "Y",
        dated=properties.get("datestamp") == "Y",
    )
    if not survey.active:
        return survey
    fields = _fields(session.ask("get_fieldmap", number))
    missing = [name for name in wanted if name not in fields]
    if missing:
        sentences = [f"no question '{name}'. {nearest(name, sorted(fields))}" for name in missing]
        where = f"survey {number}"
        raise SourceChangedError(where, " ".join([*sentences, "Change `question` in this source."]))
    return Survey(
        language=survey.language,
        active=True,
        dated=survey.dated,
        columns={name: str(fields[name]["fieldname"]) for name in wanted},
        told={name: _told(session, fields[name], survey.language) for name in wanted},
    )


def totals(session: Session, number: int) -> Totals | None:
    """Return what the survey counts; None where there is no table with answers."""
    told = session.ask("get_summary", number, "all")
    # PHP sends an empty list where there is nothing to count.
    if isinstance(told, NoData) or told == []:
        return None
    told = _object(told, "get_summary")
    return Totals(
        complete=_count(told, "completed_responses"),
        partial=_count(told, "incomplete_responses"),
        participants=_count(told, "token_count"),
        invited=_count(told, "token_sent"),
        answered=_count(told, "token_completed"),
    )


def _fields(told: object) -> Mapping[str, Mapping[str, Any]]:
    """Return the fields by the name that an export gives them; LimeSurvey's own, such as `id`, have no title."""
    found = {}
    for one in _object(told, "get_fieldmap").values():
        if isinstance(one, dict) and one.get("title") and {"fieldname", "qid"} <= set(one):
            row = str(one.get("aid") or "")
            found[f"{one['title']}[{row}]" if row else str(one["title"])] = one
    return found


def _told(session: Session, field_: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    method = "get_question_properties"
    told = _object(session.ask(method, field_["qid"], _OF_A_QUESTION, language), method, ("type", "question"))
    return {**{name: told.get(name) for name in _OF_A_QUESTION}, "row": field_.get("subquestion")}


def _object(told: object, method: str, names: Sequence[str] = ()) -> Mapping[str, Any]:
    if not isinstance(told, dict) or not set(names) <= set(told):
        sentence = f"LimeSurvey gives no object{' with ' if names else ''}{', '.join(names)} here. {REPORT}"
        raise SourceChangedError(method, sentence)
    return told


def _count(told: Mapping[str, Any], name: str) -> int | None:
    value = told.get(name)
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None
