"""Who corrected what a unit filed, and an index of what waits for a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Bring the tables to this revision; nothing has been corrected so far."""
    for table in ("activity", "model"):
        op.add_column(table, sa.Column("corrected_by", sa.String(length=64), server_default="", nullable=False))
    op.create_index("activity_waiting", "activity", ["state", "filed_at"], unique=False)
