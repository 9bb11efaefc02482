"""Changes of accounts are counted, so that whoever remembers who may do what knows when to look again."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.execute("INSERT INTO data_version (topic, version) VALUES ('accounts', 0)")
    for event in ("INSERT", "UPDATE", "DELETE"):
        name = f"count_account_{event.lower()}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON account "
                "BEGIN UPDATE data_version SET version = version + 1 WHERE topic = 'accounts'; END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON account "
                "FOR EACH STATEMENT EXECUTE FUNCTION count_change('accounts')"
            )
