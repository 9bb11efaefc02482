"""The first day, in the order in which it happens: each person begins where the one before has ended."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from typing import Any

import pytest
from answering import Paper, Question, give, practice_questions, right, wrong
from playwright.sync_api import Locator, Page, expect
from running import REPOSITORY, Running
from watched import PHONE, SLOW, Person, Tab, change_password

QUIZ = "viet-tin-cuoi-khoa"
DASHBOARD = "/services/voila/voila/render/voila_apps/targets.ipynb"


@dataclass(frozen=True)
class Reading:
    """The training target as the board shows it."""

    done: int
    total: int


def read_board(coordinator: Tab) -> Reading:
    """Open the board and read how many are trained."""
    page = coordinator.open("/")
    page.get_by_role("link", name="Bảng theo dõi chỉ tiêu").click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Tập huấn kỹ năng viết tin"))
    expect(card).to_contain_text("người", timeout=SLOW)
    expect(page.locator(".plotly .scatterlayer .trace").first).to_be_visible()
    done, total = re.search(r"(\d+)/(\d+) người", card.inner_text()).groups()
    return Reading(int(done), int(total))


@pytest.fixture(scope="module")
def coordinator(person: Person) -> Tab:
    """A coordinator at a PC."""
    return person("dieuphoi1")


@pytest.fixture(scope="module")
def before(coordinator: Tab) -> Reading:
    """The training target before the day."""
    return read_board(coordinator)


@pytest.fixture(scope="module")
def trainee(stranger: Person) -> Tab:
    """A reporter with a phone."""
    return stranger("hocvien1", PHONE)


def test_the_coordinator_sees_all_five_targets(coordinator: Tab, before: Reading) -> None:
    assert before.total > 0
    page = coordinator.page
    expect(page.locator(".lt-card")).to_have_count(5)
    expect(page.locator(".lt-card", has_text="Chưa có dữ liệu")).to_have_count(0)
    coordinator.look("board-before")


def test_a_trainee_logs_in_and_must_change_the_first_password(trainee: Tab, platform: Running) -> None:
    page = trainee.open("/")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    trainee.look("login")
    with trainee.expecting(r"403 .*/hub/login"):
        submit_login(page, "hocvien1", "không phải mật khẩu")
        expect(page.get_by_role("alert")).to_contain_text("Tên đăng nhập hoặc mật khẩu không đúng")
        trainee.look("login-wrong")
    submit_login(page, "hocvien1", platform.passwords["hocvien1"])
    expect(page.get_by_role("heading", name="Đặt mật khẩu của riêng")).to_be_visible()
    trainee.look("change-password")
    change_password(trainee, "một câu chỉ tôi biết")
    expect(page.get_by_role("heading", name="Xin chào, Nguyễn Thu Hà (mẫu)")).to_be_visible()
    trainee.look("home-new")


def submit_login(page: Page, username: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_a_trainee_reads_a_lesson_and_practises_with_reason_and_hint(trainee: Tab) -> None:
    page = trainee.page
    page.get_by_role("link", name="Viết tin về chuyển đổi số").click()
    trainee.look("course-new")
    page.get_by_role("link", name="Tít và sapo").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tít và sapo")
    trainee.look("lesson", readme=True)
    questions = practice_questions("viet-tin", "01-tit-va-sapo")
    assert len(questions) >= 5
    for number, (name, question) in enumerate(questions.items()):
        place = page.locator(f"lopso-question[question='{name}']")
        if not number:
            answer(place, question, wrong(question), "✗ Chưa đúng")
            expect(place.get_by_role("status")).to_contain_text(f"Gợi ý: {question['hint']}")
            place.scroll_into_view_if_needed()
            trainee.look("practice", readme=True)
        answer(place, question, right(question))


def test_progress_is_there_after_a_reload_and_the_lesson_can_be_finished(trainee: Tab) -> None:
    page = trainee.open("/")
    expect(page.get_by_text("Học tiếp", exact=False).first).to_be_visible()
    trainee.look("home-begun")
    page.get_by_role("link", name="Học tiếp").click()
    expect(page.locator("lopso-question .lq-verdict")).to_have_count(
        len(practice_questions("viet-tin", "01-tit-va-sapo"))
    )
    read_to_the_end(page)
    expect(page.get_by_text("Bạn đã học xong bài này.")).to_be_visible()
    trainee.look("lesson-finished")


def read_to_the_end(page: Page) -> None:
    """Scroll through the lesson as a reader does."""
    for heading in page.locator("section[data-section]").all():
        heading.scroll_into_view_if_needed()
    page.locator("#hoan-thanh").scroll_into_view_if_needed()


def practise(page: Page, course: str, lesson: str) -> None:
    """Answer every practice question of the lesson page that is open."""
    for name, question in practice_questions(course, lesson).items():
        outcome = "• Đã ghi nhận" if question["kind"] in ("writing", "poll") else "✓ Đúng"
        answer(page.locator(f"lopso-question[question='{name}']"), question, right(question), outcome)


def answer(place: Locator, question: Question, given: list[str], outcome: str = "✓ Đúng") -> None:
    """Answer a practice question and see its mark."""
    give(place, question, given)
    place.get_by_role("button", name="Kiểm tra").click()
    expect(place.get_by_role("status")).to_contain_text(outcome)


def test_a_lesson_that_computes_opens_as_a_page_with_a_kernel_and_leads_back(trainee: Tab) -> None:
    page = trainee.page
    page.locator("#hoan-thanh").get_by_role("link", name="Bài tiếp theo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Viết cho tai nghe")
    trainee.look("second-lesson")
    page.locator(".lesson-kernel").get_by_role("link", name="Mở phần thực hành").click()
    draft = page.get_by_label("Bản thảo của bạn")
    expect(draft).to_be_in_viewport(timeout=SLOW)
    expect(page.get_by_role("link", name="Về bài học")).to_have_attribute("href", "/courses/viet-tin/02-do-thoi-luong")
    draft.fill("Bà con nhớ mang căn cước. " * 150)
    expect(page.get_by_text("Quá khung 3 phút, thừa 0:57")).to_be_visible()
    name, question = next(iter(practice_questions("viet-tin", "02-do-thoi-luong").items()))
    answer(page.locator("lopso-question").first, question, right(question))
    trainee.look("tool")
    page.go_back()
    expect(page.locator(f"lopso-question[question='{name}'] .lq-verdict")).to_have_text("✓ Đúng")
    practise(page, "viet-tin", "02-do-thoi-luong")
    read_to_the_end(page)
    expect(page.get_by_text("Bạn đã học xong bài này.")).to_be_visible()


def test_the_other_lessons_lead_one_after_the_other_to_the_quiz(trainee: Tab) -> None:
    course = tomllib.loads((REPOSITORY / "courses" / "viet-tin" / "course.toml").read_text(encoding="utf-8"))
    for lesson in course["lesson"][2:]:
        page = trainee.page
        page.locator("#hoan-thanh").get_by_role("link", name="Bài tiếp theo").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(lesson["title"])
        practise(page, "viet-tin", lesson["file"].removesuffix(".ipynb"))
        read_to_the_end(page)
        expect(page.get_by_text("Bạn đã học xong bài này.")).to_be_visible()


def test_answers_of_a_quiz_are_saved_as_they_are_given_and_survive_a_reload(trainee: Tab) -> None:
    page = trainee.page
    page.locator("#hoan-thanh").get_by_role("link", name="Bài kiểm tra").click()
    trainee.look("quiz-start")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    paper = Paper(page, QUIZ)
    trainee.look("quiz", readme=True)
    for name in paper.order[:4]:
        paper.answer(name)
        expect(page.locator("#saved")).to_have_text("Đã lưu")
        page.get_by_role("button", name="Câu sau").click()
    page.reload()
    assert paper.answered() == paper.order[:4]
    for name in paper.order[:4]:
        paper.turn_to(name)
        assert same(paper.value(name), right(paper.questions[name]))


def same(value: Any, given: Any) -> bool:
    """Compare answers: options in whichever order, texts (in a list or not) and documents as they are."""
    value, given = ([one] if isinstance(one, str) else one for one in (value, given))
    if isinstance(given, list) and isinstance(value, list):
        return sorted(value) == sorted(given)
    return bool(value == given)


def test_an_answer_given_without_a_connection_is_saved_when_it_is_back(trainee: Tab) -> None:
    page, paper = trainee.page, Paper(trainee.page, QUIZ)
    name = paper.order[4]
    paper.turn_to(name)
    with trainee.expecting(r"ERR_INTERNET_DISCONNECTED .*/api/attempts/"):
        trainee.context.set_offline(True)
        paper.answer(name)
        expect(page.locator("#saved")).to_contain_text("Chưa lưu")
        trainee.look("quiz-offline")
        trainee.context.set_offline(False)
        expect(page.locator("#saved")).to_have_text("Đã lưu")
    page.reload()
    assert paper.answered() == paper.order[:5]


def test_handing_in_names_what_is_unanswered_then_shows_marks_with_reasons(trainee: Tab) -> None:
    page, paper = trainee.page, Paper(trainee.page, QUIZ)
    for name in paper.order[5:-1]:
        paper.turn_to(name)
        paper.answer(name)
    page.get_by_role("link", name="Kiểm tra và nộp bài").click()
    expect(page.get_by_text(f"Còn 1 trong {len(paper.questions)} câu chưa trả lời")).to_be_visible()
    trainee.look("submit-unanswered")
    page.get_by_role("link", name=f"Câu {len(paper.questions)}").click()
    paper = Paper(page, QUIZ)
    paper.answer(paper.order[-1], wrong(paper.questions[paper.order[-1]]))
    page.get_by_role("link", name="Kiểm tra và nộp bài").click()
    expect(page.get_by_text("Đã trả lời tất cả các câu.")).to_be_visible()
    trainee.look("submit")
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kết quả")
    for reason in page.locator(".lq-reason").all():
        expect(reason).not_to_be_empty()
    wrong_one = page.locator(".item").nth(len(paper.order) - 1)
    expect(wrong_one.locator(".lq-verdict")).to_contain_text("✗ Chưa đúng")
    expect(wrong_one.locator(".lq-hint")).to_contain_text(paper.questions[paper.order[-1]]["hint"])
    points = page.locator(".big").inner_text()
    assert "đạt" in page.locator(".card .tag").first.inner_text()
    trainee.look("result", readme=True)
    page.get_by_role("link", name="Về khóa học").click()
    expect(page.get_by_text("Bạn đã hoàn thành khóa học này.")).to_be_visible()
    trainee.look("course-completed")
    page.get_by_role("link", name="Kết quả của tôi").click()
    expect(page.get_by_role("main")).to_contain_text(points)
    trainee.look("results")


def test_the_marks_are_in_the_gradebook_of_nbgrader(trainee: Tab, platform: Running) -> None:
    trainee.open("/results")
    shown = trainee.page.get_by_role("link", name="/").inner_text()
    script = (
        "from nbgrader.api import Gradebook; import sys\n"
        "with Gradebook(sys.argv[1], course_id='lopso') as book:\n"
        f"    found = book.find_submission({QUIZ!r}, 'hocvien1')\n"
        "    print(f'{found.score:g}'.replace('.', ','))\n"
    )
    database = f"sqlite:///{platform.root}/var/lopso.db"
    asked = subprocess.run([sys.executable, "-c", script, database], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == shown.partition("/")[0]  # nbgrader's maximum is of the whole bank


def test_a_trainee_may_open_neither_the_dashboard_nor_jupyterlab(person: Person) -> None:
    trainee = person("hocvien2", PHONE)
    for path in (DASHBOARD, "/hub/spawn", "/hub/user-redirect/lab"):
        with trainee.expecting(r"status of 403 "):
            page = trainee.open(path)
            expect(page.get_by_role("heading", level=1)).to_contain_text("mở trang này")
            trainee.look(f"refused{path.replace('/', '-')}")


def test_the_coordinator_sees_the_target_move_on_the_next_view(coordinator: Tab, before: Reading) -> None:
    after = read_board(coordinator)
    assert after == Reading(before.done + 1, before.total)
    page = coordinator.page
    coordinator.look("board", readme=True)
    expect(page.locator("#ls-stored")).to_have_count(0)  # the kernel's board has taken its place
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Tập huấn kỹ năng viết tin"))
    card.get_by_role("button", name="chưa xong: xem danh sách").click()
    page.get_by_label("Tìm theo tên").fill("nguyen thu ha")
    expect(page.get_by_text("Không có ai, đơn vị nào khớp với bộ lọc.")).to_be_visible()
    page.get_by_label("Tình trạng").select_option("Đã xong")
    row = page.get_by_role("row", name="Nguyễn Thu Hà (mẫu)")
    expect(row).to_contain_text("sau hạn")
    coordinator.look("board-filtered")
    page.get_by_label("Tìm theo tên").fill("")
    page.get_by_label("Tình trạng").select_option("Còn thiếu")
    page.get_by_label("Xã, đơn vị", exact=True).select_option("Xã Hùng Tiến")
    expect(page.get_by_role("status").filter(has_text="Dòng 1–2 trong 2")).to_be_visible()
    coordinator.look("board-commune")


def test_an_author_answers_the_same_question_in_jupyterlab(person: Person) -> None:
    author = person("tacgia1")
    author.look("home")
    page = author.page
    page.get_by_role("link", name="JupyterLab").click()
    page.wait_for_url("**/user/tacgia1/lab**", timeout=SLOW)
    expect(page.locator("#jp-main-dock-panel")).to_be_visible(timeout=SLOW)
    notebook = open_in_lab(author, "courses/viet-tin/01-tit-va-sapo.ipynb")
    run_to_first_code(notebook, "courses/viet-tin/01-tit-va-sapo.ipynb")
    name, question = next(iter(practice_questions("viet-tin", "01-tit-va-sapo").items()))
    place = notebook.locator("lopso-question").first
    expect(place).to_be_visible(timeout=SLOW)
    answer(place, question, wrong(question), "✗ Chưa đúng")
    author.look("notebook", ours=False, readme=True)
    answer(place, question, right(question))
    author.open("/courses/viet-tin/01-tit-va-sapo")
    expect(page.locator(f"lopso-question[question='{name}'] .lq-verdict")).to_have_text("✓ Đúng")


def test_an_author_finds_the_released_quiz_in_jupyterlab_without_its_keys(person: Person, platform: Running) -> None:
    platform.lopso("quiz", "release", "an-toan-thong-tin-co-ban")
    author = person("tacgia1")
    notebook = open_in_lab(author, "grading/release/an-toan-thong-tin-co-ban/an-toan-thong-tin-co-ban.ipynb")
    expect(notebook).to_contain_text("An toàn thông tin")
    author.look("released", ours=False)


def open_in_lab(tab: Tab, path: str) -> Locator:
    """Open a notebook in JupyterLab and wait until its cells and its kernel are there."""
    tab.open(f"/user/{tab.username}/lab/tree/{path}")
    notebook = tab.page.locator(".jp-NotebookPanel:visible")
    expect(notebook.locator(".jp-Cell").nth(2)).to_be_visible(timeout=SLOW)
    # The circle in the notebook's corner says "idle" before there is any kernel; the status bar does not.
    expect(tab.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=SLOW)
    return notebook


def run_to_first_code(notebook: Locator, path: str) -> None:
    """Run cell by cell as a reader does: JupyterLab holds only the cells near the screen."""
    cells = json.loads((REPOSITORY / path).read_text(encoding="utf-8"))["cells"]
    notebook.locator(".jp-Cell").first.click()
    for cell in cells:
        notebook.page.keyboard.press("Shift+Enter")
        if cell["cell_type"] == "code":
            return


def test_a_marker_finds_the_submission_in_formgrader(person: Person) -> None:
    marker = person("chambai1")
    marker.look("home")
    page = marker.page
    page.get_by_role("link", name="Chấm bài").click()
    page.wait_for_url("**/user/chambai1/formgrader**", timeout=SLOW)
    row = page.get_by_role("row", name=QUIZ)
    expect(row).to_be_visible(timeout=SLOW)
    marker.look("formgrader", ours=False)
    row.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("row", name="hocvien1")).to_contain_text(re.compile(r"graded1[89](,5)? / 20"))
    marker.look("formgrader-submission", ours=False)


def test_a_teacher_sees_the_courses_and_nothing_that_is_not_for_teachers(person: Person) -> None:
    teacher = person("giaovien1")
    expect(teacher.page.locator(".course h3 a[href^='/courses/']")).to_have_count(3)
    expect(teacher.page.get_by_text("JupyterLab")).to_have_count(0)
    expect(teacher.page.get_by_text("Chấm bài")).to_have_count(0)
    teacher.look("home")
