"""The coordinator's desk: units and people by date, imports, filing, models, certificates, and counted changes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

#: Topic, table, event, and for the row what must hold.
COUNTED = (
    ("learning", "attempt", "INSERT", "NEW.submitted_at IS NOT NULL"),
    ("learning", "attempt", "UPDATE OF submitted_at, points, passed", ""),
    ("learning", "attempt", "DELETE", ""),
    ("learning", "lesson_progress", "INSERT", "NEW.finished_at IS NOT NULL"),
    ("learning", "lesson_progress", "UPDATE OF finished_at", ""),
    ("learning", "lesson_progress", "DELETE", ""),
    *(
        (topic, table, event, "")
        for topic, tables in (
            ("filing", ("activity", "model", "publication")),
            ("people", ("person", "person_role", "person_former", "unit", "unit_former", "unit_successor")),
            ("documents", ("document",)),
        )
        for table in tables
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
)


def upgrade() -> None:
    """Bring the tables to this revision; what was filed before stays accepted."""
    op.create_table(
        "data_version",
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic"),
    )
    op.create_table(
        "people_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_model_plan", "model", ["plan"], unique=False)
    op.create_index("ix_model_unit_id", "model", ["unit_id"], unique=False)
    op.create_table(
        "unit_former",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["unit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "until_on"),
    )
    op.create_table(
        "unit_successor",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["unit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "successor_id"),
    )
    op.create_index("ix_unit_successor_successor_id", "unit_successor", ["successor_id"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=64), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("course_title", sa.String(length=200), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("certificate_person", "certificate", ["person_id", "course"], unique=False)
    op.create_table(
        "people_import_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["people_import.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("import_id", "person_id"),
    )
    op.create_table(
        "person_former",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("occupation", sa.String(length=32), nullable=False),
        sa.Column("position", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "until_on"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), server_default="", nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["model.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_publication_model_id", "publication", ["model_id"], unique=False)
    op.add_column("activity", sa.Column("plan", sa.String(length=64), server_default="", nullable=False))
    op.add_column("activity", sa.Column("task", sa.String(length=32), server_default="", nullable=False))
    op.add_column("activity", sa.Column("contents", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("activity", sa.Column("link", sa.String(length=500), server_default="", nullable=False))
    op.add_column("activity", sa.Column("photo", sa.String(length=80), server_default="", nullable=False))
    op.add_column("activity", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("activity", sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False))
    op.add_column("activity", sa.Column("decided_at", sa.DateTime(), nullable=True))
    op.create_index("activity_counted", "activity", ["kind", "state", "occurred_on"], unique=False)
    op.create_index("attempt_passed", "attempt", ["quiz", "passed", "person_id", "submitted_at"], unique=False)
    op.create_index(
        "lesson_finished", "lesson_progress", ["course", "lesson", "person_id", "finished_at"], unique=False
    )
    op.add_column("person", sa.Column("born_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("position", sa.String(length=200), server_default="", nullable=False))
    op.add_column("person", sa.Column("erased_at", sa.DateTime(), nullable=True))
    op.add_column("unit", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("unit", sa.Column("ends_on", sa.Date(), nullable=True))
    _count_changes()


def _count_changes() -> None:
    """Let the database count the changes of each topic."""
    for topic in dict.fromkeys(entry[0] for entry in COUNTED):
        op.execute(f"INSERT INTO data_version (topic, version) VALUES ('{topic}', 0)")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN UPDATE data_version SET version = version + 1 WHERE topic = TG_ARGV[0]; RETURN NULL; END $$"
        )
    for topic, table, event, when in COUNTED:
        name = f"count_{table}_{event.split()[0].lower()}"
        if is_sqlite:
            condition = f"WHEN {when} " if when else ""
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} {condition}"
                f"BEGIN UPDATE data_version SET version = version + 1 WHERE topic = '{topic}'; END"
            )
        else:
            each = f"FOR EACH ROW WHEN ({when})" if when else "FOR EACH STATEMENT"
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} {each} EXECUTE FUNCTION count_change('{topic}')"
            )
