"""A course of its own for tests of nbgrader: folder, database, a quiz sat by people; nbgrader as commands."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lopso import attempts, toml
from lopso.questions.quiz import Quiz, read_quiz, stored_quiz
from lopso.records import documents, people
from lopso.records.engine import make_engine, writing
from lopso.records.gradebook import Gradebook
from lopso.records.schema import ensure_schema
from lopso.settings import Settings, load

NOW = dt.datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=dt.UTC)
REPOSITORY = Path(__file__).parents[2]
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "lopso"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.db_url = {url!r}
c.Exchange.root = {exchange!r}
"""


@dataclass(frozen=True)
class Stand:
    """A root folder with its settings and an open database."""

    settings: Settings
    engine: Engine

    def put(self, text: str, name: str = "thu", *, kept: bool = False) -> Quiz:
        """Put a quiz in force; `kept`: as one from before the rules for new ones."""
        document = toml.parse(text, "quiz.toml")
        quiz = stored_quiz(document.data, name) if kept else read_quiz(document, name)
        with writing(self.engine) as session:
            documents.put(session, "quiz", name, quiz.version, document.data, NOW)
        return quiz

    def sit(self, username: str, quiz: str, answers: Mapping[str, Any], minutes: int = 0) -> str:
        """Start an attempt, answer and hand in; give its id."""
        attempt_id = self.start(username, quiz)
        self.hand_in(attempt_id, answers, minutes)
        return attempt_id

    def start(self, username: str, quiz: str) -> str:
        """Start an attempt."""
        with writing(self.engine) as session:
            unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "town")
            full_name = f"Nguyễn Thị {username.title()}"
            person = people.ensure_person(session, username, full_name, unit, "reporter", ["trainee"], NOW.date())
            return attempts.start(session, attempts.quiz_in_force(session, quiz), person.id, NOW).id

    def hand_in(self, attempt_id: str, answers: Mapping[str, Any], minutes: int = 0) -> None:
        """Answer and hand in."""
        gradebook = Gradebook(self.engine)
        with writing(self.engine) as session:
            attempt = session.get_one(attempts.Attempt, attempt_id)
            sat = attempts.quiz_of_version(session, attempt.quiz, attempt.version)
            for question, raw in answers.items():
                attempts.save_answer(session, attempt, sat, question, 1, raw, NOW)
            session.flush()
            attempts.hand_in(session, attempt, gradebook, NOW + dt.timedelta(minutes=minutes))

    def nbgrader(self, *command: str) -> str:
        """Run an nbgrader command in the course's folder; give its words."""
        done = self.begin(*command)
        words = done.communicate(timeout=600)[0]
        assert done.returncode == 0, words
        return words

    def begin(self, *command: str) -> subprocess.Popen[str]:
        """Begin an nbgrader command."""
        values = {
            "root": str(self.settings.grading),
            "url": self.settings.database_url,
            "exchange": str(self.settings.var / "exchange"),
        }
        config = self.settings.root / "nbgrader_config.py"
        config.write_text(CONFIG.format(**values), encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", "nbgrader", *command, f"--config={config}"],
            cwd=self.settings.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, code: str) -> Any:
        """Ask nbgrader's own Gradebook `gb` in a process of its own; `code` sets `answer`."""
        program = (
            "import json, sys\nfrom nbgrader.api import Gradebook\n"
            f"with Gradebook({self.settings.database_url!r}, 'lopso') as gb:\n"
            + "".join(f"    {line}\n" for line in code.strip().splitlines())
            + "    print(json.dumps(answer, default=str))\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def scores(self, assignment: str) -> dict[str, dict[str, float | None]]:
        """Read student → cell → automatic score through nbgrader's own API."""
        found: dict[str, dict[str, float | None]] = self.ask(
            "answer = {s.student.id: {g.name: g.auto_score for n in s.notebooks for g in n.grades}"
            f" for s in gb.assignment_submissions({assignment!r})}}"
        )
        return found


def make_stand(root: Path) -> Stand:
    """Make an empty course in `root`."""
    settings = load(None, {"LOPSO_ROOT": str(root)})
    settings.var.mkdir(parents=True)
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    return Stand(settings, engine)
