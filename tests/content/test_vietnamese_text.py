"""Every Vietnamese text passes the spelling check: lessons, questions, sources, pictures, guides and the catalogue.

A word that is reported is a slip to mend, or a loan, name or abbreviation to add to src/lopso/loan_words.txt.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from lopso.spelling import foreign, unknown, words
from lopso.vietnamese_syllables import has_new_tone_place

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "src" / "lopso" / "locale" / "vi"
#: The fields that people read; answers to accept, ids and addresses are none of them.
READ = {"title", "summary", "audience", "intro", "prompt", "hint", "explanation", "text", "why", "model", "label"}
#: Where a text speaks of the two ways of placing a tone.
ABOUT_SPELLING = {"dieu-phoi.md": {"Hoà"}}
READ_OF_SOURCES = {"title", "issuer", "state"}


def fields(data: Any, names: set[str], name: str = "") -> Iterator[str]:
    """Give the texts of the fields called one of `names`, at any depth."""
    if isinstance(data, str) and name in names:
        yield data
    for key, value in data.items() if isinstance(data, dict) else ():
        yield from fields(value, names, key)
    for value in data if isinstance(data, list) else ():
        yield from fields(value, names, name)


def of_notebook(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def of_document(path: Path) -> list[str]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.name != "sources.toml":
        return list(fields(data, READ))
    return [text for text in fields(data, READ_OF_SOURCES) if not is_english(text)]


def of_picture(path: Path) -> list[str]:
    return re.findall(r">([^<]+)<", path.read_text(encoding="utf-8"))


def of_catalogue(path: Path) -> list[str]:
    """Give the translations without the words that the message has too: names of fields, commands, programs."""
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    kept = []
    for message in messages:
        told = message.string if isinstance(message.string, str) else " ".join(message.string)
        same = set(words(message.id if isinstance(message.id, str) else " ".join(message.id)))
        kept.append(" ".join(word for word in foreign(told) if word not in same))
    return kept


def is_english(text: str) -> bool:
    """Tell whether the title of a source is in another language: most of its words are."""
    return len(foreign(text)) > len(list(words(text))) / 3


READERS = (
    ("courses/*/*.ipynb", of_notebook),
    ("courses/*/*.toml", of_document),
    ("courses/sources.toml", of_document),
    ("quizzes/*/quiz.toml", of_document),
    ("courses/*/media/*.svg", of_picture),
    ("quizzes/*/media/*.svg", of_picture),
    ("docs/huong-dan/*.md", lambda path: [path.read_text(encoding="utf-8")]),
    ("docs/coverage.md", lambda path: [path.read_text(encoding="utf-8")]),
    ("src/lopso/locale/vi/*.po", of_catalogue),
)
FILES = [(path, reader) for pattern, reader in READERS for path in sorted(ROOT.glob(pattern))]
every_file = pytest.mark.parametrize(
    ("path", "reader"), [pytest.param(path, reader, id=str(path.relative_to(ROOT))) for path, reader in FILES]
)


@every_file
def test_every_word_is_a_vietnamese_syllable_or_a_listed_loan(path: Path, reader: Any) -> None:
    slips = sorted({word for text in reader(path) for word in unknown(text)})
    assert not slips, "mend them, or list them in src/lopso/loan_words.txt"


@every_file
def test_the_tone_of_open_oa_oe_uy_stands_on_the_glide_everywhere(path: Path, reader: Any) -> None:
    found = {word for text in reader(path) for word in words(text) if has_new_tone_place(word)}
    assert found - ABOUT_SPELLING.get(path.name, set()) == set()


def test_a_slip_in_a_lesson_would_be_found(tmp_path: Path) -> None:
    lesson = next(path for path, _reader in FILES if path.suffix == ".ipynb").read_text(encoding="utf-8")
    (tmp_path / "x.ipynb").write_text(lesson.replace("được", "đựơc", 1), encoding="utf-8")
    assert "đựơc" in {word for text in of_notebook(tmp_path / "x.ipynb") for word in unknown(text)}
