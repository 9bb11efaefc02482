"""Kill -9 of each part while people work: nothing acknowledged is lost, the rest goes on, the part comes back."""

from __future__ import annotations

import httpx
import pytest
from answering import Paper, quiz_questions, right
from playwright.sync_api import expect
from running import Running, eventually
from watched import PHONE, SLOW, Person, Tab

QUIZ = "dich-vu-so-co-ban"
#: What a browser writes to its console when a service is away for a moment.
AWAY = (r"status of 50[0234] ", r"ERR_CONNECTION_(REFUSED|RESET)", r"ERR_EMPTY_RESPONSE", r"WebSocket connection to")
# A new proxy answers a moment before it has learnt the way to a JupyterLab that runs on.
UNROUTED = r"404 \(Not Found\) \[\S+/user/tacgia1/"

#: Saves one answer over and over under rising numbers and tells the last one acknowledged, until a page sets `enough`.
SAVE_ON_AND_ON = """
async ([attempt, question]) => {
  window.acknowledged = 0;
  for (let seq = 100; !window.enough; seq += 1) {
    try {
      const said = await fetch(`/api/attempts/${attempt}/answers/${question}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-Lopso": "1" },
        body: JSON.stringify({ seq, answer: `câu trả lời ${seq}` }),
      });
      if (said.ok) window.acknowledged = (await said.json()).seq;
    } catch { /* the service is away, as is wanted */ }
  }
  return window.acknowledged;
}
"""


@pytest.fixture
def paper(person: Person) -> Paper:
    """A trainee with an open quiz."""
    page = person("hocvien2", PHONE).open(f"/quizzes/{QUIZ}")
    page.get_by_role("button", name="Bắt đầu làm bài").or_(page.get_by_role("link", name="Làm tiếp lần")).click()
    return Paper(page, QUIZ)


@pytest.fixture
def trainee(person: Person) -> Tab:
    """The trainee's browser."""
    return person("hocvien2", PHONE)


def started_again(platform: Running, name: str, killed: int) -> None:
    """Wait until another process has taken the place of the killed one."""
    assert eventually(lambda: platform.pids.get(name, killed) != killed), platform.log()


def test_a_killed_web_service_loses_no_acknowledged_answer_and_the_page_recovers(
    trainee: Tab, paper: Paper, platform: Running
) -> None:
    before, page = platform.pids, trainee.page
    for name in paper.order[:3]:
        paper.turn_to(name)
        paper.answer(name)
        expect(page.locator("#saved")).to_have_text("Đã lưu")
    paper.turn_to(paper.order[3])
    with trainee.expecting(*AWAY):
        killed = platform.kill("web")
        paper.answer(paper.order[3])
        expect(page.locator("#saved")).not_to_have_text("Đã lưu")
        expect(page.locator("#saved")).to_have_text("Đã lưu", timeout=SLOW)
    started_again(platform, "web", killed)
    page.reload()
    assert paper.answered() == paper.order[:4]
    for name in paper.order[:4]:
        assert sorted(paper.value(name)) == sorted(right(paper.questions[name]))
    assert {**platform.pids, "web": 0} == {**before, "web": 0}


def test_of_answers_saved_on_and_on_the_last_one_acknowledged_outlives_a_kill(
    trainee: Tab, paper: Paper, platform: Running
) -> None:
    page = trainee.page
    attempt = page.url.rpartition("/")[2].partition("#")[0]
    name = next(name for name, question in quiz_questions(QUIZ).items() if question["kind"] == "short_text")
    with trainee.expecting(*AWAY):
        page.evaluate(f"(given) => {{ window.saving = ({SAVE_ON_AND_ON})(given); }}", [attempt, name])
        assert eventually(lambda: page.evaluate("window.acknowledged") > 150)
        killed = platform.kill("web")
        page.evaluate("window.enough = true")
        acknowledged = page.evaluate("window.saving")
        started_again(platform, "web", killed)
        page.reload()
    kept = int(page.locator(f".item[data-question='{name}']").get_attribute("data-seq"))
    assert kept >= acknowledged > 150
    assert paper.value(name) == [f"câu trả lời {kept}"]


def test_learners_go_on_while_the_hub_is_killed_and_a_running_jupyterlab_survives_it(
    trainee: Tab, paper: Paper, person: Person, platform: Running
) -> None:
    author = person("tacgia1")
    lab = author.open("/hub/user-redirect/lab")
    lab.wait_for_url("**/user/tacgia1/lab**", timeout=SLOW)
    expect(lab.locator("#jp-main-dock-panel")).to_be_visible(timeout=SLOW)
    before = jupyterlabs(platform)
    assert before
    with author.expecting(*AWAY, UNROUTED):
        killed = platform.kill("hub")
        name = paper.order[4]
        paper.turn_to(name)
        paper.answer(name)
        expect(trainee.page.locator("#saved")).to_have_text("Đã lưu")
        started_again(platform, "hub", killed)
        assert eventually(lambda: answers(platform, "/hub/login"), 60), platform.log()
        author.open("/user/tacgia1/lab")
        expect(lab.locator("#jp-main-dock-panel")).to_be_visible(timeout=SLOW)
    assert jupyterlabs(platform) == before


def jupyterlabs(platform: Running) -> set[int]:
    """List the processes of JupyterLab that the hub has started."""
    found = set()
    for pid in platform.processes():
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            if b"lopso.hub.singleuser" in line.read():
                found.add(pid)
    return found


def answers(platform: Running, path: str) -> bool:
    """Tell whether an address answers well."""
    try:
        return httpx.get(platform.address + path, timeout=10).status_code < 400
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize(("name", "path"), [("voila", "/services/voila/health"), ("caddy", "/static/icon.svg")])
def test_a_killed_part_is_started_again_and_no_other(platform: Running, name: str, path: str) -> None:
    before = platform.pids
    killed = platform.kill(name)
    started_again(platform, name, killed)
    assert eventually(lambda: answers(platform, path), 60), platform.log()
    assert {**platform.pids, name: 0} == {**before, name: 0}
