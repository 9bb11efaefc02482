"""Every rule that a lesson or quiz cites by its number is in courses/sources.toml, each source once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lopso.sources import read_sources
from lopso.text import nfc

ROOT = Path(__file__).parents[2]
#: 126/2025/QH15, 49/2024/NĐ-CP, 13/2017/TT-BTTTT, 505/QĐ-TTg, 793/BTTTT-THH, 03-NQ/TU.
NUMBER = re.compile(
    r"(?<![\d/.])\d{1,5}(?:/\d{4})?/[A-ZĐ][\w]*(?:-[A-ZĐ][\w]*)*|(?<![\d/.])\d{1,4}-[A-ZĐ]\w*/[A-ZĐ]\w*"
)
#: A rule that is named without its last part: "Nghị định 49/2024", "Nghị quyết số 57".
SHORT = re.compile(
    r"(?:Luật|Nghị định|Thông tư|Quyết định|Nghị quyết|Chỉ thị|Công văn) (?:số )?(\d+/\d{4}|(?<=số )\d+)(?![\d/\w-])"
)
#: The communes of the lessons are made up, and so is what they issue; what the city or the district issued is not.
LOCAL = re.compile(r"-(?:UBND|HĐND|BCĐ|TYT|CA)\b")
REAL = re.compile(r"thành phố|huyện|tỉnh|Thành ủy", re.IGNORECASE)
AROUND = 90


def texts(data: Any) -> Iterator[str]:
    """Give every text of a document."""
    if isinstance(data, str):
        yield nfc(data)
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts(value)


def cells(path: Path) -> list[str]:
    """Give the Markdown cells of a notebook."""
    read = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [nfc("".join(cell["source"])) for cell in read if cell["cell_type"] == "markdown"]


def is_made_up(text: str, found: re.Match[str]) -> bool:
    """Tell whether a number is that of a document which an invented commune issued."""
    around = text[max(0, found.start() - AROUND) : found.end() + AROUND]
    return bool(LOCAL.search(found[0])) and not REAL.search(around)


def cited(text: str) -> set[str]:
    """Give the numbers of the rules that `text` cites."""
    whole = {found[0] for found in NUMBER.finditer(text) if not is_made_up(text, found)}
    return whole | {found[1] for found in SHORT.finditer(text)}


SOURCES = read_sources(ROOT).listed or ()
KNOWN = " | ".join(f"{source.title} {source.number} {source.state}" for source in SOURCES)
NOTEBOOKS = sorted((ROOT / "courses").glob("*/*.ipynb"))
QUESTIONS = sorted([*(ROOT / "courses").glob("*/practice.toml"), *(ROOT / "quizzes").glob("*/quiz.toml")])


def unlisted(read: list[str]) -> list[str]:
    """Give what is cited and not listed."""
    numbers = {number for text in read for number in cited(text)}
    return sorted(number for number in numbers if not re.search(rf"(?<![\w/]){re.escape(number)}(?!\w)", KNOWN))


def shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=shown)
def test_every_rule_that_a_lesson_cites_is_among_the_sources(path: Path) -> None:
    assert not unlisted(cells(path)), "add it to courses/sources.toml, its number in `title` or `number`"


@pytest.mark.parametrize("path", QUESTIONS, ids=shown)
def test_every_rule_that_a_question_cites_is_among_the_sources(path: Path) -> None:
    found = unlisted(list(texts(tomllib.loads(path.read_text(encoding="utf-8")))))
    assert not found, "add it to courses/sources.toml, its number in `title` or `number`"


@pytest.mark.parametrize("path", QUESTIONS, ids=shown)
def test_every_source_of_a_question_is_among_the_sources(path: Path) -> None:
    named = {one.get("source") for one in tomllib.loads(path.read_text(encoding="utf-8"))["question"]} - {None, ""}
    assert not named - {source.id for source in SOURCES}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Luật Báo chí số 126/2025/QH15, có hiệu lực từ 01/07/2026", {"126/2025/QH15"}),
        ("Nghị định 49/2024/NĐ-CP và Thông tư 13/2017/TT-BTTTT.", {"49/2024/NĐ-CP", "13/2017/TT-BTTTT"}),
        ("Quyết định số 505/QĐ-TTg; Nghị quyết số 03-NQ/TU", {"505/QĐ-TTg", "03-NQ/TU"}),
        ("Nghị định 49/2024 và Nghị quyết số 57 của", {"49/2024", "57"}),
        ("Kế hoạch số 50/KH-UBND của Ủy ban nhân dân thành phố", {"50/KH-UBND"}),
        ("Kế hoạch số 12/KH-UBND của xã Vĩnh Mẫu, ngày 20/11/2026, 24/7, km/h", set()),
    ],
)
def test_numbers_are_known_by_their_form(text: str, numbers: set[str]) -> None:
    assert cited(text) == numbers


def test_no_two_sources_stand_at_one_address() -> None:
    found = tomllib.loads((ROOT / "courses" / "sources.toml").read_text(encoding="utf-8"))["source"]
    addresses = [one["url"] for one in found if "url" in one]
    assert len(addresses) > 50
    assert sorted(set(addresses)) == sorted(addresses)
