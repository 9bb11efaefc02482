"""What came out of a session: by pupil, by question, by class and, in a contest, by school."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.questions.question import TOTAL_DECIMALS
from lopso.questions.quiz import Quiz
from lopso.records import club, club_results
from lopso.records.club_results import ClubTally
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.tables import Person, Unit
from lopso.text import sort_key, squeeze

#: Parts of equal width into which the shares of points are sorted, of 0 to 100 percent.
BANDS = 5
#: A school's mean is compared with others' from so many entries on.
LEAST_ENTRIES = 5


@dataclass(frozen=True)
class PupilResult:
    """One pupil: `points` is None while a marker is waited for; `place` orders by points, `shared` with others.

    `score` are the points of the game, which count quickness. `marks` is question → outcome, where it was asked for.
    """

    number: int
    nickname: str
    team: str
    school: str
    joined_at: dt.datetime
    answered: int
    right: int
    points: float | None
    max_points: float
    score: int
    place: int
    shared: bool
    marks: dict[str, str]

    @property
    def percent(self) -> float | None:
        """The share of the paper's points."""
        return None if self.points is None or not self.max_points else 100 * self.points / self.max_points


@dataclass(frozen=True)
class QuestionResult:
    """One question: how many were right, partly right and so on; `asked` tells False for one that was skipped."""

    number: int
    id: str
    text: str
    scored: bool
    asked: bool
    right: int
    partly: int
    wrong: int
    unanswered: int
    waiting: int

    @property
    def percent(self) -> float | None:
        """The share of right ones among all who could answer."""
        count = self.right + self.partly + self.wrong + self.unanswered
        return 100 * self.right / count if self.scored and self.asked and count else None


@dataclass(frozen=True)
class GroupResult:
    """A class or a school: how many, their mean and best share of points, their mean game points."""

    name: str
    pupils: int
    mean: float | None
    best: float | None
    score: float
    place: int | None


@dataclass(frozen=True)
class Results:
    """All of a session; `bands` counts the pupils by share of points, from the lowest to the highest."""

    held: ClubSession
    quiz: Quiz
    school: str
    teacher: str
    pupils: tuple[PupilResult, ...]
    questions: tuple[QuestionResult, ...]
    classes: tuple[GroupResult, ...]
    schools: tuple[GroupResult, ...]
    bands: tuple[int, ...]
    mean: float | None
    passed: int
    waiting: int

    @property
    def complete(self) -> bool:
        """Whether everything is handed in and marked."""
        return self.held.handed_in_at is not None and not self.waiting

    @property
    def hardest(self) -> tuple[QuestionResult, ...]:
        """The questions by how few were right, the hardest first."""
        known = [one for one in self.questions if one.percent is not None]
        return tuple(sorted(known, key=lambda one: (one.percent or 0.0, one.number)))


def results_of(session: Session, held: ClubSession, *, marks: bool = False) -> Results:
    """Read what came out of a session, without those who were removed; `marks`: also the mark of each answer."""
    quiz = attempts.quiz_of_version(session, held.quiz, held.version)
    there = club.participants(session, held.id)
    told = [question.id for question in quiz.questions if not question.scored]
    tallies = club_results.tallies(session, held.id, told)
    single = club_results.marks_of(session, held.id) if marks else {}
    schools, most = _schools(session, there), quiz.max_points
    pupils = _ranked(
        [_pupil(one, tallies.get(one.id, _NOTHING), most, schools, single.get(one.id, {})) for one in there]
    )
    known = [one.percent for one in pupils if one.percent is not None]
    teacher = session.get_one(Person, held.teacher_id)
    return Results(
        held=held,
        quiz=quiz,
        school=session.get_one(Unit, held.unit_id).name,
        teacher=teacher.full_name,
        pupils=tuple(pupils),
        questions=_questions(session, held, quiz),
        classes=_groups(pupils, lambda one: one.team),
        schools=_groups(pupils, lambda one: one.school, LEAST_ENTRIES) if held.contest else (),
        bands=_bands(known),
        mean=_mean(known),
        passed=sum(quiz.passed(one.points) for one in pupils),
        waiting=sum(one.points is None for one in pupils),
    )


_NOTHING = ClubTally(0, 0.0, 0, 0, 0)


def _schools(session: Session, there: Sequence[ClubParticipant]) -> dict[int, str]:
    ids = {one.unit_id for one in there if one.unit_id}
    return {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))}


def _pupil(
    one: ClubParticipant, tally: ClubTally, most: float, schools: dict[int, str], marks: dict[str, str]
) -> PupilResult:
    return PupilResult(
        number=one.number,
        nickname=one.nickname,
        team=one.team,
        school=schools.get(one.unit_id or 0, ""),
        joined_at=one.joined_at,
        answered=tally.answered,
        right=tally.right,
        points=None if tally.waiting else round(tally.points, TOTAL_DECIMALS),
        max_points=most,
        score=one.score,
        place=0,
        shared=False,
        marks=marks,
    )


def _ranked(pupils: list[PupilResult]) -> list[PupilResult]:
    """Give each their place by points, then by game points; equals share it, who waits for a marker comes last."""
    order = sorted(pupils, key=lambda one: (*_worth(one), sort_key(one.nickname), one.number))
    places = shared_places([_worth(one) for one in order])
    return [replace(one, place=place, shared=shared) for one, (place, shared) in zip(order, places, strict=True)]


def _worth(one: PupilResult) -> tuple[float, int]:
    return (1.0 if one.points is None else -one.points, -one.score)


def shared_places(worths: Sequence[Hashable]) -> list[tuple[int, bool]]:
    """Give place and whether it is shared for worths in their order: 1, 2, 2, 4."""
    count = Counter(worths)
    first: dict[Hashable, int] = {}
    for place, worth in enumerate(worths, 1):
        first.setdefault(worth, place)
    return [(first[worth], count[worth] > 1) for worth in worths]


def _questions(session: Session, held: ClubSession, quiz: Quiz) -> tuple[QuestionResult, ...]:
    counts = club_results.outcomes(session, held.id)
    asked = club_results.asked(session, held.id) if held.mode == "together" else frozenset(counts)
    paper = quiz.order(held.seed) if held.mode == "together" else quiz.questions
    found = []
    for number, question in enumerate((one for one in paper if one.kind != "info"), 1):
        if held.mode == "own" and counts and question.id not in counts:
            continue  # no paper drew it
        count = Counter(counts.get(question.id, {}))
        found.append(
            QuestionResult(
                number=number,
                id=question.id,
                text=squeeze(question.prompt.replace("*", "").replace("`", "")),
                scored=question.scored,
                asked=question.id in asked,
                right=count["right"],
                partly=count["partly"],
                wrong=count["wrong"],
                unanswered=count["unanswered"],
                waiting=count["waiting"],
            )
        )
    return tuple(found)


def _groups(
    pupils: Iterable[PupilResult], name_of: Callable[[PupilResult], str], least: int = 1
) -> tuple[GroupResult, ...]:
    """Compare classes or schools by their mean share of points; none where nobody named one."""
    within: dict[str, list[PupilResult]] = defaultdict(list)
    for one in pupils:
        within[name_of(one)].append(one)
    if set(within) <= {""}:
        return ()
    groups = [_group(name, some) for name, some in within.items()]
    placed = sorted((one for one in groups if one.mean is not None and one.pupils >= least), key=_by_mean)
    places = shared_places([one.mean for one in placed])
    first = [replace(one, place=place) for one, (place, _shared) in zip(placed, places, strict=True)]
    return (*first, *sorted((one for one in groups if one not in placed), key=_by_mean))


def _group(name: str, pupils: Sequence[PupilResult]) -> GroupResult:
    known = [one.percent for one in pupils if one.percent is not None]
    score = sum(one.score for one in pupils) / len(pupils)
    return GroupResult(name, len(pupils), _mean(known), max(known, default=None), score, None)


def _by_mean(one: GroupResult) -> tuple[float, object]:
    return -(one.mean or 0.0), sort_key(one.name)


def _mean(known: Sequence[float]) -> float | None:
    return round(sum(known) / len(known), 6) if known else None


def _bands(known: Iterable[float]) -> tuple[int, ...]:
    counts = Counter(min(int(percent * BANDS / 100), BANDS - 1) for percent in known)
    return tuple(counts[band] for band in range(BANDS))
