"""Run by Alembic: takes the steps on the connection that it was given (`storage.migrations.upgrade`)."""

from __future__ import annotations

from alembic import context

import storage.community_tables
import storage.delivery_tables
import storage.digest_tables
import storage.source_chat_tables
import storage.story_tables  # noqa: F401 - they declare tables
from storage.migrations.filters import is_ours
from storage.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_name=is_ours,
    render_as_batch=True,  # SQLite changes most of a table only by making it anew
)
with context.begin_transaction():
    context.run_migrations()
