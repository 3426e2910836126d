"""Run by Alembic: takes the steps on the connection that it was given (`storage.migrations.upgrade`)."""

from __future__ import annotations

from typing import Any

from alembic import context

from storage.tables import Table


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The search index keeps tables of its own beside ours."""
    return not (kind == "table" and name is not None and name.startswith("search_index"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_name=is_ours,
    render_as_batch=True,  # SQLite changes most of a table only by making it anew
)
with context.begin_transaction():
    context.run_migrations()
