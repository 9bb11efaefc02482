"""What typed rows would do to a class, row by row, before anything is written: new, changed, unchanged, faulty."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from lopso.errors import PersonError, Unreadable
from lopso.printing import answers
from lopso.printing.answers import Asked, Given
from lopso.printing.codes import codes, seed_of
from lopso.printing.making import quiz_of
from lopso.printing.sheets import USUAL, Entry, question_heading
from lopso.printing.uploads import Typed
from lopso.records import printed as rows
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.tables import Attempt
from lopso.text import spelling_key, squeeze
from lopso.words import catalogue

_ = catalogue("printing")

State = Literal["new", "changed", "unchanged", "faulty"]
STATES: tuple[State, ...] = ("faulty", "new", "changed", "unchanged")
MOST_NUMBER = 9999
LONGEST_NAME = 60


@dataclass(frozen=True)
class Kept:
    """A sheet that was entered: whose, of which order, with which answers."""

    pupil: ClubParticipant
    attempt: Attempt
    code: str
    given: Mapping[str, Given]


@dataclass(frozen=True)
class Line:
    """A row with what it would do; `given` is what it says by question, `faults` begin with the column's name."""

    typed: Typed
    state: State
    number: int = 0
    name: str = ""
    code: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Tell whether the sheet is handed in without any answer."""
        return all(given == Given() for given in self.given.values())


class Class:
    """A class whose sheets are entered: its print, the questions of each order, the sheets there are.

    With `numbers` only those of some pupils are read: enough where rows have their numbers.
    """

    def __init__(
        self,
        session: Session,
        printed: PrintedQuiz,
        club: ClubSession,
        numbers: Collection[int] | None = None,
    ) -> None:
        quiz = quiz_of(session, printed)
        self.quiz, self.printed, self.club = quiz, printed, club
        self.codes = codes(printed.versions)
        self._seeds = {seed_of(printed.seed, code): code for code in self.codes}
        self._asked: dict[str, tuple[Asked, ...]] = {}
        there = rows.attempts_of(session, club.id, numbers)
        ids = [attempt.id for _pupil, attempt in there.values()]
        said, points = rows.answers_by_attempt(session, ids), rows.given_by_attempt(session, ids)
        self.kept = {
            number: Kept(
                pupil,
                attempt,
                self._seeds.get(attempt.seed, ""),
                _given(said.get(attempt.id, {}), points.get(attempt.id, {})),
            )
            for number, (pupil, attempt) in there.items()
        }

    def asked(self, code: str) -> tuple[Asked, ...]:
        """Give the questions of an order."""
        if code not in self._asked:
            self._asked[code] = answers.asked(self.quiz, seed_of(self.printed.seed, code))
        return self._asked[code]

    def entry(self, number: int) -> Entry:
        """Write an entered sheet as a row of the table."""
        one = self.kept[number]
        cells = [answers.written(asked, one.given.get(asked.question.id, Given())) for asked in self.asked(one.code)]
        return Entry(str(number), _own_name(one.pupil), one.code, [cell or answers.BLANK for cell in cells])

    def entries(self) -> list[Entry]:
        """Write the class as rows of the table: what is entered, and an empty row for each number that is not."""
        there = {number for number, one in self.kept.items() if one.pupil.removed_at is None}
        numbers = sorted(there | set(range(1, (self.printed.pupils or USUAL) + 1)))
        return [self.entry(number) if number in there else Entry(str(number)) for number in numbers]

    def compare(self, typed: Sequence[Typed]) -> tuple[Line, ...]:
        """Tell what each row would do."""
        numbers = self._numbers(typed)
        twice = {number for number, count in Counter(number for number in numbers if number).items() if count > 1}
        return tuple(self._line(one, number, twice) for one, number in zip(typed, numbers, strict=True))

    def _numbers(self, typed: Sequence[Typed]) -> list[int]:
        """Give each row its number: the one written or, by the name, the one that the pupil has, or the next free."""
        written = [number_of(one.number) for one in typed]
        by_name: dict[str, int] = {}
        for number, kept in self.kept.items():
            by_name.setdefault(spelling_key(kept.pupil.nickname), number)
        free = max([0, *self.kept, *written]) + 1
        found = []
        for one, number in zip(typed, written, strict=True):
            key = spelling_key(one.name)
            if not number and not one.number and key:
                number = by_name.get(key, 0)
                if not number:
                    number, free = free, free + 1
                    by_name[key] = number
            found.append(number)
        return found

    def _line(self, typed: Typed, number: int, twice: set[int]) -> Line:
        faults = list(typed.problems)
        if not 0 < number <= MOST_NUMBER:
            faults.append(_("No.: write the pupil's number, 1 to {n}, or a name.").format(n=MOST_NUMBER))
        if number in twice:
            faults.append(_("No.: number {n}, or this name, stands in several rows.").format(n=number))
        name = squeeze(typed.name[: LONGEST_NAME * 4])
        if len(name) > LONGEST_NAME or not _is_seen(name):
            faults.append(_("Name: at most {n} readable characters.").format(n=LONGEST_NAME))
        code = typed.code.strip() or (self.codes[0] if len(self.codes) == 1 else "")
        if code not in self.codes:
            faults.append(_("Version: one of {list}.").format(list=", ".join(self.codes)))
            return Line(typed, "faulty", number, name, code, faults=tuple(faults))
        given, unread = self.read(code, typed.cells)
        faults += unread
        state: State = "faulty" if faults else self._state(number, name, code, given)
        return Line(typed, state, number, name, code, given, tuple(faults))

    def read(self, code: str, cells: Sequence[str]) -> tuple[dict[str, Given], list[str]]:
        """Read the cells of a sheet of an order; what cannot be read is told, never wrong."""
        given, unread = {}, []
        for one, cell in zip(self.asked(code), cells, strict=True):
            try:
                given[one.question.id] = answers.read(one, cell)
            except Unreadable as error:
                unread.append(f"{question_heading(one.number)}: {error.message} {error.fix}".strip())
        return given, unread

    def _state(self, number: int, name: str, code: str, given: Mapping[str, Given]) -> State:
        kept = self.kept.get(number)
        if kept is None:
            return "new"
        is_same = (
            kept.code == code
            and all(kept.given.get(question, Given()) == said for question, said in given.items())
            and kept.pupil.nickname == (name or kept.pupil.nickname)
            and kept.pupil.removed_at is None
        )
        return "unchanged" if is_same else "changed"


def check_ready(lines: Sequence[Line]) -> None:
    """Raise NotReady while rows are faulty."""
    if faulty := sum(line.state == "faulty" for line in lines):
        raise NotReady(
            _("{n} rows are faulty; nothing was written.").format(n=faulty),
            _("The column “Lỗi” of the returned table says what to correct."),
        )


class NotReady(PersonError):
    """Rows must be corrected first."""

    status = 422


def counts(lines: Sequence[Line]) -> dict[State, int]:
    """Count the rows by state."""
    counted = Counter(line.state for line in lines)
    return {state: counted[state] for state in STATES}


def usual_name(number: int) -> str:
    """Name a pupil of whom only the number is known."""
    return _("Number {n}").format(n=number)


def _own_name(pupil: ClubParticipant) -> str:
    return "" if pupil.nickname == usual_name(pupil.number) else pupil.nickname


def _is_seen(name: str) -> bool:
    """Tell whether everything in a name is seen, in the order in which it was typed."""
    return not any(unicodedata.category(char)[0] == "C" for char in name)


def number_of(text: str) -> int:
    """Read a pupil's number; 0 where it is none."""
    digits = text.strip().removesuffix(",0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 4 else 0


def _given(said: Mapping[str, object], points: Mapping[str, float | None]) -> dict[str, Given]:
    return {question: Given(raw, points.get(question), question in points) for question, raw in said.items()}
