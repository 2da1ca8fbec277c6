"""The design of a survey: its strata, which channels are digital, and how many answers are enough."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.weighting.limits import ENOUGH, IntervalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDesign:
    """How answers are weighted.

    `strata`: the columns, that of the channel first, then those of segments. `digital`: codes of the channels that
    are digital; the others may be put together. A stratum with fewer than `enough` answers is too thin.
    """

    strata: tuple[str, ...]
    digital: frozenset[str]
    interval: IntervalKind
    enough: int = ENOUGH

    @property
    def channel(self) -> str:
        """Name of the column with the channel."""
        return self.strata[0]
