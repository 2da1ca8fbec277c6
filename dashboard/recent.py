"""What was composed lately, kept so that the same question is not answered twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The last few values by key; the key must name everything that the value depends on."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._turn = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of the key, made now if it is not kept. Two threads may make it at once; one is kept."""
        with self._turn:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._turn:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made
