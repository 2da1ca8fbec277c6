"""Alembic's entry: runs our migrations on the connection it is handed."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from metrics.store.tables import Moment, Table


def run() -> None:
    """Run the migrations inside the caller's transaction."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=_rendered,
    )
    with context.begin_transaction():
        context.run_migrations()


def _rendered(_kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    # A migration must not change when our own type does.
    return "sa.DateTime(timezone=True)" if isinstance(item, Moment) else False


run()
