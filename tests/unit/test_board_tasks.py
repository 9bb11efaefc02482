"""The Gantt and the content areas as text, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from lopso.dashboards.contents_table import contents_html, contents_sheet
from lopso.dashboards.gantt import far_words, gantt_html, next_quarter, quarters_of, sentence, time_words
from lopso.plan import ContentArea, Plan, Task
from lopso.plan.document import Quarter
from lopso.targets import ContentState, TaskStanding, TaskState
from lopso.targets.contents import QuizShare, TaughtLesson

TODAY = dt.date(2024, 8, 1)


def task(name: str, starts: Quarter, ends: Quarter, parent: str = "") -> Task:
    return Task(name, f"Việc <{name}>", parent, starts, ends, ("Phòng Văn hóa",), ("UBND các xã",))


def state(one: Task, standing: TaskStanding, activities: int = 0) -> TaskState:
    day = dt.date(2024, 5, 2) if activities else None
    return TaskState(one, standing, activities, min(activities, 3), 3, day, False, ())


def plan(*tasks: Task) -> Plan:
    days = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    return Plan("Kế hoạch", 2024, "UBND", *days, False, (), (), (), (), tasks, ())


FIRST, LAST = Quarter(2024, 1), Quarter(2025, 1)
TASKS = (task("1", FIRST, Quarter(2024, 2)), task("1a", Quarter(2024, 3), LAST, "1"))


def test_quarters_run_from_the_first_start_to_the_last_end_over_the_year() -> None:
    assert [(each.year, each.number) for each in quarters_of(TASKS)] == [(2024, n) for n in (1, 2, 3, 4)] + [(2025, 1)]
    assert next_quarter(Quarter(2024, 4)) == Quarter(2025, 1)
    assert quarters_of(()) == []


def test_a_row_tells_its_time_state_and_bodies_in_words_and_fills_only_its_quarters() -> None:
    html = gantt_html(plan(*TASKS), [state(TASKS[0], "done", 4), state(TASKS[1], "overdue")], TODAY, "1")
    for words in ("từ quý I/2024 đến quý II/2024", "Hoàn thành", "Quá hạn", "Chủ trì: Phòng Văn hóa", "Việc &lt;1&gt;"):
        assert words in html
    assert html.count("thực hiện trong quý này") == 5
    assert html.count("lt-now") == 3  # the quarter of today: its head and both rows
    assert 'colspan="4">2024' in html


def test_a_quarter_alone_is_named_once_and_what_was_done_is_counted() -> None:
    one = task("2", FIRST, FIRST)
    assert time_words(one) == "quý I/2024"
    assert far_words(state(one, "under_way", 2)) == "2 hoạt động · 2/3 đơn vị đã làm · gần nhất 02/05/2024"
    assert far_words(state(one, "not_begun")) == "0 hoạt động · 0/3 đơn vị đã làm"


@pytest.mark.parametrize(
    ("standings", "said"),
    [
        ((), "Kế hoạch không có nhiệm vụ nào."),
        (("done",), "1 nhiệm vụ, việc cụ thể; hoàn thành: 1."),
        (("overdue", "under_way"), "2 nhiệm vụ, việc cụ thể; đang thực hiện: 1, quá hạn: 1. Quá hạn: 1."),
    ],
)
def test_the_sentence_counts_the_states_and_names_what_is_overdue(
    standings: tuple[TaskStanding, ...], said: str
) -> None:
    assert sentence([state(one, standing) for one, standing in zip(TASKS, standings, strict=False)]) == said


def test_five_thousand_tasks_and_none_make_a_table() -> None:
    many = [task(str(number), FIRST, LAST) for number in range(5000)]
    assert gantt_html(plan(*many), [state(one, "not_begun") for one in many], TODAY, "").count("<tr") == 5002
    assert gantt_html(plan(), [], TODAY, "").count("<tr") == 2


def area(label: str, parent: str = "") -> ContentArea:
    return ContentArea(label, label, f"Nội dung {label}", parent, ())


def test_content_areas_say_what_is_taught_and_only_the_whole_plan_what_was_told() -> None:
    lessons, quizzes = (TaughtLesson("c", "Khóa", "Bài <một>"),), (QuizShare("q", "Bài kiểm tra", 3),)
    states = [ContentState(area("II.1"), lessons, quizzes, 7, 0), ContentState(area("II.2"), (), (), 0, 0)]
    html = contents_html(states, whole_plan=True)
    for words in ("1/2 nội dung tuyên truyền", "Chưa có bài học, câu hỏi: II.2.", "Khóa: Bài &lt;một&gt;", ">7<"):
        assert words in html
    assert ">7<" not in contents_html(states, whole_plan=False)
    assert [len(row) for row in contents_sheet(states, whole_plan=False)[1]] == [3, 3]
    assert contents_html([], whole_plan=True) == "<p>Kế hoạch không nêu nội dung tuyên truyền nào.</p>"
