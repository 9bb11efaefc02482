"""Taking carried sessions into the database: each once, its marks made anew here, its people found or refused."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lopso.club.carried import CarriedPupil, CarriedSession
from lopso.club.game import points
from lopso.club.nicknames import folded
from lopso.errors import OperatorError
from lopso.permissions import allowed
from lopso.questions.question import mark
from lopso.questions.quiz import Quiz
from lopso.records import audit, club, documents, people
from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.pupils import PUPIL
from lopso.records.tables import Answer, Attempt, DocumentVersion, Person, Unit
from lopso.words import catalogue

_ = catalogue("club_after")


@dataclass(frozen=True)
class Homes:
    """Whose sessions they are here: code of the unit and user name of the teacher; empty: as the file says."""

    unit: str = ""
    teacher: str = ""


@dataclass(frozen=True)
class Arrived:
    """What became of a session: `is_new` tells False for one that was here before; `notes` are said besides."""

    id: str
    title: str
    pupils: int
    is_new: bool
    notes: tuple[str, ...] = ()


def take(session: Session, one: CarriedSession, homes: Homes, now: dt.datetime) -> Arrived:
    """Write a session that has ended, its papers still to be handed in; one that is here already stays as it is.

    Raises OperatorError where school, teacher or numbers are not ours.
    """
    there = club.session_of(session, one.values["id"])
    if there is not None:
        _refuse_another(there, one)
        return Arrived(there.id, there.title, len(one.pupils), is_new=False)
    unit, teacher = _unit(session, homes.unit or one.unit, one), _teacher(session, homes.teacher, one)
    _refuse_usernames(session, one)
    schools = _schools(session, one)
    notes = [*_keep_quiz(session, one, now), *_plan_note(session, one)]
    held = _add_session(session, one, unit, teacher)
    _add_pupils(session, held, one, schools)
    detail = {"quiz": held.quiz, "pupils": len(one.pupils), "unit": unit.code, "teacher": teacher.username}
    audit.note(session, now, "operator", "import-session", f"session:{held.id}", **detail)
    session.flush()
    return Arrived(held.id, held.title, len(one.pupils), is_new=True, notes=tuple(notes))


def _refuse_another(there: ClubSession, one: CarriedSession) -> None:
    same = ("quiz", "version", "title", "ended_at")
    if any(getattr(there, name) != one.values[name] for name in same):
        raise OperatorError(
            _("Another session has the number {id} here: {title}.").format(id=there.id, title=there.title)
        )


def _unit(session: Session, code: str, one: CarriedSession) -> Unit:
    found = people.unit_by_code(session, code)
    if found is None:
        problem = _("“{title}”: there is no unit {code} ({name}) here.")
        problem = problem.format(title=one.values["title"], code=code, name=one.unit_name)
        raise OperatorError(problem, _("Name the unit that held it: --unit CODE"))
    return found


def _teacher(session: Session, username: str, one: CarriedSession) -> Person:
    found = people.by_username(session, username or one.teacher)
    if found is None or found.occupation == PUPIL or (not username and found.full_name != one.teacher_name):
        problem = _("“{title}”: the teacher {name} ({username}) is not known here.")
        problem = problem.format(title=one.values["title"], name=one.teacher_name, username=username or one.teacher)
        raise OperatorError(problem, _("Name the teacher who held it: --teacher USERNAME"))
    if not allowed(people.roles_of(session, found.id), "run_sessions"):
        raise OperatorError(_("{username} runs no club sessions.").format(username=found.username))
    return found


def _refuse_usernames(session: Session, one: CarriedSession) -> None:
    """Refuse a number that would make the pupils of two sessions one."""
    begins = f"{club.USERNAME}{one.values['id'][:8]}-"
    if session.scalar(select(Person.id).where(Person.username.startswith(begins, autoescape=True)).limit(1)):
        raise OperatorError(_("Pupils of another session have the number {id} here.").format(id=one.values["id"]))


def _schools(session: Session, one: CarriedSession) -> dict[str, int]:
    wanted = {pupil.school for pupil in one.pupils if pupil.school}
    rows = session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(wanted)))
    found = {row.code: row.id for row in rows}
    if missing := sorted(wanted - set(found)):
        raise OperatorError(_("There is no unit {code}.").format(code=", ".join(missing[:5])))
    return found


def _keep_quiz(session: Session, one: CarriedSession, now: dt.datetime) -> Iterator[str]:
    """Keep the version of the quiz that was sat, without putting it in force."""
    quiz = one.quiz
    if session.get(DocumentVersion, (quiz.version, "quiz", quiz.name)) is not None:
        return
    body = dict(one.quiz_body)
    session.add(DocumentVersion(version=quiz.version, kind="quiz", name=quiz.name, body=body, loaded_at=now))
    yield _("The questions of “{quiz}” were not known here in this version; the file's keys were used.").format(
        quiz=quiz.title
    )


def _plan_note(session: Session, one: CarriedSession) -> Iterator[str]:
    plan = one.values["plan"]
    if plan and documents.version_in_force(session, "plan", plan) is None:
        yield _("The plan {plan} is not in force here: nothing is filed for it.").format(plan=plan)


def _add_session(session: Session, one: CarriedSession, unit: Unit, teacher: Person) -> ClubSession:
    held = ClubSession(
        **{**one.values, "sample": one.values["sample"] or unit.sample or teacher.sample},
        code=None,
        unit_id=unit.id,
        teacher_id=teacher.id,
        state="ended",
        step="",
        revision=1,
        crowd=len(one.pupils),
        pauses=[],
    )
    session.add(held)
    session.flush()
    return held


def _add_pupils(session: Session, held: ClubSession, one: CarriedSession, schools: Mapping[str, int]) -> None:
    """Write everybody with their papers, a statement a table."""
    pupils = one.pupils
    if not pupils:
        return
    rows = [_person(held, pupil, schools) for pupil in pupils]
    persons = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows).all()
    attempts = [_attempt(held, one.quiz, pupil, person) for pupil, person in zip(pupils, persons, strict=True)]
    session.execute(insert(Attempt), attempts)
    answers = [row for pupil, attempt in zip(pupils, attempts, strict=True) for row in _answers(pupil, attempt["id"])]
    if answers:
        session.execute(insert(Answer), answers)
    scores = _scores(held, one.quiz, pupils)
    joined = [
        _participant(held, pupil, name, person, attempt["id"], schools, sum(each for each, _ms in score.values()))
        for pupil, name, person, attempt, score in zip(pupils, _folded(pupils), persons, attempts, scores, strict=True)
    ]
    ids = session.scalars(insert(ClubParticipant).returning(ClubParticipant.id, sort_by_parameter_order=True), joined)
    won = [
        {"participant_id": number, "question": name, "score": score, "answered_ms": taken}
        for number, each in zip(ids.all(), scores, strict=True)
        for name, (score, taken) in each.items()
    ]
    if won:
        session.execute(insert(ClubScore), won)


def _person(held: ClubSession, pupil: CarriedPupil, schools: Mapping[str, int]) -> dict[str, Any]:
    return {
        "username": f"{club.USERNAME}{held.id[:8]}-{pupil.number}",
        "full_name": pupil.nickname,
        "unit_id": schools.get(pupil.school, held.unit_id),
        "occupation": PUPIL,
        "joined_on": pupil.joined_at.date(),
        "sample": held.sample,
        "position": "",
    }


def _attempt(held: ClubSession, quiz: Quiz, pupil: CarriedPupil, person_id: int) -> dict[str, Any]:
    """Make the row of a paper that is over: whoever looks for such ones hands it in and marks it."""
    return {
        "id": secrets.token_hex(16),
        "person_id": person_id,
        "quiz": held.quiz,
        "version": held.version,
        "seed": pupil.seed,
        "number": 1,
        "started_at": pupil.joined_at,
        "due_at": min(pupil.handed_in_at, held.ended_at or pupil.handed_in_at),
        "max_points": quiz.max_points,
    }


def _answers(pupil: CarriedPupil, attempt_id: str) -> Iterator[dict[str, Any]]:
    for name, (seq, at, body) in pupil.answers.items():
        yield {"attempt_id": attempt_id, "question": name, "seq": seq, "body": body, "saved_at": at}


def _participant(
    held: ClubSession,
    pupil: CarriedPupil,
    name: str,
    person_id: int,
    attempt_id: str,
    schools: Mapping[str, int],
    score: int,
) -> dict[str, Any]:
    return {
        "session_id": held.id,
        "number": pupil.number,
        "person_id": person_id,
        "attempt_id": attempt_id,
        "nickname": pupil.nickname,
        "folded": name,
        "team": pupil.team,
        "unit_id": schools.get(pupil.school),
        "word_hash": "",  # nobody comes back to what is over
        "epoch": 0,
        "joined_at": pupil.joined_at,
        "removed_at": pupil.removed_at,
        "score": score,
    }


def _folded(pupils: Sequence[CarriedPupil]) -> Iterator[str]:
    """Fold nicknames; one that is like another, as erased ones are, gets its number."""
    seen: set[str] = set()
    for pupil in pupils:
        name = folded(pupil.nickname)[:60]
        yield name if name and name not in seen else f"#{pupil.number}"
        seen.add(name)


def _scores(held: ClubSession, quiz: Quiz, pupils: Sequence[CarriedPupil]) -> list[dict[str, tuple[int, int | None]]]:
    """Give each pupil's game points: within what the mark made here allows, whatever the file says."""
    quick = bool(held.rules.get("quick"))
    known: dict[tuple[str, str], float] = {}

    def share(name: str, body: Any) -> float:
        key = name, json.dumps(body)
        if key not in known:
            question = quiz.question(name)
            made = mark(question, body) if question else None
            known[key] = (made.points or 0.0) / made.max_points if made and made.max_points else 0.0
        return known[key]

    def bounded(pupil: CarriedPupil, name: str, score: int) -> int:
        part = share(name, pupil.answers[name][2]) if name in pupil.answers else 0.0
        slowest, quickest = (points(part, taken, 1.0, quick=quick) for taken in (1.0, 0.0))
        return min(max(score, slowest), quickest)

    return [
        {name: (bounded(pupil, name, score), taken) for name, (score, taken) in pupil.scores.items()}
        for pupil in pupils
    ]
