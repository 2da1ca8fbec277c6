"""A method of calculation: what it takes, what it gives, and an example that anyone can follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

Result = Mapping[str, Any]
"""What comes out, by name: numbers, texts, lists of them, or None where there is no figure; ready for JSON."""


class Given(BaseModel):
    """What a method takes: the keys of the JSON object that the auditor writes. An unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method by its name in `uitkomst calculate NAME`.

    `what` says in one English sentence what it computes (the catalogue has the Dutch). `given` is the model of its
    input, whose docstring says what each key means. `run` computes, with the functions that the figures themselves
    come from. `example` is a small input whose outcome can be worked out by hand or elsewhere.
    """

    name: str
    what: str
    given: type[Given]
    run: Callable[[Any], Result]
    example: Mapping[str, Any]
