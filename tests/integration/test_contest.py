"""A contest: open for days, for many schools, one entry a pupil, a ranking of schools, an activity for each."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from club_stand import NOW, TEACHER, put_quiz, put_school
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from test_club_live import Clock
from test_web_club_pages import Site

from lopso.records import people
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading, writing
from lopso.records.tables import Activity, Attempt, Person

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
ZONE = dt.timezone(dt.timedelta(hours=7))
RIGHT, WRONG = "x", "y"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(engine: Engine, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    put_quiz(engine)
    site = Site(engine, tmp_path, clock)
    site.unit_id, _teacher = put_school(engine)
    with writing(engine) as session:
        people.ensure_unit(session, "TH-02", "Trường THCS thứ hai", "school")
    with TestClient(site.app):
        yield site


def local(moment: dt.datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def unit_id(site: Site, code: str) -> str:
    with reading(site.engine) as session:
        found = people.unit_by_code(session, code)
        assert found is not None
        return str(found.id)


def contest(site: Site) -> ClubSession:
    """Make a contest that opens tomorrow for two days, with thirty minutes for each entry."""
    times = {"opens_at": local(NOW + DAY), "closes_at": local(NOW + 3 * DAY)}
    return site.make(contest="on", mode="own", planned_minutes="30", activity_kind="extracurricular", **times)


def eventually(question: Callable[[], object]) -> None:
    """Wait for what the service does beside its pages."""
    until = time.monotonic() + 30
    while not question():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def answer(browser: TestClient, value: str) -> None:
    for number in range(3):
        said = browser.put(f"/api/play/answers/q{number}", json={"seq": 1, "answer": value})
        assert said.status_code == 200, said.text


def entry(site: Site, username_end: str) -> Attempt:
    with reading(site.engine) as session:
        query = select(Attempt).join(Person, Person.id == Attempt.person_id)
        return session.scalars(query.where(Person.username.endswith(username_end))).one()


def test_before_it_opens_nobody_enters(site: Site) -> None:
    held = contest(site)
    said = site.browser().post(f"/join/{held.code}", data={"nickname": "Lan", "unit": unit_id(site, "TH-01")})
    assert said.status_code == 409
    assert "chưa mở" in said.text
    assert site.pupils(held) == []


def test_a_pupil_must_name_a_school_and_enters_once(site: Site, clock: Clock) -> None:
    held = contest(site)
    clock.time = NOW + DAY + MINUTE
    first = unit_id(site, "TH-01")
    for wrong in ({}, {"unit": "999999"}, {"unit": "x"}):
        said = site.browser().post(f"/join/{held.code}", data={"nickname": "Lan"} | wrong)
        assert said.status_code >= 400, wrong
    lan = site.join(held, "Lan", unit=first)
    assert site.browser().post(f"/join/{held.code}", data={"nickname": "lan", "unit": first}).status_code >= 400
    answer(lan, RIGHT)
    assert lan.post("/play/submit").status_code == 303
    assert (
        lan.post(f"/join/{held.code}", data={"nickname": "Lan lần hai", "unit": first}).headers["location"] == "/play"
    )
    assert len(site.pupils(held)) == 1
    assert lan.put("/api/play/answers/q0", json={"seq": 2, "answer": WRONG}).status_code == 409


def test_each_entry_has_its_own_time_and_the_days_go_on(site: Site, clock: Clock) -> None:
    held = contest(site)
    clock.time = NOW + DAY + MINUTE
    lan = site.join(held, "Lan", unit=unit_id(site, "TH-01"))
    answer(lan, RIGHT)
    clock.time += 31 * MINUTE
    eventually(lambda: entry(site, "-1").submitted_at)
    assert entry(site, "-1").points == 3
    assert lan.put("/api/play/answers/q0", json={"seq": 2, "answer": WRONG}).status_code == 409
    clock.time = NOW + 2 * DAY
    minh = site.join(held, "Minh", unit=unit_id(site, "TH-02"))
    answer(minh, WRONG)
    assert site.row(held.id).state == "running"


def test_in_the_end_schools_are_compared_and_each_has_its_activity(site: Site, clock: Clock) -> None:
    held = contest(site)
    clock.time = NOW + DAY + MINUTE
    for number in range(5):
        answer(site.join(held, f"Lan {number}", unit=unit_id(site, "TH-01")), RIGHT)
    answer(site.join(held, "Minh", unit=unit_id(site, "TH-02")), WRONG)
    clock.time = NOW + 3 * DAY + MINUTE
    eventually(lambda: site.row(held.id).handed_in_at)
    ended = site.row(held.id)
    assert (ended.state, ended.code) == ("ended", None)
    assert site.browser().get(f"/join/{held.code}").status_code == 404
    page = site.browser(TEACHER).get(f"/sessions/{held.id}/results")
    assert page.status_code == 200
    assert page.text.index("Trường THCS mẫu</th>") < page.text.index("Trường THCS thứ hai</th>")
    with reading(site.engine) as session:
        filed = {one.unit_id: (one.attendance, one.state, one.kind) for one in session.scalars(select(Activity))}
    assert filed == {
        int(unit_id(site, "TH-01")): (5, "filed", "extracurricular"),
        int(unit_id(site, "TH-02")): (1, "filed", "extracurricular"),
    }
