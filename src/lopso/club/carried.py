"""Reading a file of carried sessions: nothing in it is trusted, and everything that is wrong is told at once."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lopso.club.carrying import FORMAT, VERSION, digest
from lopso.club.joining import MOST
from lopso.club.wish import MOST_MINUTES
from lopso.errors import Faults, OperatorError, Unreadable
from lopso.fields import IDENTIFIER
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz, content_version, stored_quiz
from lopso.text import nfc, readable, squeeze
from lopso.words import catalogue

_ = catalogue("club_after")

#: Bytes of a file, sessions in it, and faults that are told.
MOST_BYTES, MOST_SESSIONS, TOLD = 128 * 1024 * 1024, 500, 20
#: An answer that was on its way when the session ended; clocks are set right now and then.
GRACE = dt.timedelta(seconds=10)
EARLIEST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
#: A table of the file with its place.
Entry = tuple[str, dict[str, Any]]
_ID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[0-9A-Za-z._-]{1,32}")


class ForeignFile(OperatorError):
    """The file is none of ours, or is damaged; nothing of it was taken."""


@dataclass(frozen=True)
class CarriedPupil:
    """A pupil as the file tells: `answers` is question → number, time, answer; `scores` question → points, time."""

    number: int
    nickname: str
    team: str
    school: str
    joined_at: dt.datetime
    removed_at: dt.datetime | None
    seed: str
    handed_in_at: dt.datetime
    answers: Mapping[str, tuple[int, dt.datetime, Any]]
    scores: Mapping[str, tuple[int, int | None]]


@dataclass(frozen=True)
class CarriedSession:
    """A session as the file tells, checked as far as that goes without a database."""

    values: Mapping[str, Any]
    unit: str
    unit_name: str
    teacher: str
    teacher_name: str
    quiz: Quiz
    quiz_body: Mapping[str, Any]
    pupils: tuple[CarriedPupil, ...]


@dataclass
class _Reader:
    """Reads values at places, and gathers what is wrong."""

    now: dt.datetime
    faults: list[str] = field(default_factory=list)

    def fault(self, place: str, problem: str) -> None:
        """Note a fault."""
        self.faults.append(f"{place}: {problem}")

    def text(self, data: Mapping[str, Any], name: str, place: str, most: int, *, empty: bool = True) -> str:
        """Read a line of text."""
        value = data.get(name)
        said = squeeze(nfc(value)) if isinstance(value, str) and len(value) <= 4 * most else None
        if said is None or len(said) > most or not readable(said) or not (said or empty):
            self.fault(f"{place}.{name}", _("no text of at most {n} characters").format(n=most))
            return ""
        return said

    def matching(self, data: Mapping[str, Any], name: str, place: str, form: re.Pattern[str]) -> str:
        """Read a text of a given form."""
        value = data.get(name)
        if isinstance(value, str) and form.fullmatch(value):
            return value
        self.fault(f"{place}.{name}", _("cannot be so"))
        return ""

    def whole(self, value: Any, place: str, low: int, high: int) -> int:
        """Read a whole number within bounds."""
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fault(place, _("no whole number from {low} to {high}").format(low=low, high=high))
        return low

    def flag(self, data: Mapping[str, Any], name: str, place: str) -> bool:
        """Read true or false."""
        value = data.get(name)
        if not isinstance(value, bool):
            self.fault(f"{place}.{name}", _("neither true nor false"))
        return value is True

    def one_of(self, data: Mapping[str, Any], name: str, place: str, known: tuple[str, ...]) -> str:
        """Read one of some words."""
        value = data.get(name)
        if value in known:
            return str(value)
        self.fault(f"{place}.{name}", _("none of: {list}").format(list=", ".join(known)))
        return known[0]

    def time(self, value: Any, place: str, latest: dt.datetime | None = None) -> dt.datetime:
        """Read a time with its zone, not before there were such sessions and not after `latest` (None: now)."""
        try:
            moment = dt.datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None and EARLIEST <= moment <= (latest or self.now) + GRACE:
            return moment.astimezone(dt.UTC)
        self.fault(place, _("no time, or one that cannot be"))
        return EARLIEST

    def entries(
        self, data: Mapping[str, Any], name: str, place: str, most: int
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Go through a list of tables, each with its place."""
        value = data.get(name)
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, dict) for one in value):
            self.fault(f"{place}.{name}".strip("."), _("no list of at most {n} entries").format(n=most))
            return
        for number, one in enumerate(value, 1):
            yield f"{place}.{name}[{number}]".strip("."), one

    def finish(self) -> None:
        """Raise ForeignFile if anything is wrong."""
        if self.faults:
            more = len(self.faults) - TOLD
            lines = [*self.faults[:TOLD], *([_("… and {n} more").format(n=more)] if more > 0 else [])]
            raise ForeignFile(_("The file cannot be taken; nothing of it was:") + "\n" + "\n".join(lines))


def read_carried(content: bytes, now: dt.datetime) -> tuple[CarriedSession, ...]:
    """Read a file; raises ForeignFile with what is wrong, as much of it as helps."""
    body = _body(content)
    reader = _Reader(now)
    quizzes = dict(_quizzes(reader, body))
    reader.finish()
    found = [
        _session(reader, one, place, quizzes) for place, one in reader.entries(body, "sessions", "", MOST_SESSIONS)
    ]
    ids = [one.values["id"] for one in found if one]
    if len(set(ids)) < len(ids):
        reader.fault("sessions", _("a session stands twice"))
    reader.finish()
    return tuple(one for one in found if one)


def _body(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise ForeignFile(_("The file is larger than {n} MB.").format(n=MOST_BYTES >> 20))
    try:
        body = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ForeignFile(_("The file is damaged, or no file of sessions."), _("Copy it once more.")) from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ForeignFile(_("This is no file of sessions."), _("Make one: lopso session export FILE"))
    if body.get("version") != VERSION:
        raise ForeignFile(_("The file is of another version of Lớp Số."), _("Bring both servers to the same version."))
    try:
        is_whole = body.get("digest") == digest(body)
    except (ValueError, RecursionError):
        is_whole = False
    if not is_whole:
        raise ForeignFile(_("The file was damaged or changed on its way."), _("Copy it once more."))
    return body


def _no_number(_name: str) -> float:
    raise ValueError


def _quizzes(reader: _Reader, body: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[Quiz, dict[str, Any]]]]:
    for place, entry in reader.entries(body, "quizzes", "", MOST_SESSIONS):
        name = reader.matching(entry, "name", place, IDENTIFIER)
        data = entry.get("body")
        if not isinstance(data, dict) or content_version(data) != entry.get("version"):
            reader.fault(place, _("is not the version that it says"))
            continue
        try:
            yield (name, entry["version"]), (stored_quiz(data, name), data)
        except Faults as faults:
            reader.fault(place, str(faults.faults[0]))


def _session(
    reader: _Reader,
    data: Mapping[str, Any],
    place: str,
    quizzes: Mapping[tuple[str, str], tuple[Quiz, dict[str, Any]]],
) -> CarriedSession | None:
    known = quizzes.get((str(data.get("quiz")), str(data.get("version"))))
    if known is None:
        reader.fault(place, _("its quiz is not in the file"))
        return None
    quiz, body = known
    ended = reader.time(data.get("ended_at"), f"{place}.ended_at")
    values = _values(reader, data, place, quiz, ended)
    pupils = tuple(
        _pupil(reader, one, at, quiz, values, data) for at, one in reader.entries(data, "pupils", place, MOST)
    )
    if len({one.number for one in pupils}) < len(pupils):
        reader.fault(f"{place}.pupils", _("a number stands twice"))
    return CarriedSession(
        values=values,
        unit=reader.matching(data, "unit", place, _CODE),
        unit_name=reader.text(data, "unit_name", place, 200),
        teacher=reader.text(data, "teacher", place, 64, empty=False),
        teacher_name=reader.text(data, "teacher_name", place, 200),
        quiz=quiz,
        quiz_body=body,
        pupils=pupils,
    )


def _values(reader: _Reader, data: Mapping[str, Any], place: str, quiz: Quiz, ended: dt.datetime) -> dict[str, Any]:
    def before(name: str, latest: dt.datetime | None = ended) -> dt.datetime | None:
        return None if data.get(name) is None else reader.time(data[name], f"{place}.{name}", latest)

    expected = data.get("expected")
    return {
        "id": reader.matching(data, "id", place, _ID),
        "mode": reader.one_of(data, "mode", place, ("together", "own")),
        "contest": reader.flag(data, "contest", place),
        "quiz": quiz.name,
        "version": quiz.version,
        "seed": reader.text(data, "seed", place, 32, empty=False),
        "title": reader.text(data, "title", place, 200, empty=False),
        "grade": reader.text(data, "grade", place, 32),
        "place": reader.text(data, "place", place, 200),
        "activity_kind": reader.text(data, "activity_kind", place, 32),
        "plan": reader.text(data, "plan", place, 64),
        "planned_minutes": reader.whole(data.get("planned_minutes"), f"{place}.planned_minutes", 1, MOST_MINUTES),
        "expected": None if expected is None else reader.whole(expected, f"{place}.expected", 0, 1_000_000),
        "rules": _rules(reader, data, place),
        "question": reader.whole(data.get("question"), f"{place}.question", -1, 1_000),
        "sample": reader.flag(data, "sample", place),
        "made_at": before("made_at", _written_down(reader, data, ended)) or ended,
        "opens_at": before("opens_at"),
        "closes_at": None if data.get("closes_at") is None else ended,
        "started_at": before("started_at"),
        "ended_at": ended,
    }


def _written_down(reader: _Reader, data: Mapping[str, Any], ended: dt.datetime) -> dt.datetime:
    """Give until when its pupils and answers may have come: of a class on paper they are typed in after its end."""
    rules = data.get("rules")
    return reader.now if isinstance(rules, dict) and "print" in rules else ended


def _rules(reader: _Reader, data: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Take the rules of the game as far as they are some; what they are for is over."""
    rules = data.get("rules")
    if not isinstance(rules, dict) or len(json.dumps(rules)) > 20_000:
        reader.fault(f"{place}.rules", _("cannot be so"))
        return {}
    seconds = rules.get("seconds", 20.0)
    is_time = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= 3600
    return {
        "seconds": float(seconds) if is_time else 20.0,
        "quick": rules.get("quick") is True,
        "leaderboard": rules.get("leaderboard") is True,
    }


def _pupil(
    reader: _Reader, data: Mapping[str, Any], place: str, quiz: Quiz, values: Mapping[str, Any], held: Mapping[str, Any]
) -> CarriedPupil:
    ended, latest = values["ended_at"], _written_down(reader, held, values["ended_at"])
    removed, handed_in, school = data.get("removed_at"), data.get("handed_in_at"), data.get("school")
    together = values["mode"] == "together"
    return CarriedPupil(
        number=reader.whole(data.get("number"), f"{place}.number", 1, MOST),
        nickname=reader.text(data, "nickname", place, 60, empty=False),
        team=reader.text(data, "team", place, 60),
        school=reader.matching(data, "school", place, _CODE) if school is not None and values["contest"] else "",
        joined_at=reader.time(data.get("joined_at"), f"{place}.joined_at", latest),
        removed_at=None if removed is None else reader.time(removed, f"{place}.removed_at"),
        seed=values["seed"] if together else reader.text(data, "seed", place, 32, empty=False),
        handed_in_at=ended if handed_in is None else reader.time(handed_in, f"{place}.handed_in_at"),
        answers=dict(_answers(reader, data.get("answers"), f"{place}.answers", quiz, latest)),
        scores=dict(_scores(reader, data.get("scores"), f"{place}.scores", quiz)) if together else {},
    )


def _answers(
    reader: _Reader, data: Any, place: str, quiz: Quiz, latest: dt.datetime
) -> Iterator[tuple[str, tuple[int, dt.datetime, Any]]]:
    for name, question, entry in _by_question(reader, data, place, quiz, 3):
        try:
            question.read_answer(entry[2])
        except Unreadable as error:
            reader.fault(f"{place}.{name}", error.message)
            continue
        seq = reader.whole(entry[0], f"{place}.{name}", 0, 2**31 - 1)
        yield name, (seq, reader.time(entry[1], f"{place}.{name}", latest), entry[2])


def _scores(reader: _Reader, data: Any, place: str, quiz: Quiz) -> Iterator[tuple[str, tuple[int, int | None]]]:
    for name, _question, entry in _by_question(reader, data, place, quiz, 2):
        taken = None if entry[1] is None else reader.whole(entry[1], f"{place}.{name}", 0, 24 * 3_600_000)
        yield name, (reader.whole(entry[0], f"{place}.{name}", 0, 1_000), taken)


def _by_question(
    reader: _Reader, data: Any, place: str, quiz: Quiz, length: int
) -> Iterator[tuple[str, Question, list[Any]]]:
    if not isinstance(data, dict):
        reader.fault(place, _("cannot be so"))
        return
    for name, entry in data.items():
        question = quiz.question(name)
        if question is None or not isinstance(entry, list) or len(entry) != length:
            reader.fault(f"{place}.{name[:64]}", _("is of no question of the quiz, or cannot be so"))
        else:
            yield name, question, entry
