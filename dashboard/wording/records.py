"""Rejected rows in words: where, what was found, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.wording.words import Words
from metrics.records import Reason


def rejection_reason(words: Words, reason: str) -> str:
    """Say why rows were rejected."""
    return {
        Reason.MISSING: words.say("This column must be filled."),
        Reason.NOT_A_DATE: words.say("This is no date."),
        Reason.NOT_A_NUMBER: words.say("This is no number."),
        Reason.NOT_A_WHOLE_NUMBER: words.say("This is no whole number."),
        Reason.NOT_A_YES_OR_NO: words.say("This is neither yes nor no."),
        Reason.UNKNOWN_VALUE: words.say("This value is not among those that are allowed."),
        Reason.TOO_EARLY: words.say("This day is too long ago: probably a filler for an unknown date."),
        Reason.IN_THE_FUTURE: words.say("This day is still to come."),
        Reason.DECIDED_BEFORE_RECEIVED: words.say("The decision is before the receipt."),
        Reason.OUTSIDE_SCALE: words.say("This value lies outside its scale."),
        Reason.NEGATIVE: words.say("This number is below zero."),
        Reason.TOO_LONG: words.say("This is too long for a code: free text does not enter the store."),
        Reason.REPEATED_KEY: words.say("The same key stands further on with other content; the last one counts."),
        Reason.UNREADABLE_ROW: words.say("This row cannot be read: it has too many or too few columns."),
    }[Reason(reason)]


def rejection_sentence(words: Words, row: Mapping[str, object]) -> str:
    """Say one rejected row: file, line and column, what was found, what is allowed, what to do."""
    where = words.say(
        "{file}, line {line}, column {column}", file=row["file"] or "?", line=row["line"] or "?", column=row["column"]
    )
    parts = [rejection_reason(words, str(row["reason"]))]
    if row["found"]:
        parts.append(words.say("Found: {found}.", found=row["found"]))
    if row["allowed"]:
        parts.append(_allowed(words, str(row["reason"]), str(row["allowed"])))
    return f"{where}: {' '.join(parts)}"


def _allowed(words: Words, reason: str, allowed: str) -> str:
    match Reason(reason):
        case Reason.TOO_EARLY:
            return words.say("Allowed: from {allowed}. Leave it empty where it is not known.", allowed=allowed)
        case Reason.IN_THE_FUTURE:
            return words.say("Allowed: up to {allowed}.", allowed=allowed)
        case Reason.DECIDED_BEFORE_RECEIVED:
            return words.say("Allowed: from {allowed}. Mend one of the two dates at the source.", allowed=allowed)
        case Reason.TOO_LONG:
            return words.say("Allowed: up to {allowed} characters. Map another column.", allowed=allowed)
        case _:
            return words.say("Allowed: {allowed}. Mend it at the source or in the column map.", allowed=allowed)
