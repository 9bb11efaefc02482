"""An index of the imports a person stands in: without it, each person taken out again was looked for in all of them."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_index("ix_people_import_change_person_id", "people_import_change", ["person_id"], unique=False)
