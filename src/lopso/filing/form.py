"""Reading what somebody typed into a form: every fault at once, each with its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lopso.errors import PersonError
from lopso.plan import Plan
from lopso.plan.document import ActivityKind
from lopso.plan.rules import DocumentsFiled, Rule, UnitsReached, WeeksKept
from lopso.records.activities import NewActivity, faults_of
from lopso.records.desk_tables import Model
from lopso.records.models import KINDS, Kind, NewModel, NewPublication, model_faults, publication_faults
from lopso.records.tables import Unit
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("filing")

_ISO = re.compile(r"(\d+)-(\d{1,2})-(\d{1,2})")
_WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d+)")
_WHOLE = re.compile(r"\d{1,9}|\d{1,3}(\.\d{3}){1,2}")


class FormFaults(PersonError):
    """A form that cannot be taken as it is: field → what is wrong with it."""

    status = 422

    def __init__(self, faults: Mapping[str, PersonError]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.message, first.fix)
        self.faults = dict(faults)


@dataclass(frozen=True)
class Typed:
    """What was typed, as texts."""

    kind: str = ""
    occurred_on: str = ""
    minutes: str = ""
    attendance: str = ""
    title: str = ""
    task: str = ""
    contents: tuple[str, ...] = ()
    link: str = ""


def read_activity(typed: Typed, plan: Plan, unit: Unit, today: dt.date, photo: str = "") -> NewActivity:
    """Read an activity of `unit` for `plan`; raises FormFaults with everything that is wrong.

    Without a title it has its kind's name, without a task the task of its kind.
    """
    form = Form()
    kinds = {kind.id: kind for kind in plan.activity_kinds}
    kind = kinds.get(form.known("kind", typed.kind, kinds, _("Choose what it was.")))
    new = NewActivity(
        kind=typed.kind,
        title=squeeze(typed.title) or (kind.name if kind else "?"),
        occurred_on=form.day("occurred_on", typed.occurred_on) or today,
        minutes=form.whole("minutes", typed.minutes),
        attendance=form.whole("attendance", typed.attendance),
        plan=plan.name,
        task=_task(form, typed.task, plan) or (kind.task if kind else ""),
        contents=_contents(form, typed.contents, plan),
        link=typed.link.strip(),
        photo=photo,
    )
    form.faults = faults_of(new, unit, today, earliest(plan, new.kind)) | form.faults
    form.finish()
    return new


def kinds_for(plan: Plan, unit: Unit) -> tuple[list[ActivityKind], list[ActivityKind]]:
    """Give the kinds of activity that the plan expects of a unit, and all the others."""
    expecting = {task.id for task in plan.tasks if unit.kind in task.unit_kinds or unit.code in task.units}
    counted = {kind for target in plan.targets for kind in _counted(target.rule, unit)}
    ruled = {kind for target in plan.targets for kind in _ruled(target.rule)}
    own: list[ActivityKind] = []
    others: list[ActivityKind] = []
    for kind in plan.activity_kinds:
        # What a rule counts is for the units it counts; the rest is for whoever the kind's task expects.
        is_own = kind.id in counted or (kind.id not in ruled and (not kind.task or kind.task in expecting))
        (own if is_own else others).append(kind)
    return own, others


def _ruled(rule: Rule) -> tuple[str, ...]:
    if isinstance(rule, WeeksKept):
        return tuple(kind for column in rule.columns for kind in column.activity_kinds)
    return rule.activity_kinds if isinstance(rule, DocumentsFiled | UnitsReached) else ()


def _counted(rule: Rule, unit: Unit) -> tuple[str, ...]:
    if isinstance(rule, WeeksKept):
        mine = (one for one in rule.columns if one.expects(unit.kind, unit.code))
        return tuple(kind for one in mine for kind in one.activity_kinds)
    return _ruled(rule) if isinstance(rule, DocumentsFiled | UnitsReached) and unit.kind in rule.unit_kinds else ()


def earliest(plan: Plan, kind: str) -> dt.date:
    """Give the first day on which an activity of `kind` can be for `plan`: a document may be older than its time."""
    documents = {
        one for target in plan.targets if isinstance(target.rule, DocumentsFiled) for one in target.rule.activity_kinds
    }
    return plan.starts - dt.timedelta(366) if kind in documents else plan.starts


def read_day(text: str) -> dt.date:
    """Read 2024-10-04 or 4/10/2024; raises PersonError."""
    said = text.strip()
    match, written = _ISO.fullmatch(said), _WRITTEN.fullmatch(said)
    if match:
        year, month, day = match[1], match[2], match[3]
    elif written:
        day, month, year = written[1], written[2], written[3]
    else:
        raise PersonError(_("This is no date."), _("Write day/month/year, such as 20/10/2024."))
    if len(year) != 4:
        raise PersonError(_("The year needs four digits."), _("Write day/month/year, such as 20/10/2024."))
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise PersonError(_("There is no day {day} in any calendar.").format(day=f"{day}/{month}/{year}")) from None


class Form:
    """The faults of a form while it is read."""

    def __init__(self) -> None:
        self.faults: dict[str, PersonError] = {}

    def day(self, field: str, text: str) -> dt.date | None:
        """Read a day; None where it could not be."""
        try:
            return read_day(text)
        except PersonError as error:
            self.faults[field] = error
            return None

    def whole(self, field: str, text: str) -> int | None:
        """Read a whole number, which may be left out; 1.200 is one thousand two hundred."""
        said = text.strip()
        if not said:
            return None
        if _WHOLE.fullmatch(said):
            return int(said.replace(".", ""))
        self.faults[field] = PersonError(_("This is no whole number."), _("Write digits only, such as 45."))
        return None

    def known(self, field: str, chosen: str, known: Collection[str], problem: str) -> str:
        """Give what was chosen, noting one that is not `known`."""
        if chosen not in known:
            self.faults[field] = PersonError(problem)
        return chosen

    def finish(self) -> None:
        """Raise FormFaults if there are any."""
        if self.faults:
            raise FormFaults(self.faults)


def read_model(typed: Mapping[str, str], unit: Unit, today: dt.date) -> NewModel:
    """Read a model to be registered: kind, title, known_on; raises FormFaults."""
    form = Form()
    kind: Kind = "example" if typed.get("kind") == "example" else "model"
    form.known("kind", typed.get("kind", ""), KINDS, _("Choose what it was."))
    new = NewModel(kind, squeeze(typed.get("title", "")), form.day("known_on", typed.get("known_on", "")) or today)
    form.faults = model_faults(new, unit, today) | form.faults
    form.finish()
    return new


def read_publication(typed: Mapping[str, str], model: Model, today: dt.date) -> NewPublication:
    """Read where a model was published: medium, title, link, published_on; raises FormFaults."""
    form = Form()
    new = NewPublication(
        medium=typed.get("medium", ""),
        title=squeeze(typed.get("title", "")),
        link=typed.get("link", "").strip(),
        published_on=form.day("published_on", typed.get("published_on", "")) or today,
    )
    form.faults = publication_faults(new, model, today) | form.faults
    form.finish()
    return new


def _task(form: Form, chosen: str, plan: Plan) -> str:
    known = {"", *(task.id for task in plan.tasks)}
    return form.known("task", chosen, known, _("The plan has no such task."))


def _contents(form: Form, chosen: tuple[str, ...], plan: Plan) -> tuple[str, ...]:
    known = [area.id for area in plan.contents]
    for name in chosen:
        form.known("contents", name, known, _("The plan has no such content."))
    return tuple(name for name in known if name in chosen)
