"""An effect as what a calculation gives back."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from metrics.effect.effects import STRICT, Effect


def told(effect: Effect) -> Mapping[str, Any]:
    """Return an effect with its 95 % and 99 % intervals, ready for JSON."""
    strict = effect.limits(STRICT)
    return {
        "value": effect.value,
        "standard_error": effect.standard_error,
        # Endless degrees are the normal curve; JSON has no word for endless.
        "degrees_of_freedom": effect.degrees if effect.degrees != inf else None,
        "low": effect.low,
        "high": effect.high,
        "low_99": None if strict is None else strict[0],
        "high_99": None if strict is None else strict[1],
        "p": effect.p_value,
        "smallest_seen": effect.smallest_seen,
        "reason": effect.reason,
    }
