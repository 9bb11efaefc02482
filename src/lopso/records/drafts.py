"""Drafts of quizzes in the editor: one a quiz, with a revision number, and who has it open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lopso.records.tables import EditorDraft, EditorVisit, Person


def get(session: Session, quiz: str, *, lock: bool = False) -> EditorDraft | None:
    """Find the draft of a quiz; whoever is going to change it takes the `lock`, so that two do not at once."""
    query = select(EditorDraft).where(EditorDraft.quiz == quiz)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def every(session: Session) -> list[EditorDraft]:
    """List all drafts, the newest first."""
    return list(session.scalars(select(EditorDraft).order_by(EditorDraft.saved_at.desc())))


def add(session: Session, quiz: str, body: dict[str, Any], base: str, username: str, now: dt.datetime) -> EditorDraft:
    """Begin the draft of a quiz; `base` is the digest of the file it was read from, empty where there is none."""
    draft = EditorDraft(quiz=quiz, revision=1, body=body, base=base, published=1 if base else 0)
    draft.made_by = draft.saved_by = username
    draft.tab, draft.saved_at = "", now
    session.add(draft)
    return draft


def save(draft: EditorDraft, body: dict[str, Any], username: str, tab: str, now: dt.datetime) -> None:
    """Put `body` into the draft as its next revision."""
    draft.revision += 1
    draft.body, draft.saved_by, draft.tab, draft.saved_at = body, username, tab, now


def remove(session: Session, draft: EditorDraft) -> None:
    """Delete a draft, with the tabs that have it open."""
    session.execute(delete(EditorVisit).where(EditorVisit.quiz == draft.quiz))
    session.delete(draft)


def visit(session: Session, quiz: str, username: str, tab: str, now: dt.datetime, keep: dt.timedelta) -> None:
    """Note that somebody has the quiz open in a tab; forget whoever was not seen for `keep`."""
    session.execute(delete(EditorVisit).where(EditorVisit.seen_at < now - keep))
    session.merge(EditorVisit(quiz=quiz, tab=tab, username=username, seen_at=now))


def leave(session: Session, quiz: str, tab: str) -> None:
    """Note that a tab was closed."""
    session.execute(delete(EditorVisit).where(EditorVisit.quiz == quiz, EditorVisit.tab == tab))


def others(session: Session, quiz: str, tab: str, since: dt.datetime) -> list[tuple[str, str]]:
    """List (username, full name) of those who have the quiz open in another tab and were seen after `since`."""
    query = (
        select(Person.username, Person.full_name)
        .join(EditorVisit, EditorVisit.username == Person.username)
        .where(EditorVisit.quiz == quiz, EditorVisit.tab != tab, EditorVisit.seen_at > since)
        .distinct()
        .order_by(Person.username)
    )
    return [(row.username, row.full_name) for row in session.execute(query)]


def names(session: Session) -> dict[str, str]:
    """Give username → full name of everybody who made or saved a draft."""
    query = select(Person.username, Person.full_name).join(
        EditorDraft, (EditorDraft.made_by == Person.username) | (EditorDraft.saved_by == Person.username)
    )
    return {row.username: row.full_name for row in session.execute(query)}
