"""Answers that are no page: the report, rejected rows, a request for a run, and a sign of life."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dashboard.components.address import local
from dashboard.components.chrome import chrome_in
from dashboard.web.headers import asked_here
from dashboard.web.pages import ViewDoor


def add_answers(app: FastAPI, door: ViewDoor) -> None:
    """Add the report, and a sign of life."""

    def health() -> PlainTextResponse:
        return PlainTextResponse("ok")

    def report(programme: str, project: str, request: Request) -> Response:
        query: Mapping[str, str] = dict(request.query_params)
        document = door.report(programme, project, query)
        if document is None:
            return _lost(request)
        name = f"{programme}-{project}.pdf"
        return Response(
            document, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
        )

    app.add_api_route("/health", health, methods=["GET"])
    app.add_api_route("/project/{programme}/{project}/report.pdf", report, methods=["GET"], response_model=None)


def add_source_answers(app: FastAPI, door: ViewDoor) -> None:
    """Add the rejected rows of a source, and the request for a run of it."""
    _add_rejected(app, door)
    _add_run_now(app, door)


def _add_rejected(app: FastAPI, door: ViewDoor) -> None:
    def rejected(programme: str, source: str, request: Request) -> Response:
        rows = door.rejected(programme, source)
        if rows is None:
            return _lost(request)
        name = f"{programme}-{source}-rejected.csv"
        return Response(
            rows,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    app.add_api_route("/sources/{programme}/{source}/rejected.csv", rejected, methods=["GET"], response_model=None)


def _add_run_now(app: FastAPI, door: ViewDoor) -> None:
    def run_now(programme: str, source: str, request: Request) -> Response:
        if not asked_here(request):
            return PlainTextResponse("This can only be asked for on our own page.", status_code=403)
        if not door.run_now(programme, source):
            return _lost(request)
        return RedirectResponse(local("/sources", chrome_in(_language(request)).language), status_code=303)

    app.add_api_route("/sources/{programme}/{source}/run", run_now, methods=["POST"], response_model=None)


def _lost(request: Request) -> Response:
    return PlainTextResponse(chrome_in(_language(request)).lost_text, status_code=404)


def _language(request: Request) -> str:
    return request.query_params.get("lang", "nl")
