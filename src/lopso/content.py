"""Content files: checked all at once, and loaded so that a faulty one leaves its last good version in force."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lopso import lessons, toml
from lopso.errors import Fault, Faults
from lopso.fields import IDENTIFIER, Fields
from lopso.lessons import Course
from lopso.organisation import read_changes
from lopso.plan import UnitRow, document_body, read_plan, read_schools, read_units
from lopso.questions.quiz import Quiz, content_version, read_quiz
from lopso.records import documents
from lopso.records.engine import writing
from lopso.records.units import ensure_units
from lopso.sample import read_recipe
from lopso.settings import Settings
from lopso.sources import Sources, read_sources
from lopso.words import catalogue

_ = catalogue("content")

#: The folders whose files are content, each with one folder a document in it, and the file that must be there.
FOLDERS = {"plans": "plan.toml", "courses": "course.toml", "quizzes": "quiz.toml"}
#: The kinds of document that stand in each of them.
KINDS = {"plans": ("plan",), "courses": ("course", "practice"), "quizzes": ("quiz",)}
#: How a text names a picture or a sound of its quiz: ![what it shows](media/name.png).
MEDIA = re.compile(r"!\[[^\]]*\]\(media/([^)\s]+)")


@dataclass(frozen=True)
class Document:
    """One good document, ready for the database."""

    kind: str
    name: str
    version: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What stands in the content folders: what is good of it, and every fault.

    Courses are by folder; by plan there are its units and the day on which they are as its file says.
    """

    documents: tuple[Document, ...]
    courses: Mapping[Path, Course]
    units: Mapping[str, tuple[UnitRow, ...]]
    starts: Mapping[str, dt.date]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Loaded:
    """What a loading did: `changed` and `withdrawn` name documents 'kind/name'; `faults` are of those left alone."""

    changed: tuple[str, ...]
    faults: tuple[Fault, ...]
    withdrawn: tuple[str, ...]


def check(root: Path) -> list[Fault]:
    """List every fault of all content below `root`."""
    return list(_Reader(root).read_all().faults)


def load(engine: Engine, settings: Settings, now: dt.datetime) -> Loaded:
    """Put every good document in force, with the plan's units, in one transaction; build the pages of courses."""
    found = _Reader(settings.root).read_all()
    # Pages come first: a course in force always has its pages, and new pages of an old course do no harm.
    faults = [fault for folder, course in found.courses.items() for fault in _build(course, folder, settings.pages)]
    with writing(engine) as session:
        ensure_units(session, found.units.get(settings.plan, ()), found.starts.get(settings.plan))
        changed = [
            f"{each.kind}/{each.name}"
            for each in found.documents
            if documents.put(session, each.kind, each.name, each.version, each.body, now)
        ]
        gone = [
            f"{kind}/{name}" for kind, keep in _kept(settings.root) for name in documents.withdraw(session, kind, keep)
        ]
    return Loaded(tuple(changed), (*found.faults, *faults), tuple(gone))


def _kept(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Name what stands in each content folder, good or faulty; a folder missing as a whole withdraws nothing."""
    for top, kinds in KINDS.items():
        if (root / top).is_dir():
            for kind in kinds:
                yield kind, [folder.name for folder in folders(root, top)]


def folders(root: Path, kind: str) -> list[Path]:
    """List the document folders of one content folder, in order; hidden ones are not content."""
    top = root / kind
    inside = sorted(top.iterdir()) if top.is_dir() else []
    return [folder for folder in inside if folder.is_dir() and not folder.name.startswith((".", "_"))]


@dataclass
class _Reader:
    """One reading of all folders; faults are gathered, never raised."""

    root: Path
    documents: list[Document] = field(default_factory=list)
    courses: dict[Path, Course] = field(default_factory=dict)
    units: dict[str, tuple[UnitRow, ...]] = field(default_factory=dict)
    starts: dict[str, dt.date] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @cached_property
    def sources(self) -> Sources:
        """What may be cited; read when the first course or quiz asks, so that a root without either needs no file."""
        found = read_sources(self.root)
        self.faults.extend(found.faults)
        return found

    def read_all(self) -> Found:
        readers: dict[str, Callable[[Path, str], None]] = {
            "plans": self._plan,
            "courses": self._course,
            "quizzes": self._quiz,
        }
        for kind, read in readers.items():
            for folder in folders(self.root, kind):
                self._guarded(read, folder, f"{kind}/{folder.name}")
        return Found(tuple(self.documents), self.courses, self.units, self.starts, tuple(self.faults))

    def _guarded(self, read: Callable[[Path, str], None], folder: Path, shown: str) -> None:
        if not IDENTIFIER.fullmatch(folder.name):
            expected = _("small letters a-z, digits and hyphens")
            self.faults.append(Fault(shown, "", _("the folder's name is no id"), expected))
            return
        try:
            read(folder, shown)
        except Faults as error:
            self.faults.extend(error.faults)

    def _plan(self, folder: Path, shown: str) -> None:
        source = toml.read(folder / "plan.toml", f"{shown}/plan.toml")
        plan = read_plan(source)
        kinds = [kind.id for kind in plan.unit_kinds]
        units = read_units(folder / "units.csv", f"{shown}/units.csv", kinds)
        sample = folder / "sample"
        if sample.is_dir():
            read_schools(sample / "schools.csv", f"{shown}/sample/schools.csv", kinds, units)
            read_recipe(toml.read(sample / "roster.toml", f"{shown}/sample/roster.toml"))
        for file in sorted((folder / "changes").glob("*.toml")):
            read_changes(toml.read(file, f"{shown}/changes/{file.name}"), kinds)
        self.units[folder.name], self.starts[folder.name] = units, plan.starts
        body = document_body(source)
        self.documents.append(Document("plan", folder.name, content_version(body), body))

    def _course(self, folder: Path, shown: str) -> None:
        course = lessons.read_course(folder, shown, self.sources)
        if course.quiz and course.quiz not in (each.name for each in folders(self.root, "quizzes")):
            fields = Fields(toml.read(folder / "course.toml", f"{shown}/course.toml"))
            fields.fault("quiz", _("there is no quiz {name}").format(name=course.quiz))
            fields.raise_faults()
        self.courses[folder] = course
        self.documents.append(Document("practice", course.name, course.practice.version, plain(course.practice.body)))
        self.documents.append(Document("course", course.name, course.version, plain(course.body)))

    def _quiz(self, folder: Path, shown: str) -> None:
        source = toml.read(folder / "quiz.toml", f"{shown}/quiz.toml")
        quiz = checked_quiz(source, folder.name, self.root, media_names(folder))
        self.documents.append(Document("quiz", quiz.name, quiz.version, plain(source.data)))


def checked_quiz(source: toml.Source, name: str, root: Path, media: Collection[str]) -> Quiz:
    """Read a quiz and what it refers to below `root` and among its `media` files; raises Faults with all at once."""
    faults = [*_reference_faults(source, root), *_media_faults(source, media)]
    try:
        quiz = read_quiz(source, name)
    except Faults as error:
        raise Faults([*error.faults, *faults]) from error
    if faults:
        raise Faults(faults)
    return quiz


def media_names(folder: Path) -> list[str]:
    """List the pictures and sounds of a document's folder."""
    return sorted(path.name for path in (folder / "media").glob("*") if path.is_file())


def _media_faults(source: toml.Source, media: Collection[str]) -> list[Fault]:
    """Find pictures and sounds that a text names and that are not there."""
    fields = Fields(source)
    for place, text in _texts(source.data, ()):
        for name in MEDIA.findall(text):
            if name not in media:
                Fields(source, {}, place, fields.faults).fault("", _("there is no file media/{name}").format(name=name))
    return fields.faults


def _texts(data: Any, place: toml.Place) -> Iterator[tuple[toml.Place, str]]:
    if isinstance(data, str):
        yield place, data
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from _texts(value, (*place, key))


def _reference_faults(source: toml.Source, root: Path) -> list[Fault]:
    """Find a course that is not there and sources that are not listed."""
    fields = Fields(source)
    course = source.data.get("course")
    if isinstance(course, str) and course:
        names = [folder.name for folder in folders(root, "courses")]
        if course not in names:
            fields.fault("course", _("there is no course {name}").format(name=course), ", ".join(names))
    _check_sources(source.data.get("question"), fields, root)
    return fields.faults


def _check_sources(questions: Any, fields: Fields, root: Path) -> None:
    """Find sources that are not listed; what is no id is one in free words, which a quiz of no course may have."""
    cited = {
        number: question["source"]
        for number, question in enumerate(questions if isinstance(questions, list) else [])
        if isinstance(question, dict) and question.get("source")
    }
    listed = read_sources(root) if cited else None
    for number, name in cited.items():
        needed = bool(fields.data.get("course")) or IDENTIFIER.fullmatch(str(name))
        if listed and needed and not listed.lists(name):
            entry = Fields(fields.source, questions[number], ("question", number), fields.faults)
            entry.fault("source", _("sources.toml of the courses has no source {id}").format(id=name))


def _build(course: Course, folder: Path, out: Path) -> Iterator[Fault]:
    from lopso import pages  # nbconvert takes a second to import: not for a mere check

    try:
        pages.build(course, folder, out)
    except Faults as error:
        yield from error.faults


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """Bring a body to what JSON can hold: TOML's dates become texts, tuples lists; its version stays the same."""
    as_json: dict[str, Any] = json.loads(json.dumps(body, default=str))
    return as_json
