"""Chromium as reports need it: our fonts, a small plotly.js, and no waiting between two charts."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import MutableMapping, Sequence
from contextlib import suppress
from pathlib import Path

import kaleido
from choreographer.browsers.chromium import Chromium

HERE = Path(__file__).parent
FONTS_FILE = HERE / "fonts.conf"
PLOTLY_FOLDER = HERE.parent / "web" / "vendor"
CHARTS_PER_PAGE = 100

_SWITCHES = (
    "--disable-background-networking",
    "--disable-component-extensions-with-background-pages",
    "--disable-extensions",
    "about:blank",
)


class LeanChromium(Chromium):
    """Chromium that finds our fonts, whatever the machine has, and opens on an empty page."""

    def get_env(self) -> MutableMapping[str, str]:
        """Return what the browser finds in its environment."""
        return {**super().get_env(), "FONTCONFIG_FILE": str(FONTS_FILE)}

    def get_cli(self) -> Sequence[str]:
        """Return the command that starts the browser."""
        return [*super().get_cli(), *_SWITCHES]


class ChartPage(kaleido.PageGenerator):  # type: ignore[misc]
    """The page that draws: with the basic plotly.js that the web pages use, which loads in half the time."""

    def generate_index(self) -> str:
        """Return the page as HTML."""
        basic = max(PLOTLY_FOLDER.glob("plotly-basic-*.min.js.gz"), default=None)
        if basic is None:
            return str(super().generate_index())
        script = gzip.decompress(basic.read_bytes()).decode()
        return f'{self.header}<meta charset="utf-8"><script>{script}</script>{self.footer}'


class Drawer(kaleido.Kaleido):  # type: ignore[misc]
    """One browser with one page that draws charts, one after another."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(
            n=1,
            timeout=None,  # whoever asks for a chart keeps the time
            page_generator=ChartPage(mathjax=False),
            browser_cls=LeanChromium,
            path=path,
        )
        self._drawn = 0

    async def _return_kaleido_tab(self, tab: object) -> None:
        # Kaleido loads the page again after every chart: 0.2 s each, and for ever in a browser that died. A chart
        # leaves nothing behind, so now and then is enough.
        self._drawn += 1
        if self._drawn % CHARTS_PER_PAGE:
            await self.tabs_ready.put(tab)
        else:
            await super()._return_kaleido_tab(tab)

    async def close(self) -> None:
        """Close the browser and remove what it kept."""
        if self.ended:
            # Else the thread that reads from it is waited for in vain, two seconds long.
            self._channel.close()
        await super().close()

    @property
    def path(self) -> str:
        """Where the browser is."""
        return str(self._browser_impl.path)

    @property
    def ended(self) -> bool:
        """Whether the browser is gone."""
        return not hasattr(self, "subprocess") or self.subprocess.poll() is not None

    def kill(self) -> None:
        """End the browser and all that it started, without asking."""
        if hasattr(self, "subprocess"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.subprocess.pid, signal.SIGKILL)
            self._channel.close()
