"""What commands and the start do so that nothing is kept longer than it may be."""

from __future__ import annotations

import datetime as dt
import shutil

from sqlalchemy import Engine, select

from lopso.errors import OperatorError
from lopso.hub.forgetting import forget_strangers
from lopso.records.engine import empty_journal, reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt, Person
from lopso.retention import Retained, retain
from lopso.settings import Settings
from lopso.supervise import lock


def apply_settings(settings: Settings, engine: Engine, moment: dt.datetime, *, dry_run: bool = False) -> Retained:
    """Erase what is older than the settings say, files too."""
    with writing(engine) as session:
        ids = dict(session.execute(select(Person.username, Person.id)).all())
        done = retain(session, lambda: Gradebook(engine), settings, "system", moment)
        if dry_run:
            session.rollback()
    for username in () if dry_run else done.erased:
        erase_files(settings, engine, ids[username], username)
    if not (dry_run or done.nothing):
        empty_journal(engine)
    return done


def forget_in_hub(settings: Settings, engine: Engine) -> bool:
    """Let the hub forget who has no account any more; tells False while it runs, since it would remember."""
    lock.ensure_folders(settings)
    try:
        held = lock.acquire(settings)
    except OperatorError:
        return False
    try:
        forget_in_idle_hub(settings, engine)
    finally:
        held.release()
    return True


def forget_in_idle_hub(settings: Settings, engine: Engine) -> None:
    """Let the hub, which does not run, forget whoever is nobody here."""
    with reading(engine) as session:
        known = set(session.scalars(select(Person.username)))
    forget_strangers(settings.var / "hub.sqlite", known)


def erase_files(settings: Settings, engine: Engine, person_id: int, username: str) -> None:
    """Remove the folders that bear the name; the papers that count are written again without it."""
    folders = [settings.grading / kind / username for kind in ("submitted", "autograded", "feedback")]
    for folder in (settings.var / "home" / username, *folders):
        shutil.rmtree(folder, ignore_errors=True)
    from lopso.assignments import files  # which knows every kind of question, and is seldom needed here

    with reading(engine) as session:
        done = select(Attempt.id).where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None))
        attempts = list(session.scalars(done))
    for attempt_id in attempts:
        files.write(settings.grading, engine, attempt_id)
