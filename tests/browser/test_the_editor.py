"""The editor as teachers and authors use it: every kind of question, pictures, two people at once, keyboard, phone."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from running import Running
from watched import PC, PHONE, Person, Tab

KINDS = {
    "single_choice": "Một đáp án đúng",
    "multiple_choice": "Nhiều đáp án đúng",
    "true_false": "Đúng hay sai",
    "short_text": "Điền từ",
    "short_answer": "Trả lời ngắn bằng số",
    "number": "Số có sai số và đơn vị",
    "matching": "Ghép cặp",
    "ordering": "Sắp thứ tự",
    "gaps": "Điền chỗ trống",
    "writing": "Viết bài",
    "poll": "Hỏi ý kiến",
    "info": "Thông tin",
}


def begin(tab: Tab, title: str) -> Page:
    """Begin a quiz from the list of quizzes."""
    page = tab.open("/editor")
    page.get_by_label("Tên bài").fill(title)
    page.get_by_role("button", name="Tạo bài").click()
    page.wait_for_url("**/editor/*")
    return page


def name_of(page: Page) -> str:
    return page.url.rpartition("/")[2]


def add(page: Page, kind: str) -> Locator:
    """Add a question and give its card."""
    page.get_by_label("Loại câu hỏi").select_option(kind)
    page.get_by_role("button", name="Thêm câu hỏi").click()
    return card(page, page.locator("section.q").count())


def card(page: Page, number: int) -> Locator:
    return page.locator("section.q").nth(number - 1)


def fill(place: Locator, label: str, text: str) -> None:
    place.get_by_role("textbox", name=label, exact=True).fill(text)


def entry(place: Locator, name: str) -> Locator:
    return place.get_by_role("group", name=name, exact=True)


def options(place: Locator, right: tuple[int, ...]) -> None:
    for number in (1, 2, 3, 4):
        fill(entry(place, f"Lựa chọn {number}"), f"Lựa chọn {number}", f"Ý thứ {number}")
        if number in right:
            entry(place, f"Lựa chọn {number}").get_by_label("Đúng", exact=True).check()
        else:
            fill(entry(place, f"Lựa chọn {number}"), "Vì sao sai", f"Vì không phải ý {number}.")


def saved(page: Page) -> None:
    expect(page.locator(".saved")).to_have_text("Đã lưu")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Xuất bản", exact=True).click()
    expect(page.locator(".notices")).to_contain_text("Đã xuất bản")


def file_of(platform: Running, name: str) -> dict[str, Any]:
    return tomllib.loads((platform.root / "quizzes" / name / "quiz.toml").read_text(encoding="utf-8"))


def write_true_false(place: Locator) -> None:
    for number in (1, 2, 3, 4):
        fill(entry(place, f"Ý {number}"), f"Ý {number}", f"Khẳng định {number}")
        entry(place, f"Ý {number}").get_by_label("Ý này").select_option(label="Đúng" if number % 2 else "Sai")


def write_matching(place: Locator) -> None:
    for number in (1, 2, 3):
        fill(place, f"Cặp {number}, vế trái", f"Trái {number}")
        fill(place, f"Cặp {number}, vế phải", f"Phải {number}")
    place.get_by_role("button", name="Thêm vế phải thừa").click()
    fill(entry(place, "Vế phải thừa 1"), "Vế phải thừa 1", "Không thuộc ai")


def write_gaps(place: Locator) -> None:
    fill(place, "Đoạn văn", "Xã có  hộ và  thôn.")
    place.get_by_label("Đoạn văn").evaluate("box => box.setSelectionRange(6, 6)")
    place.get_by_role("button", name="Thêm chỗ trống để gõ").click()
    fill(place, "Câu trả lời được chấp nhận", "1200\n1.200")
    fill(place, "Ví dụ một câu trả lời sai", "1300")
    place.get_by_label("Đoạn văn").evaluate("box => box.setSelectionRange(18, 18)")
    place.get_by_role("button", name="Thêm chỗ trống để chọn").click()
    fill(entry(place, "Lựa chọn 1"), "Lựa chọn 1", "tám")
    fill(entry(place, "Lựa chọn 2"), "Lựa chọn 2", "chín")
    fill(entry(place, "Lựa chọn 2"), "Vì sao sai", "Vì là tám.")
    expect(place.get_by_label("Đoạn văn")).to_have_value("Xã có [[1]] hộ và [[2]] thôn.")


#: What is typed into the fields of the simpler kinds, and how the others are written.
TYPED: dict[str, dict[str, str]] = {
    "short_text": {
        "Câu trả lời được chấp nhận": "xác thực hai lớp\n2FA",
        "Ví dụ một câu trả lời sai": "mật khẩu",
    },
    "short_answer": {"Đáp án": "-1,5"},
    "number": {
        "Đáp án": "12,5",
        "Sai số cho phép": "0,1",
        "Đơn vị (nếu có)": "km",
        "Đơn vị khác cũng nhận": "m = 0,001",
    },
    "ordering": {f"Mục {number}": f"Bước {number}" for number in (1, 2, 3, 4)},
    "writing": {f"Tiêu chí {number}": f"Tiêu chí số {number}" for number in (1, 2)},
    "poll": {f"Lựa chọn {number}": f"Ý {number}" for number in (1, 2, 3)},
}
WRITTEN: dict[str, Callable[[Locator], None]] = {
    "single_choice": lambda place: options(place, (2,)),
    "multiple_choice": lambda place: options(place, (1, 3)),
    "true_false": write_true_false,
    "matching": write_matching,
    "gaps": write_gaps,
}


def write(place: Locator, kind: str, prompt: str) -> None:
    """Write a whole question of a kind."""
    fill(place, "Nội dung" if kind == "info" else "Câu hỏi", prompt)
    for label, text in TYPED.get(kind, {}).items():
        fill(place, label, text)
    if kind in WRITTEN:
        WRITTEN[kind](place)


def test_a_quiz_of_every_kind_is_made_published_and_seen_by_a_learner(platform: Running, person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Đủ mọi loại câu")
    for number, (kind, name) in enumerate(KINDS.items(), 1):
        place = add(page, kind)
        named = "Thông tin 1" if kind == "info" else f"Câu {number} · {name}"  # mere information has no number
        expect(place.get_by_role("button", expanded=True)).to_contain_text(named)
        write(place, kind, f"Đây là câu số {number}")
        expect(place.get_by_role("complementary").locator("lopso-question")).to_contain_text(f"Đây là câu số {number}")
    saved(page)
    teacher.look("editor-every-kind")
    with teacher.expecting("status of 422"):
        page.get_by_role("button", name="Xuất bản", exact=True).click()
        page.get_by_role("button", name=re.compile("không biết lượt nào cao điểm nhất")).click()
    page.get_by_label("Lượt được tính").select_option(label="Lượt cuối")
    saved(page)
    publish(page)
    teacher.look("editor-published")
    written = file_of(platform, name_of(page))
    assert [question["kind"] for question in written["question"]] == list(KINDS)
    ids = [question["id"] for question in written["question"]]
    assert not [name for name in ids if name in page.locator("main").inner_text()]
    platform.lopso("quiz", "check", name_of(page))
    learner = person("hocvien2").open(f"/quizzes/{name_of(page)}")
    learner.get_by_role("button", name="Bắt đầu").click()
    expect(learner.locator("lopso-question").first).to_be_attached()
    assert learner.locator("lopso-question").count() == len(KINDS)


@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "PC"])
def test_a_quiz_is_edited_on_a_phone_and_on_a_pc(person: Person, size: tuple[int, int]) -> None:
    author = person("tacgia1", size)
    author.open("/editor")
    author.look(f"editor-list-{size[0]}")
    page = author.open("/editor/an-toan-thong-tin-co-ban")
    card(page, 1).get_by_role("button", name=re.compile("Câu 1")).first.click()
    card(page, 1).get_by_text("Điểm, gợi ý, giải thích").click()
    page.get_by_text("Thời gian, lượt làm").click()
    expect(card(page, 1).get_by_role("complementary").get_by_role("radio").first).to_be_visible()
    author.look(f"editor-{size[0]}")
    for control in page.locator("main button:visible, main select:visible, main input:not(.unseen):visible").all():
        inside = control.locator("xpath=ancestor::label").count()
        box = control.bounding_box()
        assert inside or (box and box["height"] >= 44), control.evaluate("node => node.outerHTML")


def test_every_fault_stands_beside_its_field_and_the_list_leads_there(person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài còn lỗi")
    add(page, "single_choice")
    add(page, "number")
    saved(page)
    with teacher.expecting("status of 422"):
        page.get_by_role("button", name="Xuất bản", exact=True).click()
        expect(page.locator(".notices")).to_contain_text("Chưa xuất bản được")
    teacher.look("editor-faults")
    box = entry(card(page, 1), "Lựa chọn 2").get_by_label("Vì sao sai")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile("vì sao sai"))
    page.get_by_role("button", name=re.compile("Câu 2 – Đáp án: còn thiếu")).click()
    expect(card(page, 2).get_by_label("Đáp án", exact=True)).to_be_focused()


def picture() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    return {"name": "hinh.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_a_picture_needs_a_description_and_comes_with_the_published_quiz(platform: Running, person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài có ảnh")
    place = add(page, "short_answer")
    fill(place, "Câu hỏi", "Hình có mấy cạnh?")
    fill(place, "Đáp án", "4")
    place.get_by_label("Thêm ảnh hoặc âm thanh").set_input_files(picture())
    expect(place.get_by_label("Mô tả ảnh (bắt buộc)")).to_be_focused()
    saved(page)
    with teacher.expecting("status of 422"):
        page.get_by_role("button", name="Xuất bản", exact=True).click()
        expect(page.locator(".notices")).to_contain_text("Chưa xuất bản được")
    fill(place, "Mô tả ảnh (bắt buộc)", "Một hình chữ nhật xanh")
    expect(place.get_by_role("complementary").get_by_role("img", name="Một hình chữ nhật xanh")).to_be_visible()
    publish(page)
    assert "![Một hình chữ nhật xanh](media/anh-" in file_of(platform, name_of(page))["question"][0]["prompt"]
    learner = person("hocvien2").open(f"/quizzes/{name_of(page)}")
    learner.get_by_role("button", name="Bắt đầu").click()
    shown = learner.get_by_role("img", name="Một hình chữ nhật xanh")
    assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 60


def test_a_file_that_may_not_be_sent_is_refused_with_a_sentence(person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài có tệp xấu")
    place = add(page, "info")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with teacher.expecting("status of 415"):
        place.get_by_label("Thêm ảnh hoặc âm thanh").set_input_files(
            {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": svg}
        )
        expect(place).to_contain_text("Ảnh SVG này có phần tự chạy")
    large = {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG" + bytes(6_000_000)}
    place.get_by_label("Thêm ảnh hoặc âm thanh").set_input_files(large)
    expect(place).to_contain_text("Ảnh này lớn hơn 5 MB")


def test_two_who_edit_one_quiz_see_each_other_and_lose_nothing(person: Person) -> None:
    teacher, author = person("giaovien1"), person("tacgia1")
    mine = begin(teacher, "Bài hai người")
    theirs = author.open(f"/editor/{name_of(mine)}")
    expect(theirs.locator(".others")).to_contain_text("Trần Thị Mai")
    mine.get_by_label("Lời giới thiệu").fill("Lời của giáo viên")
    saved(mine)
    with author.expecting("status of 409"):
        theirs.get_by_label("Lời giới thiệu").fill("Lời của tác giả")
        expect(theirs.locator(".notices")).to_contain_text(
            re.compile(r"Trần Thị Mai.* đã lưu bài này lúc \d\d:\d\d, \d\d/\d\d/\d{4}")
        )
    author.look("editor-conflict")
    theirs.get_by_role("button", name="Giữ bản của tôi thành bài riêng").click()
    theirs.wait_for_url(f"**/editor/{name_of(mine)}-*")
    expect(theirs.get_by_label("Lời giới thiệu")).to_have_value("Lời của tác giả")
    again = author.open(f"/editor/{name_of(mine)}")
    expect(again.get_by_label("Lời giới thiệu")).to_have_value("Lời của giáo viên")
    again.get_by_label("Lời giới thiệu").fill("Lời sau cùng")
    saved(again)
    with teacher.expecting("status of 409"):
        mine.get_by_label("Lời giới thiệu").fill("Lời muộn")
        mine.get_by_role("button", name="Lấy bản mới ấy").click()
    expect(mine.get_by_label("Lời giới thiệu")).to_have_value("Lời sau cùng")


def test_a_lost_connection_loses_no_word(person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài mất mạng")
    with teacher.expecting("ERR_INTERNET_DISCONNECTED"):
        teacher.context.set_offline(True)
        page.get_by_label("Lời giới thiệu").fill("Viết khi mất mạng")
        expect(page.locator(".saved")).to_contain_text("Chưa lưu")
        teacher.context.set_offline(False)
        saved(page)
    page.reload()
    expect(page.get_by_label("Lời giới thiệu")).to_have_value("Viết khi mất mạng")


def test_questions_are_moved_copied_deleted_and_brought_back_by_keyboard_alone(person: Person) -> None:
    page = begin(person("giaovien1"), "Bài bàn phím")
    for words in ("Câu đầu", "Câu sau"):
        page.get_by_label("Loại câu hỏi").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.type(words)
    card(page, 2).get_by_role("button", name="Đưa câu 2 lên").focus()
    page.keyboard.press("Enter")
    expect(card(page, 1).get_by_role("button", name="Đưa câu 1 xuống")).to_be_focused()
    expect(card(page, 1)).to_contain_text("Câu sau")
    card(page, 1).get_by_role("button", name="Sao chép câu 1").focus()
    page.keyboard.press("Enter")
    expect(card(page, 2).get_by_label("Câu hỏi")).to_be_focused()
    expect(card(page, 3)).to_contain_text("Câu đầu")
    card(page, 3).get_by_role("button", name="Xóa câu 3").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_focused()
    expect(page.locator("section.q")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(card(page, 3)).to_contain_text("Câu đầu")
    saved(page)
    page.reload()
    expect(page.locator("section.q .q-begins")).to_have_text(["Câu sau", "Câu sau", "Câu đầu"])


def test_a_file_changed_outside_is_shown_before_it_is_overwritten(platform: Running, person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài sửa tay")
    fill(add(page, "info"), "Nội dung", "Xin chào")
    publish(page)
    path = platform.root / "quizzes" / name_of(page) / "quiz.toml"
    page.get_by_label("Lời giới thiệu").fill("Lời trong trang soạn")
    saved(page)
    path.write_text(path.read_text(encoding="utf-8").replace("Xin chào", "Chào bằng tay"), encoding="utf-8")
    with teacher.expecting("status of 409"):
        page.get_by_role("button", name="Xuất bản", exact=True).click()
        expect(page.locator(".notices")).to_contain_text("đã bị sửa ở ngoài trang soạn")
    assert "Chào bằng tay" in path.read_text(encoding="utf-8")
    page.get_by_role("button", name="Bỏ bản nháp, lấy bản trong tệp").click()
    expect(page.locator(".q-begins")).to_have_text("Chào bằng tay")


def test_the_preview_shows_the_draft_and_records_nothing(person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài xem trước")
    fill(add(page, "info"), "Nội dung", "Chỉ để xem")
    saved(page)
    teacher.open(f"/editor/{name_of(page)}/preview")
    expect(page.locator("main")).to_contain_text("Không có gì được ghi lại")
    expect(page.locator("lopso-question")).to_contain_text("Chỉ để xem")
    teacher.look("editor-preview")


def test_without_javascript_the_page_says_that_it_needs_it(platform: Running, person: Person) -> None:
    teacher = person("giaovien1")
    plain = teacher.context.browser.new_context(
        java_script_enabled=False, storage_state=teacher.context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{platform.address}/editor/an-toan-thong-tin-co-ban")
    expect(page.locator("main")).to_contain_text("Trang soạn cần JavaScript")
    plain.close()


def test_a_trainee_has_no_way_into_the_editor(person: Person) -> None:
    trainee = person("hocvien2")
    page = trainee.open("/")
    expect(page.get_by_role("link", name="Soạn câu hỏi")).to_have_count(0)
    with trainee.expecting("status of 403"):
        trainee.open("/editor")
        expect(page.locator("main")).to_contain_text("Chỉ giáo viên và người soạn")


def test_what_is_published_stays_in_force_when_the_content_is_loaded_again(platform: Running, person: Person) -> None:
    page = begin(person("giaovien1"), "Bài đã xuất bản")
    fill(add(page, "info"), "Nội dung", "Xin chào")
    publish(page)
    assert name_of(page) not in platform.lopso("build")


@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "PC"])
def test_a_draft_is_deleted_and_a_published_quiz_withdrawn_by_clicking(
    platform: Running, person: Person, size: tuple[int, int]
) -> None:
    teacher = person("giaovien1", size)
    gone = name_of(begin(teacher, f"Bài bỏ đi {size[0]}"))
    page = teacher.page
    page.get_by_role("link", name="Xóa bản nháp, bỏ thay đổi hoặc rút bài").click()
    teacher.look(f"editor-discard-{size[0]}")
    page.get_by_role("button", name="Xóa hẳn bản nháp này").click()
    expect(page.get_by_role("status")).to_have_text("Đã xóa bản nháp.")
    expect(page.locator("main")).not_to_contain_text(f"Bài bỏ đi {size[0]}")
    page = begin(teacher, f"Bài rút {size[0]}")
    fill(add(page, "info"), "Nội dung", "Xin chào")
    publish(page)
    name = name_of(page)
    page.get_by_role("link", name="Xóa bản nháp, bỏ thay đổi hoặc rút bài").click()
    page.get_by_role("button", name="Rút bài").click()
    expect(page.get_by_role("status")).to_have_text("Đã rút bài khỏi người học.")
    assert not (platform.root / "quizzes" / name).exists()
    learner = person("hocvien2")
    with learner.expecting("status of 404"):
        learner.open(f"/quizzes/{name}")
    page = teacher.open(f"/editor/{name}")
    publish(page)
    assert (platform.root / "quizzes" / name / "quiz.toml").is_file()
    expect(learner.open(f"/quizzes/{name}").locator("h1")).to_have_text(f"Bài rút {size[0]}")
    assert gone not in platform.lopso("check")
