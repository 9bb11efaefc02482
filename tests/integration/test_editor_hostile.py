"""What no editor sends is refused with a sentence, saves nothing and takes little memory."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor_stand import SAME, begin, client, folder, question, save
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from lopso.errors import Unreadable
from lopso.web.editors import DEPTH, LARGEST, sound

MB = 1024 * 1024
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
GOOD = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.floats(-1e15, 1e15) | PLAIN,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(PLAIN, inside, max_size=4),
    max_leaves=20,
)
BAD = st.sampled_from(
    [
        *(float("nan"), float("inf"), -float("inf"), 1e300, LARGEST + 1, -(10**40), "\0", "a\0b", "\ud800", "x\udfff"),
        *({"\0": 1}, {"\ud800": 1}),
    ]
)


def nested(depth: int, inside: Any = 1) -> Any:
    for number in range(depth):
        inside = [inside] if number % 2 else {"a": inside}
    return inside


def depth_of(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth_of, inside), default=0)


@given(st.dictionaries(PLAIN, GOOD, max_size=4))
@example({"a": nested(DEPTH - 2)})
@example({"a": nested(DEPTH - 1)})
def test_plain_data_are_taken_up_to_a_depth_and_stay_as_they_are(body: dict[str, Any]) -> None:
    before = json.dumps(body)
    if depth_of(body) > DEPTH:
        with pytest.raises(Unreadable):
            sound(body)
    else:
        assert json.dumps(sound(body)) == before


@given(st.dictionaries(PLAIN, GOOD, max_size=3), BAD, st.integers(0, DEPTH - 3))
def test_one_bad_value_anywhere_is_refused(body: dict[str, Any], bad: Any, deep: int) -> None:
    with pytest.raises(Unreadable):
        sound(body | {"here": nested(deep, bad)})


@pytest.mark.parametrize("depth", [DEPTH, 100, 5000, 100_000])
def test_endless_nesting_is_refused(depth: int) -> None:
    with pytest.raises(Unreadable):
        sound({"a": nested(depth)})


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    from conftest import NOW

    from lopso.records import people
    from lopso.records.engine import make_engine, writing
    from lopso.records.schema import ensure_schema

    root: Path = tmp_path_factory.mktemp("hostile")
    engine: Engine = make_engine(f"sqlite:///{root / 'lopso.db'}")
    ensure_schema(engine)
    with writing(engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "town")
        lan = people.ensure_person(session, "lan", "Nguyễn Thị Lan", unit, "reporter", ["teacher"], NOW.date())
        ids = {"lan": lan.id}
    with client(folder(root, engine), engine, ids) as opened:
        yield opened


@pytest.fixture(scope="module")
def name(web: TestClient) -> str:
    name = begin(web, "Bài bị phá")
    assert save(web, name, {"title": "Bài bị phá", "question": [question()]}).status_code == 200
    return name


def put(web: TestClient, name: str, raw: bytes) -> Any:
    sent = b'{"revision": 2, "base": "", "tab": "b", "body": ' + raw + b"}"
    return web.put(f"/api/editor/{name}", content=sent, headers=SAME | {"Content-Type": "application/json"})


HOSTILE = {
    "nested lists": b'{"a": ' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "nested tables": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "open brackets": b'{"a": ' + b"[" * 200_000,
    "a huge whole number": b'{"a": ' + b"9" * 100_000 + b"}",
    "a number beyond all": b'{"a": 1e400}',
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "NUL": b'{"title": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b": 1}',
    "half a character": b'{"title": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "no text for a name": b"{1: 2}",
    "no text encoding": b'{"title": "\xff\xfe"}',
    "a list": b"[1, 2]",
    "a word": b'"body"',
    "nothing": b"null",
    "10 MB": b'{"title": "' + b"x" * 10 * MB + b'"}',
    "a million entries": b'{"question": [' + b"1," * 5 * MB + b"1]}",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_what_no_quiz_holds_is_refused_and_nothing_is_saved(web: TestClient, name: str, raw: bytes) -> None:
    before = web.get(f"/api/editor/{name}").json()
    tracemalloc.start()
    try:
        found = put(web, name, raw)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 400 <= found.status_code < 500
    assert found.json()["error"]
    # The test's own client holds the body and its copies; the service never reads more than its limit of one MB.
    assert peak < 4 * len(raw) + 24 * MB
    after = web.get(f"/api/editor/{name}").json()
    assert (after["revision"], after["body"]) == (before["revision"], before["body"])


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(PLAIN, GOOD, max_size=4), BAD)
def test_bad_values_sent_in_good_data_are_refused_everywhere(
    web: TestClient, name: str, body: dict[str, Any], bad: Any
) -> None:
    raw = json.dumps(body | {"here": bad}).encode()
    headers = SAME | {"Content-Type": "application/json"}
    assert put(web, name, raw).status_code == 422
    assert web.post("/api/editor", content=b'{"body": ' + raw + b"}", headers=headers).status_code == 422
    assert web.post(f"/api/editor/{name}/question", content=raw, headers=headers).status_code == 422
