"""A quiz of every kind sat on a phone against the real web service: saved, shown again, handed in, shown with marks."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import text
from test_question_element import CHROMIUM
from test_question_kinds import ANSWERED, QUESTIONS, QUIZ, fill, sample
from watched import serious

from lopso import content
from lopso.records import people
from lopso.records.engine import make_engine, writing
from lopso.records.schema import ensure_schema
from lopso.settings import load
from lopso.web.app import make_app
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

NAMES = ("kichban", "khongkichban", "enter", "vietmai", "haithe", "treo", "khongdoc", "giaykhongdoc")
SCORED = [question for question in ANSWERED if question.scored]


def read(answers: dict[str, Any]) -> dict[str, Any]:
    """Read answer documents as the marks do: the order of ticked boxes does not matter."""
    return {name: QUESTIONS[name].read_answer(body) for name, body in answers.items()}


EXPECTED = read({question.id: sample(question) for question in ANSWERED})


class OpenDoor:
    """A door that knows people by their username as token; the hub's part is tested with the hub."""

    def __init__(self, visitors: dict[str, Visitor]) -> None:
        self._visitors = visitors

    async def visitor(self, token: str, session_id: str) -> Visitor | None:  # noqa: ARG002 - the door's signature
        return self._visitors.get(token)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("goc")
    (folder / "quizzes" / "moi-loai").mkdir(parents=True)
    (folder / "quizzes" / "moi-loai" / "quiz.toml").write_text(QUIZ, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def service(root: Path) -> Iterator[str]:
    """Run the web service with the one quiz; give its address."""
    settings = load(None, {"LOPSO_ROOT": str(root)})
    settings.var.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    now = dt.datetime.now(dt.UTC)
    assert content.load(engine, settings, now).faults == ()
    with writing(engine) as session:
        unit = people.ensure_unit(session, "1", "Xã Thử", "commune")
        ids = {n: people.ensure_person(session, n, n, unit, "reporter", ["trainee"], now.date()).id for n in NAMES}
    visitors = {name: Visitor(number, name, name, "Xã Thử", ("trainee",), False) for name, number in ids.items()}
    app = make_app(settings, engine, cast(Door, OpenDoor(visitors)), after_hand_in=print)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


def opened(browser: Browser, service: str, name: str, *, script: bool) -> Page:
    """Open the paper of a new attempt."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    context.add_cookies([{"name": TOKEN_COOKIE, "value": name, "url": service}])
    page = context.new_page()
    page.goto(f"{service}/quizzes/moi-loai")
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url("**/attempts/*")
    return page


def saved(root: Path, person: str) -> dict[str, Any]:
    """Read the answers that are on disk."""
    engine = make_engine(load(None, {"LOPSO_ROOT": str(root)}).database_url)
    statement = text(
        "SELECT question, body FROM answer JOIN attempt ON attempt.id = answer.attempt_id "
        "JOIN person ON person.id = attempt.person_id WHERE person.username = :name"
    )
    with engine.connect() as connection:
        return {name: json.loads(body) for name, body in connection.execute(statement, {"name": person})}


def answer_with_script(page: Page, name: str) -> None:
    """Answer as a person does; the items of an order are moved by buttons."""
    question, place = QUESTIONS[name], page.locator(f".item[data-question='{name}']")
    if question.kind != "ordering":
        fill(question, place, sample(question))
        return
    for wanted, item in enumerate(sample(question)):
        row = place.locator(f"[data-part='{item}']")
        while row.evaluate("(row) => [...row.parentNode.children].indexOf(row)") > wanted:
            row.get_by_role("button", name=re.compile("^Lên")).click()


def test_a_paper_of_every_kind_is_saved_shown_again_and_marked(browser: Browser, service: str, root: Path) -> None:
    page = opened(browser, service, "kichban", script=True)
    page.get_by_role("button", name="Xem tất cả câu hỏi").click()
    all_of_them = len(ANSWERED)
    expect(page.locator("#done")).to_have_text(f"Đã trả lời 0/{all_of_them} câu")
    expect(page.locator(".numbers a")).to_have_count(all_of_them + 1)
    for number, question in enumerate(ANSWERED, 1):
        answer_with_script(page, question.id)
        expect(page.locator("#done")).to_have_text(f"Đã trả lời {number}/{all_of_them} câu")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []
    expect(page.locator("#saved")).to_have_text("Đã lưu")
    assert read(saved(root, "kichban")) == EXPECTED
    page.reload()
    shown = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.item:not([data-info])')]"
        ".map((item) => [item.dataset.question, item.querySelector('lopso-question').value]))"
    )
    assert read(shown) == EXPECTED
    page.get_by_role("link", name="Kiểm tra và nộp bài").click()
    expect(page.get_by_text("Đã trả lời tất cả các câu")).to_be_visible()
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/result")
    verdicts = page.locator(".lq-verdict").all_inner_texts()
    assert len(verdicts) == len(ANSWERED)
    assert sum(verdict.startswith("✓ Đúng") for verdict in verdicts) == len(SCORED) - 1
    assert sum(verdict.startswith("… ") for verdict in verdicts) == 1
    assert sum(verdict.startswith("• Đã ghi nhận") for verdict in verdicts) == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []
    page.context.close()


def test_enter_in_a_field_saves_and_stays_on_the_paper(browser: Browser, service: str, root: Path) -> None:
    page = opened(browser, service, "enter", script=True)
    page.get_by_role("button", name="Xem tất cả câu hỏi").click()
    page.locator(".item[data-question='chu'] input").fill("xác thực")
    with page.expect_response(lambda response: response.url.endswith("/answers/chu")):
        page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Đã lưu")
    assert page.locator("#paper").count() == 1
    assert saved(root, "enter") == {"chu": "xác thực"}
    page.context.close()


def test_typing_without_a_pause_is_sent_within_a_second_all_the_same(browser: Browser, service: str) -> None:
    page = opened(browser, service, "vietmai", script=True)
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Xem tất cả câu hỏi").click()
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "PUT" else None)
    for letters in ("m", "mộ", "một"):
        page.locator(".item[data-question='viet'] textarea").fill(letters)
        assert sent == []
        page.clock.run_for(300)
    expect(page.locator("#saved")).to_have_text("Đã lưu")
    assert [each["answer"] for each in sent] == ["một"]
    page.context.close()


def test_without_script_the_same_paper_saves_the_same_answers(browser: Browser, service: str, root: Path) -> None:
    page = opened(browser, service, "khongkichban", script=False)
    for question in ANSWERED:
        fill(question, page.locator(f".item[data-question='{question.id}']"), sample(question))
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    page.wait_for_url("**/submit")
    assert read(saved(root, "khongkichban")) == EXPECTED
    page.context.close()


def item(page: Page, name: str) -> Any:
    return page.locator(f".item[data-question='{name}']")


def test_two_tabs_without_a_line_keep_each_others_answers_for_the_next_visit(
    browser: Browser, service: str, root: Path
) -> None:
    first = opened(browser, service, "haithe", script=True)
    context = first.context
    second = context.new_page()
    second.goto(first.url)
    for page in (first, second):
        page.locator("#view").click()
    context.set_offline(True)
    item(first, "mot").locator("input[value=b]").check()
    item(second, "nhieu").locator("input").first.check()
    expect(first.locator("#saved")).to_contain_text("mất kết nối")
    expect(second.locator("#saved")).to_contain_text("mất kết nối")
    kept = second.evaluate("Object.values(localStorage).map((one) => JSON.stringify(JSON.parse(one).answer))")
    assert sorted(kept)[0] == '"b"'
    assert len(kept) == 2
    first.close()
    second.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{service}/quizzes/moi-loai")
    again.get_by_role("link", name=re.compile("Làm tiếp")).click()
    expect(again.locator("#saved")).to_have_text("Đã lưu")
    assert set(saved(root, "haithe")) == {"mot", "nhieu"}
    assert again.evaluate("Object.keys(localStorage)") == []
    context.close()


def test_a_line_that_says_nothing_is_not_called_saving_for_ever(browser: Browser, service: str, root: Path) -> None:
    page = opened(browser, service, "treo", script=True)
    page.locator("#view").click()
    page.route("**/api/attempts/**", lambda _route: None)
    item(page, "mot").locator("input[value=b]").check()
    expect(page.locator("#saved")).to_have_text("Đang lưu…")
    expect(page.locator("#saved")).to_contain_text("mất kết nối", timeout=15_000)
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator("#saved")).to_have_text("Đã lưu", timeout=15_000)
    assert saved(root, "treo") == {"mot": "b"}
    page.context.close()


def test_an_answer_that_cannot_be_read_is_not_called_saved_and_handing_in_leads_back_to_it(
    browser: Browser, service: str, root: Path
) -> None:
    page = opened(browser, service, "khongdoc", script=True)
    page.locator("#view").click()
    [name] = [question.id for question in ANSWERED if question.kind == "short_answer"]
    box = item(page, name).locator("input[type=text]")
    box.fill("abc")
    item(page, "mot").locator("input[value=b]").check()
    expect(page.locator("#saved")).to_have_text("Có câu chưa lưu được")
    assert saved(root, "khongdoc") == {"mot": "b"}
    page.locator("#finish").click()
    expect(item(page, name).locator("h2")).to_be_focused()
    box.fill("1,5")
    expect(page.locator("#saved")).to_have_text("Đã lưu")
    page.locator("#finish").click()
    page.wait_for_url("**/submit")
    assert saved(root, "khongdoc") == {"mot": "b", name: "1,5"}
    page.context.close()


def test_without_script_an_unreadable_answer_comes_back_with_what_was_typed_and_all_else_is_saved(
    browser: Browser, service: str, root: Path
) -> None:
    page = opened(browser, service, "giaykhongdoc", script=False)
    [name] = [question.id for question in ANSWERED if question.kind == "short_answer"]
    box = item(page, name).locator("input[type=text]")
    box.fill("abc")
    item(page, "mot").locator("input[value=b]").check()
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("Có câu chưa lưu được")
    expect(problems).to_be_focused()
    expect(problems.get_by_role("link")).to_have_count(1)
    problems.get_by_role("link").click()
    expect(item(page, name).locator("fieldset")).to_have_accessible_description(re.compile("^Chưa lưu: "))
    expect(box).to_have_value("abc")
    expect(item(page, "mot").locator("input[value=b]")).to_be_checked()
    assert saved(root, "giaykhongdoc") == {"mot": "b"}
    box.fill("1,5")
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    page.wait_for_url("**/submit")
    assert saved(root, "giaykhongdoc") == {"mot": "b", name: "1,5"}
    page.context.close()
