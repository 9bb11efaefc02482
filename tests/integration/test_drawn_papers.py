"""Papers of drawn questions in nbgrader: its score is ours; its maximum is that of the whole bank."""

from __future__ import annotations

from pathlib import Path

from gradebook_stand import make_stand
from test_sitting_rules import quiz_with

from lopso import attempts
from lopso.assignments import files
from lopso.assignments.release import release
from lopso.records.engine import reading


def test_a_drawn_paper_keeps_its_marks_through_release_and_stock_autograde(tmp_path: Path) -> None:
    stand = make_stand(tmp_path)
    quiz = stand.put(quiz_with('[[draw]]\ncount = 2\ntopic = "a"\n', questions=5))
    release(stand.settings, stand.engine, quiz)
    expected: dict[str, dict[str, float | None]] = {}
    for username in ("lan", "mai", "hoa"):
        attempt_id = stand.start(username, "thu")
        with reading(stand.engine) as session:
            sat = attempts.paper(session, session.get_one(attempts.Attempt, attempt_id))
        names = [item.question.id for item in sat.items]
        stand.hand_in(attempt_id, {names[0]: "x", names[1]: "y"})
        files.write(stand.settings.grading, stand.engine, attempt_id)
        expected[username] = {names[0]: 1.0, names[1]: 0.0}
    assert stand.scores("thu") == expected
    stand.nbgrader("autograde", "thu", "--force")
    assert stand.scores("thu") == expected
    rows = stand.ask("answer = [[s.score, s.max_score] for s in gb.assignment_submissions('thu')]")
    assert rows == [[1.0, 5.0]] * 3
