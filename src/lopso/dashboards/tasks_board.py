"""The tasks board that voila_apps/tasks.ipynb shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from lopso.dashboards.asking import ask, button
from lopso.dashboards.board import Board, built, title_html
from lopso.dashboards.contents_table import contents_html, contents_sheet
from lopso.dashboards.face import about_html, board_address, top_html
from lopso.dashboards.gantt import LOOKS, bodies_words, far_words, gantt_html, sentence, task_words, time_words
from lopso.dashboards.paging import Page, page_asked, pager_html
from lopso.dashboards.viewing import Clock, Standpoint, Viewer, standpoint, utc_now
from lopso.dashboards.workbook import workbook
from lopso.records.engine import reading
from lopso.targets import ContentState, TaskState, content_states, task_states
from lopso.targets.tasks import TaskUnit
from lopso.vietnamese import date, whole
from lopso.words import catalogue

if TYPE_CHECKING:
    from lopso.reports.sheet import Columns, Rows

_ = catalogue("dashboards")

ALL = ""


def tasks_board(environ: Mapping[str, str] | None = None, clock: Clock = utc_now) -> widgets.Widget:
    """Build the board for the person whom the environment names, or one sentence that says why not."""
    return built(lambda viewer: TasksBoard(viewer, clock).widget, environ)


class TasksBoard(Board):
    """The appendix as a Gantt, who acted for a task, and the content areas."""

    def __init__(self, viewer: Viewer, clock: Clock = utc_now) -> None:
        super().__init__(viewer, clock)
        self.stand: Standpoint
        self.states: tuple[TaskState, ...] = ()
        self.contents: tuple[ContentState, ...] = ()
        self.state, self.task, self.page = ALL, ALL, 1
        self.units, self.areas = self.panel(), self.panel()
        self.read()
        self.show()
        self.widget = self.laid_out(self.units, self.areas)

    def read(self) -> None:
        """Read tasks and content areas."""
        with reading(self.viewer.engine) as session:
            self.stand = stand = standpoint(session, self.viewer, self.clock())
            self.states = task_states(stand.plan, session, stand.today, stand.scope)
            self.contents = content_states(stand.plan, session, stand.today)
        self.versions = stand.versions

    def show(self) -> None:
        """Show everything."""
        plan, shown = self.stand.plan, self._shown()
        sample = plan.sample or any(state.sample for state in self.states)
        about = about_html(plan.title, plan.issuer, sample, self.stand.now, self.whole)
        file = button(_("Save as XLSX"), "xlsx", look="lt-button lt-screen")
        gantt = gantt_html(plan, shown, self.stand.today, self.task)
        said = f"<p>{escape(sentence(self.states))}</p>"
        self.top.html = top_html("tasks", self.stand.roles, about) + said + self._choices() + gantt + f"<p>{file}</p>"
        self.units.html = self._units()
        self.areas.html = title_html(_("Content areas")) + contents_html(self.contents, whole_plan=self.whole)

    def answer(self, verb: str, parts: tuple[str, ...]) -> None:
        """Filter by state, open a task's units, turn a page, give the file."""
        match verb, parts:
            case "state", (state,) if state in (ALL, *LOOKS):
                self.state = state
            case "task", (task,) if any(each.task.id == task for each in self.states):
                self.task, self.page = task, 1
            case "page", _number:
                self.page = page_asked(parts)
            case "xlsx", ():
                return self._send_file()
            case _other:
                return None
        return self.show()

    @property
    def whole(self) -> bool:
        """Whether the viewer answers for the whole plan."""
        return self.stand.scope.unit_ids is None

    def _shown(self) -> list[TaskState]:
        return [state for state in self.states if self.state in (ALL, state.state)]

    def _choices(self) -> str:
        words = [(ALL, _("All tasks")), *((name, f"{LOOKS[name][1]} {task_words(name)}") for name in LOOKS)]
        buttons = [
            button(text, ask("state", name), look="lt-button", pressed=name == self.state) for name, text in words
        ]
        return f'<p class="lt-row lt-screen">{"".join(buttons)}</p>'

    def _chosen(self) -> TaskState | None:
        return next((state for state in self.states if state.task.id == self.task), None)

    def _units(self) -> str:
        state = self._chosen()
        if state is None:
            return ""
        page = Page.of(len(state.units), self.page)
        head = "".join(f'<th scope="col">{words}</th>' for words in (_("Unit"), _("State"), _("Activities"), _("Last")))
        rows = "".join(_unit_row(unit) for unit in _missing_first(state.units)[page.span])
        table = f'<table class="lt-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else ""
        title = f"{_('Units of the task')} {escape(state.task.id)}. {escape(state.task.title)}"
        nothing = _("No unit within your reach is expected to act, and none has.")
        return f"{title_html(title, 'units')}<p>{page.summary(nothing)}</p>{table}{pager_html(page)}"

    def _send_file(self) -> None:
        sheets: dict[str, tuple[Columns, Rows]] = {_("Tasks"): _tasks_sheet(self._shown())}
        if chosen := self._chosen():
            sheets[_("Task {id}").format(id=chosen.task.id)] = _units_sheet(chosen)
        sheets[_("Content areas")] = contents_sheet(self.contents, whole_plan=self.whole)
        sample = self.stand.plan.sample or any(state.sample for state in self.states)
        then = _("State at the end of {date}").format(date=date(self.stand.today))
        made = workbook(sheets, sample=sample, notes=[self.stand.plan.title, then])
        self.top.send_file(f"nhiem-vu-{self.stand.today}.xlsx", made)


def _missing_first(units: Sequence[TaskUnit]) -> list[TaskUnit]:
    return sorted(units, key=lambda unit: (unit.count > 0, not unit.expected))


def _unit_words(unit: TaskUnit) -> str:
    if unit.count:
        return _("Has acted") if unit.expected else _("Has acted without being expected")
    return _("Has not acted")


def _unit_row(unit: TaskUnit) -> str:
    look = "" if unit.count else ' class="lt-missing"'
    sign = "✓" if unit.count else "✗"
    where = f'<br><span class="lt-soft">{escape(unit.area)}</span>' if unit.area != unit.name else ""
    address = board_address("units", ask("unit", unit.unit_id))
    last = date(unit.last_on) if unit.last_on else "–"
    return (
        f'<tr><td><a href="{address}">{escape(unit.name)}</a>{where}</td>'
        f'<td><span{look}><span aria-hidden="true">{sign} </span>{_unit_words(unit)}</span></td>'
        f'<td class="lt-number">{whole(unit.count)}</td><td class="lt-day">{last}</td></tr>'
    )


def _tasks_sheet(states: Sequence[TaskState]) -> tuple[Columns, Rows]:
    heads = (_("Task"), _("Title"), _("Time"), _("Bodies"), _("State"), _("How far"), _("Last"))
    rows = [
        (
            *(state.task.id, state.task.title, time_words(state.task), "\n".join(bodies_words(state.task))),
            *(task_words(state.state), far_words(state), state.last_on),
        )
        for state in states
    ]
    return heads, rows


def _units_sheet(state: TaskState) -> tuple[Columns, Rows]:
    heads = (_("Unit"), _("Commune or unit"), _("State"), _("Activities"), _("Last"))
    rows = [(unit.name, unit.area, _unit_words(unit), unit.count, unit.last_on) for unit in _missing_first(state.units)]
    return heads, rows
