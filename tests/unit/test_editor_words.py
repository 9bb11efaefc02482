"""The editor's scripts hold no word for people: each goes through the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.jslexer import Token, tokenize

STATIC = Path(__file__).parents[2] / "src/lopso/web/static"
SCRIPTS = sorted(STATIC.glob("editor*.js"))
#: Capitalised words that are the browser's, not ours.
TECHNICAL = {"TEXTAREA", "POST", "GET", "PUT", "X-Lopso", "Content-Type"}
#: A Vietnamese letter, or a capitalised word: what people read begins with one.
SPEECH = re.compile(r"[À-ỹ]|(?:^|[>\s])[A-Z][a-z]+")


def spoken(text: str) -> list[tuple[int, str]]:
    """Find literals that look like words for people and are not what `_()` translates."""
    tokens = [token for token in tokenize(text, jsx=False) if token.type not in ("linecomment", "multilinecomment")]
    found = []
    for index, token in enumerate(tokens):
        if token.type in ("string", "template_string") and not _is_message(tokens, index):
            for code in re.findall(r"\$\{([^}]*)\}", token.value) if token.type == "template_string" else ():
                found += spoken(code)
            plain = re.sub(r"\$\{[^}]*\}", "", token.value.strip("\"'`"))
            if SPEECH.search(plain) and plain not in TECHNICAL:
                found.append((token.lineno, plain))
    return found


def _is_message(tokens: list[Token], index: int) -> bool:
    return index > 1 and tokens[index - 1].value == "(" and tokens[index - 2].value == "_"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_word_for_people_stands_in_a_script_of_the_editor(path: Path) -> None:
    assert spoken(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    ['say("Đã lưu")', "say('Saved')", "say(`còn ${n} chỗ`)", 'say(`${n ? "Saved" : n}`)', 'x = { a: "Try again" }'],
)
def test_a_word_would_be_found(code: str) -> None:
    assert spoken(code)


def test_there_are_scripts_to_look_at() -> None:
    assert len(SCRIPTS) >= 6
