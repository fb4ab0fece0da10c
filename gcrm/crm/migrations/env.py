"""How Alembic runs the migrations: inside the transaction that `schema.migrate` has begun."""

from __future__ import annotations

from alembic import context

from gcrm.crm.table import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
