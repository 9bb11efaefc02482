"""Nothing that a learner can reach holds a key: not as text, not as a hash, not as an order, not as any difference."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from gradebook_stand import make_stand
from hostile_stand import COURSE, LESSON, NOW, QUIZ, SAME, SECRET, Stand, questions, read_quiz, serve

from lopso.assignments.release import release
from lopso.formats import quiz_toml
from lopso.questions.question import Question
from lopso.records.engine import writing
from lopso.records.tables import Attempt
from lopso.web.rendering import STATIC

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")
ATTEMPT = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with serve(tmp_path_factory.mktemp("lo")) as stand:
        yield stand


def seat(stand: Stand) -> None:
    """Seat lan at a paper whose id and seed are the same in every service."""
    stand.become("lan")
    with writing(stand.engine) as session:
        if session.get(Attempt, ATTEMPT) is None:
            quiz = read_quiz(stand)
            values = {"quiz": QUIZ, "version": quiz.version, "max_points": quiz.max_points}
            session.add(Attempt(id=ATTEMPT, person_id=stand.ids["lan"], seed="hạt", number=1, started_at=NOW, **values))


def addresses(stand: Stand) -> list[str]:
    """List an address of ours for every route that answers GET, in the service's own description."""
    names = [one["id"] for one in questions()]
    values = {"attempt_id": ATTEMPT, "course_name": COURSE, "lesson_name": LESSON, "quiz": QUIZ, "file": "hinh.svg"}
    found = []
    for route, methods in stand.app.openapi()["paths"].items():
        if "get" not in methods or route in ("/logout", "/oauth_callback"):
            continue
        for name in names if "practice" in route else [QUIZ]:
            filled = re.sub(r"\{(\w+)\}", lambda part, name=name: (values | {"name": name}).get(part[1], QUIZ), route)
            found.append(filled)
    found += [f"/courses/{COURSE}/{LESSON}?blank={name}" for name in names]
    return list(dict.fromkeys(found))


def sent_by(stand: Stand) -> dict[str, str]:
    """Read everything a learner can open; where it is not for learners, what they are told."""
    return {address: stand.client.get(address).text for address in addresses(stand)}


def hashes_in(text: str, texts: set[str]) -> list[str]:
    """List the texts of which a usual hash, in a usual way to write it, stands in `text`, be it only its beginning."""
    words = set(re.findall(r"[0-9a-z+/_-]{10,}", text.lower()))
    pieces = {word[at : at + size] for word in words for size in (10, 12) for at in range(len(word) - size + 1)}
    return [one for one in texts if pieces & set(hashed({one}))]


def hashed(texts: set[str]) -> Iterator[str]:
    """Write the beginning of every usual hash of every text in every usual way, small letters."""
    for text in texts:
        for name in HASHES:
            digest = hashlib.new(name, text.encode()).digest()
            yield digest.hex()[:12]
            yield base64.b64encode(digest).decode()[:10].lower()
            yield base64.urlsafe_b64encode(digest).decode()[:10].lower()


def right_answers(question: Question) -> set[str]:
    """Write the right answer of a question in the ways that a program would before hashing it."""
    right = question.examples().right
    said = {str(right), json.dumps(right), json.dumps(right, ensure_ascii=False, separators=(",", ":"))}
    if isinstance(right, dict):
        said |= {f"{name}{by}{value}" for name, value in right.items() for by in ("", ":", "=")}
    if isinstance(right, list):
        said |= {by.join(order) for by in ("", ",", " ", "|", "-") for order in (right, sorted(right))}
        said |= set(right)
    return said | {text for text in question.key_texts() if text}


def salted(stand: Stand) -> set[str]:
    """Give right answers plain and behind the names of their question, quiz and attempt."""
    said: set[str] = set()
    for question in read_quiz(stand).questions:
        if not question.scored or question.kind == "writing":
            continue
        for text in right_answers(question):
            prefixes = (question.id, f"{QUIZ}/{question.id}", f"{QUIZ}:{question.id}", ATTEMPT, "hạt")
            said |= {text} | {f"{prefix}{by}{text}" for prefix in prefixes for by in ("", ":", "/", "=", "-", ".")}
    return said


def test_no_text_of_a_key_is_in_anything_a_learner_can_open(stand: Stand) -> None:
    seat(stand)
    seen = sent_by(stand)
    assert stand.client.get(f"/attempts/{ATTEMPT}").status_code == 200
    assert len(seen) > 25
    assert not [address for address, text in seen.items() if SECRET in text]


def test_no_hash_of_a_right_answer_is_in_anything_a_learner_can_open(stand: Stand) -> None:
    seat(stand)
    everything = "\n".join(sent_by(stand).values()).lower()
    assert hashes_in(everything, salted(stand)) == []
    version = read_quiz(stand).version  # the hash of the whole quiz, key and all
    assert version[:12] not in everything


def test_static_files_hold_no_content(stand: Stand) -> None:
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    texts = [stand.client.get(f"/static/{path.relative_to(STATIC)}").text for path in files]
    assert len(texts) > 5
    assert not [text for text in texts if SECRET in text]


def wrong_answers(stand: Stand) -> dict[str, Any]:
    return {one.id: one.examples().wrong for one in read_quiz(stand).questions if one.examples().wrong is not None}


def test_saving_wrong_answers_tells_nothing_about_right_ones(stand: Stand) -> None:
    seat(stand)
    texts = salted(stand)
    for name, answer in wrong_answers(stand).items():
        reply = stand.put(ATTEMPT, name, 1, answer)
        assert reply.json()["kept"] is True
        assert reply.json().keys() <= {"seq", "saved_at", "kept", "answer", "left"}
        assert SECRET not in reply.text
        assert hashes_in(reply.text, texts) == []


def test_a_wrong_practice_answer_is_told_its_own_remark_and_nothing_of_the_rest(stand: Stand) -> None:
    stand.become("lan")
    for question in read_quiz(stand).questions:
        wrong = question.examples().wrong
        if wrong is None:
            continue
        told = stand.client.post(f"/api/practice/{COURSE}/{question.id}", headers=SAME, json={"answer": wrong})
        again = stand.client.get(f"/api/practice/{COURSE}/{question.id}").text
        page = stand.client.get(f"/courses/{COURSE}/{LESSON}").text
        assert told.status_code == 200
        chosen = set(told.json()["options"].values())
        for text in question.key_texts():
            if text not in chosen:
                assert text not in told.text + again, question.id
        assert "GIẢI-THÍCH" not in told.text + again + page


@pytest.mark.parametrize("level", ["nothing", "marks", "explanations"])
def test_a_result_shows_no_more_than_the_quiz_says(tmp_path: Path, level: str) -> None:
    with serve(tmp_path, show_after=level) as stand:
        seat(stand)
        wrong = wrong_answers(stand)
        for name, answer in wrong.items():
            stand.put(ATTEMPT, name, 1, answer)
        assert stand.client.post(f"/attempts/{ATTEMPT}/submit", headers=SAME).status_code == 303
        seen = "\n".join(sent_by(stand).values())
        points = rf"(?<!\d)0/{read_quiz(stand).max_points:g}(?!/)"  # no day of a calendar: 10/11/2024
        assert not re.search(points, seen) or level != "nothing"
        if level == "explanations":  # remarks on what was chosen; neither explanations nor what would be accepted
            secrets = ("GIẢI-THÍCH", *(text for one in questions() for text in one.get("accept", ())))
            assert f"{SECRET}-b" in seen
        else:
            secrets = (SECRET,)
        assert not [text for text in secrets if text in seen]


@pytest.mark.parametrize("handed_in", [False, True])
def test_two_services_that_differ_in_the_key_alone_send_the_same(tmp_path: Path, handed_in: bool) -> None:
    seen: list[dict[str, str]] = []
    for turned in (False, True):
        with serve(tmp_path / str(turned), turned) as stand:
            seat(stand)
            replies = {}
            for one in questions():
                raw = {"mot": "b", "chu": "chữ", "sap": ["e", "f", "g", "h", "i"], "bon-o": "7"}.get(one["id"])
                replies[one["id"]] = stand.put(ATTEMPT, one["id"], 1, raw).text
            if handed_in:
                stand.client.post(f"/attempts/{ATTEMPT}/submit", headers=SAME)
            seen.append(replies | sent_by(stand))
    assert len(seen[0]) > 40
    assert [address for address in seen[0] if seen[0][address] != seen[1][address]] == []


def test_no_order_of_any_list_is_the_key(stand: Stand) -> None:
    """Over many papers, right things stand in each place as often as chance has it."""
    quiz = read_quiz(stand)
    single = next(one for one in quiz.questions if one.id == "mot")
    ordering = next(one for one in quiz.questions if one.kind == "ordering")
    first = [0, 0, 0]
    orders: dict[tuple[str, ...], int] = dict.fromkeys(permutations("efghi"), 0)
    for number in range(1_200):
        options = [one["id"] for one in single.shown(_rng(number))["options"]]
        first[options.index("a")] += 1
        orders[tuple(one["id"] for one in ordering.shown(_rng(number))["items"])] += 1
    assert all(300 < count < 500 for count in first), first
    assert orders.pop(tuple(ordering.examples().right)) == 0  # the only order that is never shown
    assert max(orders.values()) < 30  # ten is chance


def _rng(number: int) -> random.Random:
    return random.Random(f"{number}:x")


@pytest.mark.parametrize("way", [str, lambda digest: base64.b64encode(bytes.fromhex(digest)).decode()])
def test_a_hash_would_be_found(stand: Stand, way: Any) -> None:
    for secret in ("mot:a", "KHOA-MK", f"{QUIZ}/sap/{','.join('gfieh')}"):
        page = f"<p data-x='v1.{way(hashlib.sha1(secret.encode()).hexdigest())}'>"
        assert hashes_in(page, salted(stand)) == [secret]


def test_released_notebooks_of_two_keys_are_the_same_file(tmp_path: Path) -> None:
    """Also checksums that nbgrader writes beside each cell must not be those of the cell with its key."""
    made = []
    for turned in (False, True):
        stand = make_stand(tmp_path / str(turned))
        quiz = stand.put(quiz_toml.write({"title": "Thử", "counts": "last", "question": questions(turned)}))
        media = stand.settings.root / "quizzes" / "thu" / "media"
        media.mkdir(parents=True)
        (media / "hinh.svg").write_text("<svg/>", encoding="utf-8")
        path = release(stand.settings, stand.engine, quiz)
        made.append({one.name: one.read_bytes() for one in path.parent.rglob("*") if one.is_file()})
        text = path.read_text(encoding="utf-8")
        assert SECRET not in text
        assert quiz.version[:12] not in text
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []
