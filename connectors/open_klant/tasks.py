"""Internal tasks as we take them from the list: when one was assigned and done, not what was asked of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.open_klant.contacts import plain

ASSIGNED = "toegewezenOp"
DONE = "afgehandeldOp"


@dataclass(slots=True, kw_only=True)
class Pile:
    """Takes the tasks of the wanted actions (all where none is named), each once."""

    actions: frozenset[str]
    seen: set[str] = field(default_factory=set)
    tally: Counter[str] = field(default_factory=Counter)

    def taken(self, rows: Sequence[Any]) -> list[dict[str, Any] | None]:
        """Return what is wanted of each row that did not come by before; None stands for what is no row."""
        return [_task(row) if isinstance(row, dict) else None for row in rows if self._is_wanted(row)]

    def told(self) -> Iterator[dict[str, str | int]]:
        """Yield what people must be told of a whole run."""
        if self.tally["others"]:
            yield {"code": "tasks_left_out", "tasks": self.tally["others"], "of": self.tally["rows"]}

    def _is_wanted(self, row: object) -> bool:
        if not isinstance(row, dict):
            return self._counted()
        name = row.get("uuid")
        if isinstance(name, str):
            if name in self.seen:
                return False
            self.seen.add(name)
        return self._counted(other=bool(self.actions) and plain(row.get("gevraagdeHandeling")) not in self.actions)

    def _counted(self, *, other: bool = False) -> bool:
        self.tally["rows"] += 1
        self.tally["others"] += other
        return not other


def body_of(pile: Pile, rows: Sequence[Any], *, service: str, ends: bool) -> dict[str, Any]:
    """Return the body of a page with these rows; the last one tells what there is to tell of the run."""
    taken = pile.taken(rows)
    return {"service": service, "rows": taken, "told": list(pile.told()) if ends else []}


def _task(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"uuid": row.get("uuid"), "status": row.get("status"), "from": row.get(ASSIGNED), "to": row.get(DONE)}
