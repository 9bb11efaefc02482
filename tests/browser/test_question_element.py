"""The question element in a real browser, without any server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import lopso
from lopso.pages.fieldset import fieldset

STATIC = Path(lopso.__file__).parent / "web" / "static"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

ONE = {
    "id": "mot",
    "kind": "single_choice",
    "points": 1,
    "html": "<p>Chọn <strong>một</strong>.</p>",
    "options": [{"id": "a", "html": "Đáp án <em>a</em>"}, {"id": "b", "html": "Đáp án b"}],
}
MANY = ONE | {"id": "nhieu", "kind": "multiple_choice"}
TEXT = {"id": "chu", "kind": "short_text", "points": 1, "html": "<p>Gõ một từ.</p>", "longest": 200}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    yield page
    page.close()


def with_fieldset(prompt: dict[str, Any]) -> dict[str, Any]:
    """Give a prompt as the service's interface gives it to a notebook."""
    return prompt | {"fieldset": fieldset(prompt)}


def show(page: Page, prompt: dict[str, Any], attributes: str = "", before: str = "", after: str = "") -> None:
    """Put one question element on an otherwise empty page and record its events in `window.seen`."""
    document = json.dumps(with_fieldset(prompt)).replace("<", "\\u003c")
    page.set_content(
        f'<!doctype html><html lang="vi"><body>{before}<lopso-question {attributes}>'
        f'<script type="application/json">{document}</script></lopso-question>{after}</body></html>'
    )
    listen(page)


def listen(page: Page) -> None:
    page.evaluate(
        """() => { window.seen = [];
        for (const kind of ['lopso-answer', 'lopso-check'])
          addEventListener(kind, (event) => seen.push([kind, event.detail.value])); }"""
    )
    page.add_style_tag(path=STATIC / "question.css")
    page.add_script_tag(path=STATIC / "question.js", type="module")
    page.wait_for_selector("lopso-question[data-kind]", state="attached")


def value(page: Page) -> Any:
    return page.evaluate("document.querySelector('lopso-question').value")


def call(page: Page, method: str, argument: Any) -> None:
    page.evaluate(f"(a) => document.querySelector('lopso-question').{method}(a)", argument)


def test_each_kind_gives_the_answer_document_of_the_contract(page: Page) -> None:
    show(page, ONE)
    assert value(page) is None
    page.get_by_label("Đáp án b").check()
    assert value(page) == "b"
    show(page, MANY)
    assert value(page) is None
    page.get_by_label("Đáp án a").check()
    page.get_by_label("Đáp án b").check()
    assert value(page) == ["a", "b"]
    show(page, TEXT)
    assert value(page) is None
    page.get_by_role("textbox").fill("xác thực")
    assert value(page) == "xác thực"


def test_an_element_is_of_the_kind_of_the_question_it_shows_now(page: Page) -> None:
    show(page, ONE)
    for prompt in (TEXT, MANY):
        page.evaluate("(a) => { document.querySelector('lopso-question').prompt = a; }", with_fieldset(prompt))
        kinds = page.locator("[data-kind]").evaluate_all("(all) => all.map((one) => one.dataset.kind)")
        assert set(kinds) == {prompt["kind"]}


@pytest.mark.parametrize(("prompt", "answer"), [(ONE, "b"), (MANY, ["a", "b"]), (TEXT, "chữ"), (ONE, None)])
def test_a_saved_answer_is_shown_again(page: Page, prompt: dict[str, Any], answer: Any) -> None:
    show(page, prompt)
    page.evaluate("(a) => { document.querySelector('lopso-question').value = a; }", answer)
    assert value(page) == answer


def test_every_change_is_told_and_a_check_only_on_the_button(page: Page) -> None:
    show(page, ONE, "check")
    page.get_by_label("Đáp án a").check()
    assert page.evaluate("seen") == [["lopso-answer", "a"]]
    page.get_by_role("button", name="Kiểm tra").click()
    assert page.evaluate("seen")[-1] == ["lopso-check", "a"]


def test_the_keyboard_alone_answers_and_checks(page: Page) -> None:
    show(page, ONE, "check")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert value(page) == "b"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("seen")[-1] == ["lopso-check", "b"]


def test_options_are_large_and_stand_under_the_question_with_the_control_first(page: Page) -> None:
    show(page, ONE)
    for label in page.locator("label.lq-option").all():
        assert label.bounding_box()["height"] >= 44
        assert label.locator("input").bounding_box()["x"] < label.locator(".lq-text").bounding_box()["x"]
    assert page.get_by_role("group", name="Chọn một.").count() == 1


def test_a_mark_is_said_in_words_with_reason_hint_and_remarks_and_announced(page: Page) -> None:
    show(page, MANY)
    page.get_by_label("Đáp án a").check()
    mark = {"outcome": "partly", "points": 0.5, "max_points": 1, "reason": "Còn <thiếu>.", "hint": "Nghĩ thêm."}
    call(page, "showMark", mark | {"options": {"a": "Vì a."}})
    result = page.get_by_role("status")
    assert result.get_attribute("aria-live") == "polite"
    assert "◐ Đúng một phần (0,5/1 điểm)" in result.inner_text()
    assert "Còn <thiếu>." in result.inner_text()
    assert "Gợi ý: Nghĩ thêm." in result.inner_text()
    described = page.get_by_label("Đáp án a").get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text() == "Vì a."


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("right", "✓ Đúng"),
        ("wrong", "✗ Chưa đúng"),
        ("unanswered", "○ Chưa trả lời"),
        ("waiting", "… Đang chờ chấm"),
    ],
)
def test_each_outcome_has_its_word_and_sign(page: Page, outcome: str, words: str) -> None:
    show(page, ONE)
    call(page, "showMark", {"outcome": outcome, "points": None, "max_points": 1, "reason": "", "hint": ""})
    assert page.get_by_role("status").inner_text().strip() == words


def test_changing_the_answer_takes_the_old_mark_away(page: Page) -> None:
    show(page, ONE)
    page.get_by_label("Đáp án a").check()
    call(page, "showMark", {"outcome": "wrong", "points": 0, "max_points": 1, "reason": "Sai.", "options": {"a": "Ôi"}})
    page.get_by_label("Đáp án b").check()
    assert page.get_by_role("status").inner_text() == ""
    assert page.locator(".lq-remark").count() == 0


def test_a_problem_is_not_shown_as_a_mark(page: Page) -> None:
    show(page, ONE)
    call(page, "showProblem", "Không gửi được.")
    assert page.get_by_role("status").inner_text() == "⚠ Không gửi được."
    assert page.locator(".lq-verdict").count() == 0


def test_text_of_a_mark_is_never_taken_for_html_unless_the_server_says_so(page: Page) -> None:
    show(page, ONE)
    mark = {"outcome": "right", "points": 1, "max_points": 1, "reason": "<b>đậm</b>", "hint": ""}
    call(page, "showMark", mark)
    assert page.locator(".lq-reason b").count() == 0
    call(page, "showMark", mark | {"html": True})
    assert page.locator(".lq-reason b").count() == 1


def test_two_questions_on_one_page_do_not_share_their_radio_buttons(page: Page) -> None:
    second = json.dumps(with_fieldset(ONE | {"id": "hai"})).replace("'", "&#39;")
    other = f"<lopso-question prompt='{second}'></lopso-question>"
    show(page, ONE, after=other)
    page.locator("input[value=a]").first.check()
    page.locator("input[value=b]").last.check()
    assert page.evaluate("[...document.querySelectorAll('lopso-question')].map((q) => q.value)") == ["a", "b"]


def test_disabled_takes_no_more_answers(page: Page) -> None:
    show(page, ONE, "check")
    page.evaluate("document.querySelector('lopso-question').disabled = true")
    assert page.get_by_label("Đáp án a").is_disabled()
    assert page.get_by_role("button").is_disabled()


def test_a_form_written_by_the_server_is_taken_over_with_its_answer(page: Page) -> None:
    page.set_content(
        """<lopso-question check><form method="post" action="/nowhere"><fieldset><legend>Hỏi</legend>
        <label class="lq-option"><input type="radio" name="answer" value="a" checked><span>A</span></label>
        <label class="lq-option"><input type="radio" name="answer" value="b"><span>B</span></label></fieldset>
        <button class="lq-check">Kiểm tra</button></form></lopso-question>"""
    )
    listen(page)
    assert value(page) == "a"
    page.get_by_label("B").check()
    page.get_by_role("button").click()
    assert page.evaluate("seen") == [["lopso-answer", "b"], ["lopso-check", "b"]]
    assert page.locator("fieldset").count() == 1


def test_the_scripts_of_a_quiz_page_stay_small() -> None:
    templates = [
        (STATIC.parent / "templates" / name).read_text(encoding="utf-8") for name in ("base.html", "attempt.html")
    ]
    names = {name for template in templates for name in re.findall(r"static\('([\w-]+\.js)'\)", template)}
    assert {"question.js", "attempt.js"} <= names
    assert sum((STATIC / name).stat().st_size for name in names) < 30_000
