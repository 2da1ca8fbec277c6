"""Letters: which ones our fonts have, and where a long word may break, so that no name ever costs the report."""

from __future__ import annotations

import re
import struct
import unicodedata
from pathlib import Path

UNKNOWN = "□"
MAY_BREAK = "\u200b"
LONGEST_WHOLE = 17
PIECE = 6
_SEGMENTS = 4
_NO_SIGN = 0xFFFF


def divided(text: str) -> str:
    """Return the text with places to break in words that no dictionary divides: keys, file names, addresses."""
    return re.sub(rf"\S{{{LONGEST_WHOLE + 1},}}", _pieces, text)


def _pieces(found: re.Match[str]) -> str:
    word = found[0]
    if word.isalpha():
        return word
    return MAY_BREAK.join(word[at : at + PIECE] for at in range(0, len(word), PIECE))


def printable(content: object, letters: frozenset[int]) -> object:
    """Return the content with every sign that has no letter as `□`, and without control signs.

    Goes into mappings, sequences and texts; leaves anything else as it is.
    """
    if isinstance(content, str):
        whole = unicodedata.normalize("NFC", content)
        return whole if letters.issuperset(map(ord, whole)) else "".join(_shown(sign, letters) for sign in whole)
    if isinstance(content, dict):
        return {key: printable(value, letters) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [printable(value, letters) for value in content]
    return content


def _shown(sign: str, letters: frozenset[int]) -> str:
    if ord(sign) in letters or sign == MAY_BREAK:
        return sign
    kind = unicodedata.category(sign)
    if kind == "Zs" or sign in "\n\t":
        return " "
    return "" if kind in {"Cc", "Cf", "Mn"} else UNKNOWN


def letters_of(font: Path) -> frozenset[int]:
    """Return the code points that a TrueType font has letters for."""
    data = font.read_bytes()
    (count,) = struct.unpack_from(">H", data, 4)
    tables = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * count, 16)}
    start = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for at in range(start + 4, start + 4 + 8 * count, 8):
        found |= _codes(data, start + struct.unpack_from(">HHI", data, at)[2])
    return frozenset(found)


def _codes(data: bytes, at: int) -> set[int]:
    """Return the code points of one table of a font; empty for a kind of table that our fonts do not need."""
    kind, _, _, doubled = struct.unpack_from(">4H", data, at)
    if kind != _SEGMENTS:
        return set()
    ends = struct.unpack_from(f">{doubled // 2}H", data, at + 14)
    starts = struct.unpack_from(f">{doubled // 2}H", data, at + 16 + doubled)
    return {code for low, high in zip(starts, ends, strict=True) for code in range(low, high + 1)} - {_NO_SIGN}
