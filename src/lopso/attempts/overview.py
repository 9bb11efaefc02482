"""How one person is with each of many quizzes: a handful of queries, however many quizzes there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from sqlalchemy.orm import Session

from lopso.attempts.admission import Admission, admission
from lopso.attempts.showing import Showing, showings
from lopso.questions.quiz_header import QuizHeader, stored_header
from lopso.records import documents, sittings
from lopso.records.tables import Attempt
from lopso.text import sort_key

#: "handed_in" is all that is told where the quiz's rules show no marks, or not yet.
Result = Literal["new", "open", "handed_in", "waiting", "failed", "passed"]

#: In which order what may be done is listed.
_ORDER = ("unfinished", "ready", "pause", "not_yet", "used_up", "closed")
#: The headers of the versions in force, read once a process.
_read: dict[tuple[str, str], QuizHeader] = {}


@dataclass(frozen=True)
class Overview:
    """What one person may do with a quiz now, and how they did, as far as that may be told."""

    header: QuizHeader
    admission: Admission
    result: Result

    @property
    def is_to_do(self) -> bool:
        """Tell whether something is left to do, now or later."""
        begun = self.admission.state == "unfinished"
        may = self.admission.state in ("ready", "pause", "not_yet")
        return begun or (may and self.result in ("new", "failed"))


def overviews(
    session: Session, person_id: int, without: Collection[str], now: dt.datetime, zone: dt.tzinfo | None
) -> tuple[Overview, ...]:
    """List a person's quizzes in force but those `without`: what is underway first, then what may be begun, and so on.

    Of alike ones comes first what opens or closes first, then by title.
    """
    headers = [header for header in headers_in_force(session) if header.name not in without]
    sat = {name: list(own) for name, own in groupby(sittings.attempts_of(session, person_id), lambda one: one.quiz)}
    shown = showings(session, (header for header in headers if header.name in sat), now, zone)
    found = []
    for header in headers:
        own = sat.get(header.name, [])
        result = result_of(own, shown[header.name]) if own else "new"
        found.append(Overview(header, admission(header, own, now, zone), result))
    return tuple(sorted(found, key=_rank))


def result_of(sat: Sequence[Attempt], shown: Showing) -> Result:
    """Tell how a person did whose attempts, oldest first, are `sat`."""
    if not sat:
        return "new"
    is_open = sat[-1].submitted_at is None
    if not shown.marks:
        return "open" if is_open else "handed_in"
    if any(attempt.passed for attempt in sat):
        return "passed"
    return "open" if is_open else "waiting" if sat[-1].passed is None else "failed"


def headers_in_force(session: Session) -> tuple[QuizHeader, ...]:
    """Read the header of every quiz in force; those this process has not read yet come with one query."""
    wanted = documents.in_force(session, "quiz").items()
    found = {key: known for key in wanted if (known := _read.get(key))}
    if missing := {version for name, version in wanted if (name, version) not in found}:
        bodies = documents.bodies(session, "quiz", missing)
        found |= {key: stored_header(bodies[key], *key) for key in wanted if key in bodies and key not in found}
        _read.clear()  # what is not in force any more
        _read.update(found)
    return tuple(found.values())


def header_in_force(session: Session, name: str) -> QuizHeader | None:
    """Read the header of one quiz; None where it is not in force."""
    version = documents.version_in_force(session, "quiz", name)
    if version is None:
        return None
    known = _read.get((name, version))
    if known is None and (body := documents.body(session, "quiz", name, version)) is not None:
        known = _read[name, version] = stored_header(body, name, version)
    return known


def _rank(one: Overview) -> tuple[bool, int, dt.datetime, tuple[object, ...]]:
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    due = one.admission.unfinished.due_at if one.admission.unfinished else one.admission.at
    return not one.is_to_do, _ORDER.index(one.admission.state), due or never, (sort_key(one.header.title),)
