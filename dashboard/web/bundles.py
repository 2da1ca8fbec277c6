"""Bundles: the style sheets and the scripts of the assets folder, each as one file with its own fingerprint."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

ASSETS = Path(__file__).parent.parent / "assets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One file made of many, compressed with gzip; `href` changes with its content, so that it may be kept for ever."""

    href: str
    media_type: str
    packed: bytes


def bundle(folder: str, *, suffix: str, media_type: str) -> Bundle:
    """Put the files of an assets folder together, in the order of their names."""
    files = sorted((ASSETS / folder).glob(f"*.{suffix}"))
    content = b"\n".join(file.read_bytes() for file in files)
    mark = hashlib.sha256(content).hexdigest()[:12]
    return Bundle(
        href=f"/assets/uitkomst.{mark}.{suffix}", media_type=media_type, packed=gzip.compress(content, mtime=0)
    )
