"""Systems on loopback for `benchmarks.sources`, each in a process of its own: its work is not counted as ours."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from benchmarks.pages_of import zgw as zgw_pages
from benchmarks.sql import answers, source
from connectors.connector import Connector
from connectors.local import content
from connectors.web.secret import Secret
from tests.connectors.limesurvey_site import SURVEY, Kept, LimeSurveySite, rows_of, survey
from tests.connectors.serving import App, Asked, Told, serving
from tests.connectors.zgw_site import zgw

_PAGE = 500
_START_SECONDS = 120.0
_HOST = "https://openzaak.example.org"
_SECRET = Secret(variable="UITKOMST_SECRET_BENCHMARK", value="a secret of loopback, long enough for HS256")


@contextmanager
def zaken(rows: int, _folder: Path) -> Iterator[Connector]:
    """Yield a source of made-up cases, as many on a page as it asks for by default."""
    pages = zgw_pages.connector(_HOST)
    with _in_own_process(_zaken_app, rows) as url:
        yield zgw(
            url,
            password=_SECRET.value,
            services=dict(pages.services),
            channels=dict(pages.channels),
            outcomes=dict(pages.outcomes),
            page_size=_PAGE,
        )


@contextmanager
def responses(rows: int, _folder: Path) -> Iterator[Connector]:
    """Yield a survey in which the recorded responses come back again and again, under ids of their own."""
    with _in_own_process(_survey_app, rows) as url:
        yield survey(url)


@contextmanager
def database(rows: int, folder: Path) -> Iterator[Connector]:
    """Yield a table of answers in SQLite, which is no server: its work is in our process and is counted."""
    connection = sqlite3.connect(folder / "answers.db")
    connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, service, channel, score, answered_at, district)")
    connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", answers(rows))
    connection.commit()
    connection.close()
    yield source(folder, "sqlite:///answers.db")


def _zaken_app(rows: int) -> App:
    told = [orjson.loads(content(page)) for page in zgw_pages.pages(rows, _PAGE)]
    kept = told[0]["catalogue"]
    lists = {
        "/zaken/api/v1/zaken": [one["page"]["results"] for one in told],
        "/catalogi/api/v1/zaaktypen": [[_named(uuid, "zaaktypen", one) for uuid, one in kept["types"].items()]],
        "/catalogi/api/v1/resultaattypen": [
            [
                _named(uuid, "resultaattypen", {"omschrijvingGeneriek": names[0], "omschrijving": names[1]})
                for uuid, names in kept["results"].items()
            ]
        ],
    }
    # Written beforehand: what is measured is us, not a system of our making.
    written = {path: [_leaf(pages, place, path) for place in range(len(pages))] for path, pages in lists.items()}

    def app(asked: Asked) -> Told:
        return Told(written[asked.path][int(asked.query.get("page", "1")) - 1])

    return app


def _named(uuid: str, list_name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {"url": f"{_HOST}/catalogi/api/v1/{list_name}/{uuid}", **one}


def _leaf(pages: list[list[Any]], place: int, path: str) -> bytes:
    following = f"{_HOST}{path}?page={place + 2}&pageSize={_PAGE}" if place + 1 < len(pages) else None
    told = {"count": sum(map(len, pages)), "next": following, "previous": None, "results": pages[place]}
    return orjson.dumps(told)


def _survey_app(rows: int) -> App:
    recorded = [row for row in rows_of("41") if row["submitdate"]]
    again = [{**recorded[place % len(recorded)], "id": place + 1} for place in range(rows)]
    return LimeSurveySite(surveys={SURVEY: Kept(again)})


@contextmanager
def _in_own_process(made: Callable[[int], App], rows: int) -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, made, rows), daemon=True)
    server.start()
    try:
        if not ours.poll(_START_SECONDS):
            message = "the system on loopback did not start"
            raise TimeoutError(message)
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def _serve(told: Connection, made: Callable[[int], App], rows: int) -> None:
    with serving(made(rows)) as site:
        told.send(site.url)
        threading.Event().wait()
