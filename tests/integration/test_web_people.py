"""The pages of people: within reach only, lists shown before they are written, every look at marks on record."""

from __future__ import annotations

import base64
import datetime as dt
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from blank_database import blank_engine
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, func, select

from lopso.records.engine import reading, writing
from lopso.records.moves import stints
from lopso.records.people import ensure_person, ensure_unit
from lopso.records.tables import Account, Attempt, Audit, Person, PersonRole, Unit
from lopso.settings import Settings, load
from lopso.web.app import make_app
from lopso.web.people_lists import KEPT
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
SAME = {"Origin": "http://testserver"}
UNITS = (
    ("VB", "Huyện Vĩnh Bảo", "district", ""),
    ("A", "Xã An Hoà", "commune", "VB"),
    ("T", "Xã Thắng Thuỷ", "commune", "VB"),
)
PEOPLE = (
    ("phong", "Phòng Văn Hóa", "VB", "coordinator"),
    ("anhoa", "Điều Phối An Hoà", "A", "coordinator"),
    ("hocvien", "Học Viên", "A", "trainee"),
    ("lan", "Nguyễn Thị Lan", "A", "trainee"),
    ("nam", "Trần Văn Nam", "T", "trainee"),
    ("quantri", "Quản Trị", "VB", "admin"),
)


class OpenDoor(Door):
    """The door without a hub behind it: the token is the username."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, "Asia/Ho_Chi_Minh", "x" * 32, "http://127.0.0.1:9/hub/api")
        self._roles = {name: role for name, _full, _unit, role in PEOPLE}

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        del session_id
        with reading(self._engine) as session:
            person = session.scalars(select(Person).where(Person.username == token)).one()
        return Visitor(person.id, token, person.full_name, "Đơn vị", (self._roles[token],), False)


class Stand:
    """A running service with six people in three units."""

    def __init__(self, root: Path) -> None:
        self.settings: Settings = load(None, {"LOPSO_ROOT": str(root)})
        self.settings.var.mkdir()
        (root / "plans").symlink_to(Path(__file__).parents[2] / "plans")
        self.engine = blank_engine(self.settings.var / "lopso.db")
        with writing(self.engine) as session:
            units: dict[str, Unit] = {}
            for code, name, kind, parent in UNITS:
                units[code] = ensure_unit(session, code, name, kind, units.get(parent))
            for username, name, unit, role in PEOPLE:
                ensure_person(session, username, name, units[unit], "reporter", [role], dt.date(2024, 1, 1))
        app = make_app(self.settings, self.engine, OpenDoor(self.engine), lambda _attempt: None, lambda: NOW)
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        self.become("phong")

    def become(self, name: str) -> None:
        self.client.cookies.set(TOKEN_COOKIE, name)

    def id(self, username: str) -> int:
        with reading(self.engine) as session:
            return session.scalars(select(Person.id).where(Person.username == username)).one()

    def person(self, username: str) -> Person:
        with reading(self.engine) as session:
            return session.scalars(select(Person).where(Person.username == username)).one()

    def verbs(self, subject: str) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            query = select(Audit.actor, Audit.verb).where(Audit.subject == subject).order_by(Audit.id)
            return [(actor, verb) for actor, verb in session.execute(query)]

    def post(self, address: str, **form: Any) -> Any:
        return self.client.post(address, headers=SAME, data=form)

    def send(self, *rows: tuple[Any, ...], **form: Any) -> Any:
        book = Workbook()
        for row in (("DANH SÁCH",), ("Họ và tên", "Ngày sinh", "Đơn vị"), *rows):
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        files = {"file": ("cán bộ.xlsx", out.getvalue())}
        return self.client.post("/people/lists", headers=SAME, files=files, data=form)

    def count(self) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = Stand(tmp_path)
    with made.client:
        yield made


def names(page: str) -> set[str]:
    return {name for _user, name, _unit, _role in PEOPLE if f">{name}</a>" in page}


EVERYBODY = {name for _user, name, _unit, _role in PEOPLE}


@pytest.mark.parametrize(
    ("who", "query", "found"),
    [
        ("phong", "", EVERYBODY),
        ("quantri", "", EVERYBODY),
        ("anhoa", "", {"Điều Phối An Hoà", "Học Viên", "Nguyễn Thị Lan"}),
        ("phong", "?name=thi+lan", {"Nguyễn Thị Lan"}),
        ("phong", "?unit=thang+thuy", {"Trần Văn Nam"}),
        ("anhoa", "?unit=thang+thuy", set()),
        ("phong", "?occupation=editor", set()),
        ("phong", "?who=left", set()),
    ],
)
def test_the_list_shows_who_fits_within_reach(stand: Stand, who: str, query: str, found: set[str]) -> None:
    stand.become(who)
    assert names(stand.client.get(f"/people{query}").text) == found


def test_the_same_list_is_given_as_xlsx(stand: Stand) -> None:
    stand.become("anhoa")
    sheet = load_workbook(io.BytesIO(stand.client.get("/people.xlsx?name=lan").content)).active
    assert [cell.value for cell in sheet[2]][:2] == [1, "Nguyễn Thị Lan"]
    assert sheet.max_row == 2


@pytest.mark.parametrize("address", ["/people", "/people.xlsx", "/people/4", "/people/4/marks", "/people/lists"])
def test_others_see_none_of_it(stand: Stand, address: str) -> None:
    stand.become("hocvien")
    assert stand.client.get(address).status_code == 403


def test_people_beyond_reach_are_as_if_they_were_not_and_asking_is_on_record(stand: Stand) -> None:
    stand.become("anhoa")
    nam = stand.id("nam")
    for address in (f"/people/{nam}", f"/people/{nam}/marks"):
        reply = stand.client.get(address)
        assert (reply.status_code, "Trần Văn Nam" in reply.text) == (404, False)
    for what, form in (
        ("transfer", {"unit": "An Hoà", "on": "2026-01-01"}),
        ("leave", {"on": "2026-01-01"}),
        ("slip", {}),
    ):
        assert stand.post(f"/people/{nam}/{what}", **form).status_code == 404
    assert stand.verbs(f"person:{nam}") == [("anhoa", "refused")] * 5
    assert stand.client.get("/people/999").status_code == 404


def test_a_look_at_marks_is_on_record_before_they_are_shown(stand: Stand) -> None:
    lan = stand.id("lan")
    with writing(stand.engine) as session:
        facts = {"quiz": "q", "version": "v", "seed": "s", "number": 1, "started_at": NOW, "max_points": 10}
        session.add(Attempt(id="a", person_id=lan, submitted_at=NOW, points=7.5, passed=True, **facts))
    assert "7,5" not in stand.client.get(f"/people/{lan}").text
    assert stand.verbs(f"person:{lan}") == []
    assert "7,5/10" in stand.client.get(f"/people/{lan}/marks").text
    assert stand.verbs(f"person:{lan}") == [("phong", "see_marks")]
    assert "xem kết quả học tập" in stand.client.get(f"/people/{lan}").text


def test_a_transfer_keeps_the_place_before(stand: Stand) -> None:
    lan = stand.id("lan")
    form = {"unit": "Thắng Thủy", "position": "Phó phòng", "occupation": "editor", "on": "2026-09-01"}
    assert stand.post(f"/people/{lan}/transfer", **form).headers["location"] == f"/people/{lan}"
    with reading(stand.engine) as session:
        places = stints(session, session.get_one(Person, lan))
    assert [(place.end, place.occupation) for place in places] == [(dt.date(2026, 9, 1), "reporter"), (None, "editor")]
    page = stand.client.get(f"/people/{lan}").text
    assert page.index("Xã Thắng Thuỷ") < page.index("Xã An Hoà")
    assert "chuyển đơn vị hoặc chức vụ từ ngày 01/09/2026" in page


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"unit": "Thắng Thuỷ", "on": "2026-11-24"}, "chưa đến"),
        ({"unit": "Thắng Thuỷ", "on": "2020-01-01"}, "hãy chọn từ ngày đó trở đi"),
        ({"unit": "Sở Y tế", "on": "2026-01-01"}, "Không có đơn vị"),
        ({"unit": "An Hoà", "on": "2026-01-01", "occupation": "vua"}, "Không có nhóm nghề này"),
        ({"unit": "An Hoà", "on": "hôm qua"}, "không đọc được"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_with_its_reason(stand: Stand, form: dict[str, str], reason: str) -> None:
    reply = stand.post(f"/people/{stand.id('lan')}/transfer", **form)
    assert (reply.status_code, reason in reply.text) == (422, True), reply.text
    assert stand.person("lan").unit_id == stand.person("anhoa").unit_id


def test_a_coordinator_of_a_commune_moves_nobody_out_of_it(stand: Stand) -> None:
    stand.become("anhoa")
    reply = stand.post(f"/people/{stand.id('lan')}/transfer", unit="Xã Thắng Thuỷ", on="2026-01-01")
    assert (reply.status_code, "không thuộc phạm vi bạn phụ trách" in reply.text) == (422, True)


def test_somebody_leaves_and_comes_back(stand: Stand) -> None:
    lan = stand.id("lan")
    stand.post(f"/people/{lan}/leave", on="2026-11-01")
    assert stand.person("lan").left_on == dt.date(2026, 11, 1)
    assert names(stand.client.get("/people?who=left").text) == {"Nguyễn Thị Lan"}
    assert stand.post(f"/people/{lan}/slip").status_code == 422
    stand.post(f"/people/{lan}/return")
    assert stand.person("lan").left_on is None
    assert [verb for _actor, verb in stand.verbs(f"person:{lan}")] == ["leave", "return"]


def test_nobody_takes_themselves_or_an_administrator_out(stand: Stand) -> None:
    assert stand.post(f"/people/{stand.id('phong')}/leave", on="2026-11-01").status_code == 422
    for what, form in (("leave", {"on": "2026-11-01"}), ("slip", {})):
        assert stand.post(f"/people/{stand.id('quantri')}/{what}", **form).status_code == 422
    assert stand.person("quantri").left_on is None


def test_only_an_administrator_lets_an_administrator_back_in(stand: Stand) -> None:
    with writing(stand.engine) as session:
        session.get_one(Person, stand.id("quantri")).left_on = dt.date(2026, 11, 1)
    assert stand.post(f"/people/{stand.id('quantri')}/return").status_code == 422
    assert stand.person("quantri").left_on == dt.date(2026, 11, 1)


@pytest.mark.parametrize(("role", "status"), [("author", 422), ("marker", 422), ("teacher", 200), ("coordinator", 200)])
def test_nobody_takes_over_an_account_that_may_more(stand: Stand, role: str, status: int) -> None:
    lan = stand.id("lan")
    with writing(stand.engine) as session:
        session.add(PersonRole(person_id=lan, role=role))
    assert stand.post(f"/people/{lan}/slip").status_code == status


def slips_in(page: str) -> str:
    found = re.search(r'href="data:application/pdf;base64,([^"]+)" download="phieu-dang-nhap', page)
    assert found is not None
    return "".join(each.get_textpage().get_text_range() for each in pypdfium2.PdfDocument(base64.b64decode(found[1])))


def test_a_new_slip_is_shown_once_and_kept_nowhere(stand: Stand) -> None:
    lan = stand.id("lan")
    reply = stand.post(f"/people/{lan}/slip")
    [password] = re.findall(r"[a-z]{4}(?:-[a-z]{4}){4}", slips_in(reply.text))
    assert reply.headers["cache-control"] == "private, no-store"
    assert password not in re.sub(r'href="data:[^"]+"', "", reply.text)
    kept = b"".join(path.read_bytes() for path in stand.settings.var.rglob("*") if path.is_file())
    assert password.encode() not in kept
    assert stand.verbs(f"person:{lan}") == [("phong", "set_password")]


def test_a_list_is_shown_written_once_and_taken_back(stand: Stand) -> None:
    sent = stand.send(("Lê Thị Hoa", "05/02/1980", "An Hòa"), ("Nguyễn Thị Lan", None, "Xã An Hoà"))
    address = sent.headers["location"]
    page = stand.client.get(address).text
    assert ("Lê Thị Hoa" in page, "mới: 1" in page, "không đổi: 1" in page) == (True, True, True)
    assert stand.count() == len(PEOPLE)
    written = stand.post(address)
    assert "hoa.lt" in slips_in(written.text)
    assert written.headers["cache-control"] == "private, no-store"
    assert stand.count() == len(PEOPLE) + 1
    assert stand.post(address).status_code == 404
    assert "cán bộ.xlsx" in stand.client.get("/people/lists").text
    assert stand.post("/people/imports/1/undo").status_code == 303
    assert stand.count() == len(PEOPLE)
    assert "đã hoàn tác lúc" in stand.client.get("/people/lists").text


def test_a_faulty_list_is_not_written_and_comes_back(stand: Stand) -> None:
    address = stand.send(("Hoa", "31/02/1980", "An Hoà")).headers["location"]
    page = stand.client.get(address).text
    assert "<strong>Ngày sinh</strong>: Không có ngày 31/02/1980" in page
    assert stand.post(address).status_code == 422
    back = stand.client.get(f"{address}/returned")
    assert load_workbook(io.BytesIO(back.content)).active["D2"].value == "Lỗi"
    assert stand.count() == len(PEOPLE)


def test_doubtful_rows_are_left_out_only_when_that_is_said(stand: Stand) -> None:
    address = stand.send(("Nguyễn Thị Lan", None, "Thắng Thuỷ"), ("Hoa", None, "An Hoà")).headers["location"]
    assert stand.post(address).status_code == 422
    assert "Số dòng nghi vấn bỏ qua: 1." in stand.post(address, skip_doubtful="true").text


def test_a_list_reaches_no_further_than_its_sender(stand: Stand) -> None:
    stand.become("anhoa")
    address = stand.send(("Hoa", None, "Thắng Thuỷ"), ("Trần Văn Nam", None, "An Hoà")).headers["location"]
    page = stand.client.get(address).text
    assert "không thuộc phạm vi bạn phụ trách" in page
    doubtful = stand.client.get(f"{address}?state=doubtful").text
    assert "đơn vị ngoài phạm vi của bạn" in doubtful
    stand.become("phong")
    assert stand.client.get(address).status_code == 404
    assert stand.post(address).status_code == 404


def test_an_import_of_others_is_not_taken_back(stand: Stand) -> None:
    stand.post(stand.send(("Hoa", None, "Thắng Thuỷ")).headers["location"])
    stand.become("anhoa")
    assert "cán bộ.xlsx" not in stand.client.get("/people/lists").text
    assert stand.post("/people/imports/1/undo").status_code == 404
    assert stand.verbs("people_import:1")[-1] == ("anhoa", "refused")
    assert stand.count() == len(PEOPLE) + 1


def test_what_changed_meanwhile_is_compared_anew(stand: Stand) -> None:
    address = stand.send(("Lê Thị Hoa", None, "An Hoà")).headers["location"]
    with writing(stand.engine) as session:
        unit = session.scalars(select(Unit).where(Unit.code == "A")).one()
        ensure_person(session, "hoa", "Lê Thị Hoa", unit, "reporter", [], TODAY)
    assert "không đổi: 1" in stand.client.get(address).text
    assert "không có gì để ghi" in stand.post(address).text


@pytest.mark.parametrize(
    ("content", "form", "reason"),
    [
        (b"hello", {}, "không có dòng tiêu đề"),
        (b"PK\x03\x04", {}, "Tệp hỏng"),
        ("Họ tên,Đơn vị\nHoa,An Hoà".encode(), {"on": "2026-11-24"}, "chưa đến"),
        ("Họ tên,Đơn vị\nHoa,An Hoà".encode(), {"role": "admin"}, "không thể giao vai trò này"),
        ("Họ tên,x\nHoa,y".encode(), {"unit": "Sở"}, "Không có đơn vị"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_not_kept(
    stand: Stand, content: bytes, form: dict[str, str], reason: str
) -> None:
    files = {"file": ("a.csv", content)}
    reply = stand.client.post("/people/lists", headers=SAME, files=files, data=form)
    assert (reply.status_code, reason in reply.text) == (422, True), reply.text
    folder = stand.settings.var / "people-lists"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_that_is_too_large_is_not_even_read(stand: Stand) -> None:
    files = {"file": ("a.xlsx", b"PK" + b"\0" * (22 * 1024 * 1024))}
    assert stand.client.post("/people/lists", headers=SAME, files=files).status_code == 413


def test_a_list_that_waited_too_long_is_swept_out(stand: Stand) -> None:
    address = stand.send(("Hoa", None, "An Hoà")).headers["location"]
    folder = stand.settings.var / "people-lists"
    assert [path.stat().st_mode & 0o077 for path in (folder,)] == [0]
    for path in folder.iterdir():
        old = path.stat().st_mtime - KEPT - 1
        os.utime(path, (old, old))
    stand.send(("Mai", None, "An Hoà"))
    assert stand.client.get(address).status_code == 404


def test_a_list_that_is_not_wanted_is_forgotten(stand: Stand) -> None:
    address = stand.send(("Hoa", None, "An Hoà")).headers["location"]
    assert stand.post(f"{address}/drop").status_code == 303
    assert not list((stand.settings.var / "people-lists").iterdir())


def test_another_site_cannot_make_somebody_write(stand: Stand) -> None:
    address = stand.send(("Hoa", None, "An Hoà")).headers["location"]
    assert stand.client.post(address, headers={"Origin": "https://evil.example"}).status_code == 403
    with reading(stand.engine) as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_doubtful_rows_are_decided_on_the_page(stand: Stand) -> None:
    lan = ("Nguyễn Thị Lan", None, "Thắng Thuỷ")
    address = stand.send(lan, ("Trần Văn Nam", None, "An Hoà"), ("Hoa", None, "Xã An Ha")).headers["location"]
    page = stand.client.get(f"{address}?state=doubtful").text
    unit = re.search(r'<option value="(unit:\d+)">Xã An Hoà</option>', page)
    assert unit is not None
    assert '<option value="lan">lan, Xã An Hoà</option>' in page
    chosen = {"row-3": "lan", "row-4": "moi", "row-5": unit[1]}
    assert stand.post(f"{address}/decide", **chosen).status_code == 303
    page = stand.client.get(address).text
    assert ("mới: 2" in page, "thay đổi: 1" in page, "nghi vấn" in page) == (True, True, False)
    stand.post(address)
    assert stand.count() == len(PEOPLE) + 2
    assert stand.person("lan").unit_id == stand.person("nam").unit_id


@pytest.mark.parametrize(
    "chosen", [{"row-3": "nam"}, {"row-3": "unit:1"}, {"row-9": "moi"}, {"row-3": ""}, {"x": "moi"}]
)
def test_what_was_not_offered_is_not_decided(stand: Stand, chosen: dict[str, str]) -> None:
    address = stand.send(("Nguyễn Thị Lan", None, "Thắng Thuỷ")).headers["location"]
    assert stand.post(f"{address}/decide", **chosen).status_code == 303
    assert "nghi vấn: 1" in stand.client.get(address).text
    stand.become("quantri")
    assert stand.post(f"{address}/decide", **{"row-3": "moi"}).status_code == 404


def test_two_rows_decided_to_be_one_person_are_asked_about_again(stand: Stand) -> None:
    lan = ("Nguyễn Thị Lan", None, "Thắng Thuỷ")
    address = stand.send(lan, (*lan[:1], "1980", "Thắng Thuỷ")).headers["location"]
    stand.post(f"{address}/decide", **{"row-3": "lan", "row-4": "lan"})
    assert "Người này đã có ở dòng 3." in stand.client.get(f"{address}?state=doubtful").text
    stand.post(f"{address}/decide", **{"row-4": "moi"})
    assert "mới: 1" in stand.client.get(address).text
