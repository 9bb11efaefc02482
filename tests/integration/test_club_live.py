"""A club session over HTTP, on a real server: phones, the teacher's page and the projector, told as things change."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from club_stand import NOW, SECOND, TEACHER, ClubStand, put_quiz, put_school
from sqlalchemy import Engine, event, select

from lopso.bootstrap import Server
from lopso.club import joining, tickets
from lopso.club.game import TRAVEL
from lopso.club.joining import Joined
from lopso.club.rules import Rules
from lopso.club.tickets import Ticket
from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.records.tables import Activity, Answer
from lopso.settings import load as load_settings
from lopso.web import live_writing
from lopso.web.app import make_app
from lopso.web.live_reading import read_snapshot
from lopso.web.live_telling import LEAST_SPREAD, PAPER_SECONDS, Telling
from lopso.web.visitor import Visitor

REPOSITORY = Path(__file__).parents[2]
KEY = b"k" * 32
CLOSE = NOW + 20 * SECOND + TRAVEL
#: What a browser sends with a request of its own page.
SAME = {"X-Lopso": "1"}
JSON = {"Content-Type": "application/json"}


class Clock:
    """The server's clock, set by the test."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> dt.datetime:
        return self.time


class OpenDoor:
    """Lets in whoever says their name: authentication is the hub's, and tested with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def visitor(self, token: str, session_id: str) -> Visitor | None:  # noqa: ARG002 - as the door
        with reading(self._engine) as session:
            found = people.identity(session, token)
        if found is None:
            return None
        return Visitor(found.person_id, token, found.full_name, found.unit_name, found.roles, must_change=False)


@contextmanager
def served(engine: Engine, folder: Path, clock: Callable[[], dt.datetime]) -> Iterator[httpx.Client]:
    """Serve the web service; give a client that is nobody."""
    if not (folder / "plans").exists():
        shutil.copytree(REPOSITORY / "plans", folder / "plans")
    settings = load_settings(None, {"LOPSO_ROOT": str(folder), "LOPSO_DATABASE_URL": str(engine.url)})
    app = make_app(settings, engine, OpenDoor(engine), lambda _id: None, clock, KEY)  # type: ignore[arg-type]
    server = Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        client.app = app  # type: ignore[attr-defined]
        yield client
    server.should_exit = True
    thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(engine: Engine, tmp_path: Path, clock: Clock) -> Iterator[httpx.Client]:
    with served(engine, tmp_path, clock) as client:
        yield client


def seat(who: Joined, key: bytes = KEY, **other: Any) -> dict[str, str]:
    """Give the header of a request from somebody's phone."""
    one = who.participant
    ticket = Ticket(**{"club_id": one.session_id, "participant_id": one.id, "epoch": one.epoch, **other})
    return {"Cookie": f"{tickets.COOKIE}={tickets.sign(ticket, key)}"}


def teacher(name: str = TEACHER) -> dict[str, str]:
    return {"Authorization": f"token {name}", **SAME}


def put(client: httpx.Client, who: Joined, question: str, answer: Any, seq: Any = 1) -> httpx.Response:
    return client.put(f"/api/play/answers/{question}", json={"seq": seq, "answer": answer}, headers=seat(who))


def say(client: httpx.Client, stand: ClubStand, verb: str, **values: Any) -> dict[str, Any]:
    reply = client.post(f"/api/sessions/{stand.id}/do", json={"verb": verb, **values}, headers=teacher())
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def play(client: httpx.Client, who: Joined) -> dict[str, Any]:
    reply = client.get("/api/play", headers=seat(who))
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def until(question: Callable[[], Any]) -> Any:
    """Ask again until the answer is true; gives it."""
    for _try in range(400):
        if found := question():
            return found
        time.sleep(0.025)
    raise AssertionError("never came true")


class Listener:
    """A page that listens in a thread of its own."""

    def __init__(self, client: httpx.Client, address: str, headers: dict[str, str]) -> None:
        self.told: list[dict[str, Any]] = []
        self.is_over = False
        self._base, self._address, self._headers = str(client.base_url), address, headers
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with (
            suppress(httpx.RemoteProtocolError),
            httpx.stream("GET", self._base + self._address, headers=self._headers, timeout=30) as reply,
        ):
            assert reply.headers["content-type"].startswith("text/event-stream")
            for line in reply.iter_lines():
                if line.startswith("data: {"):
                    self.told.append(json.loads(line.removeprefix("data: ")))
        self.is_over = True

    def heard(self, **wanted: Any) -> dict[str, Any]:
        """Wait until the last thing told is so; gives it."""

        def last() -> dict[str, Any] | None:
            found = self.told[-1] if self.told else {}
            return found if all(found.get(name) == value for name, value in wanted.items()) else None

        found: dict[str, Any] = until(last) if wanted else until(lambda: self.told and self.told[-1])
        return found


def test_a_question_is_played_from_lobby_to_standing(client: httpx.Client, engine: Engine, clock: Clock) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    assert play(client, lan)["step"] == "lobby"
    told = say(client, stand, "begin", revision=0)
    assert (told["step"], told["next"], told["question"], told["of"]) == ("question", "close", 1, 3)
    asked = play(client, lan)
    assert asked["question"]["id"] == "q0"
    assert asked["question"]["left"] == 20
    clock.time = NOW + 10 * SECOND
    assert put(client, lan, "q0", "x").json() == {"seq": 1, "kept": True, "left": 10.0}
    assert put(client, mai, "q0", "y").status_code == 200
    clock.time = CLOSE
    until(lambda: play(client, lan)["step"] == "shown")
    shown = play(client, lan)
    assert shown["result"] == {"outcome": "right", "points": 1, "max": 1, "score": 750, "reason": "<p>BÍ MẬT 0</p>"}
    assert shown["key"] == ["Đúng 0"]
    assert {bar["id"]: (bar["count"], bar["right"]) for bar in shown["bars"]} == {"x": (1, True), "y": (1, False)}
    assert play(client, mai)["result"]["outcome"] == "wrong"
    assert say(client, stand, "standing")["step"] == "standing"
    assert play(client, mai)["standing"] == [
        {"place": 1, "nickname": "Lan", "score": 750, "me": False},
        {"place": 2, "nickname": "Mai", "score": 0, "me": True},
    ]
    assert play(client, lan)["me"] == {"nickname": "Lan", "team": "", "score": 750, "place": 1}


def test_nothing_of_a_key_is_told_before_it_is_shown(client: httpx.Client, engine: Engine, clock: Clock) -> None:
    stand = ClubStand(engine, Rules(hold=True))
    lan = stand.join("Lan")
    say(client, stand, "begin")
    put(client, lan, "q0", "x")
    addresses = {"/api/play": seat(lan), f"/api/sessions/{stand.id}/screen": teacher()}
    for moment in (NOW + SECOND, CLOSE):
        clock.time = moment
        if moment == CLOSE:
            until(lambda: play(client, lan)["step"] == "closed")
        for address, headers in addresses.items():
            said = client.get(address, headers=headers)
            assert "BÍ MẬT" not in said.text
            assert "right" not in said.text
            assert said.json()["key"] is said.json()["explanation"] is said.json()["bars"] is None
    say(client, stand, "reveal")
    for address, headers in addresses.items():
        assert "BÍ MẬT 0" in client.get(address, headers=headers).text


def test_listeners_are_told_at_once_what_this_process_does(client: httpx.Client, engine: Engine, clock: Clock) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    phone = Listener(client, "/api/play/events", seat(lan))
    desk = Listener(client, f"/api/sessions/{stand.id}/events", teacher())
    screen = Listener(client, f"/api/sessions/{stand.id}/screen/events", teacher())
    for each in (phone, desk, screen):
        each.heard(step="lobby")
    say(client, stand, "begin")
    for each in (phone, desk, screen):
        each.heard(step="question")
    put(client, lan, "q0", "x")
    assert desk.heard(answered=1)["joined"][0] == {
        "id": lan.participant.id,
        "number": 1,
        "nickname": "Lan",
        "team": "",
        "answered": 1,
        "score": 0,
        "online": True,
    }
    clock.time = CLOSE
    assert phone.heard(step="shown")["result"]["outcome"] == "right"
    assert desk.heard(step="shown")["questions"][0] | {"number": 1} == {
        "number": 1,
        "id": "q0",
        "right": 1,
        "partly": 0,
        "wrong": 0,
        "unanswered": 0,
    }
    assert [bar["label"].split()[0] for bar in screen.heard(step="shown")["bars"]] == ["<b>A.</b>", "<b>B.</b>"]


def test_what_another_process_does_is_noticed(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    phone = Listener(client, "/api/play/events", seat(lan))
    desk = Listener(client, f"/api/sessions/{stand.id}/events", teacher())
    phone.heard(step="lobby")
    stand.say("begin", NOW)
    assert phone.heard(step="question")["question"]["seq"] == 0
    stand.join("Mai")
    assert desk.heard(count=2)["online"] == 1
    stand.answer(lan, "q0", "y", NOW + SECOND, seq=3)
    assert play(client, lan)["question"] | {"prompt": None} == {
        **phone.told[-1]["question"],
        "prompt": None,
        "seq": 3,
        "value": "y",
    }
    with writing(engine) as session:
        joining.rename(session, stand.id, lan.participant.id, "Lan Anh", TEACHER, NOW)
    assert until(lambda: phone.told[-1]["me"]["nickname"] == "Lan Anh")
    with writing(engine) as session:
        joining.remove(session, stand.id, lan.participant.id, TEACHER, NOW)
    phone.heard(step="removed")
    assert client.get("/api/play", headers=seat(lan)).status_code == 410


def test_a_pupil_who_comes_back_finds_the_answer_that_is_kept(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    say(client, stand, "begin")
    put(client, lan, "q0", "y", 7)
    question = play(client, lan)["question"]
    assert (question["seq"], question["value"]) == (7, "y")
    older = put(client, lan, "q0", "x", 3)
    assert older.json() | {"left": 0} == {"seq": 7, "kept": False, "left": 0, "answer": "y"}


@pytest.mark.parametrize(("moment", "question"), [(CLOSE, "q0"), (NOW, "q1")])
def test_an_answer_that_is_late_or_for_another_question_is_refused_in_plain_words(
    client: httpx.Client, engine: Engine, clock: Clock, moment: dt.datetime, question: str
) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    say(client, stand, "begin")
    clock.time = moment
    reply = put(client, lan, question, "x")
    assert reply.status_code == 409
    assert set(reply.json()) == {"error", "fix"}
    with reading(engine) as session:
        assert session.scalars(select(Answer)).all() == []


UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b"7",
    b'{"answer": "x"}',
    b'{"seq": 0, "answer": "x"}',
    b'{"seq": "1", "answer": "x"}',
    b'{"seq": true, "answer": "x"}',
    b'{"seq": 1e30, "answer": "x"}',
    b'{"seq": 99999999999, "answer": "x"}',
    b'{"seq": 1, "answer": {"x": 1}}',
    b'{"seq": 1, "answer": "khong-co"}',
    b'{"seq": 1, "answer": ["x", "y"]}',
    b'{"seq": 1, "answer": "\\ud800"}',
    b'{"seq": 1, "answer": "' + b"x" * 70_000 + b'"}',
    b"[" * 100_000,
    b"\xff\xfe",
]


def test_what_cannot_be_read_is_refused_and_nothing_is_kept(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    say(client, stand, "begin")
    for body in UNREADABLE:
        reply = client.put("/api/play/answers/q0", content=body, headers={**seat(lan), **JSON})
        assert reply.status_code == 422, body[:40]
    as_a_form = client.put("/api/play/answers/q0", content=b'{"seq": 1, "answer": "x"}', headers=seat(lan))
    assert as_a_form.status_code == 422
    with reading(engine) as session:
        assert session.scalars(select(Answer)).all() == []


def test_a_body_larger_than_any_request_is_refused(client: httpx.Client, engine: Engine) -> None:
    lan = ClubStand(engine).join("Lan")
    reply = client.put("/api/play/answers/q0", content=b"x" * 3_000_000, headers={**seat(lan), **JSON})
    assert reply.status_code == 413


def test_a_forged_or_old_or_foreign_place_is_nobodys(client: httpx.Client, engine: Engine) -> None:
    stand, other = ClubStand(engine), ClubStand(engine)
    lan, tu = stand.join("Lan"), other.join("Tú")
    say(client, stand, "begin")
    foreign = seat(lan, club_id=other.id)  # signed, but of no participant of that session
    forged = seat(lan, key=b"x" * 32)
    nobody = seat(lan, participant_id=10**14)
    gone = seat(lan, club_id="0" * 32)
    for headers in (foreign, forged, nobody, gone, seat(lan, epoch=1), {"Cookie": f"{tickets.COOKIE}=x"}, {}):
        for address in ("/api/play", "/api/play/events"):
            assert client.get(address, headers=headers).status_code == 401
        reply = client.put("/api/play/answers/q0", json={"seq": 1, "answer": "x"}, headers=headers)
        assert reply.status_code == 401
    assert play(client, tu)["step"] == "lobby"


def test_a_place_in_a_session_opens_no_other_door(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    for address in (
        f"/api/sessions/{stand.id}",
        f"/api/sessions/{stand.id}/screen",
        f"/api/sessions/{stand.id}/events",
    ):
        assert client.get(address, headers=seat(lan)).status_code == 401
    reply = client.post(f"/api/sessions/{stand.id}/do", json={"verb": "end"}, headers={**seat(lan), **SAME})
    assert reply.status_code == 401
    assert stand.row.state == "lobby"


def test_only_whoever_runs_a_session_commands_it(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine)
    with writing(engine) as session:
        away = people.ensure_unit(session, "TH-02", "Trường khác", "school")
        people.ensure_person(session, "thay-ba", "Thầy Ba", away, "teacher", ["teacher"], NOW.date())
        people.ensure_person(session, "lan", "Lan", away, "reporter", ["trainee"], NOW.date())
    for name, status in (("thay-ba", 404), ("lan", 403)):
        reply = client.post(f"/api/sessions/{stand.id}/do", json={"verb": "begin"}, headers=teacher(name))
        assert reply.status_code == status
        assert client.get(f"/api/sessions/{stand.id}", headers=teacher(name)).status_code == status
    assert client.get("/api/sessions/khong-co", headers=teacher()).status_code == 404
    assert stand.row.state == "lobby"


NO_COMMANDS: list[dict[str, Any]] = [
    {"verb": "burn"},
    {"verb": "x" * 10_000},
    {"verb": 7},
    {},
    {"verb": "begin", "revision": "0"},
    {"verb": "add_time", "seconds": "NaN"},
    {"verb": "add_time", "seconds": -5},
]


def test_what_is_no_command_is_refused(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine)
    stand.say("begin", NOW)
    before = stand.row.revision
    for said in NO_COMMANDS:
        reply = client.post(f"/api/sessions/{stand.id}/do", json=said, headers=teacher())
        assert reply.status_code in (409, 422), said
    assert stand.row.revision == before


def test_of_many_lines_of_one_phone_the_oldest_is_closed(client: httpx.Client, engine: Engine) -> None:
    lan = ClubStand(engine).join("Lan")
    first = Listener(client, "/api/play/events", seat(lan))
    first.heard(step="lobby")
    others = [Listener(client, "/api/play/events", seat(lan)) for _ in range(4)]
    until(lambda: first.is_over)
    others[-1].heard(step="lobby")


def test_with_the_leaderboard_off_nobody_hears_of_places(client: httpx.Client, engine: Engine) -> None:
    stand = ClubStand(engine, Rules(leaderboard=False))
    lan = stand.join("Lan")
    say(client, stand, "begin")
    say(client, stand, "close")
    say(client, stand, "standing")
    told = play(client, lan)
    assert told["standing"] is told["teams"] is told["me"]["place"] is None
    assert client.get(f"/api/sessions/{stand.id}/screen", headers=teacher()).json()["standing"] is None


def test_at_own_pace_the_phone_keeps_its_paper_and_its_time(client: httpx.Client, engine: Engine, clock: Clock) -> None:
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    lan = stand.join("Lan")
    assert play(client, lan) | {"step": "lobby", "left": None, "handed_in": False} == play(client, lan)
    say(client, stand, "begin")
    assert play(client, lan)["left"] == 600
    for question in ("q2", "q0"):
        assert put(client, lan, question, "x").json()["kept"]
    clock.time = NOW + dt.timedelta(minutes=11)
    assert put(client, lan, "q1", "x").status_code == 409
    until(lambda: play(client, lan)["state"] == "ended")
    until(lambda: play(client, lan)["handed_in"])
    until(lambda: stand.row.handed_in_at is not None)
    assert stand.attempt(lan).points == 2


def test_whoever_opens_a_paper_has_nobody_elses_row_read(
    client: httpx.Client,
    engine: Engine,
    clock: Clock,  # noqa: ARG001 - sets the time
) -> None:
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    lan = stand.join("Lan")
    stand.join("Mai")
    say(client, stand, "begin")
    assert "<form" in client.get("/play", headers=seat(lan)).text
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert "<form" in client.get("/play", headers=seat(lan)).text
    assert [one for one in asked if "ORDER BY club_participant.number" in one] == []


def test_the_more_phones_there_are_the_longer_they_spread_what_all_ask_for(engine: Engine) -> None:
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    stand.join("Lan")
    with reading(engine) as session:
        few = read_snapshot(session, stand.id)
    [lan] = few.members.values()
    school = replace(few, members={number: lan._replace(id=number) for number in range(2000)})
    told = [Telling(each).pupil(lan, None, NOW)["spread"] for each in (few, school)]
    assert told == [LEAST_SPREAD, 2000 * PAPER_SECONDS]


def test_above_a_number_of_lines_a_phone_at_own_pace_is_told_when_to_ask_again(
    client: httpx.Client, engine: Engine
) -> None:
    client.app.state.live.own_pace_lines = 1  # type: ignore[attr-defined]
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    kept = Listener(client, "/api/play/events", seat(lan))
    assert kept.heard(step="lobby")["spread"] == LEAST_SPREAD
    state, later, rest = client.get("/api/play/events", headers=seat(mai)).text.split("\n\n")
    assert json.loads(state.removeprefix("event: state\ndata: "))["me"]["nickname"] == "Mai"
    assert json.loads(state.removeprefix("event: state\ndata: "))["spread"] == 0
    assert LEAST_SPREAD * 0.5 < float(later.removeprefix("event: later\ndata: ")) < LEAST_SPREAD * 1.5
    assert rest == ""
    desk = Listener(client, f"/api/sessions/{stand.id}/events", teacher())
    assert desk.heard(step="lobby")["online"] == 2
    say(client, stand, "begin")
    kept.heard(step="question")
    assert '"step":"question"' in client.get("/api/play/events", headers=seat(mai)).text


def test_a_session_that_plays_together_keeps_every_line(client: httpx.Client, engine: Engine) -> None:
    client.app.state.live.own_pace_lines = 0  # type: ignore[attr-defined]
    stand = ClubStand(engine)
    phone = Listener(client, "/api/play/events", seat(stand.join("Lan")))
    phone.heard(step="lobby")
    say(client, stand, "begin")
    phone.heard(step="question")


def test_a_question_open_at_a_stop_goes_on_at_the_next_start(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    with served(engine, tmp_path, clock) as client:
        say(client, stand, "begin")
        put(client, lan, "q0", "y")
        clock.time = NOW + 15 * SECOND
        until(lambda: stand.row.seen_at == clock.time)
    clock.time = NOW + 60 * SECOND  # it would have closed long ago
    with served(engine, tmp_path, clock) as client:
        question = play(client, lan)["question"]
        assert (question["left"], question["value"]) == (7.0, "y")
        assert put(client, lan, "q0", "x", 2).json()["kept"]
        clock.time += 8 * SECOND
        until(lambda: play(client, lan)["step"] == "shown")
        assert play(client, lan)["result"]["outcome"] == "right"


def test_two_processes_serve_one_session(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    with served(engine, tmp_path, clock) as one, served(engine, tmp_path, clock) as other:
        phone = Listener(other, "/api/play/events", seat(mai))
        phone.heard(step="lobby")
        say(one, stand, "begin")
        phone.heard(step="question")
        put(one, lan, "q0", "x")
        put(other, mai, "q0", "y")
        assert play(other, lan)["question"]["value"] == "x"
        clock.time = CLOSE
        assert phone.heard(step="shown")["result"]["outcome"] == "wrong"
        until(lambda: (play(one, lan)["result"] or {}).get("outcome") == "right")
    assert stand.outcomes("q0") == {"Lan": "right", "Mai": "wrong"}


def test_a_session_ends_with_every_paper_handed_in(client: httpx.Client, engine: Engine, clock: Clock) -> None:
    put_quiz(engine)
    put_school(engine)
    stand = ClubStand(engine, plan="vinh-bao-2024", activity_kind="extracurricular")
    pupils = [stand.join(f"Em {number}") for number in range(12)]
    say(client, stand, "begin")
    put(client, pupils[0], "q0", "x")
    say(client, stand, "end")
    clock.time = NOW + 5 * SECOND
    until(lambda: stand.row.handed_in_at is not None)
    assert [stand.attempt(who).points for who in pupils] == [1] + [0] * 11
    assert play(client, pupils[0])["step"] == "ended"
    with reading(engine) as session:
        filed = session.scalars(select(Activity)).all()
    assert [(one.id, one.attendance, one.kind) for one in filed] == [(stand.row.activity_id, 12, "extracurricular")]


def test_a_session_that_cannot_go_on_holds_up_no_other(client: httpx.Client, engine: Engine, clock: Clock) -> None:
    broken, stand = ClubStand(engine), ClubStand(engine)
    lan = stand.join("Lan")
    for each in (broken, stand):
        each.say("begin", NOW)
    with writing(engine) as session:
        session.merge(broken.row).version = "0" * 64  # as in a database that was mended by hand
    clock.time = CLOSE
    until(lambda: play(client, lan)["step"] == "shown")
    assert broken.row.step == "question"


def test_while_nothing_is_due_the_watcher_sleeps_a_second(client: httpx.Client, engine: Engine) -> None:
    ClubStand(engine)
    due = live_writing._due(client.app.state)  # type: ignore[attr-defined]
    assert [at for _club, at in due.moments] == [None]
    assert not due.is_open
