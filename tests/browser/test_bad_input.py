"""What goes wrong in a day: an ended session, somebody else's paper, a paper handed in, too much or nonsense sent."""

from __future__ import annotations

from typing import Any

import pytest
from answering import Paper, right
from playwright.sync_api import expect
from running import Running
from watched import PHONE, Person, Tab

QUIZ = "an-toan-thong-tin-co-ban"

SEND = """
async ([address, body]) => {
  const said = await fetch(address, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-Lopso": "1" },
    body,
  });
  return [said.status, (await said.json()).error];
}
"""


@pytest.fixture
def trainee(person: Person) -> Tab:
    """A trainee with a phone."""
    return person("hocvien2", PHONE)


@pytest.fixture
def paper(trainee: Tab) -> Paper:
    """The trainee's open quiz."""
    page = trainee.open(f"/quizzes/{QUIZ}")
    page.get_by_role("button", name="Bắt đầu làm bài").or_(page.get_by_role("link", name="Làm tiếp lần")).click()
    return Paper(page, QUIZ)


def attempt_of(paper: Paper) -> str:
    """Give the id of the attempt that is open."""
    return paper.page.url.rpartition("/")[2].partition("#")[0]


def send(tab: Tab, address: str, body: str) -> list[Any]:
    """Send an answer as the page's script would; give the status and the sentence."""
    with tab.expecting(r"status of 4\d\d "):
        return tab.page.evaluate(SEND, [address, body])


def test_an_answer_after_the_session_ended_is_said_to_be_unsaved_and_saved_after_logging_in(
    trainee: Tab, paper: Paper, platform: Running
) -> None:
    page = trainee.page
    name = next(name for name in paper.order if paper.questions[name]["kind"] == "multiple_choice")
    paper.turn_to(name)
    trainee.context.clear_cookies()
    with trainee.expecting(r"status of 401 .*/api/attempts/"):
        for given in (right(paper.questions[name])[:1], None):  # going on answering does not take the word away
            paper.answer(name, given)
            said = paper.place(name).get_by_role("status")
            expect(said).to_contain_text("Phiên làm việc đã hết. Hãy đăng nhập lại")
        expect(page.locator("#saved")).to_have_text("Chưa lưu")
        trainee.look("session-ended")
    page.get_by_role("link", name="Đăng nhập lại").click()
    page.get_by_label("Tên đăng nhập").fill(trainee.username)
    page.get_by_label("Mật khẩu", exact=True).fill(platform.passwords[trainee.username])
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("#saved")).to_have_text("Đã lưu")
    page.reload()
    assert paper.answered() == [name]


def test_somebody_elses_paper_is_neither_shown_nor_written(trainee: Tab, paper: Paper, person: Person) -> None:
    other = person("giaovien1")
    attempt, name = attempt_of(paper), paper.order[-1]
    with other.expecting(r"status of 40[34] "):
        page = other.open(f"/attempts/{attempt}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        other.look("not-mine")
    status, sentence = send(other, f"/api/attempts/{attempt}/answers/{name}", '{"seq": 99, "answer": "x"}')
    assert status in (403, 404)
    assert sentence
    trainee.page.reload()
    assert name not in paper.answered()


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ('{"seq": 1, "answer": "' + "x" * 10_000_000 + '"}', 413, "quá lớn"),
        ('{"seq": 1, "answer": ', 422, "không đọc được"),
        ('{"seq": "một"}', 422, "không đọc được"),
        ('{"seq": 99, "answer": {"a": 1}}', 422, ""),
    ],
    ids=["10 MB", "half a document", "no number", "no answer of this kind"],
)
def test_what_cannot_be_taken_is_refused_in_vietnamese_and_changes_nothing(
    trainee: Tab, paper: Paper, body: str, status: int, sentence: str
) -> None:
    name = paper.order[-1]
    refused = send(trainee, f"/api/attempts/{attempt_of(paper)}/answers/{name}", body)
    assert refused[0] == status
    assert sentence in refused[1]
    trainee.page.reload()
    assert name not in paper.answered()


def test_an_answer_to_a_paper_that_was_handed_in_is_refused(trainee: Tab, paper: Paper) -> None:
    attempt, name = attempt_of(paper), paper.order[0]
    trainee.page.get_by_role("link", name="Kiểm tra và nộp bài").click()
    trainee.page.get_by_role("button", name="Vẫn nộp bài").click()
    expect(trainee.page.get_by_role("heading", level=1)).to_contain_text("Kết quả")
    trainee.look("result-not-passed")
    status, sentence = send(trainee, f"/api/attempts/{attempt}/answers/{name}", '{"seq": 99, "answer": null}')
    assert status == 409
    assert "nộp" in sentence
