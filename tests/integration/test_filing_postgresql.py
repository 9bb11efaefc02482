"""Filing and deciding on PostgreSQL: the same rules, and two clicks at once are one filing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filing_stand import NOW, Stand, picture, stand
from sqlalchemy import Engine, select
from test_postgresql import engine, server  # noqa: F401 - fixtures
from test_web_desk import (  # noqa: F401
    test_accepting_all_leaves_what_came_after_one_looked_and_what_lies_beyond_reach,
    test_the_list_of_what_is_due_has_a_reminder_for_each_unit_and_one_for_all,
    test_what_waits_is_chosen_by_unit_kind_and_task,
)
from test_web_filing_weeks import (  # noqa: F401
    test_several_weeks_are_filed_in_one_go_and_a_second_click_adds_nothing,
)
from test_web_models import test_a_model_is_registered_published_accepted_and_counted  # noqa: F401

from lopso.records.activities import NewActivity, file_activity
from lopso.records.engine import writing
from lopso.records.people import unit_by_code
from lopso.records.tables import Unit


@pytest.fixture
def web(tmp_path: Path, engine: Engine) -> Iterator[Stand]:  # noqa: F811 - the fixture
    with stand(tmp_path, engine) as opened:
        yield opened


def test_an_activity_with_a_photo_is_filed_sent_back_and_corrected(web: Stand) -> None:
    data = {"kind": "radio", "occurred_on": "2026-11-24", "contents": ["1", "2"]}
    assert web.post("lan", "/filing/new", data=data, files={"photo": ("a.jpg", picture())}).status_code == 303
    [row] = web.activities()
    assert row.contents == ["1", "2"]
    text = web.get("dieu", "/desk").text
    item = text.split('name="item" value="')[1].split('"')[0]
    sent = {"item": [item], "verdict": "send_back", "reason": "Thiếu số phút"}
    assert web.post("dieu", "/desk", data=sent).headers["location"] == "/desk?done=1&left=0"
    corrected = data | {"minutes": "3", "kept": row.photo}
    assert web.post("mai", f"/filing/{row.id}/edit", data=corrected).status_code == 303
    [after] = web.activities()
    assert (after.state, after.minutes, after.photo, after.corrected_by) == ("filed", 3, row.photo, "mai")


def test_of_two_processes_that_file_the_same_at_once_one_finds_it_there(web: Stand) -> None:
    new = NewActivity("radio", "Buổi phát", dt.date(2026, 11, 24))
    told: list[bool] = []
    begin = threading.Barrier(2)

    def file() -> None:
        with writing(web.engine) as session:
            begin.wait()
            unit = session.scalars(select(Unit).where(Unit.code == "X").with_for_update()).one()
            _activity, is_new = file_activity(session, unit, new, filed_by="lan", now=NOW, today=NOW.date())
            told.append(is_new)

    both = [threading.Thread(target=file) for _number in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(told) == [False, True]
    assert len(web.activities()) == 1


def test_the_unit_is_locked_while_its_page_files(web: Stand) -> None:
    with writing(web.engine) as session:
        unit = unit_by_code(session, "X")
        assert unit
        session.get_one(Unit, unit.id, with_for_update=True)
        sending = threading.Thread(target=lambda: web.file("lan"))
        sending.start()
        sending.join(1)
        assert sending.is_alive()
        assert web.activities() == []
    sending.join()
    assert len(web.activities()) == 1
