"""Every word of the hub's pages and of the accounts is translated, and every page of the hub has ours."""

from __future__ import annotations

import re
from pathlib import Path

import jupyterhub
import pytest

import lopso
from lopso.words import messages

SOURCE = Path(lopso.__file__).parent
TEMPLATES = SOURCE / "hub" / "templates"
MESSAGE = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"\s*\)')


def used(files: list[Path]) -> set[str]:
    return {found for file in files for found in MESSAGE.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    ("domain", "files"),
    [
        ("hub", [*TEMPLATES.glob("*.html"), *(SOURCE / "hub").glob("*.py")]),
        ("accounts", [SOURCE / "accounts.py"]),
    ],
)
def test_every_message_has_a_translation_and_none_is_left_over(domain: str, files: list[Path]) -> None:
    translated = messages("vi", domain)
    assert used(files) == set(translated)
    assert all(translated[each] != each for each in translated)


def test_templates_hold_no_words_outside_the_catalogue() -> None:
    for file in TEMPLATES.glob("*.html"):
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " ", text, flags=re.DOTALL)
        assert set(re.findall(r"\w+", text)) <= {"Lớp", "Số"}, file.name


def test_every_page_of_the_hub_that_people_reach_is_ours() -> None:
    theirs = Path(jupyterhub.__file__).parents[4] / "share" / "jupyterhub" / "templates"
    names = {file.name for file in theirs.glob("*.html")}
    assert names, "the hub's own templates were not found"
    closed = {"admin.html", "token.html", "accept-share.html"}
    assert names - closed <= {file.name for file in TEMPLATES.glob("*.html")}
