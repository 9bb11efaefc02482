"""plan.toml: what is to be reached, by whom, when, and what is to be told."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lopso.fields import Fields, unique
from lopso.plan.rules import Rule, Vocabulary, read_rule, references
from lopso.toml import Source
from lopso.words import catalogue

_ = catalogue("plan")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @property
    def first_day(self) -> dt.date:
        """The day it begins."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> dt.date:
        """The day it ends."""
        year, month = (self.year, 3 * self.number + 1) if self.number < 4 else (self.year + 1, 1)
        return dt.date(year, month, 1) - dt.timedelta(days=1)

    @classmethod
    def read(cls, fields: Fields, field: str) -> Self:
        """Read a text such as 2024-Q4."""
        text = fields.text(field)
        match = re.fullmatch(r"(\d{4})-Q([1-4])", text)
        if match:
            return cls(int(match[1]), int(match[2]))
        if text:
            fields.fault(field, _("is not a quarter: {text}").format(text=text), _("such as 2024-Q1"))
        return cls(1, 1)


@dataclass(frozen=True)
class Named:
    """An id with its Vietnamese name: an occupation."""

    id: str
    name: str


@dataclass(frozen=True)
class ActivityKind(Named):
    """A kind of activity; `task` is the id of the task that one counts for where it was filed without a task."""

    task: str = ""


@dataclass(frozen=True)
class UnitKind(Named):
    """A kind of unit; `area` units are the ones that a dashboard drills down to (communes).

    Whoever coordinates in a unit that `oversees` answers for all units of the plan.
    """

    area: bool
    oversees: bool


@dataclass(frozen=True)
class ContentArea:
    """Something that is to be told; `parent` is the id of the area around it, or empty.

    An area of `models` is told by publishing the models and examples of the register.
    """

    id: str
    label: str
    title: str
    parent: str
    items: tuple[str, ...]
    models: bool = False


@dataclass(frozen=True)
class Task:
    """A task or, with a `parent`, a sub-task; bodies as the plan names them, empty where it names none.

    Expected to act are the units of `unit_kinds` and those whose codes are `units`. A task to be done `once` is done
    as soon as each has acted; others go on to the end of their time.
    """

    id: str
    title: str
    parent: str
    starts: Quarter
    ends: Quarter
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    unit_kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    once: bool = False

    def expects(self, kind: str, code: str) -> bool:
        """Tell whether the unit `code` of `kind` is expected to act."""
        return kind in self.unit_kinds or code in self.units


@dataclass(frozen=True)
class Target:
    """What is to be reached by `due`, in percent of those whom `rule` counts; `tasks` are ids."""

    id: str
    title: str
    text: str
    goal_percent: float
    due: dt.date
    rule: Rule
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A plan; every reference in it has been checked. `name` is its folder's, by which activities are filed for it."""

    title: str
    year: int
    issuer: str
    starts: dt.date
    due: dt.date
    sample: bool
    unit_kinds: tuple[UnitKind, ...]
    activity_kinds: tuple[ActivityKind, ...]
    occupations: tuple[Named, ...]
    contents: tuple[ContentArea, ...]
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    name: str = field(default="", compare=False)

    @property
    def area_kinds(self) -> frozenset[str]:
        """The ids of the unit kinds that are areas."""
        return frozenset(kind.id for kind in self.unit_kinds if kind.area)

    @property
    def overseeing_kinds(self) -> frozenset[str]:
        """The ids of the unit kinds whose coordinators answer for all units."""
        return frozenset(kind.id for kind in self.unit_kinds if kind.oversees)

    def subtasks(self, task_id: str) -> tuple[Task, ...]:
        """List the sub-tasks of a task."""
        return tuple(task for task in self.tasks if task.parent == task_id)


def read_plan(source: Source, name: str = "") -> Plan:
    """Read the plan document of the folder `name`; raises Faults with everything that is wrong."""
    fields = Fields(source)
    unit_kinds = _read_all(fields, "unit_kind", _read_unit_kind, least=1)
    activity_kinds = _read_all(fields, "activity_kind", _read_activity_kind)
    occupations = _read_all(fields, "occupation", _read_named)
    contents = _read_all(fields, "content", _read_content)
    tasks = _read_all(fields, "task", lambda entry: _read_task(entry, unit_kinds))
    known = Vocabulary(tuple(unit_kinds), tuple(activity_kinds), tuple(occupations))
    plan = Plan(
        title=fields.text("title"),
        year=fields.whole("year", low=2000, high=2100),
        issuer=fields.text("issuer"),
        starts=fields.date("starts"),
        due=fields.date("due"),
        sample=fields.flag("sample", False),
        unit_kinds=tuple(unit_kinds.values()),
        activity_kinds=tuple(activity_kinds.values()),
        occupations=tuple(occupations.values()),
        contents=tuple(contents.values()),
        tasks=tuple(tasks.values()),
        targets=_read_targets(fields, known, tasks),
        name=name,
    )
    if plan.due < plan.starts:
        fields.fault("due", _("is before the start"))
    _check_parents(fields, "content", {area.id: area.parent for area in plan.contents})
    _check_parents(fields, "task", {task.id: task.parent for task in plan.tasks})
    _check_default_tasks(fields, tasks)
    fields.finish()
    fields.raise_faults()
    return plan


def document_body(source: Source) -> dict[str, Any]:
    """Give the plan's data as JSON, dates as texts, to be kept in the database."""
    body: dict[str, Any] = json.loads(json.dumps(source.data, default=str))
    return body


def stored_plan(body: dict[str, Any], name: str) -> Plan:
    """Read a plan again from the data kept in the database."""
    return read_plan(Source(name, body, {}), name)


def _read_all(fields: Fields, field: str, read: Any, least: int = 0) -> dict[str, Any]:
    entries = [(read(entry), entry) for entry in fields.tables(field, least=least)]
    for _item, entry in entries:
        entry.finish()
    unique([(item.id, entry) for item, entry in entries])
    return {item.id: item for item, _entry in entries}


def _read_named(fields: Fields) -> Named:
    return Named(fields.identifier("id"), fields.text("name"))


def _read_activity_kind(fields: Fields) -> ActivityKind:
    return ActivityKind(fields.identifier("id"), fields.text("name"), fields.text("task", ""))


def _read_unit_kind(fields: Fields) -> UnitKind:
    return UnitKind(
        fields.identifier("id"), fields.text("name"), fields.flag("area", False), fields.flag("oversees", False)
    )


def _read_content(fields: Fields) -> ContentArea:
    return ContentArea(
        id=fields.identifier("id"),
        label=fields.text("label"),
        title=fields.text("title"),
        parent=fields.text("parent", ""),
        items=fields.texts("items", ()),
        models=fields.flag("models", False),
    )


def _read_task(fields: Fields, unit_kinds: Collection[str]) -> Task:
    task = Task(
        id=fields.identifier("id"),
        title=fields.text("title"),
        parent=fields.text("parent", ""),
        starts=Quarter.read(fields, "starts"),
        ends=Quarter.read(fields, "ends"),
        lead=fields.texts("lead", ()),
        coordinating=fields.texts("coordinating", ()),
        unit_kinds=references(fields, "unit_kinds", unit_kinds, ()),
        units=fields.texts("units", ()),
        once=fields.flag("once", False),
    )
    if task.ends < task.starts and task.ends.year > 1:
        fields.fault("ends", _("is before the start"))
    return task


def _read_targets(fields: Fields, known: Vocabulary, tasks: Mapping[str, Task]) -> tuple[Target, ...]:
    entries = [(_read_target(entry, known, tasks), entry) for entry in fields.tables("target", least=1)]
    unique([(str(entry.data.get("id", "")), entry) for _target, entry in entries])
    return tuple(target for target, _entry in entries if target)


def _read_target(fields: Fields, known: Vocabulary, tasks: Mapping[str, Task]) -> Target | None:
    common: dict[str, Any] = {
        "id": fields.identifier("id"),
        "title": fields.text("title"),
        "text": fields.text("text"),
        "goal_percent": fields.number("goal_percent", low=0.1, high=100),
        "due": fields.date("due"),
        "tasks": references(fields, "task", tasks, ()),
    }
    rule = read_rule(fields, known)
    if rule is None:  # which other fields belong here is not known then
        return None
    fields.finish()
    return Target(rule=rule, **common)


def _check_parents(fields: Fields, kind: str, parents: Mapping[str, str]) -> None:
    for entry in fields.tables(kind):
        name, parent = str(entry.data.get("id")), parents.get(str(entry.data.get("id")), "")
        if parent and parent not in parents:
            entry.fault("parent", _("unknown: {id}").format(id=parent))
        elif parent and in_a_circle(name, parents):
            entry.fault("parent", _("the parents of {id} lead in a circle").format(id=name))


def _check_default_tasks(fields: Fields, tasks: Collection[str]) -> None:
    for entry in fields.tables("activity_kind"):
        task = str(entry.data.get("task", ""))
        if task and task not in tasks:
            entry.fault("task", _("unknown: {id}").format(id=task))


def in_a_circle(name: str, parents: Mapping[str, str]) -> bool:
    """Tell whether following `parents` up from `name` comes back to `name`."""
    seen: set[str] = set()
    at = parents.get(name, "")
    while at and at not in seen and at != name:
        seen.add(at)
        at = parents.get(at, "")
    return at == name
