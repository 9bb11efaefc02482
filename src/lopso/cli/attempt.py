"""`lopso attempt`: an attempt laid out again as it was sat, and extra time for a person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from markupsafe import Markup
from sqlalchemy.orm import Session

from lopso import accounts, attempts, regrading
from lopso.attempts import Replay, ReplayedItem
from lopso.cli.context import now, open_database, read_settings
from lopso.errors import OperatorError
from lopso.questions.question import prompt
from lopso.records import audit, documents, people, sittings
from lopso.records.engine import writing
from lopso.records.tables import Audit, Person
from lopso.words import catalogue

_ = catalogue("attempts")

app = typer.Typer(no_args_is_help=True, help=_("Attempts: one laid out as it was sat; extra time for a person."))

#: A week of minutes: more extra time is a slip of the pen.
MOST = 7 * 24 * 60
#: Where a prompt holds things that are listed one below the other.
LISTS = ("options", "statements", "lefts", "rights", "items")


@app.command("show", help=_("Print an attempt's exact paper with answers, marks and times; status 1 if they disagree."))
def show(attempt_id: Annotated[str, typer.Argument(metavar="ID", help=_("as in the attempt's address"))]) -> None:
    """Print an attempt and mark it again."""
    settings = read_settings()
    with writing(open_database(settings)) as session:
        attempt = sittings.attempt(session, attempt_id)
        if attempt is None:
            raise OperatorError(
                _("There is no attempt {id}.").format(id=attempt_id), _("Its id stands in its address: /attempts/ID")
            )
        found = attempts.replay(session, attempt)
        audit.note(session, now(), "operator", "see_marks", f"person:{attempt.person_id}", attempt=attempt_id)
        corrections = audit.about(session, f"attempt:{attempt_id}", regrading.VERB)
    zone = ZoneInfo(settings.timezone)
    for line in (*_head(found, zone), *_corrections(corrections, zone), *_items(found), *_verdict(found)):
        typer.echo(line)
    if found.differing or not found.total_agrees:
        raise typer.Exit(1)


@app.command(
    "allow", help=_("Give a person extra time in a quiz, also in an attempt that is underway; 0 takes it away.")
)
def allow(
    username: Annotated[str, typer.Argument(metavar=_("USERNAME"), help=_("the name to log in with"))],
    quiz: Annotated[str, typer.Argument(metavar=_("QUIZ"), help=_("folder of the quiz below quizzes/"))],
    minutes: Annotated[float, typer.Option(help=_("minutes on top of what everybody has"))],
) -> None:
    """Give extra time."""
    settings, moment = read_settings(), now()
    if not 0 <= minutes <= MOST:
        raise OperatorError(
            _("Extra time cannot be {n} minutes.").format(n=minutes), _("From 0 to {n}.").format(n=MOST)
        )
    with writing(open_database(settings)) as session:
        person = _person(session, username)
        if quiz not in documents.in_force(session, "quiz"):
            raise OperatorError(_("There is no quiz {name} in force.").format(name=quiz))
        ends = attempts.allow(session, person, quiz, minutes, "operator", moment)
        name = person.full_name
    typer.echo(_("{name} has {n} minutes more in {quiz}.").format(name=name, n=_number(minutes), quiz=quiz))
    if ends:
        typer.echo(_("The attempt underway ends at {time}.").format(time=_moment(ends, ZoneInfo(settings.timezone))))


def _person(session: Session, username: str) -> Person:
    person = people.by_username(session, accounts.normalised(username))
    if person is None:
        raise OperatorError(_("There is nobody of the name {username}.").format(username=username))
    return person


def _head(found: Replay, zone: ZoneInfo) -> Iterator[str]:
    attempt, quiz = found.paper.attempt, found.paper.quiz
    yield _("Attempt {id}").format(id=attempt.id)
    yield _("Quiz: {title} ({name})").format(title=quiz.title, name=quiz.name)
    yield _("Person: {name} ({username}), try {n}").format(
        name=found.person.full_name, username=found.person.username, n=attempt.number
    )
    yield _("Version: {version}").format(version=attempt.version)
    if attempt.marked_version:
        yield _("Marked with version: {version}").format(version=attempt.marked_version)
    yield _("Seed: {seed}").format(seed=attempt.seed)
    yield _("Started: {time}").format(time=_moment(attempt.started_at, zone))
    yield _("Over at: {time}").format(time=_moment(attempt.due_at, zone))
    yield _("Handed in: {time}").format(time=_moment(attempt.submitted_at, zone))
    yield _("Points: {points}/{all}, {verdict}").format(
        points=_number(attempt.points), all=_number(attempt.max_points), verdict=_passed(attempt.passed)
    )


def _corrections(lines: Sequence[Audit], zone: ZoneInfo) -> Iterator[str]:
    """Write what stood before each regrade that changed the attempt."""
    for line in lines:
        before, after = line.detail["from"], line.detail["to"]
        yield _("Corrected {time} by {who}: {old} → {new}").format(
            time=_moment(line.at, zone), who=line.actor, old=_points(before), new=_points(after)
        )
        yield from (f"   {name}: {_points(old)} → {_points(new)}" for name, (old, new) in line.detail["items"].items())


def _points(kept: Mapping[str, Any]) -> str:
    return f"{_number(kept['points'])}/{_number(kept['max_points'])}"


def _items(found: Replay) -> Iterator[str]:
    seed = found.paper.quiz.option_seed(found.paper.attempt.seed)
    for number, one in enumerate(found.items, 1):
        question, answer = one.item.question, one.item.answer
        yield ""
        yield f"{number}. {question.id} ({question.kind})"
        yield from (f"   {line}" for line in question.prompt.splitlines())
        yield from (f"   {line}" for line in _shown(prompt(question, seed)))
        body = "–" if answer is None else json.dumps(answer.body, ensure_ascii=False)
        yield "   " + _("Answer: {answer}").format(answer=body)
        yield "   " + _mark_line(one)


def _shown(document: dict[str, Any]) -> Iterator[str]:
    """Write options and other parts in the order in which this attempt showed them."""
    for where in LISTS:
        yield from (f"- {one['id']}: {_text(one['html'])}" for one in document.get(where, ()))
    for part in document.get("parts", ()):
        options = ", ".join(f"{one['id']}: {_text(one['html'])}" for one in part.get("options", ()))
        yield f"[{part['gap']}] {options}".rstrip() if "gap" in part else _text(part["html"])


def _mark_line(one: ReplayedItem) -> str:
    if one.kept is None:
        return _("Mark: not marked yet")
    line = _("Mark: {outcome}, {points}/{all}").format(
        outcome=_outcome(one.kept.outcome), points=_number(one.kept.points), all=_number(one.kept.max_points)
    )
    if one.agrees:
        return line
    again = _("MARKED AGAIN: {outcome}, {points}").format(
        outcome=_outcome(one.again.outcome), points=_number(one.again.points)
    )
    return f"{line}  ← {again}"


def _verdict(found: Replay) -> Iterator[str]:
    yield ""
    if found.paper.attempt.submitted_at is None:
        yield _("Not handed in yet.")
    elif found.differing:
        yield _("Marking again gives other marks for: {list}.").format(list=", ".join(map(str, found.differing)))
    elif not found.total_agrees:
        yield _("The points of the attempt are not the sum of its items.")
    else:
        yield _("Marking again gives the marks that are kept.")


def _outcome(outcome: str) -> str:
    words = {
        "right": _("right"),
        "partly": _("partly right"),
        "wrong": _("wrong"),
        "unanswered": _("unanswered"),
        "waiting": _("waiting for a marker"),
        "recorded": _("recorded"),
    }
    return words[outcome]


def _passed(passed: bool | None) -> str:
    return _("not decided") if passed is None else _("passed") if passed else _("not passed")


def _text(html: str) -> str:
    return Markup(html).striptags()


def _moment(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S, %d/%m/%Y}" if moment else "–"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
