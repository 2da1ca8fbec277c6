"""How each database writes a cell as text and a moment as a local day, so that it can count them where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

UNREADABLE = "\x01"
"""What stands for a cell that is no text, number, day or yes or no."""

BETWEEN = "\x1f"
"""What stands between the parts of `segments`; in a part it becomes a mark that no part may hold."""

NOTHING = "\x1e"
"""What stands for a part of `segments` that says nothing."""


class Holds(Enum):
    """What a column of a database holds."""

    DAYS = auto()
    MOMENTS = auto()
    LOCAL_MOMENTS = auto()
    TEXT = auto()
    OTHER = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The words of one database: each is a pattern with `{x}` for the cell, `{zone}` and `{source}` for zones."""

    quote: str = '"'
    text: str = "VARCHAR"
    moment: str = "CAST({x} AT TIME ZONE {zone} AS DATE)"
    moved: str = "CAST({x} AT TIME ZONE {source} AT TIME ZONE {zone} AS DATE)"
    written: str = "CAST({x} AS VARCHAR)"
    naive: str = "{x} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]+)?)?$'"

    def name(self, name: str) -> str:
        """Return a name in quotes."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def cell(self, name: str, holds: Holds) -> str:
        """Return a cell as text."""
        own = self.name(name)
        if holds is Holds.UNREADABLE:
            return f"CASE WHEN {own} IS NOT NULL THEN {literal(UNREADABLE)} END"
        return self.written.format(x=own)

    def day(self, name: str, holds: Holds, *, zone: str, source: str | None) -> str:
        """Return a cell as the text of a local day where it is a moment; a text with an offset stays as it is."""
        own = self.name(name)
        moved = source is not None and source != zone
        if holds is Holds.TEXT:
            whole = self.cell(name, holds)
            cut = f"CASE WHEN {self.naive.format(x=own)} THEN SUBSTR({own}, 1, 10) ELSE {whole} END"
            return whole if moved else cut
        if holds not in (Holds.MOMENTS, Holds.LOCAL_MOMENTS):
            return self.cell(name, holds)
        pattern = self.moment if holds is Holds.MOMENTS else self.moved if moved else "CAST({x} AS DATE)"
        told = pattern.format(x=own, zone=literal(zone), source=literal(source or zone))
        return f"CAST({told} AS {self.text})"

    def nothing(self) -> str:
        """Return a cell that says nothing."""
        return f"CAST(NULL AS {self.text})"

    def joined(self, parts: list[str]) -> str:
        """Return several cells as one text, from which each can be had again."""
        safe = (f"COALESCE(REPLACE({part}, {literal(BETWEEN)}, '='), {literal(NOTHING)})" for part in parts)
        return f" || {literal(BETWEEN)} || ".join(safe)


def literal(text: str) -> str:
    """Return a text in quotes."""
    return "'" + text.replace("'", "''") + "'"


_GLOB = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9][0-9]:[0-9][0-9]*"
# In SQLite a cell has a type, a column has none; what is after the minutes may hold an offset.
_SQLITE = Dialect(
    text="TEXT",
    written=(
        f"CASE typeof({{x}}) WHEN 'blob' THEN {literal(UNREADABLE)} "
        "WHEN 'real' THEN CASE WHEN {x} = CAST({x} AS INTEGER) THEN CAST(CAST({x} AS INTEGER) AS TEXT) "
        "ELSE CAST({x} AS TEXT) END ELSE CAST({x} AS TEXT) END"
    ),
    naive=f"typeof({{x}}) = 'text' AND {{x}} GLOB '{_GLOB}' AND SUBSTR({{x}}, 17) NOT GLOB '*[^0-9:.]*'",
)

DIALECTS: Mapping[str, Dialect] = {
    "postgresql": Dialect(),
    "duckdb": Dialect(),
    "sqlite": _SQLITE,
    "spark": Dialect(
        quote="`",
        text="STRING",
        # The session of Spark is in the zone of the programme.
        moment="CAST({x} AS DATE)",
        moved="CAST(convert_timezone({source}, {zone}, {x}) AS DATE)",
        written="CAST({x} AS STRING)",
        naive=Dialect().naive.replace("~", "RLIKE"),
    ),
}
