"""Which marks a person gave."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the tables to this revision; so far every mark is a machine's."""
    op.add_column("mark", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
