"""The start of the program: what is said before any library is loaded."""

from __future__ import annotations

import subprocess
import sys

from dashboard.start import tune_memory


def test_what_an_operator_says_of_memory_stays():
    environment = {"_RJEM_MALLOC_CONF": "narenas:1"}
    tune_memory(environment)
    assert environment == {"_RJEM_MALLOC_CONF": "narenas:1"}


def test_memory_is_tuned_before_polars_is_loaded():
    # In a process of its own: whether a library was loaded cannot be undone in this one.
    told = (
        "import sys, dashboard.start as start\n"
        "assert 'polars' not in sys.modules\n"
        "tuned = []\n"
        "def tune(environment): tuned.append('polars' in sys.modules)\n"
        "start.tune_memory = tune\n"
        "try: start.main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert tuned == [False], tuned\n"
        "assert 'polars' in sys.modules\n"
    )
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
