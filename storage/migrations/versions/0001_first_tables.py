"""The first tables: sources, what was fetched, documents, items and what belongs to them, chats, views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KINDS = ("feed", "newsletter", "webpage", "telegram")
