"""The application: FastAPI outside, with the headers and the files; Dash inside, with the pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import cast

from a2wsgi import WSGIMiddleware
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import ASGIApp, Scope

from dashboard.web.answers import add_answers, add_source_answers
from dashboard.web.bundles import ASSETS, Bundle, bundle
from dashboard.web.headers import SecurityHeaders
from dashboard.web.inside import Inside
from dashboard.web.pages import ViewDoor
from dashboard.web.scripts import FOR_EVER, PREFIX, Scripts, compressed

__all__ = ["ViewDoor", "create_app"]

_THREADS = 16


def create_app(door: ViewDoor) -> FastAPI:
    """Return the application that shows what the door gives."""
    style = bundle("css", suffix="css", media_type="text/css; charset=utf-8")
    script = bundle("js", suffix="js", media_type="text/javascript; charset=utf-8")
    inside = Inside(door, style=style, script=script)
    app = FastAPI(title="Uitkomst", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    _add_files(app, (style, script), Scripts(inside=inside))
    add_answers(app, door)
    add_source_answers(app, door)
    pages = cast("ASGIApp", WSGIMiddleware(inside.server, workers=_THREADS))
    app.mount("/", GZipMiddleware(pages, minimum_size=500, compresslevel=5))
    return app


def _add_files(app: FastAPI, bundles: tuple[Bundle, ...], scripts: Scripts) -> None:
    """Add style sheet, scripts and fonts: compressed, and kept by browsers for as long as they hold."""

    def suite(path: str, request: Request) -> Response:
        return scripts.answer(path, request)

    def icon() -> FileResponse:
        return FileResponse(ASSETS / "icon.svg", headers={"Cache-Control": "public, max-age=86400"})

    for made in bundles:
        app.add_api_route(made.href, _ready(made), methods=["GET"], response_model=None)
    app.add_api_route(PREFIX + "{path:path}", suite, methods=["GET"], response_model=None)
    app.add_api_route("/assets/icon.svg", icon, methods=["GET"], response_model=None)
    app.mount("/assets/fonts", _Fonts(directory=ASSETS / "fonts"))


def _ready(made: Bundle) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        return compressed(made.packed, media_type=made.media_type, request=request, cache=FOR_EVER)

    return answer


class _Fonts(StaticFiles):
    """Fonts: their names hold no version, and they hardly ever change."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with a font that a browser may keep for a month."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=2592000"
        return response
