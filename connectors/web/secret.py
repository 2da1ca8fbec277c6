"""A secret of a source: a password, token or key that comes from the environment and goes nowhere but to its host."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.connector import SourceRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """The secret of a source, and the variable that holds it; `value` is None where nobody has set it."""

    variable: str
    value: str | None = field(default=None, repr=False)

    def told(self) -> str:
        """Return the value; SourceRefusedError where there is none."""
        if not self.value:
            sentence = (
                f"there is no secret. Set {self.variable} in the environment, "
                f"or {self.variable}_FILE to the path of a file that holds it."
            )
            raise SourceRefusedError(self.variable, sentence)
        return self.value
