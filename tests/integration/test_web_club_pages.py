"""The pages of club sessions: who makes and runs them, who joins them, and what guessing or forging brings."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from club_stand import NOW, QUIZ, SECOND, TEACHER, put_quiz, put_school
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from test_club_live import Clock, OpenDoor

from lopso.club import tickets
from lopso.club.rules import rules_of
from lopso.records import club, documents, people
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing
from lopso.settings import load
from lopso.web.app import make_app
from lopso.web.doorkeeper import WORDS

REPOSITORY = Path(__file__).parents[2]
SAME = {"X-Lopso": "1"}
CHOSEN = {"quiz": QUIZ, "title": "Lớp 6A", "mode": "together", "seconds": "20", "planned_minutes": "45"}


class Site:
    """The web service, with a browser for each person."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        shutil.copytree(REPOSITORY / "plans", folder / "plans", dirs_exist_ok=True)
        self.unit_id = 0
        settings = load(None, {"LOPSO_ROOT": str(folder), "LOPSO_DATABASE_URL": str(engine.url)})
        self.engine, self.clock = engine, clock
        self.app = make_app(settings, engine, OpenDoor(engine), print, clock)  # type: ignore[arg-type]

    def browser(self, who: str = "", address: str = "10.0.0.1") -> TestClient:
        """Open a browser, of somebody with an account or of nobody."""
        client = TestClient(self.app, headers=SAME, follow_redirects=False, client=(address, 50_000))
        if who:
            client.cookies.set("lopso-token", who)
        return client

    def make(self, **more: str) -> ClubSession:
        """Make a session as the teacher."""
        said = self.browser(TEACHER).post("/sessions/new", data=CHOSEN | {"unit_id": str(self.unit_id)} | more)
        assert said.status_code == 303, said.text
        return self.row(said.headers["location"].rpartition("/")[2])

    def row(self, club_id: str) -> ClubSession:
        """Read a session."""
        with reading(self.engine) as session:
            return session.get_one(ClubSession, club_id)

    def pupils(self, held: ClubSession) -> list[ClubParticipant]:
        """Read who is in a session."""
        with reading(self.engine) as session:
            return club.participants(session, held.id)

    def join(self, held: ClubSession, nickname: str, address: str = "10.0.0.1", **more: str) -> TestClient:
        """Join as somebody new; give their browser."""
        browser = self.browser(address=address)
        said = browser.post(f"/join/{held.code}", data={"nickname": nickname} | more)
        assert (said.status_code, said.headers.get("location")) == (303, "/play"), said.text
        return browser

    def say(self, held: ClubSession, verb: str, **more: str) -> httpx.Response:
        """Press a button of the teacher's."""
        revision = str(self.row(held.id).revision)
        data = {"verb": verb, "revision": revision} | more
        return self.browser(TEACHER).post(f"/sessions/{held.id}/do", data=data)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(engine: Engine, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    put_quiz(engine)
    site = Site(engine, tmp_path, clock)
    site.unit_id, _teacher = put_school(engine)
    with TestClient(site.app):  # runs what runs beside the pages
        yield site


def test_only_who_runs_sessions_sees_their_pages(site: Site, engine: Engine) -> None:
    with writing(engine) as session:
        unit = people.ensure_unit(session, "X", "Xã khác", "commune")
        people.ensure_person(session, "lan", "Lan", unit, "officer", ["trainee"], NOW.date())
        people.ensure_person(session, "thay-ba", "Thầy Ba", unit, "teacher", ["teacher"], NOW.date())
    held = site.make()
    pages = ("", "/screen")
    assert [site.browser(TEACHER).get(f"/sessions/{held.id}{each}").status_code for each in pages] == [200, 200]
    for path in ("/sessions", "/sessions/new", f"/sessions/{held.id}"):
        assert site.browser("lan").get(path).status_code == 403
    for each in pages:  # a teacher of another school is told that there is none
        assert site.browser("thay-ba").get(f"/sessions/{held.id}{each}").status_code == 404
    assert site.browser("thay-ba").post(f"/sessions/{held.id}/do", data={"verb": "end"}).status_code == 404
    assert "Lớp 6A" not in site.browser("thay-ba").get("/sessions").text
    assert site.row(held.id).state == "lobby"


def test_a_schools_session_is_offered_as_what_the_target_counts(site: Site) -> None:
    form = site.browser(TEACHER).get("/sessions/new").text
    assert '<option value="extracurricular" selected>Buổi học ngoại khóa</option>' in form


def test_what_is_chosen_is_kept_and_offered_the_next_time(site: Site) -> None:
    held = site.make(
        mode="own",
        grade="6",
        place="Sân trường",
        planned_minutes="30",
        expected="40",
        teams="listed",
        team_names="A\nB",
    )
    rules = rules_of(held.rules)
    assert (held.mode, held.grade, held.place, held.planned_minutes, held.expected) == (
        "own",
        "6",
        "Sân trường",
        30,
        40,
    )
    assert (rules.teams, rules.team_names, rules.quick) == ("listed", ("A", "B"), False)
    assert site.say(held, "end").status_code == 204
    form = site.browser(TEACHER).get("/sessions/new").text
    assert 'value="Sân trường"' in form
    assert re.search(r'value="own" checked', form)
    assert f'<option value="{QUIZ}" selected>' not in form


def test_a_long_list_has_pages_and_ended_sessions_lead_to_their_results(site: Site) -> None:
    made = [site.make(title=f"Lớp số {number}") for number in range(21)]
    assert site.say(made[-1], "end").status_code == 204
    first, second = (site.browser(TEACHER).get(f"/sessions?page={number}").text for number in (1, 2))
    shown = {held.title for held in made if f">{held.title}</a>" in first}
    assert len(shown) == 20
    assert [held.title for held in made if f">{held.title}</a>" in second] == list({h.title for h in made} - shown)
    assert f"/sessions/{made[-1].id}/results" in first + second


def test_every_fault_of_the_form_is_told_and_what_was_typed_stands_again(site: Site) -> None:
    said = site.browser(TEACHER).post("/sessions/new", data={"title": "", "seconds": "x", "place": "Nhà đa năng"})
    assert said.status_code == 422
    assert re.findall(r'id="(\w+)-fault"', said.text) == ["quiz", "title", "unit_id", "seconds"]
    assert 'value="Nhà đa năng"' in said.text
    assert site.browser(TEACHER).post("/sessions/new", data={"quiz": "khong-co"}).status_code in (404, 422)


def test_a_pupil_joins_by_the_code_and_sees_the_game_go_on(site: Site, clock: Clock) -> None:
    held = site.make()
    browser = site.browser()
    code = held.code or ""
    assert browser.get(f"/join?code={code[:3]}+{code[3:]}").headers["location"] == f"/join/{code}"
    assert "Lớp 6A" in browser.get(f"/join/{code}").text
    browser = site.join(held, "An 12")
    page = browser.get("/play")
    assert "Em đã vào rồi!" in page.text
    assert page.headers["cache-control"] == "no-store"
    word = re.search(r'<p class="big">([a-z]+ [a-z]+ \d\d)</p>', page.text)
    assert word
    assert browser.get("/play/result").headers["location"] == "/play"  # nothing yet
    assert site.say(held, "begin").status_code == 204
    asked = browser.get("/play").text
    assert "Câu 0?" in asked
    assert "BÍ MẬT" not in asked
    sent = {"question": "q0", "@seq:q0": "0", "q0": "x"}
    assert browser.post("/play/answers", data=sent).headers["location"] == "/play"
    assert re.search(r'value="x" checked', browser.get("/play").text)
    assert site.say(held, "close").status_code == 204
    shown = browser.get("/play").text
    assert "BÍ MẬT 0" in shown
    assert "BÍ MẬT 1" not in shown
    assert browser.post("/play/answers", data=sent).status_code == 409
    clock.time += 5 * SECOND
    assert site.say(held, "end").status_code == 204
    assert "Buổi chơi đã kết thúc" in browser.get("/play").text


def test_a_button_pressed_on_an_old_page_does_nothing(site: Site) -> None:
    held = site.make()
    site.join(held, "An 12")
    teacher = site.browser(TEACHER)
    said = [teacher.post(f"/sessions/{held.id}/do", data={"verb": "begin", "revision": "0"}) for _ in range(2)]
    assert [each.status_code for each in said] == [204, 409]
    assert said[1].json()["error"]
    teacher.headers.pop("X-Lopso")  # a plain form of our own page
    own = {"origin": "http://testserver"}
    said = [teacher.post(f"/sessions/{held.id}/do", data={"verb": "close", "revision": "1"}, headers=own)]
    said += [teacher.post(f"/sessions/{held.id}/do", data={"verb": "show", "revision": "1"}, headers=own)]
    assert [each.status_code for each in said] == [303, 409]
    assert 'role="alert"' in said[1].text
    assert site.row(held.id).question == 0
    for revision in ("-1", "9" * 40, "x", "²"):
        assert site.browser(TEACHER).post(
            f"/sessions/{held.id}/do", data={"verb": "show", "revision": revision}
        ).status_code in (409, 422)


def test_a_class_or_team_that_is_missing_is_asked_for(site: Site) -> None:
    held = site.make(teams="listed", team_names="Tổ 1\nTổ 2")
    assert "<option>Tổ 2</option>" in site.browser().get(f"/join/{held.code}").text
    refused = site.browser().post(f"/join/{held.code}", data={"nickname": "An", "team": "Tổ 9"})
    assert refused.status_code == 400
    assert 'value="An"' in refused.text
    site.join(held, "An", team="Tổ 2")
    assert [pupil.team for pupil in site.pupils(held)] == ["Tổ 2"]


@pytest.mark.parametrize(
    "nickname", ["x" * 10_000, "<script>alert(1)</script>", "=1+1", "‮An", "An\u200b", "", "  ", "\x00", "\ud800"]
)
def test_a_strange_name_is_refused_or_shown_as_text(site: Site, nickname: str) -> None:
    held = site.make()
    data = {"nickname": nickname.encode("utf-8", "surrogatepass")}
    said = site.browser().post(f"/join/{held.code}", data=data)
    assert said.status_code in (303, 400, 422)
    assert "<script>alert" not in said.text
    control = site.browser(TEACHER).get(f"/sessions/{held.id}")
    assert control.status_code == 200
    assert "<script>alert" not in control.text


def test_a_name_that_looks_like_one_already_there_is_refused_in_words(site: Site) -> None:
    held = site.make()
    site.join(held, "Lan 6A")
    said = site.browser().post(f"/join/{held.code}", data={"nickname": "LẤN 6a"})
    assert said.status_code == 422
    assert 'id="nickname-fault"' in said.text
    [field] = re.findall(r'<input id="nickname"[^>]*>', said.text)
    assert " autofocus " in field
    assert len(site.pupils(held)) == 1


def test_a_whole_school_joins_from_one_address_where_somebody_guessed(site: Site, clock: Clock) -> None:
    held = site.make()
    wrong = "000000" if held.code != "000000" else "000001"
    guesser = site.browser()
    said = [guesser.get(f"/join/{wrong}").status_code for _ in range(14)]
    assert said == [404] * 10 + [404] + [429] * 3  # one more look a second
    clock.time += SECOND
    for number in range(40):  # what is counted does not grow with right codes, so that a thousand are as these
        site.join(held, f"Số {number}")
    assert len(site.pupils(held)) == 40
    assert guesser.get(f"/join/{wrong}").status_code == 429
    assert site.browser(address="10.0.0.2").get(f"/join/{wrong}").status_code == 404


def test_guessing_from_many_addresses_is_slowed_as_a_whole(site: Site, clock: Clock) -> None:
    held = site.make()
    site.join(held, "An", address="10.9.9.9")
    wrong = "000000" if held.code != "000000" else "000001"
    said = [site.browser(address=f"10.1.{n}.1").get(f"/join/{wrong}").status_code for n in range(25)]
    assert said == [404] * 20 + [429] * 5
    site.join(held, "Bình", address="10.9.9.9")  # where the code was right before, it still is
    clock.time += SECOND
    site.join(held, "Chi", address="10.8.8.8")


def test_the_word_brings_back_and_cannot_be_guessed(site: Site) -> None:
    held = site.make()
    first = site.join(held, "An 12")
    word = re.search(r'<p class="big">([a-z ]+\d\d)</p>', first.get("/play").text)
    assert word
    other = site.browser(address="10.0.0.7")
    back = f"/join/{held.code}/back"
    assert other.post(back, data={"nickname": "an 12", "word": word[1].upper()}).headers["location"] == "/play"
    assert "An 12" in other.get("/play").text
    thief = site.browser(address="10.0.0.8")
    tries = [thief.post(back, data={"nickname": "An 12", "word": f"sen voi {n}"}).status_code for n in range(10, 17)]
    assert tries == [403] * WORDS + [429] * 2
    assert thief.post(back, data={"nickname": "An 12", "word": word[1]}).status_code == 429
    [pupil] = site.pupils(held)
    given = site.browser(TEACHER).post(f"/sessions/{held.id}/pupils/{pupil.id}/word")
    new = re.search(r'<p class="code-big">([a-z ]+\d\d)</p>', given.text)
    assert new
    assert first.get("/play").headers["location"] == "/join"  # the old telephones are out
    assert thief.post(back, data={"nickname": "An 12", "word": new[1]}).headers["location"] == "/play"


def test_a_forged_or_foreign_cookie_opens_nothing(site: Site) -> None:
    held, other = site.make(), site.make()
    good = site.join(held, "An").cookies[tickets.COOKIE]
    club_id, pupil, epoch, signature = good.split(".")
    forged = [
        f"{other.id}.{pupil}.{epoch}.{signature}",
        f"{club_id}.{int(pupil) + 1}.{epoch}.{signature}",
        f"{club_id}.{pupil}.1.{signature}",
        good[:-1],
        "x" * 5000,
        "",
    ]
    for value in forged:
        browser = site.browser()
        browser.cookies.set(tickets.COOKIE, value)
        assert browser.get("/play").headers["location"] == "/join"
        assert browser.get("/play/submit").status_code == 401
        assert browser.get("/play/media/a.png").status_code == 401
        assert browser.post("/play/answers", data={"question": "q0", "q0": "x"}).status_code == 401


def test_a_pupil_who_was_taken_out_is_told_so_and_may_join_with_another_name(site: Site) -> None:
    held = site.make()
    browser = site.join(held, "An")
    [pupil] = site.pupils(held)
    teacher = site.browser(TEACHER)
    assert [teacher.post(f"/sessions/{held.id}/pupils/{pupil.id}/remove").status_code for _ in range(2)] == [303, 404]
    said = browser.get("/play")
    assert said.status_code == 410
    assert "Em không còn ở trong buổi này" in said.text
    assert browser.post(f"/join/{held.code}", data={"nickname": "An"}).status_code == 422  # the name stays taken
    assert browser.post(f"/join/{held.code}", data={"nickname": "Bình"}).status_code == 303
    assert browser.get("/play").status_code == 200


def test_a_pupil_of_another_session_is_not_changed_from_here(site: Site) -> None:
    here, there = site.make(), site.make()
    site.join(there, "An")
    [pupil] = site.pupils(there)
    teacher = site.browser(TEACHER)
    address = f"/sessions/{here.id}/pupils/{pupil.id}"
    assert teacher.get(address).status_code == 404
    assert teacher.post(f"{address}/rename", data={"nickname": "Xấu"}).status_code == 404
    assert teacher.post(f"{address}/word").status_code == 404
    assert teacher.get(f"/sessions/{here.id}/pupils/{10**30}").status_code in (404, 422)
    assert [each.nickname for each in site.pupils(there)] == ["An"]


def test_at_own_pace_a_plain_form_is_kept_and_handed_in(site: Site, clock: Clock) -> None:
    held = site.make(mode="own", planned_minutes="10")
    browser = site.join(held, "An")
    assert "Em đã vào rồi!" in browser.get("/play").text
    assert browser.post("/play/submit").status_code == 409
    assert site.say(held, "begin").status_code == 204
    paper = browser.get("/play").text
    assert 'action="/play/answers"' in paper
    assert 'data-api="/api/play"' in paper
    sent = {f"q{n}": "x" for n in range(3)} | {f"@seq:q{n}": "0" for n in range(3)}
    assert browser.post("/play/answers", data=sent).headers["location"] == "/play/submit"
    assert "Nộp bài" in browser.get("/play/submit").text
    assert browser.post("/play/submit").headers["location"] == "/play/result"
    assert browser.get("/play").headers["location"] == "/play/result"
    assert "3/3" in browser.get("/play/result").text
    late = site.join(held, "Bình")  # joining late works
    assert 'action="/play/answers"' in late.get("/play").text
    clock.time += dt.timedelta(minutes=11)
    assert late.get("/play").headers["location"] == "/play/result"


def test_a_contest_asks_for_the_school_and_is_open_from_day_to_day(site: Site, engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        other = people.ensure_unit(session, "TH-02", "Trường Tiểu học Hai", "school").id
        commune = people.ensure_unit(session, "X", "Xã khác", "commune").id
    local = NOW.astimezone(site.app.state.zone)
    days = {"opens_at": f"{local + dt.timedelta(hours=1):%Y-%m-%dT%H:%M}", "closes_at": f"{local:%Y-%m-%dT%H:%M}"}
    wrong = site.browser(TEACHER).post("/sessions/new", data=CHOSEN | {"contest": "on", "unit_id": "1"} | days)
    assert 'id="closes_at-fault"' in wrong.text
    held = site.make(
        contest="on", planned_minutes="10", **days | {"closes_at": f"{local + dt.timedelta(days=3):%Y-%m-%dT%H:%M}"}
    )
    address = f"/join/{held.code}"
    form = site.browser().get(address).text
    assert "Trường Tiểu học Hai" in form
    assert "Xã khác" not in form
    early = site.browser().post(address, data={"nickname": "An", "unit": str(other)})
    assert early.status_code == 409
    assert 'id="form-fault"' in early.text
    clock.time += dt.timedelta(days=2)
    for unit in ("", str(commune), "9" * 30, "x"):  # what was not offered is no school
        refused = site.browser().post(address, data={"nickname": "An", "unit": unit})
        assert refused.status_code == 400
        assert 'id="unit-fault"' in refused.text
    browser = site.join(held, "An", unit=str(other))
    assert [pupil.unit_id for pupil in site.pupils(held)] == [other]
    paper = browser.get("/play").text
    assert 'action="/play/answers"' in paper
    assert "play-paper.js" not in paper
    assert browser.post(address, data={"nickname": "An nữa", "unit": str(other)}).headers["location"] == "/play"
    assert len(site.pupils(held)) == 1  # one entry a pupil
    clock.time += dt.timedelta(minutes=10, seconds=3)
    assert browser.get("/play").headers["location"] == "/play/result"


def test_a_session_that_ended_takes_nobody_in_and_its_code_is_dead(site: Site) -> None:
    held = site.make()
    browser = site.join(held, "An")
    assert site.say(held, "end").status_code == 204
    assert site.browser().get(f"/join/{held.code}").status_code == 404
    assert site.browser().post(f"/join/{held.code}", data={"nickname": "Bình"}).status_code == 404
    assert "Buổi chơi đã kết thúc" in browser.get("/play").text
    control = site.browser(TEACHER).get(f"/sessions/{held.id}").text
    assert f"/sessions/{held.id}/results" in control
    assert site.say(held, "begin").status_code == 409


def test_the_projector_shows_no_key_before_it_is_released(site: Site) -> None:
    held = site.make(hold="on")
    site.join(held, "An")
    site.say(held, "begin")
    teacher = site.browser(TEACHER)
    assert "BÍ MẬT" not in teacher.get(f"/sessions/{held.id}/screen").text
    site.say(held, "close")
    assert "BÍ MẬT" not in teacher.get(f"/sessions/{held.id}/screen").text
    site.say(held, "reveal")
    assert "BÍ MẬT 0" in teacher.get(f"/sessions/{held.id}/screen").text


def test_a_quiz_withdrawn_meanwhile_is_played_to_its_end(site: Site, engine: Engine) -> None:
    held = site.make()
    browser = site.join(held, "An")
    with writing(engine) as session:
        documents.withdraw(session, "quiz", ())
    assert site.say(held, "begin").status_code == 204
    assert "Câu 0?" in browser.get("/play").text
    assert site.browser(TEACHER).get(f"/sessions/{held.id}").status_code == 200
    assert site.browser(TEACHER).get("/sessions").status_code == 200
    again: dict[str, Any] = CHOSEN | {"unit_id": str(held.unit_id)}
    assert site.browser(TEACHER).post("/sessions/new", data=again).status_code == 404
