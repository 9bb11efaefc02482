"""The clock of a sitting and what is drawn for it, on a real database: the time is always passed in."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor, wait
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, text
from test_attempts import NOW, answer, scores

from lopso import attempts, toml
from lopso.errors import Closed, NotFound
from lopso.questions.quiz import read_quiz
from lopso.records import documents, sittings
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Audit, Person

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
#: NOW is 15:00 in Hà Nội.
OPENS, CLOSES = "opens = 2026-11-23T15:00:00", "closes = 2026-11-23T16:00:00"


def quiz_with(header: str, questions: int = 2) -> str:
    """Write a quiz of questions of one point each, all of topic a; the right answer is always x."""
    one = (
        '[[question]]\nid = "q{n}"\nkind = "single_choice"\nprompt = "?"\ntopic = "a"\n'
        'option = [{{ id = "x", text = "X", right = true }}, {{ id = "y", text = "Y", why = "không" }}]\n'
    )
    return f'title = "Thử"\n{header}\n' + "".join(one.format(n=n) for n in range(questions))


def load(engine: Engine, source: str) -> None:
    """Put a quiz in force as loading content does: times become texts."""
    document = toml.parse(source, "quiz.toml")
    quiz = read_quiz(document, "thu")
    with writing(engine) as session:
        body = json.loads(json.dumps(document.data, default=str))
        documents.put(session, "quiz", "thu", quiz.version, body, NOW)


def begin(engine: Engine, person: int, at: dt.datetime = NOW) -> str:
    with writing(engine) as session:
        return attempts.start(session, attempts.quiz_in_force(session, "thu"), person, at, HANOI).id


def save(engine: Engine, attempt_id: str, at: dt.datetime, seq: int = 1) -> object:
    with writing(engine) as session:
        attempt = session.get_one(attempts.Attempt, attempt_id)
        quiz = attempts.quiz_of_version(session, attempt.quiz, attempt.version)
        return attempts.save_answer(session, attempt, quiz, "q0", seq, "x", at).body


def hand_in(engine: Engine, attempt_id: str, at: dt.datetime = NOW) -> attempts.Attempt:
    with writing(engine) as session:
        attempt = session.get_one(attempts.Attempt, attempt_id)
        return attempts.hand_in(session, attempt, Gradebook(engine), at)


def hand_in_due(engine: Engine, at: dt.datetime) -> list[str]:
    with reading(engine) as session:
        late = attempts.overdue(session, at)
    with writing(engine) as session:
        asked = [attempts.HandIn(each, at) for each in late]
        done = attempts.hand_in_asked(session, asked, gradebook=Gradebook(engine))
        return [each for each, is_now in zip(late, done, strict=True) if is_now is True]


def allow(engine: Engine, minutes: float, at: dt.datetime = NOW, username: str = "lan") -> dt.datetime | None:
    with writing(engine) as session:
        person = session.scalars(select(Person).where(Person.username == username)).one()
        return attempts.allow(session, person, "thu", minutes, "giaovien1", at)


def due(engine: Engine, attempt_id: str) -> dt.datetime | None:
    with reading(engine) as session:
        return session.get_one(attempts.Attempt, attempt_id).due_at


@pytest.mark.parametrize(
    ("header", "at", "said"),
    [
        (OPENS, NOW - SECOND, "mở lúc 15:00, 23/11/2026"),
        (CLOSES, NOW + 60 * MINUTE, "đã đóng lúc 16:00, 23/11/2026"),
        (CLOSES.replace("16:00:00", "07:00:00Z"), NOW, "đã đóng lúc 14:00, 23/11/2026"),
    ],
)
def test_a_quiz_that_is_not_open_says_when_and_starts_nothing(
    engine: Engine, learners: dict[str, int], header: str, at: dt.datetime, said: str
) -> None:
    load(engine, quiz_with(header))
    with pytest.raises(Closed, match=said):
        begin(engine, learners["lan"], at)
    with reading(engine) as session:
        assert sittings.attempts_of(session, learners["lan"]) == []


def test_a_quiz_opens_at_its_opening_and_closes_at_its_closing(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with(f"{OPENS}\n{CLOSES}"))
    assert begin(engine, learners["lan"], NOW)
    assert begin(engine, learners["mai"], NOW + 60 * MINUTE - SECOND)


def test_a_pause_between_tries_is_kept_to_the_second(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("pause_minutes = 10"))
    hand_in(engine, begin(engine, learners["lan"]), NOW + MINUTE)
    with pytest.raises(Closed, match="từ 15:11, 23/11/2026"):
        begin(engine, learners["lan"], NOW + 11 * MINUTE - SECOND)
    assert begin(engine, learners["lan"], NOW + 11 * MINUTE)


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        ("", None),
        ("minutes = 45", 45),
        (CLOSES, 60),
        (f"minutes = 45\n{CLOSES}", 45),
        (f"minutes = 90\n{CLOSES}", 60),
        ("minutes = 0.5", 0.5),
    ],
)
def test_an_attempt_ends_with_its_time_or_the_closing_whichever_is_first(
    engine: Engine, learners: dict[str, int], header: str, minutes: float | None
) -> None:
    load(engine, quiz_with(header))
    ends = due(engine, begin(engine, learners["lan"]))
    assert ends == (None if minutes is None else NOW + minutes * MINUTE)


@pytest.mark.parametrize("header", ["minutes = 45", f"minutes = 90\n{CLOSES}"])
def test_extra_time_is_on_top_even_of_the_closing_and_for_that_person_only(
    engine: Engine, learners: dict[str, int], header: str
) -> None:
    load(engine, quiz_with(header))
    assert allow(engine, 15) is None
    hers, others = (due(engine, begin(engine, learners[name])) for name in ("lan", "mai"))
    assert hers == others + 15 * MINUTE  # type: ignore[operator]


def test_extra_time_given_during_the_sitting_moves_its_end_and_is_on_record(
    engine: Engine, learners: dict[str, int]
) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    assert allow(engine, 5, NOW + MINUTE) == due(engine, attempt) == NOW + 15 * MINUTE
    assert allow(engine, 8, NOW + MINUTE) == NOW + 18 * MINUTE  # in place of the five, not on top
    assert allow(engine, 0, NOW + MINUTE) == NOW + 10 * MINUTE
    with reading(engine) as session:
        rows = session.scalars(select(Audit).where(Audit.verb == "allow-time")).all()
    assert [(row.actor, row.detail["minutes"]) for row in rows] == [
        ("giaovien1", 5),
        ("giaovien1", 8),
        ("giaovien1", 0),
    ]


def test_extra_time_comes_too_late_once_the_time_is_up(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    assert allow(engine, 5, NOW + 10 * MINUTE) is None
    assert due(engine, attempt) == NOW + 10 * MINUTE


def test_a_new_version_does_not_move_the_end_of_a_sitting(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    load(engine, quiz_with("minutes = 1"))
    assert due(engine, attempt) == NOW + 10 * MINUTE


def test_an_answer_is_taken_until_two_seconds_after_the_end(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    assert save(engine, attempt, NOW + 10 * MINUTE + 2 * SECOND) == "x"
    with pytest.raises(Closed, match="hết giờ"):
        save(engine, attempt, NOW + 10 * MINUTE + 2 * SECOND + dt.timedelta(microseconds=1), seq=2)


def test_what_is_over_is_handed_in_once_with_what_was_saved_and_as_of_its_end(
    engine: Engine, learners: dict[str, int]
) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    save(engine, attempt, NOW + MINUTE)
    assert hand_in_due(engine, NOW + 10 * MINUTE + SECOND) == []  # an answer may still be on its way
    for later in (dt.timedelta(hours=5), dt.timedelta(hours=6)):  # the service was down
        handed_in = hand_in_due(engine, NOW + later)
        assert handed_in == ([attempt] if later.seconds == 5 * 3600 else [])
    with reading(engine) as session:
        done = session.get_one(attempts.Attempt, attempt)
        assert (done.submitted_at, done.points) == (NOW + 10 * MINUTE, 1)
        rows = session.scalars(select(Audit).where(Audit.verb == "hand-in")).all()
    assert [row.actor for row in rows] == ["system"]
    assert scores(engine) == {("lan", "q0"): 1, ("lan", "q1"): 0}


def test_two_processes_that_hand_in_at_the_same_moment_do_it_once(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("minutes = 10"))
    for person in learners.values():
        begin(engine, person)
    with ThreadPoolExecutor(4) as processes:
        done = list(processes.map(lambda _one: hand_in_due(engine, NOW + 11 * MINUTE), range(4)))
    assert sum(map(len, done)) == len(learners)
    with reading(engine) as session:
        assert len(session.scalars(select(Audit).where(Audit.verb == "hand-in")).all()) == len(learners)


def test_handing_in_waits_for_an_answer_that_is_being_saved(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("", questions=1))
    attempt_id = begin(engine, learners["lan"])
    with ThreadPoolExecutor(1) as other_process:
        with writing(engine) as session:
            attempt = sittings.attempt(session, attempt_id, lock=True)
            assert attempt
            quiz = attempts.quiz_of_version(session, attempt.quiz, attempt.version)
            attempts.save_answer(session, attempt, quiz, "q0", 1, "x", NOW)
            session.flush()
            handing_in = other_process.submit(_hand_in_locked, engine, attempt_id)
            wait([handing_in], timeout=0.5)
            assert not handing_in.done()
        handing_in.result()
    with reading(engine) as session:
        assert session.get_one(attempts.Attempt, attempt_id).points == 1


def _hand_in_locked(engine: Engine, attempt_id: str) -> None:
    gradebook = Gradebook(engine)
    with writing(engine) as session:
        attempt = sittings.attempt(session, attempt_id, lock=True)
        assert attempt
        attempts.hand_in(session, attempt, gradebook, NOW)


def test_what_has_no_limit_or_more_time_is_not_handed_in(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with(""))
    begin(engine, learners["mai"])
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    late = NOW + 11 * MINUTE
    with reading(engine) as session:
        assert attempts.overdue(session, late) == [attempt]
    allow(engine, 5)
    with writing(engine) as session:  # found overdue a moment ago by another process
        asked = [attempts.HandIn(attempt, late)]
        assert attempts.hand_in_asked(session, asked, gradebook=Gradebook(engine)) == [False]
    assert hand_in_due(engine, late) == []


def test_handing_in_late_by_hand_is_as_of_the_end(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = begin(engine, learners["lan"])
    assert hand_in(engine, attempt, NOW + 20 * MINUTE).submitted_at == NOW + 10 * MINUTE


def test_an_answer_to_a_question_that_was_not_drawn_is_refused(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with('[[draw]]\ncount = 1\ntopic = "a"\n', questions=3))
    attempt = begin(engine, learners["lan"])
    drawn = _drawn(engine, attempt)
    for name in ("q0", "q1", "q2"):
        if name in drawn:
            assert answer(engine, attempt, name, 1, "x") == "x"
        else:
            with pytest.raises(NotFound):
                answer(engine, attempt, name, 1, "x")


def test_only_what_was_drawn_is_marked_and_recorded(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with('[[draw]]\ncount = 2\ntopic = "a"\n', questions=5))
    recorded = {}
    for name in ("lan", "mai"):
        attempt = begin(engine, learners[name])
        (one, _two) = sorted(_drawn(engine, attempt))
        answer(engine, attempt, one, 1, "x")
        done = hand_in(engine, attempt)
        assert (done.points, done.max_points) == (1, 2)
        recorded |= {(name, each): float(each == one) for each in _drawn(engine, attempt)}
    assert scores(engine) == recorded


def test_a_second_try_draws_anew_and_leaves_no_mark_of_the_first(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with('counts = "last"\n[[draw]]\ncount = 1\ntopic = "a"\n', questions=30))
    papers = []
    for _try in range(4):
        attempt = begin(engine, learners["lan"])
        papers.append(_drawn(engine, attempt))
        hand_in(engine, attempt)
    assert len(set(map(frozenset, papers))) > 1
    assert {cell for _student, cell in scores(engine)} == papers[-1]


def _drawn(engine: Engine, attempt_id: str) -> set[str]:
    with reading(engine) as session:
        sat = attempts.paper(session, session.get_one(attempts.Attempt, attempt_id))
    return {item.question.id for item in sat.items}


def showing(engine: Engine, at: dt.datetime) -> tuple[str, dt.datetime | None]:
    with reading(engine) as session:
        found = attempts.showing(session, attempts.quiz_in_force(session, "thu"), at, HANOI)
        return found.level, found.at


@pytest.mark.parametrize("level", ["nothing", "marks", "explanations", "keys"])
def test_what_is_shown_at_once_is_what_the_quiz_says(engine: Engine, level: str) -> None:
    load(engine, quiz_with(f'show_after = "{level}"'))
    assert showing(engine, NOW) == (level, None)


def test_each_level_shows_what_those_before_it_show() -> None:
    levels = [attempts.Showing(level) for level in ("nothing", "marks", "explanations", "keys")]
    assert [(one.marks, one.explanations, one.keys) for one in levels] == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
    ]


def test_after_the_close_means_after_the_last_one_with_extra_time_too(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with(f'show_after = "keys"\nshow_when = "after_close"\n{CLOSES}'))
    closes = NOW + 60 * MINUTE
    hand_in(engine, begin(engine, learners["mai"]), NOW + MINUTE)
    assert showing(engine, closes - SECOND) == ("nothing", closes)
    assert showing(engine, closes) == ("keys", None)
    allow(engine, 15)
    begin(engine, learners["lan"])
    assert showing(engine, closes) == ("nothing", closes + 15 * MINUTE)
    assert showing(engine, closes + 15 * MINUTE) == ("keys", None)


def test_a_closing_that_was_moved_moves_what_is_shown(engine: Engine, learners: dict[str, int]) -> None:
    header = f'show_after = "keys"\nshow_when = "after_close"\n{CLOSES}'
    load(engine, quiz_with(header))
    attempt = hand_in(engine, begin(engine, learners["lan"]))
    load(engine, quiz_with(header.replace("16:00", "18:00")))
    with reading(engine) as session:
        rules = attempts.rules_of(session, attempt.quiz, attempt.version)
        assert attempts.showing(session, rules, NOW + 90 * MINUTE, HANOI).level == "nothing"


def test_an_attempt_is_replayed_as_it_was_sat_and_marked_again(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with('[[draw]]\ncount = 3\ntopic = "a"\n', questions=6))
    attempt = begin(engine, learners["lan"])
    order = list(_order(engine, attempt))
    answer(engine, attempt, order[0], 1, "x")
    hand_in(engine, attempt)
    load(engine, quiz_with("", questions=1))  # another version is in force now
    with reading(engine) as session:
        found = attempts.replay(session, session.get_one(attempts.Attempt, attempt))
    assert [one.item.question.id for one in found.items] == order
    assert (found.differing, found.total_agrees) == ((), True)


def test_a_mark_that_was_tampered_with_is_found(engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("shuffle_questions = false"))
    attempt = begin(engine, learners["lan"])
    hand_in(engine, attempt)
    with engine.begin() as connection:
        connection.execute(text("UPDATE mark SET points = 1 WHERE question = 'q1'"))
    with reading(engine) as session:
        found = attempts.replay(session, session.get_one(attempts.Attempt, attempt))
    assert (found.differing, found.total_agrees) == ((2,), False)


def _order(engine: Engine, attempt_id: str) -> list[str]:
    with reading(engine) as session:
        sat = attempts.paper(session, session.get_one(attempts.Attempt, attempt_id))
    return [item.question.id for item in sat.items]
