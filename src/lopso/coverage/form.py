"""The form that every lesson has, as docs/huong-dan/tac-gia.md asks for it; each rule names what breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lopso.coverage.items import FILE
from lopso.coverage.reading import SOURCES, blocks
from lopso.coverage.survey import Row, Survey
from lopso.errors import Fault
from lopso.notebook import HANDOUT, OPENING
from lopso.questions.question import Question
from lopso.questions.true_false import TrueFalse
from lopso.text import syllables
from lopso.words import catalogue

_ = catalogue("coverage")

MINUTES = range(15, 26)
CELLS = range(15, 41)
PARTS = range(3, 7)
POINTS = range(4, 8)
LEAST_QUESTIONS, LEAST_KINDS, MOST_WORDS = 6, 4, 170
OPENINGS = (OPENING, "Dành cho", "Thời gian", "Cần chuẩn bị", "Cập nhật đến")
TASK, POINTS_TO_KEEP = "Bài tập: ", "Ghi nhớ"
WITHIN_TASK = ("So với bài mẫu", "Tự chấm")
CHECKED = re.compile(r"(?:kiểm tra|đối chiếu)[^.]*\d{2}/\d{2}/\d{4}", re.IGNORECASE)


def faults(found: Survey) -> list[Fault]:
    """List what the courses lack: areas and items of the plan that no lesson teaches, then rules that lessons break."""
    untaught = [
        Fault("courses", area.label, _("no lesson teaches “{title}”").format(title=area.title))
        for area in found.areas
        if not found.teaching(area.id)
    ]
    untold = [
        Fault(FILE, item.label, _("no lesson speaks of it"), ", ".join(item.words))
        for item in found.items
        if not item.left_out and not found.speaking_of(item)
    ]
    return [
        *untaught,
        *untold,
        *(fault for row in found.rows for fault in lesson_faults(row, {area.id for area in found.areas})),
    ]


def lesson_faults(row: Row, areas: set[str]) -> Iterator[Fault]:
    """Give every rule that a lesson breaks; `areas` are those that the plan knows."""
    for rule in RULES:
        for problem in rule(row):
            yield Fault(row.notebook.file, "", problem)
    for topic in row.lesson.topics:
        if topic not in areas:
            yield Fault(row.notebook.file, "", _("the plan has no content area {id}").format(id=topic))


def _sizes(row: Row) -> Iterator[str]:
    sizes = ((row.lesson.minutes, MINUTES, _("minutes")), (len(row.notebook.cells), CELLS, _("cells")))
    for size, fit, name in sizes:
        if size not in fit:
            yield _("{n} {name}, not {low} to {high}").format(n=size, name=name, low=fit[0], high=fit[-1])


def _opening(row: Row) -> Iterator[str]:
    opening = row.notebook.cells[0].source
    for label in OPENINGS:
        if f"**{label}" not in opening:
            yield _("the opening does not say “{label}”").format(label=label)
    if not row.notebook.as_of:
        yield _("the opening does not say the day up to which the lesson speaks")


def _order(row: Row) -> Iterator[str]:
    """The last four sections are the longer task, the points to keep, the handout and the sources."""
    titles = [section.title for section in row.lesson.sections]
    closing = [title if not title.startswith(TASK) else TASK for title in titles[-4:]]
    if closing != [TASK, POINTS_TO_KEEP, HANDOUT, SOURCES]:
        expected = f"{TASK}…, {POINTS_TO_KEEP}, {HANDOUT}, {SOURCES}"
        yield _("the last sections are not: {list}").format(list=expected)
    elif len(titles) - 4 not in PARTS:
        yield _("{n} sections before the task, not {low} to {high}").format(
            n=len(titles) - 4, low=PARTS[0], high=PARTS[-1]
        )


def _task(row: Row) -> Iterator[str]:
    title = next((section.title for section in row.lesson.sections if section.title.startswith(TASK)), "")
    smaller = [text for tag, text in blocks(row.notebook.part(title)) if tag == "h3"] if title else []
    for needed in WITHIN_TASK if title else ():
        if not any(text.startswith(needed) for text in smaller):
            yield _("the task has no part “{title}”").format(title=needed)
    if title and not row.notebook.practice_in(title):
        yield _("no practice question checks the task")


def _practice(row: Row) -> Iterator[str]:
    kinds = {question.kind for question in row.questions}
    if len(row.questions) < LEAST_QUESTIONS:
        yield _("{n} practice questions, fewer than {least}").format(n=len(row.questions), least=LEAST_QUESTIONS)
    if len(kinds) < LEAST_KINDS:
        yield _("practice questions of {n} kinds, fewer than {least}").format(n=len(kinds), least=LEAST_KINDS)
    for question in row.questions:
        for missing in _missing(question):
            yield _("question {id} lacks {field}").format(id=question.id, field=missing)


def _missing(question: Question) -> Iterator[str]:
    """Name what a question needs to help whoever is wrong; that a wrong option says why is a rule of its kind."""
    if question.scored and not question.hint:
        yield "hint"
    if question.scored and not question.explanation:
        yield "explanation"
    statements = question.statements if isinstance(question, TrueFalse) else ()
    if any(one.text and not one.right and not one.why for one in statements):
        yield "why"


def _closing(row: Row) -> Iterator[str]:
    points = len(re.findall(r"^(?:- |\d+\. )", row.notebook.part(POINTS_TO_KEEP), re.MULTILINE))
    if points not in POINTS:
        yield _("{n} points to keep, not {low} to {high}").format(n=points, low=POINTS[0], high=POINTS[-1])
    length = sum(len(syllables(text)) for _tag, text in blocks(row.notebook.part(HANDOUT)))
    if length > MOST_WORDS:
        yield _("a handout of {n} words, more than {most}").format(n=length, most=MOST_WORDS)
    if not CHECKED.search(row.notebook.part(SOURCES)):
        yield _("the sources do not say when they were checked")


RULES: tuple[Callable[[Row], Iterator[str]], ...] = (_sizes, _opening, _order, _task, _practice, _closing)
