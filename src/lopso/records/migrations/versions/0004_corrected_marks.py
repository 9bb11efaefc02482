"""The version that an attempt's marks were corrected with, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables to this revision; so far every attempt is marked with the version it was sat with."""
    op.add_column("attempt", sa.Column("marked_version", sa.String(length=64), nullable=True))
    op.add_column("attempt", sa.Column("regraded_at", sa.DateTime(), nullable=True))
