"""Scripts: what Dash and plotly need in a browser, compressed once and kept in memory."""

from __future__ import annotations

import gzip
import pkgutil
from dataclasses import dataclass, field
from pathlib import Path

from dash.fingerprint import check_fingerprint
from starlette.requests import Request
from starlette.responses import Response

from dashboard.web.inside import Inside

PREFIX = "/_dash-component-suites/"
PLOTLY = "plotly/package_data/plotly.min.js"
PLOTLY_VERSION = "4.1.1"

_VENDOR = Path(__file__).parent / "vendor"
FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"
_SCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """The scripts that pages may ask for; each is compressed once and kept, their number is small."""

    inside: Inside
    packed: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def answer(self, path: str, request: Request) -> Response:
        """Answer a request for a script; `path` is what follows the prefix."""
        if path == PLOTLY:
            return _plotly(request)
        package, _, fingerprinted = path.partition("/")
        name, kept_for_ever = check_fingerprint(fingerprinted)
        if name not in self.inside.registered_paths.get(package, ()):
            return Response("There is no such script.", status_code=404, media_type="text/plain")
        return compressed(self._pack(package, name), request=request, cache=FOR_EVER if kept_for_ever else _FOR_A_DAY)

    def _pack(self, package: str, name: str) -> bytes:
        if (package, name) not in self.packed:
            self.packed[package, name] = gzip.compress(pkgutil.get_data(package, name) or b"", mtime=0)
        return self.packed[package, name]


def _plotly(request: Request) -> Response:
    """Answer with plotly's basic bundle instead of the whole of plotly, which is three times as large."""
    mark = f'"plotly-basic-{PLOTLY_VERSION}"'
    headers = {"Cache-Control": _FOR_A_DAY, "ETag": mark, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    file = _VENDOR / f"plotly-basic-{PLOTLY_VERSION}.min.js"
    if "br" in _accepted(request):
        headers["Content-Encoding"] = "br"
        return Response(file.with_suffix(".js.br").read_bytes(), media_type=_SCRIPT, headers=headers)
    response = compressed(file.with_suffix(".js.gz").read_bytes(), request=request, cache=_FOR_A_DAY)
    response.headers["ETag"] = mark
    return response


def compressed(packed: bytes, *, request: Request, cache: str, media_type: str = _SCRIPT) -> Response:
    """Answer with what is kept compressed, unpacked for who cannot read that."""
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    if "gzip" not in _accepted(request):
        return Response(gzip.decompress(packed), media_type=media_type, headers=headers)
    return Response(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})


def _accepted(request: Request) -> set[str]:
    asked = request.headers.get("accept-encoding", "")
    return {part.partition(";")[0].strip() for part in asked.split(",")}
