from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def latest():
    return date(2026, 12, 31)


@pytest.fixture
def public():
    return Path(__file__).parents[2] / "examples" / "public"


@pytest.fixture
def without_rights():
    """Takes the right to read a file away, also from root, for as long as the block lasts."""

    @contextmanager
    def taken(path: Path):
        path.chmod(0)
        root = os.geteuid() == 0
        for folder in path.parents[:3] if root else ():
            folder.chmod(0o755)
        if root:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            path.chmod(0o700)

    return taken
