"""Wordings: the words of questions as the source has them now, so that a change is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import ConfigDict

from connectors.connector import SourceChangedError
from connectors.objects import digest
from connectors.rest.paths import at
from connectors.rest.question import Parameter, Window, encoded, filled
from connectors.web.client import Web
from metrics.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """Where the source has the words of its questions: `items` gives for each item of ours the path to them.

    A path leads to the question with all its answer options. Answers to one wording are never added to answers to
    another. Only a digest of the words is kept.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    path: str
    items: Mapping[str, str]
    query: Mapping[str, Parameter] = field(default_factory=dict)

    def paths(self) -> Mapping[str, str]:
        """Return the paths into the answer by the name of their setting."""
        return {f"wordings.items.{item}": path for item, path in self.items.items()}

    def asked(self, web: Web) -> Mapping[str, str]:
        """Ask for the words, and return a digest of them for each item."""
        answer = web.get(self.path, encoded(filled(self.query, Window())))
        found = {item: at(answer.data, path, where=answer.where) for item, path in self.items.items()}
        missing = [item for item, words in found.items() if words in (None, [], {}, "")]
        if missing:
            sentence = (
                f"no wording of {', '.join(missing)} stands where `wordings` says. Change its path, "
                "or see whether the question was taken out of the survey."
            )
            raise SourceChangedError(answer.where, sentence)
        return {item: digest([words]) for item, words in found.items()}


def item_problems(wordings: Wordings | None, items: Mapping[str, object], fixed: object) -> Iterator[str]:
    """Yield a sentence for each wording of an item that the source does not have."""
    known = list(items) or ([str(fixed)] if fixed is not None else [])
    for item in wordings.items if wordings else ():
        if known and item not in known:
            yield f"wordings: there is no item '{item}'. There are: {', '.join(known)}."


def worded_problems(record: Kind, given: Iterable[str]) -> Iterator[str]:
    """Yield a sentence where wordings cannot be told for these records."""
    if record is not Kind.ANSWERS:
        yield "wordings are for answers only."
    if "question" in given:
        yield "'question' is given by wordings already: leave it out of columns and constants."
