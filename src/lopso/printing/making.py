"""Making a print: kept as a row, set as PDF when asked for."""

from __future__ import annotations

import datetime as dt
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from lopso.attempts import quiz_of_version
from lopso.errors import NotFound, PersonError
from lopso.printing import answers, codes, contents, keys, paper, typeset
from lopso.questions.quiz import Quiz
from lopso.records import audit
from lopso.records.printed import printed as find
from lopso.records.printed_tables import PrintedQuiz
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("printing")

MOST_PUPILS = 2000
MOST_QUESTIONS = 200
#: Questions of all orders together: the typesetter takes a third of a megabyte for each.
MOST_ASKED = 2400
LONGEST = 120
#: Seeds tried until all orders of a print differ.
_TRIES = 12


class NotPrintable(PersonError):
    """The quiz cannot be printed, or not so; the message says why."""

    status = 422


@dataclass(frozen=True)
class Wish:
    """What is wished of a print: orders, pupils (0: not said), what stands in its head."""

    versions: int
    pupils: int = 0
    school: str = ""
    class_name: str = ""


@dataclass(frozen=True)
class Files:
    """A print's two files, and what its maker should know of them."""

    papers: bytes
    keys: bytes
    notes: tuple[str, ...]


def make_print(session: Session, quiz: Quiz, wish: Wish, by: str, now: dt.datetime) -> PrintedQuiz:
    """Keep a print of the quiz; raises NotPrintable with everything that stands against it."""
    if problems := list(_problems(quiz, wish)):
        raise NotPrintable(" ".join(problems))
    seed = codes.best_seed(quiz, [secrets.token_hex(8) for _try in range(_TRIES)], wish.versions)
    made = PrintedQuiz(
        id=secrets.token_hex(4).upper(),
        quiz=quiz.name,
        version=quiz.version,
        seed=seed,
        versions=wish.versions,
        pupils=wish.pupils,
        school=_line(wish.school),
        class_name=_line(wish.class_name),
        made_by=by,
        made_at=now,
        sample=quiz.sample,
    )
    session.add(made)
    audit.note(session, now, by, "quiz.print", f"quiz:{quiz.name}", print=made.id, versions=made.versions)
    session.flush()
    return made


def known_print(session: Session, print_id: str) -> PrintedQuiz:
    """Find a print; raises NotFound."""
    found = find(session, print_id.upper()) if len(print_id) <= 16 else None
    if found is None:
        raise NotFound(_("There is no such print."), _("Open it from the quiz's page."))
    return found


def quiz_of(session: Session, printed: PrintedQuiz) -> Quiz:
    """Read the quiz as it was printed, also where it was changed or withdrawn since."""
    return quiz_of_version(session, printed.quiz, printed.version)


def files(quiz: Quiz, printed: PrintedQuiz, media: Path) -> Files:
    """Set the papers and the keys; `media` is the folder of the quiz's pictures."""
    missing = typeset.unprintable(contents.texts_of(quiz))
    wanted = contents.picture_names(quiz)
    head = paper.Heading(printed.school, printed.class_name, printed.id, printed.sample)
    with typeset.desk(media, wanted) as desk:
        drawable = contents.Drawable(desk.pictures, missing)
        papers = paper.papers(quiz, printed.seed, printed.versions, head, drawable)
        shown = keys.keys(quiz, printed.seed, printed.versions, head, drawable)
        said = tuple(notes(quiz, printed, drawable, wanted - desk.pictures))
        return Files(desk.pdf("papers.typ", papers), desk.pdf("keys.typ", shown), said)


def notes_of(quiz: Quiz, printed: PrintedQuiz, media: Path) -> tuple[str, ...]:
    """Say the same of a print without setting it."""
    missing, wanted = typeset.unprintable(contents.texts_of(quiz)), contents.picture_names(quiz)
    with typeset.desk(media, wanted) as desk:
        drawable = contents.Drawable(desk.pictures, missing)
        return tuple(notes(quiz, printed, drawable, wanted - desk.pictures))


def notes(
    quiz: Quiz, printed: PrintedQuiz, drawable: contents.Drawable, missing: frozenset[str] | set[str] = frozenset()
) -> Iterator[str]:
    """Say what is otherwise on paper than on the page."""
    if (orders := codes.different(quiz, printed.seed, printed.versions)) < printed.versions:
        yield _("Only {n} of {all} versions differ: the quiz keeps the order of its questions or options.").format(
            n=orders, all=printed.versions
        )
    if sounds := contents.sounds(quiz):
        yield _("Somebody must play these sounds in class: {list}.").format(list="; ".join(sounds))
    if any(answers.SORTS.get(question.kind) == "points" for question in quiz.questions):
        yield _("Written texts are marked by hand on paper; enter their points.")
    if missing:
        yield _("These pictures cannot be drawn; their descriptions stand in their place: {list}.").format(
            list=", ".join(sorted(missing))
        )
    if drawable.missing:
        yield _("These signs are in none of our fonts; a box stands in their place: {list}.").format(
            list=" ".join(sorted(drawable.missing)[:20])
        )


def _problems(quiz: Quiz, wish: Wish) -> Iterator[str]:
    if refused := contents.refused(quiz):
        yield _("These questions cannot stand on paper: {list}.").format(list=", ".join(refused))
    if quiz.length > MOST_QUESTIONS:
        yield _("A test on paper has at most {n} questions.").format(n=MOST_QUESTIONS)
    if quiz.length * wish.versions > MOST_ASKED:
        yield _("Questions times versions may be {n} at most: choose fewer versions.").format(n=MOST_ASKED)
    if not 1 <= wish.versions <= codes.MOST:
        yield _("There can be 1 to {n} versions.").format(n=codes.MOST)
    if not 0 <= wish.pupils <= MOST_PUPILS:
        yield _("There can be at most {n} pupils.").format(n=MOST_PUPILS)
    if any(len(_line(text)) > LONGEST for text in (wish.school, wish.class_name)):
        yield _("School and class have at most {n} characters each.").format(n=LONGEST)


def _line(text: str) -> str:
    """Give a text as one line without signs that cannot be seen: they could turn the line around."""
    return squeeze("".join(char for char in text if unicodedata.category(char)[0] != "C" or char.isspace()))
