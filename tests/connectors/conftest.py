from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest


@pytest.fixture
def latest():
    return date(2026, 12, 31)


@pytest.fixture
def public():
    return Path(__file__).parents[2] / "examples" / "public"
