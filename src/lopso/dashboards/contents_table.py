"""The content areas of a plan with what is taught, tested and told on each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from lopso.targets import ContentState
from lopso.vietnamese import whole
from lopso.words import catalogue

if TYPE_CHECKING:
    from lopso.reports.sheet import Columns, Rows

_ = catalogue("dashboards")


def heads(*, whole_plan: bool) -> tuple[str, ...]:
    """Name the columns; what all units told is for those who answer for all."""
    taught = (_("Content area"), _("Lessons"), _("Questions in quizzes"))
    return (*taught, _("Activities"), _("Published models")) if whole_plan else taught


def sentence(states: Sequence[ContentState]) -> str:
    """Say on how many areas there is nothing."""
    top = [state for state in states if not state.area.parent]
    bare = [state.area.label for state in top if not state.lessons and not state.questions]
    said = _("{taught} of {all} content areas have a lesson or a quiz.").format(
        taught=whole(len(top) - len(bare)), all=whole(len(top))
    )
    return f"{said} {_('Without either: {labels}.').format(labels=', '.join(bare))}" if bare else said


def contents_html(states: Sequence[ContentState], *, whole_plan: bool) -> str:
    """Write the table with its sentence."""
    if not states:
        return f"<p>{_('The plan names no content areas.')}</p>"
    head = "".join(f'<th scope="col">{words}</th>' for words in heads(whole_plan=whole_plan))
    rows = "".join(_row(state, whole_plan) for state in states)
    table = f'<table class="lt-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<p>{escape(sentence(states))}</p><div class="lt-scroll" tabindex="0">{table}</div>'


def contents_sheet(states: Sequence[ContentState], *, whole_plan: bool) -> tuple[Columns, Rows]:
    """Give the same as rows of a sheet."""
    rows = [
        (
            f"{state.area.label} {state.area.title}",
            "\n".join(_lessons(state)),
            state.questions,
            *((state.activities, state.publications) if whole_plan else ()),
        )
        for state in states
    ]
    return heads(whole_plan=whole_plan), rows


def _lessons(state: ContentState) -> list[str]:
    return [f"{lesson.course_title}: {lesson.title}" for lesson in state.lessons]


def _row(state: ContentState, whole_plan: bool) -> str:
    name = f"{escape(state.area.label)} {escape(state.area.title)}"
    listed = "".join(f"<li>{escape(words)}</li>" for words in _lessons(state))
    count = whole(len(state.lessons))
    lessons = f'<details data-key="area-{escape(state.area.id)}"><summary>{count}</summary><ul>{listed}</ul></details>'
    told = "".join(f'<td class="lt-number">{whole(count)}</td>' for count in (state.activities, state.publications))
    look = " class=lt-sub" if state.area.parent else ""
    return (
        f'<tr{look}><th scope="row"><span class="lt-task-name">{name}</span></th>'
        f"<td>{lessons if state.lessons else count}</td>"
        f'<td class="lt-number">{whole(state.questions)}</td>{told if whole_plan else ""}</tr>'
    )
