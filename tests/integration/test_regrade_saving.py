"""Learners' answers are saved while a regrade of some hundred papers is written by another process."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from gradebook_stand import NOW, Stand, make_stand

from lopso import attempts, regrading
from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.regrading import Difference, applying

PEOPLE, QUESTIONS = 200, 20
#: Saves the answers of attempt argv[2] for as long as standard input is open, then says (saved, failed).
SAVER = """
import datetime as dt, sys, threading
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from lopso import attempts
from lopso.records import sittings
from lopso.records.engine import make_engine, writing
engine, name, wait = make_engine(sys.argv[1]), sys.argv[2], int(sys.argv[3])
event.listen(engine, "connect", lambda connection, record: connection.execute(f"PRAGMA busy_timeout={wait}"))
saved, failed, stop = 0, 0, threading.Event()
print("ready", flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
while not stop.wait(0.005):
    try:
        with writing(engine) as session:
            attempt = sittings.attempt(session, name, lock=True)
            quiz = attempts.quiz_of_version(session, attempt.quiz, attempt.version)
            now = dt.datetime.now(dt.UTC)
            attempts.save_answer(session, attempt, quiz, "c0", saved + failed + 1, "hai", now)
        saved += 1
    except OperationalError:
        failed += 1
print(saved, failed)
"""


class _Undone(Exception):
    """Undoes a transaction."""


def quiz(right: str) -> str:
    question = (
        '[[question]]\nid = "c{n}"\nkind = "short_text"\nprompt = "{n}?"\naccept = ["{r}"]\nexample_wrong = "z"\n'
    )
    return 'title = "Thử"\n' + "".join(question.format(n=n, r=right) for n in range(QUESTIONS))


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Let many people sit a quiz whose key turns out to be wrong all over."""
    stand = make_stand(tmp_path)
    stand.put(quiz("hai"))
    gradebook = Gradebook(stand.engine)
    with writing(stand.engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "town")
        sat = attempts.quiz_in_force(session, "thu")
        for number in range(PEOPLE):
            name = f"Nguyễn Thị {number}"
            person = people.ensure_person(session, f"u{number}", name, unit, "reporter", ["trainee"], NOW.date())
            attempt = attempts.start(session, sat, person.id, NOW)
            for each in range(QUESTIONS):
                attempts.save_answer(session, attempt, sat, f"c{each}", 1, "hai", NOW)
            session.flush()
            attempts.hand_in(session, attempt, gradebook, NOW)
    return stand


@contextmanager
def saver(stand: Stand, attempt_id: str, wait: int) -> Iterator[list[int]]:
    """Save answers meanwhile, in a process of its own that waits so many ms for the lock; counts (saved, failed)."""
    command = [sys.executable, "-c", SAVER, stand.settings.database_url, attempt_id, str(wait)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    counted: list[int] = []
    try:
        yield counted
    finally:
        counted += map(int, process.communicate(timeout=60)[0].split())


def at_once(stand: Stand, found: Difference) -> float:
    """Write all in one transaction and undo it; tell how long it held the lock."""
    with suppress(_Undone), writing(stand.engine) as session:
        begin = time.monotonic()
        for job in regrading.jobs(Gradebook(stand.engine), found, "hoa", NOW):
            job(session)
        raise _Undone
    return time.monotonic() - begin


def test_answers_are_saved_while_marks_are_written(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "PAPERS", 10)
    sitting = stand.start("lan", "thu")
    stand.put(quiz("ba"))
    with reading(stand.engine) as session:
        found = regrading.difference(session, "thu")
    assert sum(len(attempt.items) for person in found.changed for attempt in person.attempts) == PEOPLE * QUESTIONS
    # Whoever saves waits half as long as all of it takes here and now, as a time-out does beside thousands of papers.
    wait = int(at_once(stand, found) * 500)
    with saver(stand, sitting, wait) as beside_one_transaction:
        at_once(stand, found)
    with saver(stand, sitting, wait) as beside_slices:
        jobs = regrading.jobs(Gradebook(stand.engine), found, "hoa", NOW + dt.timedelta(days=1))
        slices = list(regrading.write(stand.engine, jobs))
    assert beside_one_transaction[1] > 0
    assert len(slices) == PEOPLE / 10
    assert beside_slices[0] >= len(slices)
    assert beside_slices[1] == 0
    with reading(stand.engine) as session:
        assert regrading.difference(session, "thu").persons == []
