"""What a list would do, row by row, before anything is written: new, changed, unchanged, doubtful, faulty."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from sqlalchemy.orm import Session

from lopso.people_import import values
from lopso.people_import.headings import Table, find_table
from lopso.people_import.known import Known, KnownPeople
from lopso.people_import.rows import OF_UNIT, Remark, Rows, Said
from lopso.people_import.sheets import Refused, Sheet
from lopso.people_import.terms import Terms, role_name
from lopso.people_import.unit_names import UnitNames
from lopso.text import fold, spelling_key
from lopso.words import catalogue

_ = catalogue("people")

State = Literal["new", "changed", "unchanged", "doubtful", "faulty"]
STATES: tuple[State, ...] = get_args(State)
#: Written in the column of usernames of somebody whom the author knows to be new.
NEW = {"moi", "nguoi moi", "new"}
#: Rows between two words on how far the reading is.
_STEP = 200


@dataclass(frozen=True)
class Change:
    """One thing that becomes different, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Choice:
    """What the author of a doubtful row may decide, in words; `value` is how it is kept."""

    value: str
    words: str


@dataclass(frozen=True)
class Line:
    """A row with what it would do; `known` is whom it is about, None for somebody new."""

    number: int
    said: Said
    state: State
    known: Known | None = None
    changes: tuple[Change, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be said of the row."""
        return tuple(self.said.remarks)


@dataclass(frozen=True)
class Preview:
    """What a whole list would do; `skipped` rows stand in the table and are about nobody."""

    table: Table
    terms: Terms
    lines: tuple[Line, ...]
    skipped: tuple[int, ...]
    taken: frozenset[str] = field(repr=False)

    def of(self, *states: State) -> tuple[Line, ...]:
        """List the lines of some states."""
        return tuple(line for line in self.lines if line.state in states)

    @property
    def counts(self) -> dict[State, int]:
        """Count the lines by state."""
        counted = Counter(line.state for line in self.lines)
        return {state: counted[state] for state in STATES}


Progress = Callable[[int, int], None]


def look(
    session: Session, sheets: tuple[Sheet, ...], terms: Terms, progress: Progress = lambda _done, _all: None
) -> Preview:
    """Compare a list with whom we know; raises Refused where there are no people in it."""
    table = find_table(sheets)
    if table is None:
        raise Refused(
            _("There is no row of headings with “Họ và tên” in this file."),
            _("Write headings above the columns: Họ và tên, Ngày sinh, Chức vụ, Đơn vị."),
        )
    names = UnitNames(session, terms.on, terms.scope.unit_ids)
    people = KnownPeople(session, terms.scope.unit_ids)
    rows, matcher = Rows(table, terms, names), _Matcher(terms, names, people)
    lines, skipped = [], []
    for done, row in enumerate(table.rows):
        said = rows.read(row)
        if said is None:
            skipped.append(row.number)
        else:
            lines.append(matcher.line(row.number, said))
        if done % _STEP == 0:
            progress(done, len(table.rows))
    progress(len(table.rows), len(table.rows))
    if not lines:
        raise Refused(_("There is nobody below the headings."), _("Look whether this is the right file."))
    return Preview(table, terms, tuple(lines), tuple(skipped), frozenset(people.usernames))


class _Matcher:
    """Tells for each row whom it is about and what it would change."""

    def __init__(self, terms: Terms, names: UnitNames, people: KnownPeople) -> None:
        self._terms = terms
        self._names = names
        self._people = people
        self._row_of: dict[int, int] = {}
        self._new: dict[tuple[str, int], dict[int, dt.date | None]] = {}

    def line(self, number: int, said: Said) -> Line:
        """Give the line of a row."""
        if said.has("fault"):
            return Line(number, said, "faulty")
        if said.unit is None or said.has("doubt"):
            units = tuple(Choice(f"{OF_UNIT}{unit.id}", unit.name) for unit in said.near)
            return Line(number, said, "doubtful", choices=units)
        username = said.username or self._decided(number)
        is_new = fold(username) in NEW
        known = None
        if not username:
            found = self._people.find(said.full_name, said.born_on, said.unit.id)
            known = found.person
            if known is None and found.maybe:
                return self._doubt(number, said, self._who(found.maybe), self._choices(found.maybe))
        elif not is_new:
            known = self._people.by_username.get(username)
            if known is None or not known.is_within:
                sentence = _("There is nobody with the user name {username}.")
                return self._fault(number, said, sentence.format(username=username))
        return self._somebody(number, said, known) if known else self._newcomer(number, said, is_new=is_new)

    def _decided(self, number: int) -> str:
        """Give the user name that the author chose, or the word for somebody new; empty where nothing was chosen."""
        decided = self._terms.decisions.get(number, ())
        return next((value for value in reversed(decided) if not value.startswith(OF_UNIT)), "")

    def _choices(self, maybe: tuple[Known, ...]) -> tuple[Choice, ...]:
        within = (known for known in maybe if known.is_within)
        return (*(Choice(known.username, self._described(known)) for known in within), *_somebody_new())

    def _somebody(self, number: int, said: Said, known: Known) -> Line:
        if not known.is_within:
            return self._doubt(number, said, _elsewhere(), _somebody_new())
        if known.left_on is not None:
            sentence = _("{username} left on {day}. Is this somebody else? Then write “mới” under Tên đăng nhập.")
            sentence = sentence.format(username=known.username, day=_day(known.left_on))
            return self._doubt(number, said, sentence, _somebody_new())
        if (first := self._row_of.setdefault(known.id, number)) != number:
            sentence = _("The same person stands in row {n} already.").format(n=first)
            if self._decided(number):  # chosen here, so it can be chosen otherwise here
                return self._doubt(number, said, sentence, _somebody_new())
            return self._fault(number, said, sentence)
        changes = self._changes(said, known)
        if _is_dated(changes) and known.moved_on is not None and known.moved_on > self._terms.on:
            sentence = _("The place they have now began on {day}, after the day of this list.")
            return self._fault(number, said, sentence.format(day=_day(known.moved_on)))
        return Line(number, said, "changed" if changes else "unchanged", known, changes)

    def _newcomer(self, number: int, said: Said, *, is_new: bool) -> Line:
        """Tell of somebody new, unless another row may be about the same person."""
        assert said.unit is not None  # looked at before
        same = self._new.setdefault((spelling_key(said.full_name), said.unit.id), {})
        for first, born_on in same.items():
            if born_on is None or said.born_on is None:
                if is_new:
                    continue  # their author says that these are two people
                sentence = _("Row {n} has the same name and unit: write both dates of birth.")
                return self._doubt(number, said, sentence.format(n=first), _somebody_new())
            if values.same_birth(born_on, said.born_on):
                return self._fault(number, said, _("The same person stands in row {n} already.").format(n=first))
        same[number] = said.born_on
        return Line(number, said, "new")

    def _changes(self, said: Said, known: Known) -> tuple[Change, ...]:
        assert said.unit is not None  # looked at before
        names = self._terms.occupations
        before = self._names.entry(known.unit_id)
        position = said.position or known.position
        occupation = said.occupation if said.is_occupation_written or not known.occupation else None
        roles = sorted({*known.roles, *said.roles})
        possible = (
            (_("full name"), known.full_name, said.full_name, values.same_words(said.full_name, known.full_name)),
            (_("unit"), before.name if before else "–", said.unit.name, said.unit.id == known.unit_id),
            (
                _("born"),
                values.shown_birth(known.born_on),
                values.shown_birth(said.born_on),
                not _tells_more(said.born_on, known.born_on),
            ),
            (_("position"), known.position, position, values.same_words(position, known.position)),
            (
                _("occupation"),
                names.get(known.occupation, known.occupation),
                names.get(occupation or "", ""),
                occupation in (None, known.occupation),
            ),
            (_("roles"), _listed(known.roles), _listed(roles), roles == sorted(known.roles)),
        )
        return tuple(Change(what, was, now) for what, was, now, is_same in possible if not is_same)

    def _who(self, maybe: tuple[Known, ...]) -> str:
        within = [known for known in maybe if known.is_within]
        if not within:
            return _elsewhere()
        listed = "; ".join(self._described(known) for known in within[:4])
        sentence = _("Is this one of them: {list}? Write their user name under Tên đăng nhập, or “mới” if not.")
        return sentence.format(list=listed)

    def _described(self, known: Known) -> str:
        unit = self._names.entry(known.unit_id)
        facts = [known.username, values.shown_birth(known.born_on), unit.name if unit else ""]
        return ", ".join(fact for fact in facts if fact)

    def _doubt(self, number: int, said: Said, sentence: str, choices: tuple[Choice, ...]) -> Line:
        return Line(number, _with(said, sentence, "doubt"), "doubtful", choices=choices)

    def _fault(self, number: int, said: Said, sentence: str) -> Line:
        return Line(number, _with(said, sentence, "fault"), "faulty")


def _with(said: Said, sentence: str, kind: Literal["fault", "doubt"]) -> Said:
    return replace(said, remarks=[*said.remarks, Remark(None, sentence, kind)])


def _is_dated(changes: tuple[Change, ...]) -> bool:
    """Tell whether one of the changes is of the place somebody has, which is kept with its days."""
    return any(change.what in (_("unit"), _("position"), _("occupation")) for change in changes)


def _somebody_new() -> tuple[Choice, ...]:
    return (Choice("moi", _("somebody new")),)


def _elsewhere() -> str:
    return _(
        "Somebody of this name and birth is in a unit that you do not answer for: ask the office above to move them, "
        "or write “mới” under Tên đăng nhập if this is somebody else."
    )


def _tells_more(said: dt.date | None, known: dt.date | None) -> bool:
    """Tell whether a birth differs from the known one, and not only by saying less."""
    if said is None or said == known:
        return False
    return not (known is not None and said.year == known.year and values.is_year(said))


def _listed(roles: tuple[str, ...] | list[str]) -> str:
    return ", ".join(role_name(role) for role in roles)


def _day(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
