"""Alembic's entry: runs our migrations on the connection it is handed."""

from alembic import context

from metrics.store.tables import Table


def run() -> None:
    """Run the migrations inside the caller's transaction."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
