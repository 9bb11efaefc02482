"""Sheets entered by table: shown first, written once, marked as on the page, corrected with a trail."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from print_stand import EVERY_KIND, NOW, forty, put_print, put_quiz
from sqlalchemy import Engine, func, select

from lopso import attempts
from lopso.club.wish import Wish
from lopso.errors import Closed
from lopso.people_import.sheets import Refused
from lopso.printing import answers, classes, comparing, entering, sheets, uploads
from lopso.printing.answers import Given, asked, written
from lopso.printing.codes import seed_of
from lopso.printing.comparing import Class, Line
from lopso.questions.question import mark
from lopso.questions.quiz import Quiz
from lopso.records.audit import about
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.tables import Attempt, ItemMark, Person

BEGAN = NOW - dt.timedelta(days=2)


class Stand:
    """A print, a class, and the file of its table."""

    def __init__(self, engine: Engine, folder: Path, teacher: int, text: str = EVERY_KIND, versions: int = 4) -> None:
        from lopso.printing.making import Wish as PrintWish

        self.engine, self.file = engine, folder / "bang.xlsx"
        self.quiz: Quiz = put_quiz(engine, text)
        self.printed: PrintedQuiz = put_print(engine, self.quiz, PrintWish(versions, pupils=3))
        self.gradebook = Gradebook(engine)
        with writing(engine) as session:
            unit_id = session.get_one(Person, teacher).unit_id
            wish = Wish(quiz="thu", unit_id=unit_id, title="Lớp 7B", planned_minutes=45, mode="own")
            self.club_id = classes.open_class(session, self.printed, teacher, wish, BEGAN, NOW).id
            again = classes.open_class(session, self.printed, teacher, wish, BEGAN, NOW).id
        assert again == self.club_id

    def put(self, *rows: Sequence[Any]) -> None:
        """Fill the table that is offered, and save it as a spreadsheet would."""
        book = openpyxl.load_workbook(io.BytesIO(sheets.table(self.quiz, self.printed)))
        sheet = book.worksheets[0]
        sheet.delete_rows(sheets.HEAD + 1, 10)
        for row in rows:
            sheet.append(list(row))
        book.save(self.file)

    def typed(self) -> tuple[uploads.Typed, ...]:
        return uploads.read_table(self.file, self.file.name, self.printed, self.quiz.length)

    def lines(self) -> tuple[Line, ...]:
        with reading(self.engine) as session:
            return Class(session, self.printed, session.get_one(ClubSession, self.club_id)).compare(self.typed())

    def enter(self, now: dt.datetime = NOW) -> entering.Entered:
        with writing(self.engine) as session:
            return entering.enter(session, self.club_id, self.typed(), self.gradebook, "co-hoa", now)

    def sheet(self, code: str, which: str = "right") -> list[str]:
        """Fill in the sheet of an order, every question right or wrong."""
        return [
            "2,5" if one.sort == "points" else written(one, Given(getattr(one.question.examples(), which))) or "-"
            for one in asked(self.quiz, seed_of(self.printed.seed, code))
        ]

    def marks(self, number: int) -> dict[str, ItemMark]:
        with reading(self.engine) as session:
            query = select(ItemMark).join(ClubParticipant, ClubParticipant.attempt_id == ItemMark.attempt_id)
            rows = session.scalars(query.where(ClubParticipant.number == number))
            return {row.question: row for row in rows}

    def attempt(self, number: int) -> Attempt:
        with reading(self.engine) as session:
            query = select(Attempt).join(ClubParticipant, ClubParticipant.attempt_id == Attempt.id)
            return session.scalars(query.where(ClubParticipant.number == number)).one()

    def count(self, table: type) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def stand(engine: Engine, tmp_path: Path, learners: dict[str, int]) -> Stand:
    return Stand(engine, tmp_path, learners["lan"])


def test_sheets_are_marked_as_any_attempt_with_the_seed_of_their_order(stand: Stand) -> None:
    stand.put(["1", "Nguyễn Văn An", "102", *stand.sheet("102")], ["2", None, "104", *stand.sheet("104", "wrong")])
    assert [line.state for line in stand.lines()] == ["new", "new"]
    made = stand.enter()
    assert made == entering.Entered(2, 0, _ids(stand, 1, 2))
    right, wrong = stand.marks(1), stand.marks(2)
    scored = [question for question in stand.quiz.questions if question.scored and question.kind != "writing"]
    assert {right[one.id].outcome for one in scored} == {"right"}
    assert {wrong[one.id].outcome for one in scored} == {"wrong"}
    with reading(stand.engine) as session:
        found = attempts.replay(session, stand.attempt(1))
        assert found.differing == ()
        assert found.total_agrees
        assert found.paper.attempt.seed == seed_of(stand.printed.seed, "102")
        people = {one.username: one.full_name for one in session.scalars(select(Person)) if one.occupation == "pupil"}
        assert people == {f"hs-{stand.club_id[:8]}-1": "Nguyễn Văn An", f"hs-{stand.club_id[:8]}-2": "Số 2"}


def _ids(stand: Stand, *numbers: int) -> tuple[str, ...]:
    return tuple(stand.attempt(number).id for number in numbers)


def test_points_given_on_paper_count_and_stand_in_the_gradebook(stand: Stand) -> None:
    stand.put(["1", "", "101", *stand.sheet("101")])
    stand.enter()
    row = stand.marks(1)["viet"]
    assert (row.points, row.by_hand, row.outcome) == (2.5, True, "partly")
    attempt = stand.attempt(1)
    assert attempt.points == stand.quiz.max_points - 1.5
    with stand.engine.connect() as connection:
        grade = stand.gradebook.tables["grade"]
        assert 2.5 in connection.scalars(select(grade.c.manual_score)).all()
        assert (connection.scalar(select(func.sum(func.coalesce(grade.c.manual_score, grade.c.auto_score))))) == (
            attempt.points
        )


def test_a_text_that_is_not_marked_yet_waits(stand: Stand) -> None:
    cells = ["?" if cell == "2,5" else cell for cell in stand.sheet("101")]
    stand.put(["1", "", "101", *cells])
    stand.enter()
    assert stand.marks(1)["viet"].outcome == "waiting"
    assert stand.attempt(1).points is None


def test_the_same_table_twice_is_once(stand: Stand) -> None:
    stand.put(["1", "An", "101", *stand.sheet("101")], ["2", "", "102", *stand.sheet("102")])
    stand.enter()
    before = (stand.count(Attempt), stand.count(ClubParticipant), stand.attempt(1).submitted_at)
    assert [line.state for line in stand.lines()] == ["unchanged", "unchanged"]
    assert stand.enter(NOW + dt.timedelta(hours=1)) == entering.Entered()
    assert (stand.count(Attempt), stand.count(ClubParticipant), stand.attempt(1).submitted_at) == before


def test_the_table_of_a_class_holds_what_was_entered(stand: Stand) -> None:
    stand.put(["7", "An", "103", *stand.sheet("103")], ["8", "", "101", *["-"] * stand.quiz.length])
    stand.enter()
    with reading(stand.engine) as session:
        there = Class(session, stand.printed, session.get_one(ClubSession, stand.club_id))
        assert [entry.number for entry in there.entries()] == ["1", "2", "3", "7", "8"]
        body = sheets.table(stand.quiz, stand.printed, there.entries())
    stand.file.write_bytes(body)
    assert [(line.number, line.state) for line in stand.lines()] == [(7, "unchanged"), (8, "unchanged")]


def test_the_table_does_not_bring_back_who_was_taken_out(stand: Stand) -> None:
    stand.put(["1", "An", "101", *stand.sheet("101")])
    stand.enter()
    with writing(stand.engine) as session:
        session.scalars(select(ClubParticipant)).one().removed_at = NOW
    with reading(stand.engine) as session:
        there = Class(session, stand.printed, session.get_one(ClubSession, stand.club_id))
        assert [entry.code for entry in there.entries()] == ["", "", ""]


def test_a_correction_marks_anew_and_leaves_a_trail(stand: Stand) -> None:
    stand.put(["1", "An", "101", *stand.sheet("101", "wrong")])
    stand.enter()
    attempt = stand.attempt(1)
    stand.put(["1", "Bình", "102", *stand.sheet("102")])
    assert [line.state for line in stand.lines()] == ["changed"]
    assert stand.enter(NOW + dt.timedelta(minutes=1)).changed == 1
    again = stand.attempt(1)
    assert again.id == attempt.id
    assert again.points == stand.quiz.max_points - 1.5
    assert again.seed == seed_of(stand.printed.seed, "102")
    with reading(stand.engine) as session:
        [line] = about(session, f"attempt:{attempt.id}", "correct-sheet")
        assert line.detail["code"] == "101"
        assert line.detail["points"] == attempt.points
        assert session.get_one(Person, again.person_id).full_name == "Bình"
        assert attempts.replay(session, again).differing == ()
    with stand.engine.connect() as connection:
        grade = stand.gradebook.tables["grade"]
        total = func.sum(func.coalesce(grade.c.manual_score, grade.c.auto_score))
        assert connection.scalar(select(total)) == again.points


def test_a_drawn_paper_that_was_corrected_keeps_the_marks_of_its_own_questions_only(
    engine: Engine, tmp_path: Path, learners: dict[str, int]
) -> None:
    text = forty(12).replace("[[question]]", "[[draw]]\ncount = 3\ndifficulty = 'medium'\n[[question]]", 1)
    stand = Stand(engine, tmp_path, learners["lan"], text, versions=6)
    stand.put(["1", "", "101", *stand.sheet("101")])
    stand.enter()
    stand.put(["1", "", "102", *stand.sheet("102")])
    stand.enter(NOW + dt.timedelta(minutes=1))
    drawn = {one.question.id for one in asked(stand.quiz, seed_of(stand.printed.seed, "102"))}
    assert stand.marks(1).keys() == drawn
    assert stand.attempt(1).points == 3


def test_a_pupil_without_number_is_found_by_name(stand: Stand) -> None:
    stand.put([None, "Nguyễn Văn An", "101", *stand.sheet("101")], ["3", "", "102", *stand.sheet("102")])
    assert [line.number for line in stand.lines()] == [4, 3]
    stand.enter()
    stand.put([None, "nguyễn văn  an", "101", *stand.sheet("101", "wrong")])
    [line] = stand.lines()
    assert (line.state, line.number) == ("changed", 4)


def test_two_pupils_of_one_name_are_two_by_their_numbers(stand: Stand) -> None:
    stand.put(["1", "Nguyễn Văn An", "101", *stand.sheet("101")], ["2", "Nguyễn Văn An", "102", *stand.sheet("102")])
    assert stand.enter().new == 2


def test_absent_pupils_are_left_out_and_a_blank_sheet_is_a_sheet(stand: Stand) -> None:
    stand.put(["1", "Vắng Mặt"], ["2"], ["3", "Giấy Trắng", "101"])
    [line] = stand.lines()
    assert (line.number, line.state, line.is_blank) == (3, "new", True)
    stand.enter()
    assert {row.outcome for row in stand.marks(3).values() if row.max_points} == {"unanswered"}


def test_with_one_order_nobody_writes_its_number(engine: Engine, tmp_path: Path, learners: dict[str, int]) -> None:
    stand = Stand(engine, tmp_path, learners["lan"], forty(2), versions=1)
    stand.put(["1", "", None, "A", "B"])
    assert [(line.state, line.code) for line in stand.lines()] == [("new", "101")]


def test_numbers_that_a_spreadsheet_made_of_texts_are_read_as_they_were(
    engine: Engine, tmp_path: Path, learners: dict[str, int]
) -> None:
    text = 'title = "Số"\n[[question]]\nid = "a"\nkind = "short_answer"\nprompt = "?"\nanswer = "-1,5"\n'
    stand = Stand(engine, tmp_path, learners["lan"], text, versions=1)
    stand.put([1, 12, 101, -1.5], [2.0, "An", 101.0, "-1,5"])
    assert [(line.state, line.number, line.name) for line in stand.lines()] == [("new", 1, "12"), ("new", 2, "An")]
    stand.enter()
    assert stand.marks(1)["a"].outcome == stand.marks(2)["a"].outcome == "right"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["x", "", "101"], "STT"),
        (["0", "", "101"], "STT"),
        (["99999999999999999999", "", "101"], "STT"),
        (["", "", "101"], "STT"),
        (["1", "", "999"], "Mã đề: một trong các số 101, 102, 103, 104."),
        (["1", "", "=1+1"], "Mã đề"),
        (["1", "x" * 10_000, "101"], "Tên: nhiều nhất 60"),
        (["1", "a\u202eb", "101"], "Tên"),
        (["1", "=cmd()", "101"], "ô công thức"),
    ],
)
def test_a_faulty_row_is_told_by_column_and_stops_the_whole_table(stand: Stand, row: list[Any], said: str) -> None:
    stand.put([*row, *stand.sheet("101")], ["50", "", "102", *stand.sheet("102")])
    first, second = stand.lines()
    assert (first.state, second.state) == ("faulty", "new")
    assert said in " ".join(first.faults)
    with pytest.raises(comparing.NotReady):
        comparing.check_ready((first, second))
    with pytest.raises(Closed):
        stand.enter()
    assert stand.count(ClubParticipant) == 0


def test_every_cell_that_cannot_be_read_is_told_at_once(stand: Stand) -> None:
    questions = asked(stand.quiz, seed_of(stand.printed.seed, "101"))
    stand.put(["1", "", "101", *["x" * 300 if one.sort == "text" else "&&" for one in questions]])
    [line] = stand.lines()
    told = {int(fault.split(":")[0].removeprefix("Câu ")) for fault in line.faults}
    assert told == {one.number for one in questions}


def test_a_number_that_stands_twice_is_told(stand: Stand) -> None:
    stand.put(["1", "", "101", *stand.sheet("101")], ["1", "", "102", *stand.sheet("102")])
    assert {line.state for line in stand.lines()} == {"faulty"}


def test_a_day_made_of_an_answer_is_told(stand: Stand) -> None:
    stand.put(["1", "", "101", dt.datetime(2026, 2, 1), *stand.sheet("101")[1:]])
    [line] = stand.lines()
    assert "Câu 1: Excel đã đổi ô này thành ngày" in " ".join(line.faults)


def test_the_table_of_another_print_is_refused(stand: Stand) -> None:
    other = put_print(stand.engine, stand.quiz)
    stand.file.write_bytes(sheets.table(stand.quiz, other))
    with pytest.raises(Refused, match=other.id):
        stand.typed()


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 old", b"a,b\n1,2\n", b"\0" * 5000])
def test_a_file_that_is_no_table_is_refused(stand: Stand, body: bytes) -> None:
    stand.file.write_bytes(body)
    with pytest.raises(Refused):
        stand.typed()


def test_an_archive_that_unpacks_to_far_more_is_refused(stand: Stand) -> None:
    with zipfile.ZipFile(stand.file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (120 * 1024 * 1024))
    with pytest.raises(Refused, match="quá lớn"):
        stand.typed()


def test_a_csv_with_the_same_headings_is_taken(stand: Stand) -> None:
    names = ";".join(f'"{name}"' for name in sheets.headings(stand.quiz.length))
    row = ";".join(f'"{cell}"' for cell in ["1", "An", "101", *stand.sheet("101")])
    stand.file = stand.file.with_suffix(".csv")
    stand.file.write_text(f"{names}\n{row}\n", encoding="utf-8")
    assert [line.state for line in stand.lines()] == ["new"]


def test_what_pupils_are_called_is_no_formula_in_the_table(stand: Stand) -> None:
    body = sheets.table(stand.quiz, stand.printed, [sheets.Entry("1", '=HYPERLINK("x")', "101", ["=1"], "@lỗi")])
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    row = [cell for cell in sheet[sheets.HEAD + 1] if cell.value is not None]
    assert {cell.data_type for cell in row} == {"s"}
    assert [cell.value for cell in row] == ["1", '=HYPERLINK("x")', "101", "=1", "@lỗi"]


def test_sheets_of_a_quiz_that_was_changed_or_withdrawn_are_marked_as_printed(stand: Stand) -> None:
    put_quiz(stand.engine, forty(3))
    stand.put(["1", "", "101", *stand.sheet("101")])
    stand.enter()
    assert stand.attempt(1).version == stand.quiz.version
    assert stand.marks(1)["mot"].outcome == "right"


def test_a_removed_pupil_who_is_entered_again_is_there_again(stand: Stand) -> None:
    stand.put(["1", "", "101", *stand.sheet("101")])
    stand.enter()
    with writing(stand.engine) as session:
        session.scalars(select(ClubParticipant)).one().removed_at = NOW
    assert [line.state for line in stand.lines()] == ["changed"]
    stand.enter(NOW + dt.timedelta(minutes=1))
    with reading(stand.engine) as session:
        assert session.scalars(select(ClubParticipant)).one().removed_at is None


def test_an_answer_that_is_written_is_the_one_that_is_marked(stand: Stand) -> None:
    """The letter that the pupil of each order circles leads to the option that this order shows there."""
    for number, code in enumerate(("101", "102", "103", "104"), 1):
        cells = ["A" if one.sort == "option" else "-" for one in asked(stand.quiz, seed_of(stand.printed.seed, code))]
        stand.put([str(number), "", code, *cells])
        stand.enter()
        one = next(one for one in asked(stand.quiz, seed_of(stand.printed.seed, code)) if one.question.id == "mot")
        meant = mark(one.question, one.shown["options"][0]["id"])
        assert stand.marks(number)["mot"].outcome == meant.outcome
    assert answers.LETTERS[0] == "A"
