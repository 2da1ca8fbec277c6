"""TOML text: a block of settings as a person would write it in a programme file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED: Mapping[str, str] = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


def block_text(name: Sequence[str], block: Mapping[str, object]) -> str:
    """Return a block under the heading of its name; what is a block in it gets a heading of its own."""
    return "\n\n".join("\n".join(lines) for lines in _tables(name, block)) + "\n"


def _tables(name: Sequence[str], block: Mapping[str, object]) -> Iterator[list[str]]:
    inner = {key: value for key, value in block.items() if isinstance(value, Mapping) and value}
    own = [f"{key_text(key)} = {value_text(value)}" for key, value in block.items() if key not in inner]
    yield [_heading(name), *own]
    for key, values in inner.items():
        yield [_heading([*name, key]), *(f"{key_text(one)} = {value_text(value)}" for one, value in values.items())]


def _heading(name: Sequence[str]) -> str:
    return f"[{'.'.join(key_text(part) for part in name)}]"


def key_text(key: str) -> str:
    """Return a key, between quotes where it needs them."""
    return key if _BARE.fullmatch(key) else _quoted(key)


def value_text(value: object) -> str:
    """Return a value on one line; TypeError where TOML has no such value."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return _inside(value)


def _inside(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = [f"{key_text(str(key))} = {value_text(one)}" for key, one in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(value_text(one) for one in value)}]"
    message = f"TOML has no {type(value).__name__}"
    raise TypeError(message)


def _quoted(text: str) -> str:
    return f'"{"".join(_sign(sign) for sign in text)}"'


def _sign(sign: str) -> str:
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    return f"\\u{ord(sign):04X}" if sign < " " or sign == "\x7f" else sign
