"""Submissions as the files that Formgrader and `nbgrader autograde` read, written from the stored papers."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.assignments import cells, forms, source, storage
from lopso.assignments.marking import report
from lopso.attempts import Item, Paper
from lopso.errors import LopsoError
from lopso.questions.question import Question
from lopso.records import releases, sittings
from lopso.records.engine import reading
from lopso.records.releases import Shape
from lopso.records.tables import Attempt, ItemMark, Person
from lopso.words import catalogue

_ = catalogue("assignments")

_log = logging.getLogger(__name__)

STAMP = "timestamp.txt"
FOLDERS = ("submitted", "autograded")


def _without_rest(_worked: float) -> None:
    """Go on at once."""


def write(grading: Path, engine: Engine, attempt_id: str) -> bool:
    """Write the files of a handed-in attempt; tell whether it is the one that counts, so that there are any."""
    with storage.alone(grading, "papers"), reading(engine) as session:
        attempt = session.get_one(Attempt, attempt_id)
        counts = _counting(session, attempt.person_id, attempt.quiz)
        if counts is None or counts.id != attempt_id:
            return False
        _write(grading, session, attempt)
    return True


def reconcile(
    grading: Path, engine: Engine, rest: Callable[[float], object] = _without_rest, quiz: str | None = None
) -> int:
    """Write the files, of one quiz or of all, that are missing or of an earlier attempt, as after a crash; count them.

    `rest` is told after each submission how many seconds of processor time it took.
    """
    return _each(grading, engine, quiz, rest, again=False)


def rewrite(grading: Path, engine: Engine, quiz: str) -> int:
    """Write the files of every submission of a quiz again: a release may have changed its cells; count them."""
    return _each(grading, engine, quiz, _without_rest, again=True)


def _each(grading: Path, engine: Engine, quiz: str | None, rest: Callable[[float], object], *, again: bool) -> int:
    with reading(engine) as session:
        query = select(Attempt.person_id, Attempt.quiz).where(Attempt.submitted_at.is_not(None)).distinct()
        sat = session.execute(query.where(Attempt.quiz == quiz) if quiz else query).all()
    written = 0
    for person_id, name in sat:
        begin = time.thread_time()
        written += _one(grading, engine, person_id, name, again=again)
        rest(time.thread_time() - begin)
    return written


def _one(grading: Path, engine: Engine, person_id: int, quiz: str, *, again: bool) -> bool:
    """Write one submission's files; what stands in the way of one is logged and does not stop the others."""
    # Read anew under the lock: somebody may be handing in at this moment.
    with storage.alone(grading, "papers"), reading(engine) as session:
        try:
            attempt = _counting(session, person_id, quiz)
            if attempt is None or (not again and _is_written(grading, session, attempt)):
                return False
            _write(grading, session, attempt)
        except LopsoError as error:
            _log.warning("files of %s, person %s: %s", quiz, person_id, error)
            return False
    return True


def _counting(session: Session, person_id: int, quiz: str) -> Attempt | None:
    """Choose as handing in did."""
    return attempts.counted(session, sittings.attempts_of(session, person_id, quiz))


def _submitted(attempt: Attempt) -> dt.datetime:
    if attempt.submitted_at is None:
        raise ValueError("an attempt that is not handed in")
    return attempt.submitted_at


def _stamp(attempt: Attempt) -> str:
    # To the microsecond as in the gradebook: nbgrader compares the two for equality.
    return f"{_submitted(attempt).astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n"


def _is_written(grading: Path, session: Session, attempt: Attempt) -> bool:
    person = session.get_one(Person, attempt.person_id)
    places = [storage.folder(grading, each, person.username, attempt.quiz) for each in FOLDERS]
    stamp = _stamp(attempt).strip()
    if any((storage.get(place / STAMP) or "").strip() != stamp for place in places):
        return False
    # A corrected mark leaves the stamp as it is.
    since = attempt.regraded_at.timestamp() if attempt.regraded_at else 0.0
    papers = [place / f"{attempt.quiz}.ipynb" for place in places]
    return all(paper.is_file() and paper.stat().st_mtime >= since for paper in papers)


def _write(grading: Path, session: Session, attempt: Attempt) -> None:
    """Write notebook before stamp in either folder, so that a stamp means that the notebook is there."""
    person = session.get_one(Person, attempt.person_id)
    marks = sittings.marks_of(session, attempt.id)
    paper = _as_marked(attempts.paper(session, attempt), marks)
    current = releases.released(session, attempt.quiz)
    name = f"{attempt.quiz}.ipynb"
    for each, notebook in (
        ("submitted", submitted(paper, current)),
        ("autograded", autograded(paper, marks, current)),
    ):
        place = storage.folder(grading, each, person.username, attempt.quiz)
        storage.put(place / name, cells.dumps(notebook), grading)
        storage.put(place / STAMP, _stamp(attempt), grading)
    _list(grading, paper)


def _as_marked(paper: Paper, marks: Mapping[str, ItemMark]) -> Paper:
    """Give each question the points it was marked with: a regrade may have changed them."""
    items = (
        replace(item, question=replace(item.question, points=marks[item.question.id].max_points))
        if item.question.points != marks[item.question.id].max_points
        else item
        for item in paper.items
    )
    return replace(paper, items=tuple(items))


def _list(grading: Path, paper: Paper) -> None:
    """Formgrader lists only what has a source: give it one until the quiz is released."""
    path = storage.folder(grading, "source", paper.quiz.name) / f"{paper.quiz.name}.ipynb"
    if not path.exists():
        storage.put(path, cells.dumps(source.notebook(paper.quiz)), grading)


def submitted(paper: Paper, current: Mapping[str, Shape] | None) -> cells.Document:
    """Make the notebook as handed in; cells that the release no longer has are left out of nbgrader's sight."""
    made = [source.introduction(paper.quiz)]
    for number, item in _numbered(paper):
        grade = None if _is_current(item, current) else ""
        made.extend(source.question_cells(paper.quiz, number, item.question, _line(item), "", grade))
    return cells.document(made, source.about(paper.quiz))


def autograded(paper: Paper, marks: Mapping[str, ItemMark], current: Mapping[str, Shape] | None) -> cells.Document:
    """Make the notebook as marked: each item's mark and reason stand as its marking cell's output."""
    made = [source.introduction(paper.quiz)]
    for number, item in _numbered(paper):
        question, row = item.question, marks[item.question.id]
        grade = None if _is_current(item, current) else _shape(question).retired(question.id)
        own = source.question_cells(paper.quiz, number, question, _line(item), "", grade)
        if row.points is not None and forms.form_of(question).cells == "marked":
            said = report(row.outcome, row.points, row.max_points, row.reason) + "\n"
            own[-1] |= {"outputs": cells.shown(said, row.points, number), "execution_count": number}
        made.extend(own)
    return cells.document(made, source.about(paper.quiz))


def _numbered(paper: Paper) -> list[tuple[int, Item]]:
    """Give the items in the quiz's own order and numbers, as the released notebook has them."""
    items = {item.question.id: item for item in paper.items}
    numbered = enumerate(paper.quiz.questions, 1)
    return [(number, items[question.id]) for number, question in numbered if question.id in items]


def _is_current(item: Item, current: Mapping[str, Shape] | None) -> bool:
    return current is None or current.get(item.question.id) == _shape(item.question)


def _shape(question: Question) -> Shape:
    return Shape(question.points, forms.is_manual(question))


def _line(item: Item) -> str:
    return source.filled(item.question, item.answer.body if item.answer else None)
