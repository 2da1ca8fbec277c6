"""Catalogues: the Dutch of every English sentence, from a gettext file."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_FOLDER = Path(__file__).parent / "catalogues"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations of a language; English needs none, its sentences are the keys."""
    path = _FOLDER / f"{language}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
