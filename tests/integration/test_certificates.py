"""Certificates: issued once to whoever completed the course, confirmed to everybody, revoked, and not to be guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import course_files
import pypdfium2
import pytest
from fastapi.testclient import TestClient
from report_stand import PLAN
from sqlalchemy import Engine

from lopso import certificates, content
from lopso.errors import Closed, NotFound, Unreadable
from lopso.records import audit, documents, people
from lopso.records.certificates import by_number
from lopso.records.engine import reading, writing
from lopso.records.tables import LessonProgress, Person
from lopso.reports.certificate import CertificateFace, certificate_pdf
from lopso.scope import Scope
from lopso.settings import Settings, load
from lopso.web.app import make_app
from lopso.web.guesses import TRIES
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
NUMBER = re.compile(r"LS(-[0-9A-HJKMNP-TV-Z]{4}){3}")


class OpenDoor:
    """A door that knows people by their username as token."""

    def __init__(self, ids: dict[str, int]) -> None:
        self._ids = ids

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        del session_id
        if token not in self._ids:
            return None
        return Visitor(self._ids[token], token, f"Nguyễn Thị {token.title()}", "Xã", ("trainee",), False)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    course_files.write_course(tmp_path / "courses" / "thu")
    return load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_PLAN": "thu"})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(engine: Engine, settings: Settings, learners: dict[str, int], clock: Clock) -> Iterator[TestClient]:
    """Let Lan complete the course, and nobody else."""
    assert content.load(engine, settings, NOW).faults == ()
    with writing(engine) as session:
        documents.put(session, "plan", "thu", "v1", PLAN, NOW)
        complete(session, learners["lan"])
    app = make_app(settings, engine, cast(Door, OpenDoor(learners)), after_hand_in=print, clock=clock)
    with TestClient(app, headers={"X-Lopso": "1"}, follow_redirects=False) as client:
        yield client


def complete(session: Any, person_id: int) -> None:
    body = documents.current(session, "course", "thu")
    assert body is not None
    for lesson in body["lesson"]:
        name = lesson["file"].removesuffix(".ipynb")
        at = NOW - dt.timedelta(days=3)
        facts = {"section": "s", "seen_at": at, "finished_at": at}
        session.add(LessonProgress(person_id=person_id, course="thu", lesson=name, **facts))


def become(client: TestClient, name: str) -> None:
    client.cookies.set(TOKEN_COOKIE, name)


def number_of(engine: Engine, person_id: int) -> str:
    with reading(engine) as session:
        found = certificates.in_force(session, person_id, "thu")
    return found.number if found else ""


def take(client: TestClient, engine: Engine, learners: dict[str, int]) -> str:
    become(client, "lan")
    assert client.post("/certificates/of/thu").status_code == 303
    return number_of(engine, learners["lan"])


def zone(client: TestClient) -> Any:
    return cast(Any, client.app).state.zone


def test_a_learner_takes_the_certificate_of_a_completed_course_and_gets_it_as_pdf(
    client: TestClient, engine: Engine, learners: dict[str, int]
) -> None:
    become(client, "lan")
    assert "Nhận giấy chứng nhận" in client.get("/courses/thu").text
    number = take(client, engine, learners)
    assert NUMBER.fullmatch(number)
    seen = client.get("/courses/thu").text
    assert "Nhận giấy chứng nhận" not in seen
    assert "/certificates/of/thu" in seen
    reply = client.get("/certificates/of/thu")
    assert reply.headers["content-type"] == "application/pdf"
    said = pypdfium2.PdfDocument(reply.content)[0].get_textpage().get_text_range()
    for words in (
        "GIẤY CHỨNG NHẬN",
        "Nguyễn Thị Lan",
        number,
        "20/11/2026",
        f"http://testserver/certificates/{number}",
        "MẪU",
    ):
        assert words in " ".join(said.split()), words


def test_asked_for_twice_it_stays_one(client: TestClient, engine: Engine, learners: dict[str, int]) -> None:
    first = take(client, engine, learners)
    assert take(client, engine, learners) == first
    with writing(engine) as session:
        assert certificates.to_issue(session, "thu", NOW, zone(client)) == {}


@pytest.mark.parametrize("who", ["mai"])
def test_whoever_has_not_completed_the_course_gets_none(client: TestClient, who: str) -> None:
    become(client, who)
    assert "Nhận giấy chứng nhận" not in client.get("/courses/thu").text
    reply = client.post("/certificates/of/thu")
    assert (reply.status_code, "chưa hoàn thành khóa học" in reply.text) == (409, True)
    assert client.get("/certificates/of/thu").status_code == 404
    assert client.post("/certificates/of/khong-co").status_code == 404


def test_everybody_can_confirm_name_course_and_day_and_nothing_else(
    client: TestClient, engine: Engine, learners: dict[str, int]
) -> None:
    number = take(client, engine, learners)
    client.cookies.clear()
    reply = client.get(f"/certificates/{number}")
    assert reply.status_code == 200
    for words in ("Nguyễn Thị Lan", "20/11/2026", "đang có hiệu lực"):
        assert words in reply.text
    for secret in ("Vĩnh Bảo", "lan<", ">lan", "reporter", "23/11/2026"):
        assert secret not in reply.text, secret
    assert reply.headers["x-robots-tag"].startswith("noindex")
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "typed", [str.lower, lambda n: n.replace("-", " "), lambda n: n.replace("0", "o").replace("1", "l")]
)
def test_a_number_is_read_as_people_type_it(
    client: TestClient, engine: Engine, learners: dict[str, int], typed: Any
) -> None:
    number = take(client, engine, learners)
    assert (
        client.get("/certificates", params={"number": typed(number)}).headers["location"] == f"/certificates/{number}"
    )


def test_a_revoked_certificate_says_so_and_no_more(
    client: TestClient, engine: Engine, learners: dict[str, int]
) -> None:
    number = take(client, engine, learners)
    with writing(engine) as session:
        certificates.revoke(session, number, "cấp nhầm người", by="boss", now=NOW)
        [line] = audit.about(session, f"person:{learners['lan']}", "certificate.revoke")
    assert line.detail == {"number": number, "reason": "cấp nhầm người"}
    seen = client.get(f"/certificates/{number}").text
    assert "đã bị thu hồi" in seen
    assert [words for words in ("Nguyễn Thị Lan", "20/11/2026", "cấp nhầm") if words in seen] == []
    assert client.get("/certificates/of/thu").status_code == 404
    assert "đã bị thu hồi" in client.get("/courses/thu").text
    assert client.post("/certificates/of/thu").status_code == 409  # not taken anew by oneself
    with writing(engine) as session:
        again = certificates.issue(session, learners["lan"], "thu", by="boss", now=NOW, zone=zone(client), again=True)
    assert again.number != number


@pytest.mark.parametrize(
    ("number", "reason", "error"),
    [
        ("", "vì", NotFound),
        ("LS-0000-0000-0000", "vì", NotFound),
        ("mine", "  ", Unreadable),
        ("mine", "x" * 501, Unreadable),
    ],
)
def test_revoking_needs_a_number_that_is_there_and_a_reason(
    client: TestClient, engine: Engine, learners: dict[str, int], number: str, reason: str, error: type[Exception]
) -> None:
    mine = take(client, engine, learners)
    with pytest.raises(error), writing(engine) as session:
        certificates.revoke(session, mine if number == "mine" else number, reason, by="boss", now=NOW)
    assert number_of(engine, learners["lan"]) == mine


def test_it_is_revoked_once(client: TestClient, engine: Engine, learners: dict[str, int]) -> None:
    number = take(client, engine, learners)
    with writing(engine) as session:
        certificates.revoke(session, number, "một", by="boss", now=NOW)
    with pytest.raises(Closed), writing(engine) as session:
        certificates.revoke(session, number, "hai", by="boss", now=NOW)


def test_whoever_guesses_numbers_is_slowed_down_and_logged(
    client: TestClient, engine: Engine, learners: dict[str, int], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    number = take(client, engine, learners)
    client.cookies.clear()
    for _try in range(TRIES):
        assert client.get(f"/certificates/{certificates.new_number()}").status_code == 404
    assert sum("certificate number not there" in line and "testclient" in line for line in caplog.messages) == TRIES
    reply = client.get(f"/certificates/{number}")  # a right one tells a guesser nothing either
    assert (reply.status_code, "Nguyễn" in reply.text) == (429, False)
    clock.now += dt.timedelta(minutes=16)
    assert client.get(f"/certificates/{number}").status_code == 200


@pytest.mark.parametrize("odd", ["-", "x", "LS", "LS-0000", "%00", "LS-ÊÊÊÊ-0000-0000", "a" * 3000, "..%2f..", "=1+1"])
def test_what_is_no_number_is_not_found(client: TestClient, odd: str) -> None:
    assert client.get(f"/certificates/{odd}").status_code == 404


def test_an_erased_person_is_no_longer_named(client: TestClient, engine: Engine, learners: dict[str, int]) -> None:
    number = take(client, engine, learners)
    with writing(engine) as session:
        session.get_one(Person, learners["lan"]).erased_at = NOW
    seen = client.get(f"/certificates/{number}").text
    assert "Nguyễn Thị Lan" not in seen
    assert "Đã xóa theo yêu cầu" in seen
    assert client.get("/certificates/of/thu").status_code == 404


def test_all_who_completed_get_theirs_at_once_within_reach(
    client: TestClient, engine: Engine, learners: dict[str, int]
) -> None:
    with writing(engine) as session:
        complete(session, learners["mai"])
        elsewhere = people.ensure_unit(session, "X", "Xã khác", "commune")
        session.get_one(Person, learners["mai"]).unit_id = elsewhere.id
    with writing(engine) as session:
        days = certificates.to_issue(session, "thu", NOW, zone(client), Scope(frozenset({elsewhere.id})))
        assert list(days) == [learners["mai"]]
        assert certificates.issue_some(session, days, "thu", by="boss", now=NOW) == 1
        assert certificates.issue_some(session, days, "thu", by="boss", now=NOW) == 0
        assert list(certificates.to_issue(session, "thu", NOW, zone(client))) == [learners["lan"]]


def test_a_name_stays_as_it_was_issued(client: TestClient, engine: Engine, learners: dict[str, int]) -> None:
    number = take(client, engine, learners)
    with writing(engine) as session:
        session.get_one(Person, learners["lan"]).full_name = "Tên Khác"
        found = by_number(session, number)
    assert found is not None
    assert found.full_name == "Nguyễn Thị Lan"


def test_numbers_differ_and_hold_no_letters_that_look_alike() -> None:
    numbers = {certificates.new_number() for _each in range(2000)}
    assert len(numbers) == 2000
    assert all(NUMBER.fullmatch(number) and certificates.read_number(number) == number for number in numbers)


@pytest.mark.parametrize("length", [10, 80, 120, 200])
def test_the_longest_names_stay_on_one_page(length: int) -> None:
    day = dt.date(2026, 11, 23)
    name, course = ("Nguyễn Thị Phương " * 20)[:length], ("Kỹ năng viết tin, bài " * 20)[:length]
    address = "https://lopso.example.gov.vn/certificates/LS-0000-0000-0000"
    face = CertificateFace("LS-0000-0000-0000", name, course, day, day, "UBND huyện", "Vĩnh Bảo", address, sample=True)
    assert len(pypdfium2.PdfDocument(certificate_pdf(face))) == 1
