"""An index that holds all that is asked of activities when tasks are counted."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the tables to this revision."""
    columns = ["state", "task", "kind", "unit_id", "plan", "occurred_on", "sample"]
    op.create_index("activity_acted", "activity", columns, unique=False)
