"""Alembic's entry point: run the migrations in the transaction that the archive opened."""

from alembic import context

from newscrawl.archive.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite's DDL is transactional here, as the archive opens each transaction itself.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
