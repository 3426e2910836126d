"""When alerts were last told, to be found without a look at all that they ever found."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("ix_alert_stories_alert_id_told_at", "alert_stories", ["alert_id", "told_at"], unique=False)
