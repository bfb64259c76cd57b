"""Run by Alembic: our tables, on the connection we are given."""

from alembic import context

from storage.models import Base
from storage.types import render_type

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_type,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
