"""Club sessions, their participants and game points; a pupil who joins changes no list of people."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bring the tables to this revision."""
    _make_sessions()
    _make_participants()
    _leave_pupils_uncounted()


def _make_sessions() -> None:
    op.create_table(
        "club_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("contest", sa.Boolean(), nullable=False),
        sa.Column("quiz", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("activity_kind", sa.String(length=32), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=True),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("answers_until", sa.DateTime(), nullable=True),
        sa.Column("paused_left", sa.Float(), nullable=True),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("crowd", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("nicknames_erased_at", sa.DateTime(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"]),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("club_session_state", "club_session", ["state", "handed_in_at"], unique=False)
    op.create_index("ix_club_session_teacher_id", "club_session", ["teacher_id"], unique=False)
    op.create_index("ix_club_session_unit_id", "club_session", ["unit_id"], unique=False)


def _make_participants() -> None:
    op.create_table(
        "club_participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=32), nullable=True),
        sa.Column("nickname", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("word_hash", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["session_id"], ["club_session.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id"),
        sa.UniqueConstraint("session_id", "folded"),
        sa.UniqueConstraint("session_id", "number"),
    )
    op.create_table(
        "club_score",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("answered_ms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["club_participant.id"]),
        sa.PrimaryKeyConstraint("participant_id", "question"),
    )


def _leave_pupils_uncounted() -> None:
    """Let a pupil who joins not count as a change of the people: every board would be read anew, a thousand times."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER count_person_insert")
        op.execute(
            "CREATE TRIGGER count_person_insert AFTER INSERT ON person WHEN NEW.occupation <> 'pupil' "
            "BEGIN UPDATE data_version SET version = version + 1 WHERE topic = 'people'; END"
        )
        return
    op.execute(
        "CREATE FUNCTION count_new_people() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF EXISTS (SELECT 1 FROM added WHERE occupation <> 'pupil') THEN "
        "UPDATE data_version SET version = version + 1 WHERE topic = 'people'; END IF; RETURN NULL; END $$"
    )
    op.execute("DROP TRIGGER count_person_insert ON person")
    op.execute(
        "CREATE TRIGGER count_person_insert AFTER INSERT ON person REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION count_new_people()"
    )
