"""A course: its lessons as notebooks, and the practice questions that stand in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lopso.errors import Fault, Faults
from lopso.fields import Fields, unique
from lopso.notebook import Notebook, Section, read_notebook
from lopso.questions.kinds import read_questions
from lopso.questions.media import found_media
from lopso.questions.question import Question
from lopso.questions.quiz import content_version
from lopso.sources import Sources
from lopso.toml import Source, read
from lopso.words import catalogue

_ = catalogue("lessons")

TEXTS = ("title", "summary", "audience", "quiz")


@dataclass(frozen=True)
class Lesson:
    """One notebook; `digest` is the hash of its file.

    `practice` holds the ids of the questions to answer, in the order they stand; an information among them, which
    takes no answer, is on the page and not in here.
    """

    name: str
    title: str
    minutes: int
    topics: tuple[str, ...]
    sections: tuple[Section, ...]
    practice: tuple[str, ...]
    needs_kernel: bool
    digest: str

    def place(self, section: str) -> int:
        """Give the number (from 0) of a section; -1 where there is none of that id."""
        return next((number for number, one in enumerate(self.sections) if one.id == section), -1)

    def is_finished(self, section: str, answered: Collection[str]) -> bool:
        """Tell whether the last section is reached and every practice question answered at least once."""
        return self.place(section) == len(self.sections) - 1 and set(self.practice) <= set(answered)


@dataclass(frozen=True)
class Practice:
    """The practice questions of a course; `body` is the document as kept in the database."""

    name: str
    version: str
    questions: tuple[Question, ...]
    body: dict[str, Any]

    def question(self, name: str) -> Question | None:
        """Find a question by its id."""
        return next((question for question in self.questions if question.id == name), None)

    def to_answer(self, names: Iterable[str]) -> tuple[str, ...]:
        """Choose those of the questions called `names` that take an answer: all but mere information."""
        informing = {question.id for question in self.questions if question.kind == "info"}
        return tuple(name for name in names if name not in informing)


@dataclass(frozen=True)
class Course:
    """`quiz` is the name of the quiz that closes the course, or empty."""

    name: str
    title: str
    summary: str
    audience: str
    quiz: str
    lessons: tuple[Lesson, ...]
    practice: Practice

    @property
    def body(self) -> dict[str, Any]:
        """Give the course as the document kept in the database: course.toml with what the notebooks add to it."""
        texts = {key: getattr(self, key) for key in TEXTS}
        lessons = [asdict(lesson) | {"file": f"{lesson.name}.ipynb"} for lesson in self.lessons]
        return texts | {"lesson": lessons, "practice": self.practice.version}

    @property
    def version(self) -> str:
        """Hash the course's content: title to sections, every notebook and practice question."""
        return content_version(self.body)

    def lesson(self, name: str) -> Lesson | None:
        """Find a lesson by the name of its notebook."""
        return next((lesson for lesson in self.lessons if lesson.name == name), None)


def read_course(folder: Path, shown: str, sources: Sources) -> Course:
    """Read course.toml, practice.toml and every notebook; raises Faults with all that is wrong.

    `shown` is the folder's name in faults, such as 'courses/viet-tin'; `sources` are what a question may cite.
    """
    faults: list[Fault] = []
    header = _source(folder / "course.toml", shown, faults)
    kept = _source(folder / "practice.toml", shown, faults)
    practice = _read_practice(kept, folder, sources, faults)
    entries = _read_header(header, faults)
    notebooks = [read_notebook(folder / f"{e['name']}.ipynb", f"{shown}/{e['name']}.ipynb") for e in entries]
    for notebook in notebooks:
        faults.extend(notebook.faults)
    faults.extend(_practice_faults(folder.name, kept, notebooks))
    if faults:
        raise Faults(list(dict.fromkeys(faults)))
    lessons = tuple(_lesson(e, notebook, folder, practice) for e, notebook in zip(entries, notebooks, strict=True))
    texts = {name: header.data.get(name, "") for name in TEXTS}
    return Course(folder.name, **texts, lessons=lessons, practice=practice)


def stored_practice(body: dict[str, Any], name: str) -> Practice:
    """Read practice questions again from the data kept in the database."""
    questions = read_questions(Fields(Source(name, body, {})), extra=("lesson",))
    return Practice(name, content_version(body), questions, body)


def stored_course(body: dict[str, Any], name: str, practice: Practice) -> Course:
    """Read a course again from the data kept in the database."""
    lessons = tuple(
        Lesson(
            **{key: entry[key] for key in ("name", "title", "minutes", "needs_kernel", "digest")},
            topics=tuple(entry["topics"]),
            sections=tuple(Section(**section) for section in entry["sections"]),
            practice=practice.to_answer(entry["practice"]),
        )
        for entry in body["lesson"]
    )
    texts = {key: body[key] for key in TEXTS}
    return Course(name, **texts, lessons=lessons, practice=practice)


def _source(path: Path, shown: str, faults: list[Fault]) -> Source:
    try:
        return read(path, f"{shown}/{path.name}")
    except Faults as error:
        faults.extend(error.faults)
        return Source("", {}, {})  # an empty name: nothing more is said about this file


def _read_header(source: Source, faults: list[Fault]) -> list[dict[str, Any]]:
    fields = Fields(source)
    for name in ("title", "summary", "audience"):
        fields.text(name)
    fields.text("quiz", "")
    entries = list(fields.tables("lesson", least=1))
    lessons = [_read_lesson(entry) for entry in entries]
    unique([(lesson["name"], entry) for lesson, entry in zip(lessons, entries, strict=True)])
    fields.finish()
    _keep(fields, faults)
    return [lesson for lesson in lessons if lesson["name"]]


def _read_lesson(fields: Fields) -> dict[str, Any]:
    file = fields.text("file")
    name = file.removesuffix(".ipynb")
    if file and (name == file or "/" in file):
        fields.fault("file", _("cannot be {value}").format(value=file), "01-….ipynb")
        name = ""
    values = {
        "name": name,
        "title": fields.text("title"),
        "minutes": fields.whole("minutes", low=1, high=240),
        "topics": fields.texts("topics", ()),
    }
    fields.finish()
    return values


def _lesson(entry: dict[str, Any], notebook: Notebook, folder: Path, practice: Practice) -> Lesson:
    content = (folder / f"{entry['name']}.ipynb").read_bytes()
    return Lesson(
        **entry,
        sections=notebook.sections,
        practice=practice.to_answer(cell.practice.partition("/")[2] for cell in notebook.practice),
        needs_kernel=any(cell.needs_kernel for cell in notebook.cells),
        digest=hashlib.sha256(content).hexdigest(),
    )


def _read_practice(source: Source, folder: Path, sources: Sources, faults: list[Fault]) -> Practice:
    fields = Fields(source)
    questions = read_questions(fields, extra=("lesson",))
    fields.tables("question")
    fields.finish()
    for entry in Fields(source, faults=fields.faults).tables("question"):
        cited = entry.text("source", "")
        if cited and not sources.lists(cited):
            entry.fault("source", _("source {id} is not in sources.toml").format(id=cited))
        for one in found_media(entry):
            if not (folder / one.address).is_file():
                problem = _("picture {name} is missing").format(name=one.address)
                one.at.fault(one.field, problem, f"{folder.name}/{one.address}")
    _keep(fields, faults)
    return Practice(folder.name, content_version(source.data), questions, source.data)


def _practice_faults(course: str, source: Source, notebooks: list[Notebook]) -> list[Fault]:
    """Find practice places without a question, questions without a place, with two, or in another lesson."""
    if not source.file:  # what could not be read is said once
        return []
    fields = Fields(source)
    owners = {entry.text("id", ""): (entry.text("lesson", ""), entry) for entry in fields.tables("question")}
    unseen = set(owners)
    unknown: list[Fault] = []
    for notebook in notebooks:
        lesson = Path(notebook.file).stem
        for cell in notebook.practice:
            owner, _slash, name = cell.practice.partition("/")
            if owner != course or name not in owners:
                problem = _("practice question {id} is unknown").format(id=cell.practice)
                unknown.append(Fault(notebook.file, cell.where, problem, f"{course}/practice.toml"))
            elif name not in unseen:
                problem = _("practice question {id} stands twice").format(id=cell.practice)
                unknown.append(Fault(notebook.file, cell.where, problem))
            elif owners[name][0] != lesson:
                owners[name][1].fault("lesson", _("the question stands in another lesson"), lesson)
            unseen.discard(name)
    # Where a notebook could not be read, nobody knows which questions stand in it.
    for name in sorted(unseen) if notebooks and all(notebook.cells for notebook in notebooks) else ():
        owners[name][1].fault("", _("the question stands in no lesson"), f'practice("{course}/{name}")')
    return unknown + fields.faults


def _keep(fields: Fields, faults: list[Fault]) -> None:
    """Keep the faults of a file that could be read at all."""
    if fields.source.file:
        faults.extend(fields.faults)
