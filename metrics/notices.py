"""A notice: something people must be told about a run or a figure, as a code with its particulars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Particular = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What happened (`code`, worded by `dashboard.wording`) and the particulars its sentence needs.

    Particulars hold names of files, columns, services and numbers; never a value a resident gave.
    """

    code: str
    particulars: Mapping[str, Particular] = field(default_factory=dict)
