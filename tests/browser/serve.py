"""Serve the sample pages by hand: `python tests/browser/serve.py 8051`."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from browser.samples import SampleDoor  # noqa: E402

from dashboard.web.app import create_app  # noqa: E402

uvicorn.run(create_app(SampleDoor()), port=int(sys.argv[1]), log_level="warning")
