"""The training frames as tables with bars and a sentence each."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from lopso.dashboards.board import title_html
from lopso.dashboards.frames import rows_of
from lopso.dashboards.training_frames import Training
from lopso.vietnamese import percent, whole
from lopso.words import catalogue

if TYPE_CHECKING:
    from lopso.reports.sheet import Columns, Rows

_ = catalogue("dashboards")

#: How many places where people stop, and how many questions, a page shows; the file has all.
MOST = 5


def courses_html(training: Training) -> str:
    """Write each course: its lessons, and where people stop."""
    if training.lessons.empty:
        return f"<p>{_('No course is in force.')}</p>"
    parts = []
    for course, rows in training.lessons.groupby("course", sort=False):
        stops = training.stops[training.stops["course"] == course]
        said = f"<p>{escape(course_sentence(rows, stops))}</p>"
        parts.append(title_html(escape(str(rows["course_title"].iloc[0]))) + said + _lessons(rows) + _stops(stops))
    return "".join(f'<section class="lt-figure">{part}</section>' for part in parts)


def quizzes_html(training: Training) -> str:
    """Write each quiz: how many passed, and which questions are most often not right."""
    head = title_html(_("Quizzes"))
    if training.quizzes.empty:
        return f"{head}<p>{_('Nobody has handed in a quiz yet.')}</p>"
    parts = []
    for row in rows_of(training.quizzes):
        listed = training.questions[training.questions["quiz"] == row.quiz]
        said = f"<p>{escape(quiz_sentence(row, listed))}</p>"
        parts.append(f'<h3 class="lt-title">{escape(str(row.title))}</h3>{said}{_questions(listed)}')
    return head + "".join(f'<section class="lt-figure">{part}</section>' for part in parts)


def course_sentence(lessons: pd.DataFrame, stops: pd.DataFrame) -> str:
    """Say how many begin and end, and where most stop."""
    begun, ended = int(lessons["begun"].max()), int(lessons["finished"].min())
    said = _("{begun} people have opened it; {ended} have finished every lesson at most.").format(
        begun=whole(begun), ended=whole(ended)
    )
    if stops.empty:
        return said
    first = stops.iloc[0]
    place = _("Most stop at “{section}” in “{lesson}” ({people} people).")
    words = place.format(section=first["section"], lesson=first["lesson"], people=whole(int(first["people"])))
    return f"{said} {words}"


def quiz_sentence(row: Any, questions: pd.DataFrame) -> str:
    """Say how many passed, and which question is hardest."""
    said = _("{passed} of {people} people have passed, in {attempts} attempts; on average {mean} of the points.")
    said = said.format(
        passed=whole(int(row.passed)),
        people=whole(int(row.people)),
        attempts=whole(int(row.attempts)),
        mean=percent(float(row.mean)),
    )
    if questions.empty:
        return said
    first = questions.iloc[0]
    hardest = _("Most often not right: question {number} ({percent}).")
    return f"{said} {hardest.format(number=first['number'], percent=percent(float(first['percent'])))}"


def training_sheets(training: Training) -> dict[str, tuple[Columns, Rows]]:
    """Give every frame as a sheet."""
    lesson, course, quiz = _("Lesson"), _("Course"), _("Quiz")
    return {
        _("Lessons"): (
            (course, lesson, _("Opened"), _("Finished")),
            _rows(training.lessons, ["course_title", "title", "begun", "finished"]),
        ),
        _("Where people stop"): (
            (course, lesson, _("Section seen last"), _("People")),
            _rows(training.stops, ["course_title", "lesson", "section", "people"]),
        ),
        _("Quizzes"): (
            (quiz, _("People"), _("Passed"), _("Attempts"), _("Mean (% of the points)")),
            _rows(training.quizzes, ["title", "people", "passed", "attempts", "mean"]),
        ),
        _("Questions"): (
            (quiz, _("Number"), _("Question"), _("Marked"), _("Not right"), _("Percent")),
            _rows(training.questions, ["title", "number", "prompt", "marked", "missed", "percent"]),
        ),
    }


def _rows(frame: pd.DataFrame, columns: list[str]) -> Rows:
    return [[_plain(value) for value in row] for row in frame[columns].itertuples(index=False)]


def _plain(value: Any) -> str | int | float:
    if isinstance(value, str | int):
        return value
    return round(float(value), 1) if isinstance(value, float) else int(value)


def _lessons(rows: pd.DataFrame) -> str:
    most = max(1, int(rows["begun"].max()))
    body = "".join(
        f'<tr><th scope="row">{escape(str(row.title))}{_meter(100 * int(row.finished) / most)}</th>'
        f'<td class="lt-number">{whole(int(row.begun))}</td><td class="lt-number">{whole(int(row.finished))}</td></tr>'
        for row in rows_of(rows)
    )
    return _table((_("Lesson"), _("Opened"), _("Finished")), body)


def _stops(stops: pd.DataFrame) -> str:
    if stops.empty:
        return ""
    most = max(1, int(stops["people"].max()))
    body = "".join(
        f'<tr><th scope="row">{escape(str(row.section))}<br><span class="lt-soft">{escape(str(row.lesson))}</span>'
        f'{_meter(100 * int(row.people) / most, bad=True)}</th><td class="lt-number">{whole(int(row.people))}</td></tr>'
        for row in rows_of(stops.head(MOST))
    )
    return f"<h3>{_('Where people stop')}</h3>" + _table((_("Section seen last"), _("People")), body)


def _questions(questions: pd.DataFrame) -> str:
    if questions.empty:
        return ""
    body = "".join(
        f'<tr><th scope="row">{row.number}. {escape(str(row.prompt))}{_meter(float(row.percent), bad=True)}</th>'
        f'<td class="lt-number">{percent(float(row.percent))}</td>'
        f'<td class="lt-number">{whole(int(row.missed))}/{whole(int(row.marked))}</td></tr>'
        for row in rows_of(questions.head(MOST))
    )
    return _table((_("Question"), _("Not right"), _("Times")), body)


def _table(heads: tuple[str, ...], body: str) -> str:
    first, *others = heads
    rest = "".join(f'<th scope="col" class="lt-number">{words}</th>' for words in others)
    head = f'<tr><th scope="col">{first}</th>{rest}</tr>'
    return f'<table class="lt-table"><thead>{head}</thead><tbody>{body}</tbody></table>'


def _meter(share: float, *, bad: bool = False) -> str:
    # For the eye only: the number stands beside it.
    look = "lt-meter lt-bad" if bad else "lt-meter"
    return f'<span class="{look}" aria-hidden="true"><span style="width:{min(share, 100):.1f}%"></span></span>'
