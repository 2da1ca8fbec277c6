"""Windows of time over a source that cuts long answers off without saying so, nor where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

USUAL_CAPS = frozenset({50, 100, 200, 250, 500, 1000})
"""Sizes at which known servers cut an answer off: an answer of just so many rows is doubted."""

SMALLEST_CAP = 50
"""No server is known that cuts off sooner: a shorter answer is whole."""

SHORTEST = timedelta(hours=1)
"""A window this short is not halved any more."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends within it: two windows that meet share the moment between them."""

    begin: datetime
    end: datetime

    def halves(self) -> tuple[Window, Window]:
        """Return the earlier and the later half."""
        middle = (self.begin + (self.end - self.begin) / 2).replace(microsecond=0)
        return Window(self.begin, middle), Window(middle, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a window gave: the answer as it came, and the requests in it."""

    body: bytes
    requests: list[Any]

    @property
    def ids(self) -> set[str]:
        """Return what the requests are known by."""
        return {str(one.get("service_request_id")) for one in self.requests if isinstance(one, dict)}


Ask = Callable[[Window], Read]
Found = tuple[Window, Read, bool]
"""A window, what it gave, and whether it may have been cut off all the same."""


@dataclass(slots=True)
class _Sizes:
    """What answers so far tell of the cap that nobody knows: it is at least the `largest` size seen."""

    cap: int | None
    largest: int = 0

    def doubted(self, size: int) -> bool:
        """Tell whether an answer of this size may have been cut off; every size is kept in mind."""
        before, self.largest = self.largest, max(self.largest, size)
        if self.cap is not None:
            return size >= self.cap
        if size < SMALLEST_CAP:
            return False
        return size in USUAL_CAPS or size >= before


def whole(ask: Ask, spans: Iterable[Window], *, days: int, cap: int | None = None) -> Iterator[Found]:
    """Yield windows over spans of time, oldest first, each short enough to come whole.

    An answer is doubted where its size is a usual cap, or as large as the largest before: the cap, whatever it is,
    is never below a size once seen. A doubted window is asked for again in halves.
    """
    halving = _Halving(ask, _Sizes(cap))
    for span in spans:
        begin = span.begin
        while begin < span.end:
            window = Window(begin, min(begin + timedelta(days=days), span.end))
            yield from halving.of(window, ask(window))
            begin = window.end


def near(days: Iterable[date], *, gap: int) -> Sequence[Sequence[date]]:
    """Return days in runs: within one, none lies more than `gap` days behind the one before it. They are in order."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days <= gap:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


@dataclass(frozen=True, slots=True)
class _Halving:
    ask: Ask
    sizes: _Sizes = field(repr=False)

    def of(self, window: Window, read: Read) -> Iterator[Found]:
        """Yield the window as it is, or the halves of it that come whole."""
        size = len(read.requests)
        if not self.sizes.doubted(size):
            yield window, read, False
        elif window.end - window.begin <= SHORTEST:
            yield window, read, True
        else:
            yield from self._halved(window, read)

    def _halved(self, window: Window, read: Read) -> Iterator[Found]:
        early, late = window.halves()
        first, second = self.ask(early), self.ask(late)
        if first.ids == read.ids == second.ids:
            # It does not look at the time of day, so that shorter windows give the same again.
            yield window, read, True
            return
        together = first.ids | second.ids
        if not read.ids <= together:
            yield window, read, False
        yield from self.of(early, first)
        yield from self.of(late, second)
