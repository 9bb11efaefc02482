"""A regrade is written a few people at a time: stopped anywhere, gone on with, never over anybody's head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradebook_stand import NOW, Stand, make_stand
from sqlalchemy import select, text
from test_by_hand import collect, give, in_nbgrader
from test_regrade import CORRECTED, LATER, QUIZ, look, points, run, sit_four

from lopso import regrading
from lopso.errors import Closed
from lopso.records import audit
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt, Audit, ItemMark, Person
from lopso.regrading import Difference, applying

PEOPLE = ("an", "binh", "chi", "dung", "em", "giang", "hanh", "khoa", "lan")
OTHER_KEYS = CORRECTED.replace(", right = true }", " }").replace('why = "b" }', 'why = "b", right = true }')


@pytest.fixture(autouse=True)
def two_papers_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make slices so small that a few people are many; let commands work in this test's folder."""
    monkeypatch.setattr(applying, "PAPERS", 2)
    monkeypatch.setattr(applying, "STALE", 1)
    for name in ("LOPSO_DATABASE_URL", "LOPSO_VAR", "LOPSO_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Stand]:
    """Make a course of its own below the test's folder."""
    return lambda name: make_stand(tmp_path / name)


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    stand = make_stand(tmp_path)
    stand.put(QUIZ)
    return stand


def write(stand: Stand, found: Difference, most: int = 1000) -> int:
    """Write at most so many slices; tell how many there were."""
    done = 0
    for job in regrading.jobs(Gradebook(stand.engine), found, "hoa", LATER):
        if done == most:
            break
        with writing(stand.engine) as session:
            job(session)
        done += 1
    return done


def sit(stand: Stand) -> None:
    """Let nine people sit: some win by the corrected key, some lose, some stay; two try again, which counts."""
    stand.put(QUIZ)
    for number, name in enumerate(PEOPLE):
        stand.sit(name, "thu", {"mot": "ab"[number % 2], "hai": ("hai", "2", "ba")[number % 3]})
    for name in ("an", "chi"):
        stand.sit(name, "thu", {"mot": "a", "hai": "2"}, minutes=5)
    stand.put(CORRECTED)


def outcome(stand: Stand) -> dict[str, list[Any]]:
    """Tell every mark, total, gradebook row and line of the trail, by names that are the same in every course."""
    gradebook = """
        SELECT s.student_id, s.timestamp, c.name, g.auto_score, g.manual_score, g.needs_manual_grade, NULL
        FROM grade g JOIN base_cell c ON c.id = g.cell_id JOIN submitted_notebook n ON n.id = g.notebook_id
        JOIN submitted_assignment s ON s.id = n.assignment_id
        UNION ALL SELECT s.student_id, s.timestamp, c.name, NULL, NULL, NULL, k.auto_comment
        FROM comment k JOIN base_cell c ON c.id = k.cell_id JOIN submitted_notebook n ON n.id = k.notebook_id
        JOIN submitted_assignment s ON s.id = n.assignment_id"""
    with reading(stand.engine) as session:
        sat = session.execute(select(Person.username, Attempt).join(Attempt)).all()
        who = {attempt.id: f"{name} {attempt.number}" for name, attempt in sat}
        marks = session.scalars(select(ItemMark))
        lines = session.scalars(select(Audit).where(Audit.verb == "regrade", Audit.subject.like("attempt:%")))
        found: dict[str, list[Any]] = {
            "attempts": [
                (who[one.id], one.points, one.max_points, one.passed, one.marked_version, one.regraded_at)
                for _name, one in sat
            ],
            "marks": [(who[one.attempt_id], one.question, one.outcome, one.points, one.reason) for one in marks],
            "trail": [(who[one.subject.removeprefix("attempt:")], one.actor, one.detail) for one in lines],
            "gradebook": [tuple(row) for row in session.execute(text(gradebook))],
        }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def test_stopped_anywhere_and_run_again_it_comes_to_the_same(make: Callable[[str], Stand]) -> None:
    whole = make("whole")
    sit(whole)
    slices = write(whole, look(whole))
    wanted = outcome(whole)
    assert slices > 4
    assert len(wanted["trail"]) == len({who for who, _actor, _detail in wanted["trail"]})
    for stopped in (1, 3, slices - 1):
        other = make(f"stopped-{stopped}")
        sit(other)
        write(other, look(other), stopped)
        assert outcome(other) != wanted
        write(other, look(other))
        assert outcome(other) == wanted
        assert (look(other).persons, look(other).stale) == ([], [])


def test_each_slice_changes_marks_totals_gradebook_and_trail_together(stand: Stand) -> None:
    sit(stand)
    found = look(stand)
    before = outcome(stand)
    assert write(stand, found, 4) == 4
    after = outcome(stand)
    some = {name: {str(row[0]).split()[0] for row in rows if row not in before[name]} for name, rows in after.items()}
    assert some["attempts"] == some["trail"] == some["gradebook"]
    assert some["marks"] <= some["attempts"]
    assert 4 < len(some["attempts"]) < len(found.persons)


def test_the_run_is_on_record_with_its_totals_however_it_ends(stand: Stand) -> None:
    sit(stand)
    found = look(stand)
    write(stand, found, 1)
    with reading(stand.engine) as session:
        [line] = audit.about(session, "quiz:thu", "regrade")
        last = regrading.last_run(session, "thu")
    assert (line.detail["changed"], line.detail["up"]) == (len(found.changed), len(found.crossing("up")))
    assert last
    assert (last.is_whole, last.of, last.changed) == (False, len(found.persons), len(found.changed))
    assert 0 < last.written < last.of
    write(stand, look(stand))
    with reading(stand.engine) as session:
        last = regrading.last_run(session, "thu")
    assert last
    assert last.is_whole


@pytest.mark.parametrize("what", ["quiz", "mark"])
def test_what_changes_on_the_way_stops_the_rest_and_running_again_does_it(stand: Stand, what: str) -> None:
    sit(stand)
    found, key = look(stand), CORRECTED.replace('accept = ["2"]', 'accept = ["2", "hai"]')
    jobs = regrading.jobs(Gradebook(stand.engine), found, "hoa", LATER)
    with writing(stand.engine) as session:
        next(jobs)(session)
    written = points(stand)
    if what == "quiz":
        stand.put(key)
    else:
        with stand.engine.begin() as connection:
            connection.execute(text("UPDATE mark SET points = 0.25, by_hand = true WHERE question = 'hai'"))
    with pytest.raises(Closed, match=r"đã ghi điểm mới của \d+ người"), writing(stand.engine) as session:
        next(jobs)(session)
    assert points(stand) == written
    write(stand, look(stand))
    assert look(stand).persons == []


def test_a_marker_who_gives_another_score_on_the_way_is_not_written_over(stand: Stand) -> None:
    sit_four(stand)
    give(stand, "hai", 1, username="tu")
    collect(stand)
    stand.put(OTHER_KEYS)
    jobs = regrading.jobs(Gradebook(stand.engine), look(stand), "hoa", LATER)
    with writing(stand.engine) as session:
        next(jobs)(session)
    give(stand, "hai", 1.5, username="tu")
    with pytest.raises(Closed), writing(stand.engine) as session:
        next(jobs)(session)
    assert in_nbgrader(stand, "tu")["hai"][1] == 1.5


def test_the_command_takes_over_first_what_a_marker_gave(stand: Stand) -> None:
    sit_four(stand)
    give(stand, "hai", 1, username="tu")
    collect(stand)
    give(stand, "hai", 1.5, username="tu")
    stand.put(OTHER_KEYS)
    assert "ở 1 bài trước khi chấm lại" in run("thu", "--apply")
    assert in_nbgrader(stand, "tu") == {"mot": [0, None, False], "hai": [0, 1.5, False]}
    assert points(stand)["tu"] == (1.5, False)


def test_who_hands_in_another_try_on_the_way_keeps_that_in_the_gradebook(stand: Stand) -> None:
    stand.put(QUIZ.replace("tries = 3", 'tries = 3\ncounts = "last"'))
    sit_four(stand)
    stand.put(CORRECTED.replace("tries = 3", 'tries = 3\ncounts = "last"'))
    found = look(stand)
    stand.sit("tu", "thu", {"mot": "b", "hai": "2"}, minutes=5)
    write(stand, found)
    assert stand.scores("thu")["tu"] == {"mot": 0, "hai": 2}
    with stand.engine.connect() as connection:
        at = connection.execute(text("SELECT timestamp FROM submitted_assignment WHERE student_id = 'tu'")).scalar_one()
    assert str(at).startswith(f"{NOW + dt.timedelta(minutes=5):%Y-%m-%d %H:%M}")


def test_one_regrade_of_a_quiz_at_a_time(stand: Stand) -> None:
    var = stand.settings.var
    assert regrading.running(var, "thu") is None
    with regrading.take_turn(var, "thu") as turn:
        assert regrading.running(var, "thu") == turn.run
        assert regrading.running(var, "khac") is None
        with pytest.raises(Closed):
            regrading.take_turn(var, "thu")
        with pytest.raises(Closed):
            run("thu", "--apply")
    assert regrading.running(var, "thu") is None
    with regrading.take_turn(var, "thu"):
        pass
