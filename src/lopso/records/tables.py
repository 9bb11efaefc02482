"""The tables. Times are UTC; identities are ours, so nothing depends on file names or cell positions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A time with zone in Python, stored as UTC without one, so that SQLite and PostgreSQL agree."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: object) -> dt.datetime | None:  # noqa: ARG002
        """Refuse times without a zone: they are how clocks go wrong."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: object) -> dt.datetime | None:  # noqa: ARG002
        """Give the time with its zone."""
        return value.replace(tzinfo=dt.UTC) if value else None


class Base(DeclarativeBase):
    """Our own tables; nbgrader's stand beside them under its own metadata."""

    type_annotation_map = {dict[str, Any]: JSON, dt.datetime: UtcDateTime, dt.date: Date}  # noqa: RUF012 - SQLAlchemy's form


class Unit(Base):
    """An organisation: district, department, commune, school. `code` is the official one where there is one.

    Name, kind and parent are those it has now (what they were before stands in `unit_former`); it exists from
    `starts_on` to the day before `ends_on`, None: for ever.
    """

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]


class Person(Base):
    """Somebody with a name; whoever left keeps their history.

    Unit, occupation and position are those of now; what they were before stands in `person_former`. `erased_at` is
    when the name was taken away on request: the marks stay in the counts.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    occupation: Mapped[str] = mapped_column(String(32), index=True)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    joined_on: Mapped[dt.date]
    left_on: Mapped[dt.date | None]
    born_on: Mapped[dt.date | None]
    position: Mapped[str] = mapped_column(String(200), default="", server_default="")
    erased_at: Mapped[dt.datetime | None]


class PersonRole(Base):
    """A role of a person; what a role may do stands in `permissions`."""

    __tablename__ = "person_role"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class Account(Base):
    """How a person logs in; raising `epoch` ends every session."""

    __tablename__ = "account"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(Boolean, default=True)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[dt.datetime]


class LoginFailure(Base):
    """A wrong password, kept for the throttling window."""

    __tablename__ = "login_failure"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
    __table_args__ = (
        Index("login_failure_username", "username", "at"),
        Index("login_failure_address", "address", "at"),
    )


class DocumentVersion(Base):
    """One version of a content document (quiz, practice, course, plan) for ever; `version` is its content's hash."""

    __tablename__ = "document_version"
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[dict[str, Any]]
    loaded_at: Mapped[dt.datetime]


class Document(Base):
    """The version of a document that is in force: the last good one."""

    __tablename__ = "document"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[dt.datetime]


class Attempt(Base):
    """One sitting of one person; it pins quiz version, seed of its order and the time at which it is over.

    `due_at` None is without limit. `marked_version` is the version of the last regrade, None for the version sat;
    `regraded_at` is when a regrade last changed a mark of it.
    """

    __tablename__ = "attempt"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    quiz: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    submitted_at: Mapped[dt.datetime | None]
    points: Mapped[float | None] = mapped_column(Float)
    max_points: Mapped[float] = mapped_column(Float)
    passed: Mapped[bool | None]
    marked_version: Mapped[str | None] = mapped_column(String(64))
    regraded_at: Mapped[dt.datetime | None]
    __table_args__ = (
        UniqueConstraint("person_id", "quiz", "number"),
        Index("attempt_due", "submitted_at", "due_at"),
        Index("attempt_passed", "quiz", "passed", "person_id", "submitted_at"),
    )


class Allowance(Base):
    """Extra time of one person for one quiz, in each of its attempts."""

    __tablename__ = "allowance"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    quiz: Mapped[str] = mapped_column(String(64), primary_key=True)
    extra_minutes: Mapped[float] = mapped_column(Float)
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[dt.datetime]


class Answer(Base):
    """The newest answer of an item, with the sequence number of the browser that sent it."""

    __tablename__ = "answer"
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int]
    body: Mapped[Any] = mapped_column(JSON)
    saved_at: Mapped[dt.datetime]


class ItemMark(Base):
    """The mark of one item of a submitted attempt; `by_hand`: a person gave it, and nothing but a person changes it."""

    __tablename__ = "mark"
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    points: Mapped[float | None] = mapped_column(Float)
    max_points: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text, default="")
    by_hand: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class PracticeAnswer(Base):
    """A person's newest answer to a practice question and how it was."""

    __tablename__ = "practice_answer"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[Any] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    answered_at: Mapped[dt.datetime]


class LessonProgress(Base):
    """How far a person is in a lesson: the section last seen, and when the lesson was finished."""

    __tablename__ = "lesson_progress"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course: Mapped[str] = mapped_column(String(64), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(64), primary_key=True)
    section: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    __table_args__ = (Index("lesson_finished", "course", "lesson", "person_id", "finished_at"),)


class Activity(Base):
    """What a unit did for the plan: a session at a school, a broadcast, a plan of its own put in force.

    `plan` is the plan it was filed for (empty: filed before that was noted), `task` and `contents` are ids of it.
    `state` is "filed", "accepted" or "returned"; `reason` says why it was sent back. `photo` is a file's name.
    `corrected_by` filed it anew after that; neither they nor `filed_by` decide on it.
    """

    __tablename__ = "activity"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    plan: Mapped[str] = mapped_column(String(64), default="", server_default="")
    task: Mapped[str] = mapped_column(String(32), default="", server_default="")
    contents: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    link: Mapped[str] = mapped_column(String(500), default="", server_default="")
    photo: Mapped[str] = mapped_column(String(80), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(String(200))
    occurred_on: Mapped[dt.date]
    minutes: Mapped[int | None]
    attendance: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default="accepted")
    filed_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[dt.datetime]
    corrected_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    decided_at: Mapped[dt.datetime | None]
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (
        Index("activity_counted", "kind", "state", "occurred_on"),
        Index("activity_acted", "state", "task", "kind", "unit_id", "plan", "occurred_on", "sample"),
        Index("activity_waiting", "state", "filed_at"),
    )


class Audit(Base):
    """The append-only trail of who saw or changed marks and people; triggers refuse any change of a row."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(128))
    detail: Mapped[dict[str, Any]]


class EditorDraft(Base):
    """The draft of a quiz in the editor, shared by all who edit it.

    `revision` grows with each save, by `saved_by` in the browser's `tab`. `published` is the revision that equals the
    quiz's file, 0 for none; `base` is the SHA-256 of that file as it was read or written last.
    """

    __tablename__ = "editor_draft"
    quiz: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int]
    body: Mapped[dict[str, Any]]
    base: Mapped[str] = mapped_column(String(64))
    published: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(64))
    saved_by: Mapped[str] = mapped_column(String(64))
    tab: Mapped[str] = mapped_column(String(32))
    saved_at: Mapped[dt.datetime]


class EditorVisit(Base):
    """A tab of the editor that is open, and when it was last heard of."""

    __tablename__ = "editor_visit"
    quiz: Mapped[str] = mapped_column(String(64), primary_key=True)
    tab: Mapped[str] = mapped_column(String(32), primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[dt.datetime]
