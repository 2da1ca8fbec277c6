"""The most memory that this process ever used."""

from __future__ import annotations

import re
import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


def most_memory_mb() -> float:
    """Return the most memory in use since this program began, in MB.

    Linux's own `ru_maxrss` begins at what the parent used when it started this process, so that it is taken only where
    there is no other.
    """
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (found,) = re.findall(r"^VmHWM:\s+(\d+) kB$", _STATUS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return int(found) / 1024
