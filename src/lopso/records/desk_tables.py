"""The tables of the coordinator's desk: how units and people were before, imports, models, certificates, versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lopso.records.tables import Base


class UnitFormer(Base):
    """What a unit was until the day before `until_on`; the entry with the next `until_on` after a day holds on it."""

    __tablename__ = "unit_former"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    until_on: Mapped[dt.date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class UnitSuccessor(Base):
    """Where a unit's place went when it ended: to one unit (merged) or to several (split), `since_on`."""

    __tablename__ = "unit_successor"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    since_on: Mapped[dt.date]


class PersonFormer(Base):
    """Where a person was until the day before `until_on`, and as what."""

    __tablename__ = "person_former"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    until_on: Mapped[dt.date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    occupation: Mapped[str] = mapped_column(String(32))
    position: Mapped[str] = mapped_column(String(200), default="", server_default="")


class PeopleImport(Base):
    """A file of people that was taken over; `digest` is the file's SHA-256."""

    __tablename__ = "people_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[str] = mapped_column(String(64), default="", server_default="")


class PeopleImportChange(Base):
    """What an import did to one person: the columns `before` (None: the person was added) and `after`."""

    __tablename__ = "people_import_change"
    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]]


class Model(Base):
    """A successful model or a good example of digital transformation (`kind`: "model" or "example"), to be published.

    `state` and `corrected_by` are as of an activity.
    """

    __tablename__ = "model"
    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(String(64), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(300))
    known_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(16), default="filed")
    filed_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[dt.datetime]
    corrected_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    decided_at: Mapped[dt.datetime | None]
    sample: Mapped[bool] = mapped_column(Boolean, default=False)


class Publication(Base):
    """Where and when a model was published: `medium` such as portal, radio, newspaper, social."""

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), index=True)
    medium: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(500), default="", server_default="")
    published_on: Mapped[dt.date]
    filed_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[dt.datetime]


class Certificate(Base):
    """A certificate as it was issued; its number cannot be guessed. Revoked, it says so and when."""

    __tablename__ = "certificate"
    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course: Mapped[str] = mapped_column(String(64))
    full_name: Mapped[str] = mapped_column(String(200))
    course_title: Mapped[str] = mapped_column(String(200))
    completed_on: Mapped[dt.date]
    issued_at: Mapped[dt.datetime]
    issued_by: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    __table_args__ = (Index("certificate_person", "person_id", "course"),)


class DataVersion(Base):
    """How often the rows of a topic have changed: counted by triggers, so that nobody can forget to.

    Topics: "learning" (attempts handed in or marked anew, lessons finished), "filing" (activities, models), "people"
    (people, roles, units), "documents" (plans, courses, quizzes in force).
    """

    __tablename__ = "data_version"
    topic: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
