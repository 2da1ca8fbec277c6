"""Sources in words: what state each is in, and who must act."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from babel.dates import format_datetime, format_timedelta

from dashboard.views.parts import Tone, Word
from dashboard.wording.words import Words


class SourceState(StrEnum):
    """The state of a source."""

    FRESH = "fresh"
    BUSY = "busy"
    LATE = "late"
    FAILED = "failed"
    NEVER = "never"


def state_word(words: Words, state: SourceState) -> Word:
    """Say the state of a source in a word or two."""
    sign, text, tone = {
        SourceState.FRESH: ("✓", words.say("Fresh"), Tone.GOOD),
        SourceState.BUSY: ("…", words.say("Being read"), Tone.PROGRESS),
        SourceState.LATE: ("!", words.say("Late"), Tone.UNSURE),
        SourceState.FAILED: ("✗", words.say("Not read"), Tone.BAD),
        SourceState.NEVER: ("–", words.say("Never read"), Tone.NEUTRAL),
    }[state]
    return Word(code=state.value, sign=sign, text=text, tone=tone)


def state_sentence(words: Words, state: SourceState, *, read_at: str | None) -> str:
    """Say what the state means for the figures."""
    if read_at is None:
        return words.say("Nothing of this source is in the figures yet.")
    return {
        SourceState.FRESH: words.say("Read well on {moment}.", moment=read_at),
        SourceState.BUSY: words.say("Read well last on {moment}; it is being read again now.", moment=read_at),
        SourceState.LATE: words.say(
            "Read well last on {moment}. That is longer ago than agreed: its figures keep their value and lose their "
            "verdict.",
            moment=read_at,
        ),
        SourceState.FAILED: words.say(
            "Read well last on {moment}; the run after that failed. What was read before stays.", moment=read_at
        ),
        SourceState.NEVER: words.say("Nothing of this source is in the figures yet."),
    }[state]


def who_acts(words: Words, failure: str | None) -> str | None:
    """Say who must do what after a failure (`<kind of error>: <text>`); None where nobody must."""
    if failure is None:
        return None
    kind = failure.partition(":")[0]
    return {
        "SourceRefusedError": words.say("Whoever manages this source must renew our access."),
        "SourceChangedError": words.say(
            "Whoever manages the programme file must look at it: the source no longer looks as it says."
        ),
        "SourceBusyError": words.say("Nobody needs to act: another run was at work."),
        "Killed": words.say("Nobody needs to act: the run was broken off, and the next goes on where it was."),
    }.get(kind, words.say("Nobody needs to act yet: the next run tries again. Ask who runs the source if it stays."))


def moment_text(words: Words, moment: datetime) -> str:
    """Write a moment of a local clock: day, month, year and time."""
    return format_datetime(moment, "d MMMM y, HH:mm", locale=words.language)


def duration_text(words: Words, length: timedelta) -> str:
    """Write how long something took."""
    return format_timedelta(length, granularity="second", threshold=1, locale=words.language)
