"""What the teacher says, and what time says, done to a session: its row locked, each said once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from lopso.club import game as rules
from lopso.club.closing import close_question
from lopso.club.game import VALUES, VERBS, Game, as_of
from lopso.club.joining import give_time
from lopso.club.state import asked, game_of, put_game, quiz_of
from lopso.errors import Closed, NotFound, Unreadable
from lopso.records import audit, club
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.tables import Attempt, Person
from lopso.words import catalogue

_ = catalogue("club_rules")


def command(
    session: Session,
    club_id: str,
    verb: str,
    revision: int | None,
    now: dt.datetime,
    *,
    by: str | None = None,
    **values: Any,
) -> ClubSession:
    """Do what the teacher says; raises Closed where it cannot be, or for a page older than the session is.

    `revision` is the one of the page they looked at (None: whatever it is); a button pressed twice is once. `by` None:
    the session's teacher.
    """
    held = _locked(session, club_id)
    before = _game(session, held)
    game = _put(session, held, as_of(before, now), before)
    if revision is not None and revision != held.revision:
        if verb == "close" and game.step in ("closed", "shown"):
            return held  # time was as quick as the teacher
        raise Closed(_("The session has gone on meanwhile."), _("Look at the page again."))
    if verb not in VERBS:
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again."))
    if verb == "end" and game.step == "question":
        game = _put(session, held, rules.close(_resumed(game, now), now), game)
    done = VERBS[verb](game, now, **_typed(verb, values))
    _put(session, held, done, game)
    _note(session, held, verb, by, now)
    return held


def notice(session: Session, club_id: str, now: dt.datetime) -> bool:
    """Do what time has done: close and mark a question, begin or end what has a clock; tell if that was anything."""
    held = _locked(session, club_id)
    before = _game(session, held)
    return _put(session, held, as_of(before, now), before) != before


def give_back(session: Session, club_id: str, now: dt.datetime) -> bool:
    """Let a question that was open when the service stopped stay open as much longer; tell whether one was.

    A session at own pace lasts as much longer.
    """
    held = _locked(session, club_id)
    before = _game(session, held)
    after = rules.give_back(before, held.seen_at, now)
    if after is before:
        return False
    _put(session, held, after, before)
    held.seen_at = now
    session.flush()
    return True


def see(session: Session, now: dt.datetime) -> None:
    """Note that a service is there, for whatever runs against a clock."""
    clocked = or_(ClubSession.step == "question", and_(ClubSession.mode == "own", ClubSession.contest.is_(False)))
    statement = update(ClubSession).where(ClubSession.state == "running", clocked).values(seen_at=now)
    session.execute(statement.execution_options(synchronize_session=False))


def _locked(session: Session, club_id: str) -> ClubSession:
    held = club.session_of(session, club_id, lock=True)
    if held is None:
        raise NotFound(_("There is no such session."), _("Choose one from your list."))
    return held


def _game(session: Session, held: ClubSession) -> Game:
    return game_of(held, len(asked(quiz_of(session, held), held.seed)))


def _resumed(game: Game, now: dt.datetime) -> Game:
    return rules.resume(game, now) if game.state == "paused" else game


def _put(session: Session, held: ClubSession, game: Game, before: Game) -> Game:
    """Write what became of a game, and mark the question that closed with it; give the game as it then is."""
    if game == before:
        return before
    if game.step == "closed" and before.step == "question":
        close_question(session, held, game)
        game = game if game.hold else replace(game, step="shown")
    put_game(held, game)
    if game.opened_at != before.opened_at or game.started_at != before.started_at:
        held.seen_at = game.opened_at or game.started_at
    if game.mode == "own" and game.closes_at != before.closes_at and not held.contest:
        give_time(session, held)
    if game.state == "ended":
        _let_hand_in(session, held)
    session.flush()
    return game


def _let_hand_in(session: Session, held: ClubSession) -> None:
    """Let every open attempt be over now: whoever hands in what is over (`web.deadlines`) does the rest."""
    mine = select(ClubParticipant.attempt_id).where(ClubParticipant.session_id == held.id)
    still = (Attempt.id.in_(mine), Attempt.submitted_at.is_(None))
    late = Attempt.due_at.is_(None) | (Attempt.due_at > held.ended_at)
    session.execute(
        update(Attempt).where(*still, late).values(due_at=held.ended_at).execution_options(synchronize_session=False)
    )


def _typed(verb: str, values: dict[str, Any]) -> dict[str, Any]:
    """Read the values a verb takes, and none other; raises Unreadable."""
    try:
        return {name: kind(values[name]) for name, kind in VALUES.get(verb, {}).items() if values.get(name) is not None}
    except (TypeError, ValueError) as error:
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again.")) from error


def _note(session: Session, held: ClubSession, verb: str, by: str | None, now: dt.datetime) -> None:
    """Note in the trail what decides over the whole session; single questions are the game's own."""
    if verb in ("begin", "end"):
        actor = by or session.get_one(Person, held.teacher_id).username
        audit.note(session, now, actor, f"{verb}-session", f"session:{held.id}", mode=held.mode)
        session.flush()
