"""A session as data to be carried to another server: what happened, and nothing that is made from it.

Marks and totals are left out, since whoever takes it marks anew; so are codes, recovery words and who is who in the
database. The digest tells damage in transit, not who wrote it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records import club, documents
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.tables import Answer, Attempt, Person, Unit

FORMAT, VERSION = "lopso-session", 1
#: Columns of a session that are carried as they are.
AS_THEY_ARE = (
    *("id", "mode", "contest", "quiz", "version", "seed", "title", "grade", "place", "activity_kind", "plan"),
    *("planned_minutes", "expected", "rules", "question", "sample"),
)
TIMES = ("made_at", "opens_at", "closes_at", "started_at", "ended_at", "nicknames_erased_at")


def to_carry(session: Session) -> list[ClubSession]:
    """List the sessions that can be carried: those that have ended, and are handed in; oldest first."""
    query = select(ClubSession).where(ClubSession.state == "ended", ClubSession.handed_in_at.is_not(None))
    return list(session.scalars(query.order_by(ClubSession.ended_at, ClubSession.id)))


def carried(session: Session, chosen: Sequence[ClubSession], now: dt.datetime) -> bytes:
    """Write sessions, with the versions of their quizzes, as JSON."""
    versions = {(held.quiz, held.version) for held in chosen}
    bodies = documents.bodies(session, "quiz", {version for _quiz, version in versions})
    body = {
        "format": FORMAT,
        "version": VERSION,
        "written_at": now.isoformat(),
        "quizzes": [
            {"name": quiz, "version": version, "body": bodies[quiz, version]} for quiz, version in sorted(versions)
        ],
        "sessions": [_session(session, held) for held in chosen],
    }
    return json.dumps({**body, "digest": digest(body)}, ensure_ascii=False, indent=1).encode()


def digest(body: dict[str, Any]) -> str:
    """Give the SHA-256 of everything but the digest, however it is laid out."""
    plain = {name: value for name, value in body.items() if name != "digest"}
    said = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _session(session: Session, held: ClubSession) -> dict[str, Any]:
    unit, teacher = session.get_one(Unit, held.unit_id), session.get_one(Person, held.teacher_id)
    return {
        **{name: getattr(held, name) for name in AS_THEY_ARE},
        **{name: _time(getattr(held, name)) for name in TIMES},
        "unit": unit.code,
        "unit_name": unit.name,
        "teacher": teacher.username,
        "teacher_name": teacher.full_name,
        "pupils": _pupils(session, held),
    }


def _pupils(session: Session, held: ClubSession) -> list[dict[str, Any]]:
    joined = club.participants(session, held.id, removed=True)
    ids = select(ClubParticipant.attempt_id).where(ClubParticipant.session_id == held.id)
    attempts = {one.id: one for one in session.scalars(select(Attempt).where(Attempt.id.in_(ids)))}
    answers: dict[str, dict[str, Any]] = defaultdict(dict)
    for each in session.scalars(select(Answer).where(Answer.attempt_id.in_(ids)).order_by(Answer.question)):
        answers[each.attempt_id][each.question] = [each.seq, _time(each.saved_at), each.body]
    scores: dict[int, dict[str, Any]] = defaultdict(dict)
    for score in club.scores_of(session, held.id):
        scores[score.participant_id][score.question] = [score.score, score.answered_ms]
    codes = {row.id: row.code for row in session.execute(select(Unit.id, Unit.code))} if held.contest else {}
    return [
        _pupil(one, attempts.get(one.attempt_id or ""), answers[one.attempt_id or ""], scores[one.id], codes)
        for one in joined
    ]


def _pupil(
    one: ClubParticipant,
    attempt: Attempt | None,
    answers: dict[str, Any],
    scores: dict[str, Any],
    codes: dict[int, str],
) -> dict[str, Any]:
    return {
        "number": one.number,
        "nickname": one.nickname,
        "team": one.team,
        "school": codes.get(one.unit_id or 0),
        "joined_at": _time(one.joined_at),
        "removed_at": _time(one.removed_at),
        "seed": attempt.seed if attempt else None,
        "handed_in_at": _time(attempt.submitted_at) if attempt else None,
        "answers": answers,
        "scores": scores,
    }


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
