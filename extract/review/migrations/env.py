"""What Alembic runs: the revisions, in the transaction of the connection that it is given."""

from alembic import context

from extract.review import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    version_table=tables.VERSION,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
