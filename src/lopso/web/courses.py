"""The courses in force, read once a version."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lopso.errors import NotFound
from lopso.lessons import Course, stored_course, stored_practice
from lopso.records import documents
from lopso.text import sort_key
from lopso.words import catalogue

_ = catalogue("lessons")

#: Versions remembered at most; then all are forgotten and read again.
REMEMBERED = 64
_read: dict[tuple[str, str], Course] = {}


def courses_in_force(session: Session) -> tuple[Course, ...]:
    """List the courses by title."""
    found = [_of_version(session, name, version) for name, version in documents.in_force(session, "course").items()]
    return tuple(sorted(found, key=lambda course: sort_key(course.title)))


def course_in_force(session: Session, name: str) -> Course:
    """Find a course; raises NotFound."""
    version = documents.version_in_force(session, "course", name)
    if version is None:
        raise NotFound(_("There is no course of this name."), _("Choose a course on the start page."))
    return _of_version(session, name, version)


def _of_version(session: Session, name: str, version: str) -> Course:
    if (name, version) not in _read:
        if len(_read) >= REMEMBERED:
            _read.clear()
        _read[name, version] = _stored(session, name, version)
    return _read[name, version]


def _stored(session: Session, name: str, version: str) -> Course:
    body = documents.body(session, "course", name, version)
    kept = documents.body(session, "practice", name, body["practice"]) if body else None
    if body is None or kept is None:
        raise NotFound(_("This course is not complete."), _("Tell the administrator."))
    return stored_course(body, name, stored_practice(kept, name))
