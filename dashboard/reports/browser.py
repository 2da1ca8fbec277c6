"""The browser that draws the charts of reports: one, kept open, for every thread that asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from kaleido.errors import ChromeNotFoundError, JavascriptError, KaleidoError

from dashboard.reports.chromium import Drawer

SECONDS_TO_START = 20.0
SECONDS_TO_DRAW = 20.0
SECONDS_TO_CLOSE = 5.0

_Result = TypeVar("_Result")


class Missing(StrEnum):
    """Why there is no chart."""

    NO_BROWSER = "no_browser"
    NOT_STARTED = "not_started"
    NOT_DRAWN = "not_drawn"


class ChartMissingError(Exception):
    """There is no drawing of a chart. `reason` says why to a program, the message to whoever installs."""

    def __init__(self, reason: Missing, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Charts:
    """Draws figures in a browser of its own, which starts with the first one and stays until `close`.

    Any thread may ask; they take turns. A browser that dies or hangs is replaced, once for each figure. `browser` is
    the path of Chromium or Chrome; without it the one in BROWSER_PATH counts, or the one on the machine.
    """

    def __init__(self, browser: Path | None = None, *, seconds_to_draw: float = SECONDS_TO_DRAW) -> None:
        self._kept = _KeptBrowser(browser, seconds_to_draw)
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Let the browser start while the caller does something else; the first figure tells when it cannot."""
        with self._turn, suppress(ChartMissingError):
            self._run(self._kept.begin())

    def svg(self, figure: Mapping[str, Any], *, width: int, height: int) -> bytes:
        """Return the figure as SVG of this size in pixels; ChartMissingError where there can be none."""
        with self._turn:
            return self._run(self._kept.draw(figure, {"format": "svg", "width": width, "height": height}))

    def close(self) -> None:
        """End the browser and its thread; a figure asked for later starts them again."""
        with self._turn:
            if self._loop is None or self._thread is None:
                return
            self._run(self._kept.end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Return what the work gives on the one thread that the browser belongs to."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # What a dying browser leaves behind is told by the figure that missed it, not on the screen.
            self._loop.set_exception_handler(lambda _loop, _context: None)
            self._thread = threading.Thread(target=self._loop.run_forever, name="charts", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _LostError(Exception):
    """The browser did not answer."""


class _RefusedError(Exception):
    """The browser answered that it cannot draw this."""


class _KeptBrowser:
    """One browser at a time, replaced when it is lost. Lives on one event loop, and does one thing at a time."""

    def __init__(self, path: Path | None, seconds_to_draw: float) -> None:
        self._path = path
        self._seconds_to_draw = seconds_to_draw
        self._now: tuple[Drawer, asyncio.Task[None]] | None = None

    async def begin(self) -> tuple[Drawer, asyncio.Task[None]]:
        """Return the browser and its opening, which may be under way."""
        if self._now is not None and self._now[1].done() and self._now[0].ended:
            await self._replace()
        if self._now is None:
            try:
                drawer = Drawer(self._path)
            except ChromeNotFoundError as error:
                found = str(error).split(". ", maxsplit=1)[0]
                message = f"{found}. Install Chromium, or let BROWSER_PATH name one."
                raise ChartMissingError(Missing.NO_BROWSER, message) from error
            self._now = drawer, asyncio.create_task(drawer.open())
        return self._now

    async def draw(self, figure: Mapping[str, Any], opts: Mapping[str, Any]) -> bytes:
        """Return the figure as the options ask, from a second browser where the first is lost."""
        try:
            with suppress(_LostError):
                return await self._drawn(figure, opts)
            return await self._drawn(figure, opts)
        except (_LostError, _RefusedError) as error:
            message = f"The browser did not draw a chart: {error}."
            raise ChartMissingError(Missing.NOT_DRAWN, message) from error

    async def end(self) -> None:
        """Close the browser and whatever is still waiting for it."""
        if self._now is not None:
            drawer, opening = self._now
            await asyncio.wait({opening}, timeout=SECONDS_TO_START)
            await self._close(drawer)
        self._now = None
        if waiting := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting, timeout=SECONDS_TO_CLOSE)

    async def _drawn(self, figure: Mapping[str, Any], opts: Mapping[str, Any]) -> bytes:
        drawer, opening = await self.begin()
        try:
            await _within(SECONDS_TO_START, opening)
        except (_LostError, _RefusedError) as error:
            await self._replace()
            message = f"The browser {drawer.path} does not start. Start it by hand to see why."
            raise ChartMissingError(Missing.NOT_STARTED, message) from error
        try:
            return await _within(self._seconds_to_draw, asyncio.create_task(drawer.calc_fig(figure, opts=opts)))
        except (_LostError, _RefusedError):
            # After a refusal too: what is left of the figure would be in the next one's way.
            await self._replace()
            raise

    async def _replace(self) -> None:
        if self._now is not None:
            self._now[0].kill()
            await self._close(self._now[0])
        self._now = None

    async def _close(self, drawer: Drawer) -> None:
        await asyncio.wait({asyncio.create_task(drawer.close())}, timeout=SECONDS_TO_CLOSE)
        if not drawer.ended:
            drawer.kill()


async def _within(seconds: float, task: asyncio.Task[_Result]) -> _Result:
    """Return what a task gives. Not asyncio.wait_for: that waits for a task that a dead browser keeps from ending."""
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        task.cancel()
        message = f"no answer in {seconds:.0f} seconds"
        raise _LostError(message)
    if task.cancelled():
        message = "it ended"
        raise _LostError(message)
    if error := task.exception():
        kind = _RefusedError if isinstance(error, (KaleidoError, JavascriptError)) else _LostError
        raise kind(" ".join(str(error).split())) from error
    return task.result()
