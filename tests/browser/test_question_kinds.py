"""Every kind of question in a real browser: by keyboard alone, on a phone, without script, set and read, marked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright
from test_question_element import CHROMIUM, STATIC, call, listen, value
from watched import serious

from lopso import toml
from lopso.pages.fieldset import FITS, fieldset
from lopso.questions.form import sent_values
from lopso.questions.question import Question, prompt
from lopso.questions.quiz import read_quiz
from lopso.text import syllables

QUIZ = """
title = "Mọi loại câu hỏi"
counts = "last"
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Chọn **một**."
option = [{ id = "a", text = "Sai", why = "vì sai" }, { id = "b", text = "Phải", right = true }]
[[question]]
id = "nhieu"
kind = "multiple_choice"
prompt = "Chọn nhiều."
option = [
  { id = "a", text = "A", right = true }, { id = "b", text = "B", right = true },
  { id = "c", text = "C", why = "không" },
]
[[question]]
id = "dung-sai"
kind = "true_false"
prompt = "Về mật khẩu:"
statement = [
  { id = "dai", text = "Dài thì tốt.", right = true },
  { id = "ngan", text = "Ngắn thì tốt.", right = false, why = "Dễ đoán." },
  { id = "chung", text = "Dùng chung cho nhiều nơi thì tốt, vì chỉ phải nhớ một mật khẩu.", right = false },
  { id = "rieng", text = "Mỗi nơi *một* mật khẩu.", right = true },
]
[[question]]
id = "mot-y"
kind = "true_false"
prompt = "Trái Đất quay quanh Mặt Trời."
right = true
[[question]]
id = "bon-o"
kind = "short_answer"
prompt = "Một trừ hai phẩy năm?"
answer = "-1,5"
[[question]]
id = "so"
kind = "number"
prompt = "Bao xa?"
answer = 12.5
unit = "km"
units = { m = 0.001, m2 = 1 }
[[question]]
id = "mot-don-vi"
kind = "number"
prompt = "Bao nhiêu?"
answer = 12
unit = "m2"
unit_required = true
[[question]]
id = "chu"
kind = "short_text"
prompt = "Gõ một từ."
accept = ["xác thực"]
example_wrong = "không biết"
[[question]]
id = "ghep"
kind = "matching"
prompt = "Ghép."
left = [
  { id = "e", text = "Thư điện tử", match = "q" }, { id = "d", text = "Điện thoại", match = "x" },
  { id = "c", text = "Bảng tính", match = "p" },
]
right = [
  { id = "q", text = "gửi thư" }, { id = "x", text = "gọi" }, { id = "p", text = "tính" },
  { id = "o", text = "nấu cơm" },
]
[[question]]
id = "ghep-dai"
kind = "matching"
prompt = "Ghép những nội dung dài."
left = [{ id = "e", text = "Một", match = "q" }, { id = "d", text = "Hai", match = "x" }]
right = [
  { id = "q", text = "Một nội dung dài không thể nằm gọn trong một ô chọn trên màn hình điện thoại" },
  { id = "x", text = "Một nội dung *khác*" },
]
[[question]]
id = "xep"
kind = "ordering"
prompt = "Xếp."
item = [
  { id = "m", text = "Mở máy" }, { id = "z", text = "Gõ tên" }, { id = "a", text = "Gõ mật khẩu" },
  { id = "k", text = "Làm việc" },
]
[[question]]
id = "trong"
kind = "gaps"
prompt = "Điền."
text = "Xã có [[dan]] hộ, trong đó [[phan]] đã có mạng."
[[question.gap]]
id = "dan"
accept = ["1200"]
example_wrong = "ba"
[[question.gap]]
id = "phan"
option = [{ id = "it", text = "một phần", why = "nhiều hơn" }, { id = "het", text = "tất cả", right = true }]
[[question]]
id = "viet"
kind = "writing"
prompt = "Viết tin."
points = 3
least = 3
most = 5
criterion = [{ id = "ro", text = "Rõ ràng", points = 1.5 }, { id = "du", text = "Đủ ý", points = 1.5 }]
[[question]]
id = "y-kien"
kind = "poll"
prompt = "Bạn thấy thế nào?"
option = [{ id = "tot", text = "Tốt" }, { id = "chua", text = "Chưa tốt" }]
[[question]]
id = "y-kien-nhieu"
kind = "poll"
prompt = "Bạn thích gì?"
several = true
option = [{ id = "doc", text = "Đọc" }, { id = "nghe", text = "Nghe" }]
[[question]]
id = "doc"
kind = "info"
prompt = "Hãy đọc đoạn này trước."
"""

QUESTIONS = {question.id: question for question in read_quiz(toml.parse(QUIZ, "quiz.toml"), "thu").questions}
ANSWERED = [question for question in QUESTIONS.values() if question.kind != "info"]
WIDE = (
    '<p>Nhìn và nghe.</p><p><img alt="Hình" width="1200" height="90" src="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' width='1200' height='90'/%3E\"></p>"
    '<p><audio controls aria-label="Lời đọc" src="data:audio/wav;base64,UklGRg=="></audio></p>'
)


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


def shown(name: str) -> dict[str, Any]:
    return prompt(QUESTIONS[name], "hạt giống")


def sample(question: Question) -> Any:
    """Give a readable answer document as a browser holds it."""
    return json.loads(json.dumps(question.examples().right))


def document(*elements: str) -> str:
    """Write a page as ours are."""
    return f"""<!doctype html><html lang="vi"><head><title>Lớp Số</title></head>
    <body><main class="page"><h1>Bài</h1>{"".join(elements)}</main></body></html>"""


def element(name: str, answer: Any = None, attributes: str = "", **changes: Any) -> str:
    return f"<lopso-question {attributes}>{fieldset(shown(name) | changes, answer)}</lopso-question>"


def show(page: Page, *elements: str) -> None:
    page.set_content(document(*elements))
    page.add_style_tag(path=STATIC / "lopso.css")
    listen(page)


def set_value(page: Page, answer: Any) -> None:
    page.evaluate("(answer) => { document.querySelector('lopso-question').value = answer; }", answer)


@pytest.mark.parametrize("question", ANSWERED, ids=lambda one: one.id)
def test_an_answer_written_by_the_server_or_set_is_the_answer_read(page: Page, question: Question) -> None:
    answer = sample(question)
    show(page, element(question.id, answer))
    assert value(page) == answer
    set_value(page, None)
    assert value(page) is None
    set_value(page, answer)
    assert value(page) == answer
    assert question.read_answer(value(page)) == question.read_answer(answer)


@pytest.mark.parametrize("question", ANSWERED, ids=lambda one: one.id)
def test_nothing_is_answered_before_the_learner_answers(page: Page, question: Question) -> None:
    show(page, element(question.id))
    assert value(page) is None


def choose(steps: int) -> list[str]:
    return ["Tab", *["ArrowDown"] * steps]


#: Keys, or a text to type, and the answer they make of the question as it is shown.
KEYS: dict[str, tuple[list[str], Any]] = {
    "mot": (["Tab", "Space", "ArrowDown"], lambda shown: shown["options"][1]["id"]),
    "nhieu": (["Tab", "Space", "Tab", "Tab", "Space"], lambda shown: [shown["options"][n]["id"] for n in (0, 2)]),
    "dung-sai": (
        ["Tab", "Space", "Tab", "Space", "ArrowRight", "Tab", "Tab", "Space"],
        lambda _: {"dai": True, "ngan": False, "rieng": True},
    ),
    "mot-y": (["Tab", "Space", "ArrowRight"], lambda _: {"it": False}),
    "bon-o": (["Tab", "'1,5", "Tab", "Enter"], lambda _: "-1,5"),
    "so": (["Tab", "'12,5", "Tab", *choose(1)], lambda _: "12,5 km"),
    "mot-don-vi": (["Tab", "'12"], lambda _: "12 m2"),
    "chu": (["Tab", "'xác thực"], lambda _: "xác thực"),
    "ghep": (
        [*choose(1), "Tab", *choose(4)],
        lambda shown: {"e": shown["rights"][0]["id"], "c": shown["rights"][3]["id"]},
    ),
    "ghep-dai": (choose(2), lambda shown: {"e": shown["rights"][1]["id"]}),
    "xep": (["Tab", "Enter", "Enter"], lambda shown: [shown["items"][n]["id"] for n in (1, 2, 0, 3)]),
    "trong": (
        ["Tab", "'1200", *choose(2)],
        lambda shown: {"dan": "1200", "phan": shown["parts"][3]["options"][1]["id"]},
    ),
    "viet": (["Tab", "'một hai", "Enter", "'ba"], lambda _: "một hai\nba"),
    "y-kien": (["Tab", "Space"], lambda _: "tot"),
    "y-kien-nhieu": (["Tab", "Space", "Tab", "Space"], lambda _: ["doc", "nghe"]),
}


@pytest.mark.parametrize("question", ANSWERED, ids=lambda one: one.id)
def test_the_keyboard_alone_answers_and_checks(page: Page, question: Question) -> None:
    keys, answer = KEYS[question.id]
    show(
        page,
        element(question.id, attributes="check")
        .replace("<fieldset", "<form><fieldset", 1)
        .replace("</lopso-question>", '<button class="lq-check">Kiểm tra</button></form></lopso-question>'),
    )
    for key in keys:
        if key.startswith("'"):
            page.keyboard.type(key[1:])
        else:
            page.keyboard.press(key)
    wanted = answer(shown(question.id))
    assert value(page) == wanted
    assert page.evaluate("seen.at(-1)") == ["lopso-answer", wanted]
    while not page.evaluate("document.activeElement.matches('.lq-check')"):
        assert page.evaluate("document.activeElement !== document.body"), "the button cannot be reached"
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("seen.at(-1)") == ["lopso-check", wanted]


def fill(question: Question, form: Locator, answer: Any) -> None:
    """Answer as a person without our script does."""
    if question.kind in ("short_text", "short_answer", "writing"):
        form.locator("input[type=text], textarea").fill(answer)
    elif question.kind == "number":
        number, unit = answer.split(" ")
        form.get_by_role("textbox").fill(number)
        if form.get_by_role("combobox").count():
            form.get_by_role("combobox").select_option(unit)
    elif question.kind == "ordering":
        for place, item in enumerate(answer, 1):
            form.locator(f"[name='{question.id}:{item}']").select_option(str(place))
    elif isinstance(answer, dict):
        for part, given in answer.items():
            _fill_part(form.locator(f"[name='{question.id}:{part}']"), given)
    else:
        for option in [answer] if isinstance(answer, str) else answer:
            form.locator(f"input[value='{option}']").check()


def _fill_part(controls: Locator, given: str | bool) -> None:
    if isinstance(given, bool):
        controls.and_(controls.page.locator(f"[value='{json.dumps(given)}']")).check()
    elif controls.evaluate("(control) => control.matches('select')"):
        controls.select_option(given)
    else:
        controls.fill(given)


@pytest.mark.parametrize("is_answered", [True, False], ids=["answered", "blank"])
@pytest.mark.parametrize("question", ANSWERED, ids=lambda one: one.id)
def test_without_script_the_form_sends_the_same_answer_document(
    browser: Browser, question: Question, is_answered: bool
) -> None:
    context = browser.new_context(java_script_enabled=False)
    sent: list[str] = []
    html = document(f'<form method="post" action="/gui">{element(question.id)}<button id="gui">Gửi</button></form>')

    def serve(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page = context.new_page()
    page.route("**/*", serve)
    page.goto("http://lopso.test/")
    if is_answered:
        fill(question, page.locator("form"), sample(question))
    page.locator("#gui").click()
    values = sent_values(parse_qsl(sent[0], keep_blank_values=True)).get(question.id, {})
    raw = question.read_form(values)
    assert question.read_answer(raw) == question.read_answer(sample(question) if is_answered else None)
    assert raw == sample(question) or not is_answered
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_every_kind_is_accessible_fits_and_has_large_targets(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    show(page, *(element(name) for name in QUESTIONS), element("mot", id="hinh", html=WIDE))
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll('lopso-question :is(label.lq-option, select, textarea, button, audio),'
        + 'lopso-question input[type=text]')].filter((one) => one.checkVisibility())
        .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    )
    assert small == []


def test_every_kind_answered_shown_again_and_marked_is_accessible(page: Page) -> None:
    elements = [
        f"<lopso-question>{fieldset(shown(one.id), sample(one), disabled=True)}</lopso-question>" for one in ANSWERED
    ]
    show(page, *elements)
    page.evaluate(
        """() => document.querySelectorAll('lopso-question').forEach((one) => one.showMark(
        {outcome: 'partly', points: 0.5, max_points: 1, reason: 'Vì vậy.', hint: 'Nghĩ thêm.', options: {}}))"""
    )
    assert serious(page) == []
    assert page.locator("lopso-question :is(input, select, textarea):enabled").count() == 0
    assert page.get_by_role("button").count() == 0
    assert "Vị trí 1" in page.locator("[data-kind=ordering]").last.inner_text()


def test_a_text_in_a_closed_list_fits_into_it_on_a_phone_and_a_longer_one_stands_above(page: Page) -> None:
    text = "Nhờ người nhà đọc to, rồi vẽ hình cho bà"[:FITS]
    rights = [{"id": "q", "html": text}, {"id": "x", "html": "gọi"}]
    show(page, f'<section class="card">{element("ghep", rights=rights)}</section>')
    closed = page.get_by_role("combobox").first
    width = closed.evaluate("(list) => list.offsetWidth")
    assert closed.evaluate("(list) => (list.style.width = 'max-content', list.offsetWidth)") <= width
    assert page.locator(".lq-rights").count() == 0
    show(page, element("ghep", rights=[{"id": "q", "html": f"{text}x"}, rights[1]]))
    expect(page.locator(".lq-rights li")).to_have_text([f"A. {text}x", "B. gọi"])


def test_what_a_prompt_stresses_differs_from_the_rest_of_it(page: Page) -> None:
    show(page, element("mot"))
    prompt_line = page.locator("legend").evaluate("(one) => getComputedStyle(one).textDecorationLine")
    stressed = page.locator("legend strong").evaluate("(one) => getComputedStyle(one).textDecorationLine")
    assert (prompt_line, stressed) == ("none", "underline")


def test_a_notice_in_a_prompt_is_not_bold_but_for_what_it_stresses(page: Page) -> None:
    show(page, element("mot", html="<p>Viết lại:</p><blockquote><p>Từ <strong>mai</strong> mở cửa.</p></blockquote>"))
    weight, line = "(one) => getComputedStyle(one).fontWeight", "(one) => getComputedStyle(one).textDecorationLine"
    notice, asked = page.locator(".lq-prompt blockquote"), page.locator(".lq-prompt > p").first
    assert (asked.evaluate(weight), notice.evaluate(weight)) == ("600", "400")
    assert (notice.locator("strong").evaluate(weight), notice.locator("strong").evaluate(line)) == ("600", "none")
    assert notice.bounding_box()["width"] > 0.95 * asked.bounding_box()["width"]


def test_a_gap_offers_its_texts_without_letters_that_nothing_explains(page: Page) -> None:
    long = {"id": "dai", "html": "x" * (FITS + 1)}
    parts = [part | {"options": [long]} if "options" in part else part for part in shown("trong")["parts"]]
    show(page, element("trong", parts=parts))
    expect(page.locator("option[value=dai]")).to_have_text(long["html"])


def test_the_full_stop_after_a_gap_stands_beside_it_on_a_phone(page: Page) -> None:
    long = [{"id": "dai", "html": "Một nội dung " * 6}]
    show(page, element("trong", parts=[{"gap": "phan", "options": long}, {"html": '<b id="stop">.</b>'}]))
    gap, stop = page.get_by_role("combobox").bounding_box(), page.locator("#stop").bounding_box()
    assert gap["y"] <= stop["y"] <= gap["y"] + gap["height"]
    assert stop["x"] >= gap["x"] + gap["width"]


def test_an_item_to_order_has_the_width_of_a_phone_for_its_text(page: Page) -> None:
    show(page, element("xep"))
    item = page.locator("li:has(.lq-moves)").first
    room = item.evaluate("(li) => li.clientWidth")
    assert item.locator(".lq-text").evaluate("(text) => text.offsetWidth") > 0.7 * room
    assert item.locator(".lq-moves").bounding_box()["y"] > item.locator(".lq-text").bounding_box()["y"]


def test_a_list_to_order_says_where_an_item_went_and_stops_at_the_ends(page: Page) -> None:
    show(page, element("xep"))
    first = page.locator("li").first.locator(".lq-text").inner_text()
    up = page.get_by_role("button", name=f"Lên: {first}")
    down = page.get_by_role("button", name=f"Xuống: {first}")
    expect(up).to_be_disabled()
    down.click()
    expect(page.locator("[aria-live].lq-live")).to_have_text(f"{first}: vị trí 2/4")
    expect(down).to_be_focused()
    up.click()
    expect(down).to_be_focused()
    assert value(page) == [item["id"] for item in shown("xep")["items"]]
    assert page.get_by_role("combobox").count() == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Đã viết 0 âm tiết, cần thêm 3."),
        ("Đài phường", "Đã viết 2 âm tiết, cần thêm 1."),
        ("Có 1.234,5 hộ – tốt!", "Đã viết 4 âm tiết."),
        ("hoa\u0300 bi\u0300nh, đài-phường phát thanh", "Đã viết 6 âm tiết, thừa 1."),
    ],
)
def test_the_length_of_a_text_is_said_as_the_server_counts_it(page: Page, text: str, said: str) -> None:
    show(page, element("viet"))
    page.get_by_role("textbox").fill(text)
    expect(page.locator(".lq-count")).to_have_text(said)
    assert str(len(syllables(text))) in said


def test_words_are_what_blanks_part(page: Page) -> None:
    show(page, element("viet", count="words"))
    page.get_by_role("textbox").fill("đài-phường phát – thanh")
    expect(page.locator(".lq-count")).to_have_text("Đã viết 4 từ.")


def test_typing_is_told_apart_from_a_choice(page: Page) -> None:
    show(page, element("trong"))
    page.evaluate("addEventListener('lopso-answer', (event) => { window.typing = event.detail.typing; })")
    page.get_by_role("textbox", name="Chỗ trống 1").fill("12")
    assert page.evaluate("typing") is True
    page.get_by_role("combobox", name="Chỗ trống 2").select_option("tất cả")
    assert page.evaluate("typing") is False


def test_an_information_is_text_alone(page: Page) -> None:
    show(page, element("doc", attributes="check"))
    assert value(page) is None
    assert page.locator("lopso-question").inner_text() == "Hãy đọc đoạn này trước."
    assert page.locator("lopso-question :is(input, button, fieldset, [role=status])").count() == 0


@pytest.mark.parametrize(
    ("name", "part", "text"), [("dung-sai", "ngan", "Dễ đoán."), ("trong", "phan", "Chỗ trống 2: Dễ đoán.")]
)
def test_a_remark_stands_with_its_part_and_is_told_with_it(page: Page, name: str, part: str, text: str) -> None:
    show(page, element(name, sample(QUESTIONS[name])))
    mark = {"outcome": "partly", "points": 0.5, "max_points": 1, "reason": "", "options": {part: "Dễ đoán."}}
    call(page, "showMark", mark)
    described = page.locator("[aria-describedby]").get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text() == text
    call(page, "clearResult", None)
    assert page.locator("[aria-describedby], .lq-remark").count() == 0


def test_a_unit_typed_is_not_written_twice(page: Page) -> None:
    show(page, element("mot-don-vi"))
    page.get_by_role("textbox").fill("5 m2")
    assert value(page) == "5 m2"
    assert QUESTIONS["mot-don-vi"].read_form({"": ["5 m2"], "unit": ["m2"]}) == "5 m2"


def test_what_is_recorded_is_said_without_right_or_wrong(page: Page) -> None:
    show(page, element("y-kien", "tot"))
    call(page, "showMark", {"outcome": "recorded", "points": 0, "max_points": 0, "reason": ""})
    assert page.get_by_role("status").inner_text() == "• Đã ghi nhận"
