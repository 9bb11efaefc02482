"""`lopso targets` for reading: tables of text."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from lopso.dashboards.cards import counted_noun, standing_words
from lopso.plan import Plan
from lopso.plan.document import Quarter
from lopso.targets import ContentState, Forecast, ListedAct, Member, TargetState, TaskStanding, TaskState, TaskUnit
from lopso.vietnamese import date, percent, whole
from lopso.words import catalogue

_ = catalogue("targets")

TITLE_LETTERS = 40


def overview(
    plan: Plan,
    day: dt.date,
    states: Sequence[TargetState],
    tasks: Sequence[TaskState],
    contents: Sequence[ContentState],
) -> str:
    """Write the three tables."""
    sample = plan.sample or any(state.sample for state in states) or any(state.sample for state in tasks)
    head = (_("Target"), _("Now"), _("Goal"), _("Due"), _("State"), _("Forecast"))
    parts = [
        *(plan.title, _("State on {date}").format(date=date(day)), ""),
        *table([head, *(_target_row(plan, state) for state in states)]),
        *((_("* counts sample data"),) if sample else ()),
    ]
    if tasks:
        head = (_("Task"), _("When"), _("State"), _("Units"), _("Activities"), _("Last one"))
        parts += ["", *table([head, *(_task_row(state) for state in tasks)])]
    if contents:
        heads = (_("Content"), _("Lessons"), _("Questions"), _("Activities"), _("Published"))
        parts += ["", *table([heads, *(_content_row(state) for state in contents)])]
    return "\n".join(parts)


def members(plan: Plan, day: dt.date, state: TargetState, shown: Sequence[Member]) -> str:
    """Write the list behind a target's number."""
    head = (_("Who"), _("Unit"), _("Area"), _("Done on"), _("Evidence"))
    rows = [
        (
            _marked(one.name, one.sample),
            one.unit if one.unit != one.name else "",
            one.area if one.area != one.unit else "",
            _done(one),
            " ".join(part for part in (one.evidence, one.link) if part),
        )
        for one in shown
    ]
    counted = _("Now: {counted}").format(counted=_present(plan, state))
    return "\n".join(
        [state.target.title, _("State on {date}").format(date=date(day)), counted, "", *table([head, *rows])]
    )


def task_units(day: dt.date, state: TaskState, shown: Sequence[TaskUnit]) -> str:
    """Write the units of a task."""
    task = state.task
    lines = [
        f"{task.id}. {task.title}",
        _("State on {date}").format(date=date(day)) + f": {task_words(state.state)}",
        _("When: {when}").format(when=_when(task.starts, task.ends)),
        _("Lead: {bodies}").format(bodies=", ".join(task.lead) or "–"),
        _("Coordinating: {bodies}").format(bodies=", ".join(task.coordinating) or "–"),
        "",
    ]
    head = (_("Unit"), _("Expected"), _("Activities"), _("Last one"))
    rows = [
        (_marked(one.name, one.sample), _("yes") if one.expected else _("no"), whole(one.count), _date(one.last_on))
        for one in shown
    ]
    return "\n".join([*lines, *table([head, *rows])])


def content(day: dt.date, state: ContentState) -> str:
    """Write what there is on a content area."""
    lines = [f"{state.area.label} {state.area.title}", _("State on {date}").format(date=date(day)), ""]
    lines += [_("Lessons:"), *(f"  {one.title} ({one.course_title})" for one in state.lessons)]
    lines += [_("Questions:"), *(f"  {one.title}: {whole(one.questions)}" for one in state.quizzes)]
    lines.append(_("Activities: {count}").format(count=whole(state.activities)))
    lines.append(_("Published models and examples: {count}").format(count=whole(state.publications)))
    return "\n".join(lines)


def acts(listed: Sequence[ListedAct]) -> str:
    """Write the activities behind a number, nothing where there are none."""
    if not listed:
        return ""
    head = (_("Day"), _("Unit"), _("Kind"), _("Activity"), _("Link"))
    rows = [(date(one.act.occurred_on), one.unit, one.kind, one.act.title, one.act.link) for one in listed]
    return "\n\n" + "\n".join(table([head, *rows]))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out rows in columns, the first row as the head."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "-" * max(_width(line) for line in lines))
    return lines


def task_words(state: TaskStanding) -> str:
    """Say a task's state."""
    return {
        "not_begun": _("Not begun"),
        "under_way": _("Under way"),
        "done": _("Done"),
        "overdue": _("Overdue"),
    }[state]


def forecast_words(found: Forecast | None) -> str:
    """Say when a target will be met, with the range."""
    if found is None:
        return ""
    if found.outlook == "dates" and found.likely:
        latest = date(found.latest) if found.latest else _("later")
        earliest = date(found.earliest or found.likely)
        return _("about {likely} ({earliest} to {latest})").format(
            likely=date(found.likely), earliest=earliest, latest=latest
        )
    return {
        "not_at_this_pace": _("not at the pace of the last {weeks} weeks").format(weeks=found.weeks),
        "too_early": _("too early to tell"),
        "out_of_reach": _("out of reach"),
    }[found.outlook]


def _target_row(plan: Plan, state: TargetState) -> tuple[str, ...]:
    return (
        _marked(_short(state.target.title), state.sample),
        _present(plan, state),
        percent(state.target.goal_percent),
        date(state.target.due),
        standing_words(state.standing),
        forecast_words(state.forecast),
    )


def _task_row(state: TaskState) -> tuple[str, ...]:
    task = state.task
    title = f"{'  ' if task.parent else ''}{task.id}. {_short(task.title)}"
    units = f"{whole(state.units_acted)}/{whole(state.units_expected)}" if state.units_expected else "–"
    when = _when(task.starts, task.ends)
    return (
        *(_marked(title, state.sample), when, task_words(state.state)),
        *(units, whole(state.activities), _date(state.last_on)),
    )


def _content_row(state: ContentState) -> tuple[str, ...]:
    title = f"{'  ' if state.area.parent else ''}{state.area.label} {_short(state.area.title)}"
    counts = (len(state.lessons), state.questions, state.activities, state.publications)
    return (title, *(whole(count) for count in counts))


def _present(plan: Plan, state: TargetState) -> str:
    if state.numerator is None or state.denominator is None or state.percent is None:
        return "–"
    counted = f"{whole(state.numerator)}/{whole(state.denominator)} {counted_noun(state, plan)}"
    return f"{percent(state.percent, state.target.goal_percent)} ({counted})"


def _done(one: Member) -> str:
    if one.done_on is None:
        return _("missing")
    return _("{date}, late").format(date=date(one.done_on)) if one.late else date(one.done_on)


def _when(starts: Quarter, ends: Quarter) -> str:
    same = starts == ends
    words = _("Q{first}/{year}") if same else _("Q{first}–Q{last}/{year}")
    return words.format(first=starts.number, last=ends.number, year=ends.year)


def _date(day: dt.date | None) -> str:
    return date(day) if day else "–"


def _marked(text: str, sample: bool) -> str:
    return f"{text} *" if sample else text


def _short(title: str) -> str:
    return title if len(title) <= TITLE_LETTERS else f"{title[: TITLE_LETTERS - 1]}…"


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
