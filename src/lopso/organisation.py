"""Units that merge, split, are renamed or founded on a day: a small file says which, and everybody follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.errors import Fault, Faults
from lopso.fields import Fields
from lopso.records import moves, units
from lopso.records.audit import note
from lopso.records.desk_tables import UnitSuccessor
from lopso.records.tables import Activity, Person, Unit
from lopso.toml import Place, Source
from lopso.words import catalogue

_ = catalogue("people")


@dataclass(frozen=True)
class Founded:
    """A new unit; `parent` is a code or empty."""

    code: str
    name: str
    kind: str
    parent: str
    sample: bool
    place: Place


@dataclass(frozen=True)
class Changed:
    """A unit that goes on under another name, kind or parent; None keeps what it has."""

    code: str
    name: str | None
    kind: str | None
    parent: str | None
    place: Place


@dataclass(frozen=True)
class Ended:
    """A unit that ends; `into` are the units in its place, empty where nobody knows.

    Of several, `people` (usernames) and `units` (codes) tell who goes where, and `rest` where everybody else goes;
    without it whoever is not named stays, and is told as doubtful.
    """

    code: str
    into: tuple[str, ...]
    rest: str
    people: Mapping[str, str]
    units: Mapping[str, str]
    place: Place

    def target(self, named: str | None) -> str | None:
        """Give the code of the unit that somebody or something goes to; None where that is not known."""
        return named or self.rest or (self.into[0] if len(self.into) == 1 else None)


@dataclass(frozen=True)
class Changes:
    """What a file says: everything that changes on one day, and by which decision."""

    source: Source
    on: dt.date
    basis: str
    founded: tuple[Founded, ...]
    changed: tuple[Changed, ...]
    ended: tuple[Ended, ...]


@dataclass
class Outcome:
    """What was done, in words by name, and what somebody should look at."""

    founded: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    moved: int = 0

    @property
    def nothing(self) -> bool:
        """Whether everything had been done before."""
        return not (self.founded or self.changed or self.ended or self.moved)


def read_changes(source: Source, kinds: Collection[str]) -> Changes:
    """Read a file of changes; `kinds` are the plan's kinds of units. Raises Faults with all that is wrong in itself."""
    fields = Fields(source)
    on, basis = fields.date("on"), fields.text("basis")
    founded = tuple(_founded(one, kinds) for one in fields.tables("new"))
    changed = tuple(_changed(one, kinds) for one in fields.tables("change"))
    ended = tuple(each for one in fields.tables("end") for each in _ended(one))
    fields.finish()
    fields.raise_faults()
    return Changes(source, on, basis, founded, changed, ended)


def apply(session: Session, changes: Changes, actor: str, now: dt.datetime, today: dt.date) -> Outcome:
    """Write the changes, all or none; those written before are left alone.

    Raises Faults for a day to come, a unit that is not there, or one that has changed again since: the caller's
    transaction must then be taken back.
    """
    work = _Work(session, changes)
    if changes.on > today:
        problem = _("this day is still to come: {day}").format(day=_shown(changes.on))
        work.fault(("on",), problem, _("apply the file on that day or later"))
        raise Faults(work.faults)
    for founded in changes.founded:
        work.found(founded)
    for changed in changes.changed:
        work.change(changed)
    for ended in changes.ended:
        work.end(ended)
    if work.faults:
        raise Faults(work.faults)
    if not work.outcome.nothing:
        note(session, now, actor, "change_units", f"units:{changes.on.isoformat()}", **work.facts())
    return work.outcome


class _Work:
    """One application of a file, with its faults."""

    def __init__(self, session: Session, changes: Changes) -> None:
        self.session = session
        self.changes = changes
        self.on = changes.on
        self.faults: list[Fault] = []
        self.outcome = Outcome()
        self.there = {unit.code: unit for unit in session.scalars(select(Unit))}
        self.successors = units.successors(session)

    def fault(self, place: Place, problem: str, expected: str = "") -> None:
        source = self.changes.source
        where = _("line {n}").format(n=source.line(place))
        self.faults.append(Fault(source.file, where, problem, expected, place))

    def unit(self, code: str, place: Place) -> Unit | None:
        """Find a unit that exists on the day; notes a fault where it does not."""
        unit = self.there.get(code)
        if unit is None:
            self.fault(place, _("there is no unit {code}").format(code=code))
        elif unit.ends_on is not None and unit.ends_on <= self.on:
            problem = _("{unit} ended on {day} already").format(unit=unit.name, day=_shown(unit.ends_on))
            self.fault(place, problem)
        elif unit.starts_on is not None and unit.starts_on > self.on:
            problem = _("{unit} began only on {day}").format(unit=unit.name, day=_shown(unit.starts_on))
            self.fault(place, problem)
        else:
            return unit
        return None

    def unchanged(self, code: str, place: Place) -> Unit | None:
        """Find a unit that exists on the day and has not changed since; notes a fault otherwise."""
        unit = self.unit(code, place)
        if unit is None:
            return None
        later = units.changed_since(self.session, unit, self.on)
        if later is not None:
            problem = _("{unit} has changed later, on {day}").format(unit=unit.name, day=_shown(later))
            self.fault(place, problem, _("apply files in the order of their days"))
            return None
        return unit

    def found(self, founded: Founded) -> None:
        before = self.there.get(founded.code)
        if before is not None:
            if before.starts_on != self.on:
                self.fault(founded.place, _("the code {code} is taken").format(code=founded.code), before.name)
            return
        parent = self.unit(founded.parent, founded.place) if founded.parent else None
        unit = Unit(code=founded.code, name=founded.name, kind=founded.kind, sample=founded.sample)
        unit.starts_on, unit.parent_id = self.on, parent.id if parent else None
        self.session.add(unit)
        self.session.flush()
        self.there[founded.code] = unit
        self.outcome.founded.append(founded.name)

    def change(self, changed: Changed) -> None:
        unit = self.unchanged(changed.code, changed.place)
        parent = self.unit(changed.parent, changed.place) if changed.parent else None
        if unit is None or (changed.parent and parent is None):
            return
        before = unit.name
        parent_id = unit.parent_id if changed.parent is None else parent.id if parent else None
        name, kind = changed.name or unit.name, changed.kind or unit.kind
        if units.change_unit(self.session, unit, self.on, name, kind, parent_id):
            self.outcome.changed.append(before if before == name else f"{before} → {name}")

    def end(self, ended: Ended) -> None:
        unit = self.there.get(ended.code)
        into = {code: self.unit(code, ended.place) for code in ended.into}
        successors = {code: found.id for code, found in into.items() if found is not None}
        if len(successors) < len(into):
            return
        if unit is None or unit.ends_on != self.on:
            unit = self.unchanged(ended.code, ended.place)
            if unit is None:
                return
            units.end_unit(self.session, unit, self.on, tuple(successors.values()))
            names = ", ".join(self.there[code].name for code in ended.into) or _("not known")
            self.outcome.ended.append(f"{unit.name} → {names}")
        else:  # applied before, perhaps without knowing what came after
            self._add_successors(unit, set(successors.values()))
        self._follow(unit, ended, successors)

    def _add_successors(self, unit: Unit, ids: set[int]) -> None:
        known = set(self.session.scalars(select(UnitSuccessor.successor_id).where(UnitSuccessor.unit_id == unit.id)))
        for each in sorted(ids - known):
            self.session.add(UnitSuccessor(unit_id=unit.id, successor_id=each, since_on=self.on))
        self.session.flush()

    def _follow(self, unit: Unit, ended: Ended, successors: Mapping[str, int]) -> None:
        def to(person: Person) -> int | None:
            return successors.get(ended.target(ended.people.get(person.username)) or "")

        moved, left_over = moves.follow_unit(self.session, unit.id, self.on, to)
        self.outcome.moved += moved
        self._doubt_people(left_over, unit)
        self._children_follow(unit, ended, successors)
        self._look_at_activities(unit)
        for each in successors.values() if moved else ():
            self._follow_on(each)

    def _follow_on(self, ended_id: int) -> None:
        """Let the people who came into a unit that has ended since go on to the one in its place."""
        unit = self.session.get_one(Unit, ended_id)
        after = self.successors.get(ended_id, ((), unit.ends_on))[0]
        if unit.ends_on is None:
            return
        known = after[0] if len(after) == 1 else None
        _moved, left_over = moves.follow_unit(self.session, ended_id, unit.ends_on, lambda _person: known)
        self._doubt_people(left_over, unit)
        if known is not None:
            self._follow_on(known)

    def _doubt_people(self, people: Sequence[Person], unit: Unit) -> None:
        words = _("{person} stays in {unit}, which has ended: where do they belong?")
        self._doubt(words.format(person=f"{one.full_name} ({one.username})", unit=unit.name) for one in people)

    def _children_follow(self, unit: Unit, ended: Ended, successors: Mapping[str, int]) -> None:
        for child in self.session.scalars(select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.id)).all():
            if child.ends_on is not None and child.ends_on <= self.on:
                continue
            parent_id = successors.get(ended.target(ended.units.get(child.code)) or "")
            if parent_id is None:
                words = _("{child} belonged to {unit}, which has ended: where does it belong?")
                self._doubt([words.format(child=child.name, unit=unit.name)])
            elif units.changed_since(self.session, child, self.on):
                words = _("{child} has changed since and still belongs to {unit}: correct it by hand.")
                self._doubt([words.format(child=child.name, unit=unit.name)])
            else:
                units.change_unit(self.session, child, self.on, child.name, child.kind, parent_id)

    def _look_at_activities(self, unit: Unit) -> None:
        """Tell of activities that were filed for the unit on a day on which it was no more."""
        late = select(func.count()).where(Activity.unit_id == unit.id, Activity.occurred_on >= self.on)
        if count := self.session.scalar(late):
            words = _("{unit}: {count} activities took place after its end; they stay with it.")
            self._doubt([words.format(unit=unit.name, count=count)])

    def _doubt(self, sentences: Iterable[str]) -> None:
        self.outcome.doubtful.extend(sentences)

    def facts(self) -> dict[str, Any]:
        done = self.outcome
        lists = {"founded": done.founded, "changed": done.changed, "ended": done.ended}
        return {"basis": self.changes.basis, "file": self.changes.source.file, "moved": done.moved, **lists}


def _founded(fields: Fields, kinds: Collection[str]) -> Founded:
    read = Founded(
        fields.text("code"),
        fields.text("name"),
        fields.one_of("kind", kinds),
        fields.text("parent", ""),
        fields.flag("sample", False),
        fields.place,
    )
    fields.finish()
    return read


def _changed(fields: Fields, kinds: Collection[str]) -> Changed:
    name = fields.text("name") if fields.has("name") else None
    kind = fields.one_of("kind", kinds) if fields.has("kind") else None
    parent = fields.text("parent", "") if fields.has("parent") else None
    read = Changed(fields.text("code"), name, kind, parent, fields.place)
    fields.finish()
    return read


def _ended(fields: Fields) -> Iterator[Ended]:
    """Read an `[[end]]`: the units of `codes` (those that merge) each go `into` the same ones."""
    codes, into = fields.texts("codes"), fields.texts("into", ())
    rest, people, inside = fields.text("rest", ""), _names(fields, "people"), _names(fields, "units")
    named = [("rest", rest), *(("people", code) for code in people.values()), *(("units", c) for c in inside.values())]
    for where, code in named:
        if code and code not in into:
            fields.fault(where, _("{code} is none of the units it goes into").format(code=code), ", ".join(into))
    fields.finish()
    for code in codes:
        yield Ended(code, into, rest, people, inside, fields.place)


def _names(fields: Fields, field_name: str) -> dict[str, str]:
    return {str(name): str(code) for name, code in fields.table(field_name).items()}


def _shown(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
