"""Joining a session, coming back to it, and what the teacher may do with a participant."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lopso.club.nicknames import LONGEST, BadNickname, checked, folded
from lopso.club.recovery import hash_word, matches, new_word
from lopso.club.rules import Rules, rules_of
from lopso.club.state import quiz_of
from lopso.errors import Closed, NotFound, PersonError
from lopso.records import audit, club
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.pupils import PUPIL
from lopso.records.tables import Attempt, Person, Unit
from lopso.text import readable, squeeze
from lopso.words import catalogue

_ = catalogue("club_rules")

#: Participants of one session at most.
MOST = 20_000


class WrongWord(PersonError):
    """A recovery word, or the name it belongs to, that is not right."""

    status = 403


class Removed(PersonError):
    """The teacher removed this participant."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("Your teacher has taken you out of this session."), _("Ask your teacher."))


@dataclass(frozen=True)
class Joined:
    """Who joined, and the word that brings them back: it is shown once and kept nowhere."""

    participant: ClubParticipant
    word: str


def join(session: Session, club_id: str, nickname: str, team: str, unit_id: int | None, now: dt.datetime) -> Joined:
    """Let somebody in, with a paper of their own; raises Closed, BadNickname or PersonError, saying what to do."""
    name = checked(nickname)
    held = _held(session, club_id)
    _refuse_closed(held, now)
    team = _team(rules_of(held.rules), team)
    _refuse_taken(session, held, name)
    unit_id = _school(session, unit_id) if held.contest else None
    number = club.last_number(session, held.id) + 1
    if number > MOST:
        raise Closed(_("This session is full."), _("Ask your teacher."))
    person = _person(session, held, number, name, unit_id, now)
    attempt = _attempt(session, held, person, now)
    word = new_word()
    participant = ClubParticipant(
        session_id=held.id,
        number=number,
        person_id=person.id,
        attempt_id=attempt.id,
        nickname=name,
        folded=folded(name),
        team=team,
        unit_id=unit_id,
        word_hash=hash_word(word),
        epoch=0,
        joined_at=now,
        score=0,
    )
    session.add(participant)
    held.crowd += 1
    session.flush()
    return Joined(participant, word)


def come_back(session: Session, club_id: str, nickname: str, word: str, now: dt.datetime) -> ClubParticipant:
    """Find the participant whom name and recovery word belong to; raises WrongWord, the same for either, or Removed."""
    name = folded(nickname[: LONGEST * 4])
    query = select(ClubParticipant).where(ClubParticipant.session_id == club_id, ClubParticipant.folded == name)
    found = session.scalars(query).first()
    if not matches(word, found.word_hash if found else hash_word("")) or found is None:
        raise WrongWord(_("Name and word do not belong together."), _("Try again, or ask your teacher for a new word."))
    if found.removed_at is not None:
        raise Removed
    found.seen_at = now
    return found


def participant_named(session: Session, club_id: str, nickname: str) -> int | None:
    """Give the id of the participant of that name, to slow down whoever guesses their word."""
    name = folded(nickname[: LONGEST * 4])
    query = select(ClubParticipant.id)
    return session.scalar(query.where(ClubParticipant.session_id == club_id, ClubParticipant.folded == name))


def rename(
    session: Session, club_id: str, participant_id: int, nickname: str, by: str, now: dt.datetime
) -> ClubParticipant:
    """Give a participant another name; raises BadNickname, NotFound."""
    name = checked(nickname)
    held, found = _of(session, club_id, participant_id)
    if folded(name) != found.folded:
        _refuse_taken(session, held, name)
    found.nickname, found.folded = name, folded(name)
    session.get_one(Person, found.person_id).full_name = name
    _changed(session, held, found, "rename-participant", by, now)
    return found


def remove(session: Session, club_id: str, participant_id: int, by: str, now: dt.datetime) -> ClubParticipant:
    """Take a participant out: what they answered stays, but they see and answer nothing more; twice is once."""
    held, found = _of(session, club_id, participant_id)
    if found.removed_at is None:
        found.removed_at = now
        found.epoch += 1
        _changed(session, held, found, "remove-participant", by, now)
    return found


def new_word_for(session: Session, club_id: str, participant_id: int, by: str, now: dt.datetime) -> str:
    """Give a participant a new recovery word; every phone they were on must use it."""
    held, found = _of(session, club_id, participant_id)
    word = new_word()
    found.word_hash, found.epoch = hash_word(word), found.epoch + 1
    _changed(session, held, found, "new-word", by, now)
    return word


def _held(session: Session, club_id: str) -> ClubSession:
    held = club.session_of(session, club_id, lock=True)
    if held is None:
        raise NotFound(_("There is no such session."), _("Type the code again."))
    return held


def _of(session: Session, club_id: str, participant_id: int) -> tuple[ClubSession, ClubParticipant]:
    held = _held(session, club_id)
    found = club.participant(session, participant_id, lock=True)
    if found is None or found.session_id != club_id:
        raise NotFound(_("There is nobody of this name in the session."), _("Look at the page again."))
    return held, found


def _changed(session: Session, held: ClubSession, found: ClubParticipant, verb: str, by: str, now: dt.datetime) -> None:
    held.crowd += 1
    audit.note(session, now, by, verb, f"session:{held.id}", number=found.number)
    session.flush()


def _refuse_closed(held: ClubSession, now: dt.datetime) -> None:
    if held.state == "ended" or (held.mode == "own" and held.closes_at and now >= held.closes_at):
        raise Closed(_("This session has ended."), _("Ask your teacher for the code of the next one."))
    if held.contest and held.opens_at and now < held.opens_at:
        raise Closed(_("This contest is not open yet."), _("Come back when it opens."))


def _refuse_taken(session: Session, held: ClubSession, name: str) -> None:
    query = select(ClubParticipant.id).where(ClubParticipant.session_id == held.id)
    if session.scalar(query.where(ClubParticipant.folded == folded(name))) is not None:
        raise BadNickname(
            _("Somebody here has this name, or one that looks like it."),
            _("Add your class or your number in it, such as “Lan 6A”."),
        )


def _team(rules: Rules, typed: str) -> str:
    """Give the team that was chosen or typed; none where the session has no teams."""
    if rules.teams == "none":
        return ""
    team = squeeze(typed[:400])
    if rules.teams == "listed" and team not in rules.team_names:
        raise PersonError(_("Choose your class from the list."))
    if rules.teams == "free":
        if not team or len(team) > LONGEST or not readable(team):
            raise PersonError(_("Type your class, such as 6A."))
        checked(team)
    return team


def _school(session: Session, unit_id: int | None) -> int:
    unit = session.get(Unit, unit_id) if unit_id else None
    if unit is None or unit.ends_on is not None:
        raise PersonError(_("Choose your school."))
    return unit.id


def _person(
    session: Session, held: ClubSession, number: int, name: str, unit_id: int | None, now: dt.datetime
) -> Person:
    person = Person(
        username=f"{club.USERNAME}{held.id[:8]}-{number}",
        full_name=name,
        unit_id=unit_id or held.unit_id,
        occupation=PUPIL,
        joined_on=now.date(),
        sample=held.sample,
    )
    session.add(person)
    session.flush()
    return person


def _attempt(session: Session, held: ClubSession, person: Person, now: dt.datetime) -> Attempt:
    quiz = quiz_of(session, held)
    attempt = Attempt(
        id=secrets.token_hex(16),
        person_id=person.id,
        quiz=held.quiz,
        version=held.version,
        seed=held.seed if held.mode == "together" else secrets.token_hex(8),
        number=1,
        started_at=now,
        due_at=due_at(held, now),
        max_points=quiz.max_points,
    )
    session.add(attempt)
    session.flush()
    return attempt


def due_at(held: ClubSession, started: dt.datetime) -> dt.datetime | None:
    """Give the end of an attempt begun at `started`: the session's, in a contest the entry's; None where unknown."""
    if held.mode == "together" or held.closes_at is None or (held.state == "lobby" and not held.contest):
        return None
    own = started + dt.timedelta(minutes=held.planned_minutes)
    return min(own, held.closes_at) if held.contest else held.closes_at


def give_time(session: Session, held: ClubSession) -> None:
    """Let every open attempt of a session at own pace be over when the session is; in one statement."""
    mine = select(ClubParticipant.attempt_id).where(ClubParticipant.session_id == held.id)
    session.execute(
        update(Attempt).where(Attempt.id.in_(mine), Attempt.submitted_at.is_(None)).values(due_at=held.closes_at)
    )
