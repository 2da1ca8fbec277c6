"""Pages of a real server in a real browser: seconds on the server, seconds until drawn, bytes and memory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_SHOWN = """drawn => {
    document.querySelector(".graph")?.scrollIntoView();
    return document.querySelector(drawn)?.checkVisibility();
}"""
_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def measure_pages(data: Path, *, project: str) -> dict[str, float]:
    """Serve the data folder and return the figures of the portfolio and of one project page."""
    port = _free_port()
    started = time.perf_counter()
    command = [
        sys.executable,
        "-c",
        "import sys; from dashboard.start import main; sys.exit(main())",
        "serve",
        "--port",
        str(port),
    ]
    environment = {**os.environ, "UITKOMST_DATA": str(data), "UITKOMST_PSEUDONYM_KEY": "benchmark"}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/health", server)
        found = {"seconds, server start": time.perf_counter() - started}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_browser(), args=list(_FLAGS))
            for name, path, drawn in (("portfolio", "/", "h1"), ("project page", project, ".graph .main-svg")):
                found |= {
                    f"{name}: {what}": value for what, value in _visit(browser.new_page(), port, path, drawn).items()
                }
            browser.close()
        found["server memory, MB"] = _memory_mb(server.pid)
        return found
    finally:
        server.terminate()
        server.wait()


def _visit(page: Page, port: int, path: str, drawn: str) -> dict[str, float]:
    sizes = {"script": 0, "all": 0}
    server_seconds: list[float] = []
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    kinds: dict[str, str] = {}

    def arrived(event: dict[str, object]) -> None:
        kinds[str(event["requestId"])] = str(event["type"])

    def finished(event: dict[str, object]) -> None:
        size = int(event["encodedDataLength"])  # type: ignore[call-overload]
        sizes["all"] += size
        sizes["script"] += size if kinds.get(str(event["requestId"])) == "Script" else 0

    client.on("Network.responseReceived", arrived)
    client.on("Network.loadingFinished", finished)
    _open(page, f"http://127.0.0.1:{port}{path}", drawn)
    page.goto("about:blank")
    cold = dict(sizes)
    page.on("requestfinished", lambda request: server_seconds.append(request.timing["responseEnd"] / 1000))
    start = time.perf_counter()
    _open(page, f"http://127.0.0.1:{port}{path}", drawn)
    warm = time.perf_counter() - start
    return {
        "KB of script": cold["script"] / 1024,
        "KB in all": cold["all"] / 1024,
        "seconds until drawn, warm": warm,
        "seconds, slowest answer of the server": max(server_seconds, default=0.0),
    }


def _open(page: Page, address: str, drawn: str) -> None:
    """Open a page and wait until it is drawn; a chart is drawn once it comes into view."""
    page.goto(address)
    page.wait_for_function(_SHOWN, arg=drawn)


def _browser() -> str | None:
    return os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("google-chrome")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        if server.poll() is not None:
            message = f"the server stopped with exit code {server.returncode} before it answered"
            raise RuntimeError(message)
        try:
            urllib.request.urlopen(address, timeout=1).read()  # noqa: S310 - our own server on loopback
        except OSError:
            time.sleep(0.025)
        else:
            return
    message = f"{address} did not answer within ten seconds"
    raise TimeoutError(message)


def _memory_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
