"""The plan's appendix as a Gantt by quarter: a table whose rows are tasks, readable without colours and on paper."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby

from lopso.dashboards.asking import ask, button
from lopso.plan import Plan, Task
from lopso.plan.document import Quarter
from lopso.targets import TaskStanding, TaskState
from lopso.vietnamese import date, whole
from lopso.words import catalogue

_ = catalogue("dashboards")

#: State → look and sign.
LOOKS: dict[TaskStanding, tuple[str, str]] = {
    "not_begun": ("lt-none", "○"),
    "under_way": ("lt-half", "◐"),
    "done": ("lt-met", "✓"),
    "overdue": ("lt-wrong", "✗"),
}
ROMAN = ("I", "II", "III", "IV")


def task_words(state: TaskStanding) -> str:
    """Say a task's state."""
    return {
        "not_begun": _("Not begun"),
        "under_way": _("Under way"),
        "done": _("Task done"),
        "overdue": _("Overdue"),
    }[state]


def quarters_of(tasks: Sequence[Task]) -> list[Quarter]:
    """List every quarter from the first start to the last end of the tasks."""
    if not tasks:
        return []
    at, last = min(task.starts for task in tasks), max(task.ends for task in tasks)
    found = [at]
    while found[-1] < last:
        found.append(next_quarter(found[-1]))
    return found


def next_quarter(quarter: Quarter) -> Quarter:
    """Give the quarter after one."""
    return Quarter(quarter.year + (quarter.number == 4), quarter.number % 4 + 1)


def sentence(states: Sequence[TaskState]) -> str:
    """Say how many tasks are how far, and which are overdue."""
    if not states:
        return _("The plan has no tasks.")
    counts = Counter(state.state for state in states)
    parts = [f"{task_words(name).lower()}: {whole(counts[name])}" for name in LOOKS if counts[name]]
    said = _("{all} tasks and sub-tasks; {parts}.").format(all=whole(len(states)), parts=", ".join(parts))
    late = [state.task.id for state in states if state.state == "overdue"]
    return f"{said} {_('Overdue are: {ids}.').format(ids=', '.join(late))}" if late else said


def gantt_html(plan: Plan, states: Sequence[TaskState], today: dt.date, chosen: str) -> str:
    """Write the table; the task `chosen` is marked."""
    quarters = quarters_of(plan.tasks)
    years = "".join(
        f'<th scope="colgroup" colspan="{len(list(same))}">{year}</th>'
        for year, same in groupby(quarters, key=lambda each: each.year)
    )
    heads = "".join(
        f'<th scope="col" class="lt-quarter{_now(each, today)}">{_("Q")} {ROMAN[each.number - 1]}</th>'
        for each in quarters
    )
    rows = "".join(_row(state, quarters, today, chosen) for state in states)
    name, far = _("Task"), _("How far")
    columns = f'<col class="lt-first">{"<col class=lt-column>" * len(quarters)}<col class="lt-far lt-wide">'
    caption = f'<caption class="lt-hidden">{_("Tasks by quarter")}</caption>'
    return (
        f'<div class="lt-scroll" tabindex="0"><table class="lt-gantt">{caption}<colgroup>{columns}</colgroup>'
        f'<thead><tr><th scope="col" rowspan="2">{name}</th>{years}'
        f'<th scope="col" rowspan="2" class="lt-wide">{far}</th></tr><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def time_words(task: Task) -> str:
    """Say when a task is to be done."""
    first, last = (f"{ROMAN[each.number - 1]}/{each.year}" for each in (task.starts, task.ends))
    if first == last:
        return _("quarter {quarter}").format(quarter=first)
    return _("quarter {first} to quarter {last}").format(first=first, last=last)


def bodies_words(task: Task) -> list[str]:
    """Name who leads and who helps."""
    lead = _("Lead: {bodies}").format(bodies="; ".join(task.lead)) if task.lead else ""
    helping = _("With: {bodies}").format(bodies="; ".join(task.coordinating)) if task.coordinating else ""
    return [text for text in (lead, helping) if text]


def far_words(state: TaskState) -> str:
    """Say how much was done for a task."""
    parts = [_("{count} activities").format(count=whole(state.activities))]
    if state.units_expected:
        acted = _("{acted} of {expected} units")
        parts.append(acted.format(acted=whole(state.units_acted), expected=whole(state.units_expected)))
    if state.last_on:
        parts.append(_("last on {date}").format(date=date(state.last_on)))
    return " · ".join(parts)


def _row(state: TaskState, quarters: Sequence[Quarter], today: dt.date, chosen: str) -> str:
    task = state.task
    look, sign = LOOKS[state.state]
    words = f'<span aria-hidden="true">{sign} </span>{task_words(state.state)}'
    name = f'<span class="lt-task-name">{escape(task.id)}. {escape(task.title)}</span>'
    bodies = "".join(f'<br><span class="lt-soft">{escape(text)}</span>' for text in bodies_words(task))
    far = escape(far_words(state))
    narrow = f'<span class="lt-narrow lt-soft"><br>{far}</span>'
    when = f'<br><span class="lt-soft">{escape(time_words(task))}</span>{narrow}'
    opening = button(
        _("Who acted"), ask("task", task.id), look="lt-link lt-screen", goto="units", pressed=task.id == chosen
    )
    sample = f' <span class="lt-tag lt-wait">{_("Sample data")}</span>' if state.sample else ""
    tag = f'<span class="lt-tag {look}">{words}</span>{sample}'
    return (
        f'<tr{" class=lt-sub" if task.parent else ""}><th scope="row">{name}{bodies}{when}<br>{tag} {opening}</th>'
        f'{_bar(task, look, sign, quarters, today)}<td class="lt-wide">{far}</td></tr>'
    )


def _bar(task: Task, look: str, sign: str, quarters: Sequence[Quarter], today: dt.date) -> str:
    cells = []
    for each in quarters:
        inside = task.starts <= each <= task.ends
        mark = f'<span class="lt-fill {look}" aria-hidden="true">{sign}</span>' if inside else ""
        told = f'<span class="lt-hidden">{_("in this quarter")}</span>' if inside else ""
        cells.append(f'<td class="lt-span{_now(each, today)}">{mark}{told}</td>')
    return "".join(cells)


def _now(quarter: Quarter, today: dt.date) -> str:
    first = dt.date(quarter.year, 3 * quarter.number - 2, 1)
    return " lt-now" if first <= today <= quarter.last_day else ""
