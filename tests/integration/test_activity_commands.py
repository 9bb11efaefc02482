"""`lopso activity`: filed with all its fields, listed, decided on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filing_stand import Stand, stand
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from lopso.cli import activity

RADIO = ("file", "X", "--kind", "radio", "--date", "2026-11-03")


@pytest.fixture
def web(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))
    monkeypatch.setenv("LOPSO_PLAN", "thu")
    monkeypatch.setenv("LOPSO_DATABASE_URL", str(engine.url))
    with stand(tmp_path, engine) as opened:
        yield opened


def run(*words: str) -> Result:
    return CliRunner().invoke(activity.app, words)


def test_an_activity_is_filed_with_task_contents_and_link_and_counts_at_once(web: Stand) -> None:
    more = ("--minutes", "3", "--content", "1", "--content", "2", "--link", "https://a.vn/1", "--title", "Buổi 1")
    assert "Đã ghi nhận: Buổi 1, Xã An Hoà, 03/11/2026" in run(*RADIO, *more).stdout
    assert "từ trước" in run(*RADIO, *more).stdout
    [row] = web.activities()
    assert (row.state, row.plan, row.task, row.contents, row.link) == (
        "accepted",
        "thu",
        "4c",
        ["1", "2"],
        "https://a.vn/1",
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--task", "9"), "không có nhiệm vụ này"),
        (("--content", "9"), "không có nội dung này"),
        (("--link", "a.vn"), "không phải là địa chỉ"),
        (("--minutes", "-1"), "số nguyên"),
        (("--date", "2026-11-01"), "trước khi kế hoạch bắt đầu"),
        (("--date", "3/11/26"), "bốn chữ số"),
    ],
)
def test_what_cannot_be_is_refused_in_words(web: Stand, more: tuple[str, ...], said: str) -> None:
    assert said in str(run(*RADIO, *more).exception)
    assert web.activities() == []


def test_what_waits_is_listed_and_decided_on_with_a_reason(web: Stand) -> None:
    assert "Không có mục nào" in run("list").stdout
    web.file("lan")
    web.file("bay")
    assert run("list").stdout.splitlines() == [
        "1; 24/11/2026; Xã An Hoà; Chương trình truyền thanh; Chờ duyệt",
        "2; 24/11/2026; Xã Đồng Minh; Chương trình truyền thanh; Chờ duyệt",
    ]
    assert "Còn nữa" in run("list", "--most", "1").stdout
    assert "Đã duyệt" in run("decide", "1", "accept").stdout
    assert "lý do" in str(run("decide", "2", "send-back").exception)
    assert "Bị trả lại; Thiếu ảnh" in run("decide", "2", "send-back", "--reason", "Thiếu ảnh").stdout
    assert [row.state for row in web.activities()] == ["accepted", "returned"]
    assert len(run("list", "--state", "all", "--unit", "Y").stdout.splitlines()) == 1
    assert "Không có mục này" in str(run("decide", "9", "accept").exception)
    assert "Đã có người duyệt" in str(run("decide", "1", "accept").exception)
