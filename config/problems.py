"""A problem in a configuration file: where, what was found, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: `where` names file and section, `sentence` the rest."""

    where: str
    sentence: str

    def __str__(self) -> str:
        """Say both in one line."""
        return f"{self.where}: {self.sentence}"


class ConfigurationError(Exception):
    """The configuration cannot be used; `problems` holds every problem, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep all problems."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Name the nearest right word, and all the others."""
    names = sorted(allowed)
    near = get_close_matches(found, names, n=1, cutoff=0.6)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    return f"{hint}There are: {', '.join(names) or 'none'}."
