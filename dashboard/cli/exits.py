"""Exit codes: each tells an operator the cause without reading the log."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class Exit(IntEnum):
    """How a command ended; `docs/operating.md` has the same table."""

    DONE = 0
    USAGE = 2
    CONFIGURATION = 10
    UNAVAILABLE = 11
    REFUSED = 12
    CHANGED = 13
    DATABASE = 14
    PORT_IN_USE = 15
    NOTHING_THERE = 16
    NO_REPORT = 17
    INPUT = 18
    NOT_PROVED = 19
    INTERRUPTED = 130


MEANINGS: Mapping[Exit, str] = {
    Exit.DONE: "done",
    Exit.USAGE: "the command was not written as it should be",
    Exit.CONFIGURATION: "the programme file or a setting is wrong",
    Exit.UNAVAILABLE: "a source is not available: try again later",
    Exit.REFUSED: "a source refuses us: renew access",
    Exit.CHANGED: "a source has changed: mend the programme or the connector",
    Exit.DATABASE: "the database cannot be used: a newer version made it, or it does not answer",
    Exit.PORT_IN_USE: "the address to serve on is taken",
    Exit.NOTHING_THERE: "what was asked for is not there",
    Exit.NO_REPORT: "the report could not be made",
    Exit.INPUT: "the input of a calculation is wrong",
    Exit.NOT_PROVED: "figures would change by compacting, so nothing was changed: report it",
    Exit.INTERRUPTED: "interrupted",
}


class StopError(Exception):
    """Ends a command with a sentence for people and an exit code for machines."""

    def __init__(self, code: Exit, sentence: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.code = code
