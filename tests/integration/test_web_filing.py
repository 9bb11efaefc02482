"""Filing on the page: once, with every fault said, seen by the unit and its coordinators only."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filing_stand import SAME, Stand, picture, stand
from PIL import Image
from sqlalchemy import Engine

from lopso.records.decisions import accept, send_back
from lopso.records.engine import writing
from lopso.records.people import unit_by_code
from lopso.records.tables import Activity

MB = 1024 * 1024
GPS = 0x8825


@pytest.fixture
def web(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


def photos(web: Stand) -> list[Path]:
    return [path for path in web.settings.evidence.rglob("*") if path.is_file()]


def send(web: Stand, photo: bytes, name: str = "a.jpg", path: str = "/filing/new", **more: Any) -> Any:
    data = {"kind": "radio", "occurred_on": "24/11/2026"} | more
    return web.post("lan", path, data=data, files={"photo": (name, photo, "image/jpeg")})


def test_the_page_says_what_is_due_and_leads_to_the_form(web: Stand) -> None:
    text = web.get("lan", "/filing").text
    assert "Đài truyền thanh xã: tuần này (23/11–29/11/2026) còn thiếu 1" in text
    assert "3 tuần trước chưa ghi đủ: tuần 45–47/2026" in text
    assert "Kế hoạch đã ban hành: chưa ghi nhận (hạn 31/12/2026)" in text
    form = web.get("lan", "/filing/new?kind=plan_document").text
    assert '<option value="plan_document" selected>' in form
    own = form[form.index("Việc của đơn vị") : form.index("Việc khác")]
    assert re.findall(r'value="(\w+)"', own) == ["radio", "plan_document", "visual"]
    assert 'value="2026-11-25"' in form  # today
    assert 'value="class_hour"' in form


def test_an_activity_is_filed_once_however_often_it_is_sent_and_waits(web: Stand) -> None:
    said = [web.file("lan", attendance="1.200", contents=["1", "2"], link="https://a.vn/1") for _ in range(2)]
    assert [each.status_code for each in said] == [303, 303]
    assert [each.headers["location"] for each in said] == ["/filing?done=filed", "/filing?done=again"]
    [row] = web.activities()
    assert (row.state, row.filed_by, row.plan, row.task) == ("filed", "lan", "thu", "4c")
    assert (row.title, row.minutes, row.attendance, row.contents) == ("Chương trình truyền thanh", 3, 1200, ["1", "2"])
    text = web.get("mai", "/filing?done=filed").text
    assert "Chờ duyệt" in text
    assert "còn thiếu 1" not in text  # what waits is owed no more


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("kind", "party", "Hãy chọn loại hoạt động"),
        ("occurred_on", "2026-11-26", "còn ở phía trước"),
        ("occurred_on", "31/02/2026", "Không có ngày 31/02/2026"),
        ("occurred_on", "24/11/26", "bốn chữ số"),
        ("occurred_on", "1/11/2026", "trước khi kế hoạch bắt đầu"),
        ("minutes", "20000", "từ 1 đến 10080"),
        ("minutes", "1,5", "số nguyên"),
        ("attendance", "-3", "số nguyên"),
        ("attendance", "999999", "từ 0 đến 100000"),
        ("title", "x" * 201, "200 ký tự"),
        ("task", "4b", "không có nhiệm vụ này"),
        ("contents", "9", "không có nội dung này"),
        ("link", "javascript:alert(1)", "không phải là địa chỉ"),
    ],
)
def test_a_faulty_form_comes_back_with_what_was_typed_and_files_nothing(
    web: Stand, field: str, wrong: str, said: str
) -> None:
    found = web.file("lan", **{"title": "Buổi phát số 7", field: wrong})
    assert found.status_code == 422
    assert said in found.text
    assert f'id="{field}-fault"' in found.text
    assert "Buổi phát số 7" in found.text or field == "title"
    assert web.activities() == []


def test_what_is_typed_is_text_wherever_it_is_shown(web: Stand) -> None:
    evil = "<script>alert(1)</script>"
    web.file("lan", title=evil)
    [row] = web.activities()
    assert row.title == evil
    for who, path in (("lan", "/filing"), ("lan", f"/filing/{row.id}"), ("lan", f"/filing/{row.id}/edit")):
        text = web.get(who, path).text
        assert evil not in text
        assert "&lt;script&gt;" in text


def test_a_unit_that_had_ended_or_not_begun_on_that_day_files_nothing_for_it(web: Stand) -> None:
    with writing(web.engine) as session:
        unit = unit_by_code(session, "X")
        assert unit
        unit.starts_on = dt.date(2026, 11, 25)
    assert "mới thành lập từ ngày 25/11/2026" in web.file("lan").text
    assert web.activities() == []


def test_a_photo_is_rewritten_without_hidden_data_and_served_to_its_unit_and_their_coordinators_only(
    web: Stand,
) -> None:
    exif = Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    body = picture(size=(2000, 900), exif=exif, comment=b"chup o nha rieng") + b"PK\x03\x04 tail"
    assert send(web, body).status_code == 303
    [row] = web.activities()
    path = f"/filing/{row.id}/photo"
    served = web.get("mai", path)
    assert served.headers["content-type"] == "image/jpeg"
    assert "private" in served.headers["cache-control"]
    assert served.headers["x-content-type-options"] == "nosniff"
    assert b"nha rieng" not in served.content
    assert b"PK\x03\x04" not in served.content
    kept = Image.open(io.BytesIO(served.content))
    assert (kept.size, dict(kept.getexif()), "comment" in kept.info) == ((1600, 720), {}, False)
    assert [web.get(who, path).status_code for who in ("dieu", "xa")] == [200, 200]
    assert [web.get(who, path).status_code for who in ("bay", "giao", "yen", "soan")] == [404] * 4


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (b"<html><script>alert(1)</script>", "a.jpg", "không phải là ảnh"),
        (b"", "a.jpg", "không phải là ảnh"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "không phải là ảnh"),
        (b"GIF89a" + bytes(99), "a.gif", "không phải là ảnh"),
        (picture()[:200], "a.jpg", "hỏng"),
        (b"\xff\xd8\xff" + bytes(11 * MB), "a.jpg", "lớn hơn 10 MB"),
    ],
    ids=["page", "empty", "drawing", "GIF", "cut off", "11 MB"],
)
def test_what_is_no_photo_is_refused_beside_its_field_and_nothing_of_it_is_kept(
    web: Stand, body: bytes, name: str, said: str
) -> None:
    found = send(web, body, name, minutes="3", title="Buổi phát số 7")
    assert found.status_code == 422
    assert said in found.text
    assert "Buổi phát số 7" in found.text
    assert web.activities() == []
    assert photos(web) == []


def test_fifty_megabytes_are_refused_with_a_sentence_before_they_are_taken(web: Stand) -> None:
    found = send(web, b"\xff\xd8\xff" + bytes(50 * MB))
    assert found.status_code == 413
    assert "lớn hơn 10 MB" in found.text
    assert photos(web) == []


def test_a_good_photo_need_not_be_sent_again_when_something_else_is_wrong(web: Stand) -> None:
    found = send(web, picture(), minutes="nhiều")
    kept = re.search(r'name="kept" value="([^"]+)"', found.text)
    assert kept
    data = {"kind": "radio", "occurred_on": "2026-11-24", "minutes": "3", "kept": kept[1]}
    assert web.post("lan", "/filing/new", data=data).status_code == 303
    [row] = web.activities()
    assert row.photo == kept[1]
    # another unit that knows the name has no such photo
    web.post("bay", "/filing/new", data=data)
    assert web.activities()[1].photo == ""
    for name in ("../1/" + kept[1], "anh-.jpg", "/etc/passwd"):
        web.post("lan", "/filing/new", data=data | {"kept": name, "minutes": "2", "title": name})
    assert [each.photo for each in web.activities()[2:]] == ["", "", ""]


def decide(web: Stand, reason: str = "") -> None:
    with writing(web.engine) as session:
        row = session.get_one(Activity, web.activities()[0].id)
        now = row.filed_at
        if reason:
            send_back(session, row, reason, by="dieu", now=now)
        else:
            accept(session, row, by="dieu", now=now)


def test_what_was_sent_back_shows_the_reason_and_is_corrected_with_another_photo(web: Stand) -> None:
    send(web, picture())
    decide(web, "Ảnh mờ <b>quá</b>")
    [row] = web.activities()
    assert "Ảnh mờ &lt;b&gt;quá&lt;/b&gt;" in web.get("mai", "/filing").text
    form = web.get("mai", f"/filing/{row.id}/edit").text
    assert "Ảnh mờ" in form
    assert 'value="2026-11-24"' in form
    sent = send(web, picture(color="red"), path=f"/filing/{row.id}/edit", minutes="2")
    assert sent.headers["location"] == "/filing?done=corrected"
    [after] = web.activities()
    assert (after.state, after.minutes, after.corrected_by, after.id) == ("filed", 2, "lan", row.id)
    assert [path.name for path in photos(web)] == [after.photo] != [row.photo]


def test_a_filing_is_withdrawn_once_with_its_photo_and_the_second_click_finds_it_gone(web: Stand) -> None:
    send(web, picture())
    [row] = web.activities()
    for _number in range(2):
        assert web.post("lan", f"/filing/{row.id}/withdraw").status_code == 303
    assert (web.activities(), photos(web)) == ([], [])
    assert web.trail("withdraw") == [("lan", f"activity:{row.id}")]


def test_what_is_accepted_is_changed_no_more(web: Stand) -> None:
    web.file("lan")
    decide(web)
    [row] = web.activities()
    assert web.get("lan", f"/filing/{row.id}/edit").status_code == 303
    assert web.file("lan").headers["location"] == "/filing?done=again"
    data = {"kind": "radio", "occurred_on": "2026-11-24", "minutes": "1"}
    assert web.post("lan", f"/filing/{row.id}/edit", data=data).status_code == 409
    assert web.post("lan", f"/filing/{row.id}/withdraw").status_code == 409
    assert web.activities()[0].minutes == 3


@pytest.mark.parametrize(
    ("who", "way", "path"),
    [
        ("bay", "get", ""),
        ("bay", "get", "/photo"),
        ("bay", "get", "/edit"),
        ("bay", "post", "/edit"),
        ("bay", "post", "/withdraw"),
        ("yen", "get", ""),
        ("giao", "get", ""),
        ("dieu", "post", "/edit"),  # sees it, but it is not their unit's
        ("xa", "get", ""),
    ],
)
def test_a_guessed_number_of_another_unit_is_not_there_and_noted(web: Stand, who: str, way: str, path: str) -> None:
    web.file("lan")
    [row] = web.activities()
    data = {"kind": "radio", "occurred_on": "2026-11-24", "minutes": "1"}
    more: dict[str, Any] = {"data": data} if way == "post" else {}
    found = getattr(web, way)(who, f"/filing/{row.id}{path}", **more)
    if who == "xa":  # the coordinator of the same commune
        assert found.status_code == 200
        assert web.trail("refused") == []
        return
    assert found.status_code == 404
    assert "Không có mục này" in found.text
    assert web.trail("refused") == [(who, f"activity:{row.id}")]
    assert [each.minutes for each in web.activities()] == [3]


def test_a_number_that_was_never_given_is_not_there(web: Stand) -> None:
    assert [web.get("lan", f"/filing/{n}").status_code for n in (1, 0, -1, 2**31, 10**30, -(10**30))] == [404] * 6
    assert web.trail("refused") == []


def test_who_may_not_file_is_told_so_and_a_foreign_site_files_nothing(web: Stand) -> None:
    assert web.get("soan", "/filing").status_code == 403
    assert web.file("soan").status_code == 403
    web.client.cookies.set("lopso-token", "lan")
    data = {"kind": "radio", "occurred_on": "2026-11-24"}
    forged = web.client.post("/filing/new", data=data, headers={"Origin": "https://evil.example"})
    assert forged.status_code == 403
    assert web.activities() == []


def test_odd_bodies_are_refused_and_file_nothing(web: Stand) -> None:
    web.client.cookies.set("lopso-token", "lan")
    many = {f"f{n}": "x" for n in range(300)}
    sent = [
        web.client.post("/filing/new", headers=SAME, content=b"\x00\xff"),
        web.client.post("/filing/new", headers=SAME, json={"kind": "radio"}),
        web.client.post("/filing/new", headers=SAME, data=many | {"kind": "radio", "occurred_on": "2026-11-24"}),
        web.file("lan", title="a\x00b"),
        web.post("lan", "/filing/new", files=[("photo", ("a.jpg", picture())), ("photo", ("b.jpg", picture()))]),
        web.post("lan", "/filing/new", files={"kind": ("radio", b"radio")}),
    ]
    assert all(400 <= each.status_code < 500 for each in sent), [each.status_code for each in sent]
    assert web.activities() == []


def test_the_list_is_paged_and_chosen_by_state(web: Stand) -> None:
    for number in range(23):
        web.file("lan", title=f"Buổi số {number}.")
    decide(web, "Thiếu ảnh")
    assert web.get("lan", "/filing").text.count("<h3><a") == 20
    assert web.get("lan", "/filing?page=2").text.count("<h3><a") == 3
    assert web.get("lan", "/filing?state=returned").text.count("<h3><a") == 1
    assert web.get("lan", "/filing?page=9999&state=x").status_code == 200
    assert "Buổi số" not in web.get("bay", "/filing").text


def test_a_photo_whose_form_was_never_sent_again_is_taken_away_after_a_day(web: Stand) -> None:
    send(web, picture(color="blue"))
    send(web, picture(color="red"), minutes="nhiều")
    lost, shown = sorted(photos(web), key=lambda path: path.name == web.activities()[0].photo)
    for path in (lost, shown):
        os.utime(path, (0, 0))
    send(web, picture(color="white"), minutes="nhiều")
    assert (lost.exists(), shown.exists(), len(photos(web))) == (False, True, 2)


def test_a_document_is_owed_until_it_is_filed_and_again_once_it_is_sent_back(web: Stand) -> None:
    owed = "Kế hoạch đã ban hành: chưa ghi nhận"
    assert owed in web.get("lan", "/filing").text
    web.file("lan", kind="plan_document")
    assert owed not in web.get("lan", "/filing").text
    assert owed in web.get("bay", "/filing").text
    decide(web, "Thiếu số văn bản")
    assert owed in web.get("lan", "/filing").text
