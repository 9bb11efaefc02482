"""The time at which an attempt is over, and extra time for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the tables to this revision; attempts that are underway keep on without a limit."""
    op.add_column("attempt", sa.Column("due_at", sa.DateTime(), nullable=True))
    op.create_index("attempt_due", "attempt", ["submitted_at", "due_at"], unique=False)
    op.create_table(
        "allowance",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quiz", sa.String(length=64), nullable=False),
        sa.Column("extra_minutes", sa.Float(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "quiz"),
    )
