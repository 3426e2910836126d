"""How much the stories of a source count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("sources", sa.Column("weight", sa.Double(), nullable=False, server_default="1"))
