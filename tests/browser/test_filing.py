"""What a unit did, from the phone to the target: filed, sent back, corrected, accepted, counted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from running import Running
from watched import PC, PHONE, Person, Tab

TITLE = "Rung chuông vàng về chuyển đổi số"
REASON = "Ảnh chưa thấy rõ học sinh, xin chụp lại"


@pytest.fixture(scope="module")
def teacher(person: Person) -> Tab:
    """Whoever files for a school that has held nothing yet, with a phone."""
    return person("giaovien1", PHONE)


@pytest.fixture(scope="module")
def coordinator(person: Person) -> Tab:
    """The coordinator at a PC."""
    return person("dieuphoi1", PC)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph as a telephone takes it."""
    path = tmp_path_factory.mktemp("photo") / "IMG_0001.jpg"
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(path)
    return path


def reached(platform: Running) -> int:
    """Give how many schools the target counts."""
    states = json.loads(platform.lopso("targets", "--json"))["targets"]
    return int(next(state["numerator"] for state in states if state["id"] == "schools"))


@pytest.fixture(scope="module")
def before(platform: Running) -> int:
    """Count the schools before."""
    return reached(platform)


def test_a_teacher_files_with_a_phone_what_is_due(teacher: Tab, before: int, photo: Path) -> None:
    assert before > 0
    page = teacher.open("/")
    page.get_by_role("link", name="Hoạt động của đơn vị").click()
    teacher.look("filing")
    page.get_by_role("link", name="Ghi ngay").first.click()
    expect(page.get_by_label("Đơn vị đã làm gì?")).not_to_have_value("")
    teacher.look("filing-form")
    page.get_by_label("Số phút").fill("45")
    page.get_by_label("Số người dự").fill("hai trăm")
    page.get_by_label("Ảnh", exact=True).set_input_files(photo)
    page.get_by_text("Tên, nhiệm vụ, nội dung, đường dẫn").click()
    page.get_by_label("Tên hoạt động").fill(TITLE)
    page.get_by_label("II.4.đ").check()
    with teacher.expecting(r"status of 422 "):
        send(page, "Ghi")
        expect(page.get_by_text("Đây không phải là số nguyên")).to_be_visible()
        expect(page.get_by_text("Ảnh bạn gửi đã được giữ")).to_be_visible()
        teacher.look("filing-faulty")
    page.get_by_label("Số người dự").fill("200")
    page.get_by_role("button", name="Ghi", exact=True).dblclick()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi. Hoạt động được tính khi cán bộ điều phối duyệt.")
    expect(page.get_by_role("link", name=TITLE)).to_have_count(1)
    expect(page.get_by_text("Chờ duyệt", exact=False).last).to_be_visible()
    teacher.look("filing-filed")


def test_what_was_typed_outlives_a_lost_connection(teacher: Tab) -> None:
    page = teacher.open("/filing/new")
    page.get_by_label("Đơn vị đã làm gì?").select_option("class_hour")
    page.get_by_label("Số phút").fill("33")
    teacher.context.set_offline(True)
    send(page, "Ghi")
    expect(page.get_by_text("Đang mất mạng. Những gì bạn gõ vẫn còn đây")).to_be_visible()
    teacher.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Số phút")).to_have_value("33")
    expect(page.get_by_label("Đơn vị đã làm gì?")).to_have_value("class_hour")


def test_without_script_a_photo_of_fifty_megabytes_is_refused_and_going_back_loses_nothing(
    teacher: Tab, chromium: Browser, tmp_path: Path
) -> None:
    large = tmp_path / "a.jpg"
    large.write_bytes(b"\xff\xd8\xff" + bytes(50 * 1024 * 1024))
    context = chromium.new_context(java_script_enabled=False, storage_state=teacher.context.storage_state())
    page = context.new_page()
    page.goto(teacher.running.address + "/filing/new")
    page.get_by_label("Đơn vị đã làm gì?").select_option("class_hour")
    page.get_by_label("Số phút").fill("44")
    page.get_by_label("Ảnh", exact=True).set_input_files(large)
    send(page, "Ghi")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("lớn"))
    page.go_back()
    expect(page.get_by_label("Số phút")).to_have_value("44")
    expect(page.get_by_label("Đơn vị đã làm gì?")).to_have_value("class_hour")
    context.close()


def test_the_coordinator_sends_it_back_with_a_reason(coordinator: Tab, platform: Running, before: int) -> None:
    page = coordinator.open("/")
    page.get_by_role("link", name="Bàn điều phối").click()
    expect(page.get_by_text("1 mục chờ duyệt")).to_be_visible()
    coordinator.look("desk")
    page.get_by_role("link", name=TITLE).click()
    coordinator.look("desk-activity")
    page.get_by_label("Lý do trả lại").fill(REASON)
    send(page, "Trả lại")
    expect(page.get_by_role("status")).to_contain_text("Đã xử lý 1 mục")
    assert reached(platform) == before


def test_the_teacher_reads_why_corrects_and_sends_again(teacher: Tab, photo: Path) -> None:
    page = teacher.open("/filing")
    expect(page.get_by_text(f"Lý do: {REASON}")).to_be_visible()
    teacher.look("filing-returned")
    page.get_by_role("link", name="Sửa và gửi lại").first.click()
    expect(page.get_by_text(f"Bị trả lại: {REASON}")).to_be_visible()
    expect(page.get_by_label("Tên hoạt động")).to_have_value(TITLE)
    page.get_by_label("Ảnh", exact=True).set_input_files(photo)
    teacher.look("filing-correct")
    send(page, "Gửi lại")
    expect(page.get_by_role("status")).to_contain_text("Đã sửa và gửi lại.")


def test_the_coordinator_accepts_it_and_the_target_counts_it(coordinator: Tab, platform: Running, before: int) -> None:
    page = coordinator.open("/desk")
    expect(page.get_by_text(f"Lần trước được trả lại vì: {REASON}")).to_be_visible()
    page.get_by_label("Chọn tất cả mục trên trang này").check()
    send(page, "Duyệt các mục đã chọn")
    expect(page.get_by_text("Không có mục nào chờ duyệt")).to_be_visible()
    assert reached(platform) == before + 1


def test_a_reminder_is_copied_with_one_press(coordinator: Tab) -> None:
    coordinator.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = coordinator.open("/desk/due?kind=commune")
    coordinator.look("desk-due")
    page.get_by_text("Lời nhắc đơn vị này").first.click()
    page.get_by_role("button", name="Chép – Nội dung").first.click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Kính gửi: Xã ")
    assert f"Mời đơn vị ghi tại: {coordinator.running.address}/filing" in copied


@pytest.mark.parametrize("path", ["/filing/weeks", "/models", "/desk", "/desk/due", "/desk/models", "/desk/all"])
@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "PC"])
def test_a_page_of_filing_is_accessible_and_fits(person: Person, path: str, size: tuple[int, int]) -> None:
    tab = person("hocvien2" if path in ("/filing/weeks", "/models") else "dieuphoi1", size)
    tab.open(path)
    tab.look(f"filing{path.replace('/', '-')}-{size[0]}")


def send(page: Page, button: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=button, exact=True).click()
