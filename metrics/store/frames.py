"""Frames in and out of SQL tables: many rows at once, at the speed of the driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import polars as pl
from psycopg import Connection as PostgresConnection
from sqlalchemy import Column, Connection, Table, Text, cast, select
from sqlalchemy.sql.elements import ColumnElement

_LIST = pl.List(pl.String)


def insert_frame(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Add the rows of a frame to a table that has columns of the same names; lists of texts become JSON."""
    if rows.is_empty():
        return
    written = rows.with_columns(json_text(name) for name, dtype in rows.schema.items() if dtype == _LIST)
    driver = connection.connection.driver_connection
    if isinstance(driver, PostgresConnection):
        _copy(driver, table, written)
    else:
        _insert_many(connection, table, written)


def select_frame(
    connection: Connection,
    table: Table,
    schema: Mapping[str, pl.DataType],
    *where: ColumnElement[bool],
) -> pl.DataFrame:
    """Return the columns of `schema` from the rows of a table, in no order; JSON becomes lists of texts."""
    texts = {name: pl.String() if dtype in (pl.Date, _LIST) else dtype for name, dtype in schema.items()}
    columns = [_selected(table.c[name], dtype) for name, dtype in schema.items()]
    found = connection.execute(select(*columns).where(*where))
    frame = pl.DataFrame([tuple(row) for row in found], schema=texts, orient="row")
    return frame.with_columns(
        pl.col(name).str.to_date() if dtype == pl.Date else pl.col(name).str.json_decode(_LIST)
        for name, dtype in schema.items()
        if texts[name] != dtype
    )


def json_text(name: str) -> pl.Expr:
    """Return a column of lists of texts as JSON."""
    # Only a struct can be encoded: the list is what stands behind its one name.
    return pl.struct(name).struct.json_encode().str.strip_prefix(f'{{"{name}":').str.strip_suffix("}").alias(name)


def _selected(column: Column[Any], dtype: pl.DataType) -> ColumnElement[Any]:
    return cast(column, Text) if dtype in (pl.Date, _LIST) else column


def _copy(driver: PostgresConnection[Any], table: Table, rows: pl.DataFrame) -> None:
    lines = BytesIO()
    # Texts are quoted, so that an empty one is not taken for null.
    rows.write_csv(lines, include_header=False, quote_style="non_numeric")
    command = f'COPY "{table.name}" ({_quoted(rows.columns)}) FROM STDIN (FORMAT csv)'
    with driver.cursor() as cursor, cursor.copy(command.encode()) as copy:
        copy.write(lines.getbuffer())


def _insert_many(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    texts = rows.with_columns(pl.col(pl.Date).cast(pl.String))
    places = ", ".join("?" * rows.width)
    command = f'INSERT INTO "{table.name}" ({_quoted(rows.columns)}) VALUES ({places})'  # noqa: S608 - our own names
    connection.exec_driver_sql(command, texts.rows())


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
