"""A small good course on disk, for tests that then spoil it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

COURSE = """
title = "Khóa thử"
summary = "Tóm tắt."
audience = "Mọi người"
[[lesson]]
file = "01-mot.ipynb"
title = "Bài một"
minutes = 15
topics = ["4a"]
"""

PRACTICE = """
[[question]]
id = "chon"
lesson = "01-mot"
kind = "single_choice"
prompt = "Chọn **một**. ![Hình vẽ](media/hinh.svg)"
hint = "Nghĩ đến chữ đầu."
explanation = "Vì KHÓA-ĐÁP-ÁN nói vậy."
source = "nguon-a"
option = [{ id = "a", text = "A", right = true, why = "LỜI-GIẢI-A" }, { id = "b", text = "B", why = "LỜI-GIẢI-B" }]
[[question]]
id = "nhieu"
lesson = "01-mot"
kind = "multiple_choice"
prompt = "Chọn nhiều."
option = [
  { id = "a", text = "A", right = true },
  { id = "b", text = "B", right = true },
  { id = "c", text = "C", why = "Không" },
]
[[question]]
id = "go"
lesson = "01-mot"
kind = "short_text"
prompt = "Gõ chữ."
accept = ["CHỮ-ĐÚNG"]
example_wrong = "sai"
"""

SOURCES = """
[[source]]
id = "nguon-a"
title = "Nguồn A"
issuer = "Cơ quan A"
date = "2024"
checked_on = "2026-11-23"
"""

OPENING = "# Bài một\n\n**Học xong bài này, bạn sẽ:**\n\n- biết.\n\n**Cập nhật đến:** 23/11/2026."
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200"><rect width="9" height="9"/></svg>'


def text(name: str, source: str) -> dict[str, Any]:
    """Make a Markdown cell."""
    return {"id": name, "cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def code(name: str, source: str) -> dict[str, Any]:
    """Make a code cell."""
    return text(name, source) | {"cell_type": "code", "outputs": [], "execution_count": None}


def ask(question: str) -> dict[str, Any]:
    """Make a practice cell of the course 'thu'."""
    return code(f"hoi-{question}", f'from lopso.lab import practice\n\npractice("thu/{question}")')


def cells() -> list[dict[str, Any]]:
    """Give the cells of the good lesson."""
    return [
        text("mo-dau", OPENING),
        text(
            "mot", "## Phần một\n\nChữ và ![Một hình](media/hinh.svg)\n\n### Mục nhỏ\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        ),
        ask("chon"),
        text("hai", "Nối tiếp.\n\n## Phần hai\n\nChữ nữa."),
        ask("nhieu"),
        ask("go"),
        text("nho", "## Ghi nhớ\n\n- Nhớ."),
        text("nguon", "## Nguồn\n\n- Nguồn A, kiểm tra ngày 23/11/2026."),
    ]


def notebook(made: list[dict[str, Any]]) -> str:
    """Write a notebook of `made` cells."""
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": made}, ensure_ascii=False)


def write_course(folder: Path) -> Path:
    """Write the good course into `folder`."""
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "hinh.svg").write_text(PICTURE, encoding="utf-8")
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")
    (folder / "practice.toml").write_text(PRACTICE, encoding="utf-8")
    (folder.parent / "sources.toml").write_text(SOURCES, encoding="utf-8")
    write_lesson(folder, cells())
    return folder


def write_lesson(folder: Path, made: list[dict[str, Any]]) -> None:
    """Write the lesson with other cells."""
    (folder / "01-mot.ipynb").write_text(notebook(made), encoding="utf-8")
