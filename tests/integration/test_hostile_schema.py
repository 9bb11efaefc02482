"""The service as it describes itself, tried by schemathesis as everybody: no break, no key, nobody else's answers."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hostile_stand import COURSE, LESSON, PRIVATE, QUIZ, SAME, SECRET, Stand, described, questions, serve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NonInteractiveExampleWarning
from schemathesis.generation import GenerationMode

from lopso.records.engine import writing
from lopso.records.people import by_username, unit_by_code

#: Drawn for each address and visitor.
EXAMPLES = 10
MAI = "Họ Tên Mai"
VISITORS = {"nobody": "", "trainee": "lan", "teacher": "giao", "author": "soan", "coordinator": "dieu"}
#: Who may see keys, being those who write them; and where they see whose marks change.
WRITERS = ("teacher", "author")
REGRADE = re.compile(r"/quizzes/[^/]*/regrade")


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with serve(tmp_path_factory.mktemp("mo-ta"), show_after="marks") as stand:
        stand.become("mai")
        practised = stand.client.post(f"/api/practice/{COURSE}/viet", headers=SAME, json={"answer": PRIVATE})
        assert practised.status_code == 200
        yield stand


def known_values(stand: Stand, name: str) -> dict[str, list[str]]:
    """Give what the parameters of addresses may be that leads somewhere, also to what is somebody else's."""
    stand.become("mai")
    theirs = _papers(stand, PRIVATE)
    stand.become(name)
    own = _papers(stand, "của mình") if name else []
    names = [one["id"] for one in questions()]
    return {
        "attempt_id": [*theirs, *own * 2],
        "name": names,
        "quiz": [QUIZ],
        "question": names,
        "course_name": [COURSE],
        "lesson_name": [LESSON],
        "file": ["hinh.svg", "quiz.toml"],
    }


def _papers(stand: Stand, answer: str) -> list[str]:
    """Hand in an attempt, and leave another open, with an answer in both."""
    papers = []
    for hand_in in (True, False):
        papers.append(stand.start())
        assert stand.put(papers[-1], "viet", 1_000, answer).status_code == 200
        if hand_in:
            stand.client.post(f"/attempts/{papers[-1]}/submit", headers=SAME)
    return papers


def cases(operation: Any, known: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    """Draw requests as described, and such as break the description; three of four names in its address are there."""
    ways = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if operation.body or operation.query:
        ways.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))

    def placed(case: Any, numbers: list[int]) -> Any:
        for name, number in zip(case.path_parameters, numbers, strict=False):
            values = [QUIZ] if case.path.startswith("/quizzes/{name}") else known.get(name, [])
            if values and number % 4:
                case.path_parameters[name] = values[number % len(values)]
        return case

    return st.builds(placed, st.one_of(ways), st.lists(st.integers(0, 10_000), min_size=3, max_size=3))


def send(stand: Stand, case: Any) -> Any:
    """Send a case as our own page would send it."""
    request = case.as_transport_kwargs(base_url=str(stand.client.base_url))
    if isinstance(request.get("data"), bytes | str):
        request["content"] = request.pop("data")
    request.pop("cookies", None)
    return stand.client.request(**request | {"headers": dict(request["headers"]) | SAME})


@pytest.mark.parametrize("kind", VISITORS)
def test_whatever_is_sent_nothing_breaks_and_nothing_leaks(stand: Stand, kind: str) -> None:
    # An author before may have withdrawn the quiz.
    shutil.rmtree(stand.settings.root / "quizzes" / f"_{QUIZ}", ignore_errors=True)
    stand.put_quiz(show_after="marks")
    stand.load()
    with writing(stand.engine) as session:  # a coordinator sees the people of the own commune, and no others
        mai, elsewhere = by_username(session, "mai"), unit_by_code(session, "11827")
        assert mai is not None
        assert elsewhere is not None
        mai.unit_id = elsewhere.id
    known = known_values(stand, VISITORS[kind])
    schema = schemathesis.openapi.from_dict(described(stand.app))
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) >= 20
    statuses: set[int] = set()
    # Handing in comes last: until then there is an open paper to be sent to.
    for operation in sorted(operations, key=lambda one: one.path.endswith("/submit") and one.method == "post"):

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases(operation, known))
        def one(case: Any) -> None:
            reply = send(stand, case)
            statuses.add(reply.status_code)
            where = f"{case.method} {reply.request.url}: {reply.status_code} {reply.text[:300]}"
            assert reply.status_code < 500, where
            assert PRIVATE not in reply.text, where
            if kind not in WRITERS:
                assert SECRET not in reply.text, where
            if kind not in WRITERS or not REGRADE.fullmatch(reply.request.url.path):
                assert MAI not in reply.text, where
                assert '"mai"' not in reply.text, where

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NonInteractiveExampleWarning)
            one()
    assert statuses >= ({401, 303} if kind == "nobody" else {200, 303, 404, 422}), statuses
