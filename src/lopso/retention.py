"""How long personal data are kept, by the settings: what is older is erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lopso.club.forgetting import forget_nicknames
from lopso.personal_data import erase
from lopso.records.audit import note
from lopso.records.desk_tables import PeopleImport, PeopleImportChange
from lopso.records.gradebook import Gradebook
from lopso.records.pupils import no_pupil
from lopso.records.tables import Person, PracticeAnswer
from lopso.settings import Settings


@dataclass(frozen=True)
class Retained:
    """What was older than the settings say; `erased` are the user names that people had."""

    erased: tuple[str, ...]
    practice: int
    imports: int
    nicknames: int = 0

    @property
    def nothing(self) -> bool:
        """Whether there was nothing too old."""
        return not (self.erased or self.practice or self.imports or self.nicknames)


def retain(
    session: Session, gradebook: Callable[[], Gradebook], settings: Settings, actor: str, now: dt.datetime
) -> Retained:
    """Erase what is older than the settings say; a setting of 0 keeps for ever."""
    done = Retained(
        _leavers(session, gradebook, settings, actor, now),
        _practice(session, settings.retain_practice_days, now),
        _imports(session, settings.retain_imports_days, now),
        forget_nicknames(session, gradebook, settings.retain_nicknames_days, now),
    )
    if not done.nothing:
        counts = {"people": len(done.erased), "practice": done.practice, "imports": done.imports}
        note(session, now, actor, "retain", "personal_data", **counts, nicknames=done.nicknames)
    return done


def _leavers(
    session: Session, gradebook: Callable[[], Gradebook], settings: Settings, actor: str, now: dt.datetime
) -> tuple[str, ...]:
    days, zone = settings.retain_leavers_days, ZoneInfo(settings.timezone)
    if not days:
        return ()
    before = now.astimezone(zone).date() - dt.timedelta(days)
    query = select(Person).where(Person.left_on <= before, Person.erased_at.is_(None), no_pupil())
    gone = list(session.scalars(query.order_by(Person.id)))
    names = tuple(person.username for person in gone)
    if gone:
        book = gradebook()
        for person in gone:
            erase(session, person, book, actor, now, zone)
    return names


def _practice(session: Session, days: int, now: dt.datetime) -> int:
    """Delete old answers to practice questions; which lessons were finished stays."""
    if not days:
        return 0
    old = PracticeAnswer.answered_at < now - dt.timedelta(days)
    count = session.scalar(select(func.count()).select_from(PracticeAnswer).where(old)) or 0
    session.execute(delete(PracticeAnswer).where(old))
    return count


def _imports(session: Session, days: int, now: dt.datetime) -> int:
    """Delete what imports kept for being taken back; they cannot be any more."""
    if not days:
        return 0
    old = select(PeopleImport.id).where(PeopleImport.at < now - dt.timedelta(days))
    mine = PeopleImportChange.import_id.in_(old)
    count = session.scalar(select(func.count(PeopleImportChange.import_id.distinct())).where(mine)) or 0
    session.execute(delete(PeopleImportChange).where(mine))
    return count
