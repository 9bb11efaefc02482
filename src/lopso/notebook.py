"""A lesson notebook read as plain JSON: cells, sections, pictures, practice places, and what is wrong with them."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lopso.errors import Fault
from lopso.markup import PICTURES
from lopso.text import fold, nfc
from lopso.words import catalogue

_ = catalogue("lessons")

OPENING = "Học xong bài này"
CLOSING = ("Ghi nhớ", "Nguồn")
HANDOUT = "Tờ cầm tay"

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_AS_OF = re.compile(r"\*\*Cập nhật đến:\*\*\s*(\d{2}/\d{2}/\d{4})")
_PRACTICE_CALL = re.compile(r"\bpractice\(\s*[\"']([^\"']+)[\"']\s*\)")


@dataclass(frozen=True)
class Section:
    """A part of a lesson under one `##` heading; `id` is its address on the page."""

    id: str
    title: str


@dataclass(frozen=True)
class Cell:
    """One cell; `practice` is 'course/question' where it is a practice place."""

    number: int
    id: str
    kind: str
    source: str
    practice: str = ""

    @property
    def needs_kernel(self) -> bool:
        """Tell whether the cell is code that is more than a practice place."""
        return self.kind == "code" and not self.practice and bool(self.source.strip())

    @property
    def where(self) -> str:
        """Say where the cell is, for faults."""
        return _("cell {n} (id {id})").format(n=self.number, id=self.id or "–")


@dataclass
class Notebook:
    """A notebook's cells and the faults found while reading; `file` is its name as shown to people."""

    file: str
    cells: list[Cell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, problem: str, expected: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, where, problem, expected))

    @property
    def sections(self) -> tuple[Section, ...]:
        """List the sections in order."""
        titles = [title for cell in self.cells for _line, title in headings(cell)]
        return tuple(Section(name, title) for name, title in zip(section_ids(titles), titles, strict=True))

    @property
    def practice(self) -> tuple[Cell, ...]:
        """List the practice places in order."""
        return tuple(cell for cell in self.cells if cell.practice)

    @property
    def as_of(self) -> str:
        """Give the day up to which the lesson speaks, as its opening says it; empty where it does not."""
        found = _AS_OF.search(self.cells[0].source) if self.cells else None
        return found[1] if found else ""

    def part(self, title: str) -> str:
        """Give the Markdown of the section under the heading `title`; empty where there is none."""
        return "\n".join(text for text, _practice in self._within(title)).strip()

    def practice_in(self, title: str) -> tuple[str, ...]:
        """List the practice places of a section, as 'course/question'."""
        return tuple(practice for _text, practice in self._within(title) if practice)

    def _within(self, title: str) -> Iterator[tuple[str, str]]:
        """Give text and practice place of each cell, or what of it stands under the heading `title`."""
        inside = False
        for cell in self.cells:
            begins = dict(headings(cell))
            kept = []
            for number, line in enumerate(cell.source.splitlines()):
                inside = begins[number] == title if number in begins else inside
                if inside and number not in begins:
                    kept.append(line)
            if kept:
                yield "\n".join(kept) + "\n" if cell.kind == "markdown" else "", cell.practice


def read_notebook(path: Path, shown: str) -> Notebook:
    """Read the notebook at `path`, noting every fault instead of raising."""
    notebook = Notebook(shown)
    data = _parsed(path, notebook)
    if data is None:
        return notebook
    if data.get("nbformat") != 4 or data.get("nbformat_minor", 0) < 5:
        notebook.fault(_("field {name}").format(name="nbformat"), _("the notebook's format is too old"), "4.5")
    for number, raw in enumerate(data["cells"], 1):
        _read_cell(notebook, number, raw)
    _check_ids(notebook)
    _check_parts(notebook)
    _check_pictures(notebook, path.parent)
    return notebook


def headings(cell: Cell) -> Iterator[tuple[int, str]]:
    """Give line (from 0) and plain title of each `##` heading of a Markdown cell."""
    if cell.kind != "markdown":
        return
    tokens = _MARKDOWN.parse(cell.source)
    for token, inline in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0 and token.map:
            yield token.map[0], plain(inline)


def plain(inline: Token) -> str:
    """Give the text of an inline token without its marks."""
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline")).strip()


def section_ids(titles: list[str]) -> list[str]:
    """Make an address for each title: 'Ghi nhớ' → 'ghi-nho'; one that stands twice gets a number."""
    made: list[str] = []
    for title in titles:
        base = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:48].strip("-") or "phan"
        name, count = base, 1
        while name in made:
            count += 1
            name = f"{base}-{count}"
        made.append(name)
    return made


def pictures(text: str) -> Iterator[tuple[str, str]]:
    """Give address and alternative text of each picture in Markdown `text`."""
    for token in _MARKDOWN.parse(text):
        for child in token.children or []:
            if child.type == "image":
                yield str(child.attrs.get("src", "")), child.content.strip()


def picture_problems(text: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give problem and expectation of each picture of `text` that a page could not show to everybody."""
    for address, alternative in pictures(text):
        name = address.removeprefix("media/")
        if name == address or "/" in name or Path(name).suffix.lower() not in PICTURES:
            yield _("picture {name} is not one of ours").format(name=address), "media/….svg"
        elif not (folder / "media" / name).is_file():
            yield _("picture {name} is missing").format(name=address), f"{folder.name}/{address}"
        if not alternative:
            yield _("picture {name} has no alternative text").format(name=address), f"![…]({address})"


def _parsed(path: Path, notebook: Notebook) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        notebook.fault("", _("the file is missing"), _("a notebook, or no [[lesson]] that names it"))
        return None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        line = _("line {n}").format(n=error.lineno) if isinstance(error, json.JSONDecodeError) else ""
        notebook.fault(line, _("the notebook cannot be read: {error}").format(error=error), "JSON, UTF-8")
        return None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        notebook.fault("", _("this is not a notebook"), _("a table with the list {name}").format(name="cells"))
        return None
    return data


def _read_cell(notebook: Notebook, number: int, raw: Any) -> None:
    source = raw.get("source") if isinstance(raw, dict) else None
    text = "".join(source) if isinstance(source, list) and all(isinstance(s, str) for s in source) else source
    if not isinstance(text, str) or raw.get("cell_type") not in ("markdown", "code", "raw"):
        notebook.fault(_("cell {n}").format(n=number), _("this is not a cell"), "cell_type, source")
        return
    name = raw.get("id") if isinstance(raw.get("id"), str) else ""
    cell = Cell(number, name, raw["cell_type"], nfc(text))
    if cell.kind == "code":
        cell = _code_cell(notebook, cell, raw)
    notebook.cells.append(cell)


def _code_cell(notebook: Notebook, cell: Cell, raw: dict[str, Any]) -> Cell:
    if raw.get("outputs") or raw.get("execution_count") is not None:
        notebook.fault(cell.where, _("outputs are kept in the notebook"), _("clear all outputs and save"))
    called = _PRACTICE_CALL.findall(cell.source)
    if not called:
        return cell
    if len(called) > 1 or not _only_practice(cell.source):
        notebook.fault(cell.where, _("a practice cell holds more than its one question"), 'practice("…/…")')
    return Cell(cell.number, cell.id, cell.kind, cell.source, called[0])


def _only_practice(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return [type(node) for node in body] == [ast.ImportFrom, ast.Expr]


def _check_ids(notebook: Notebook) -> None:
    seen: set[str] = set()
    for cell in notebook.cells:
        if not cell.id:
            notebook.fault(cell.where, _("the cell has no id"), _("a short id"))
        elif cell.id in seen:
            notebook.fault(cell.where, _("the id {id} stands twice").format(id=cell.id))
        seen.add(cell.id)


def _check_parts(notebook: Notebook) -> None:
    first = notebook.cells[0] if notebook.cells else Cell(1, "", "markdown", "")
    if not first.source.lstrip().startswith("# ") or OPENING not in first.source:
        notebook.fault(first.where, _("the opening is missing"), f"# …, **{OPENING}, bạn sẽ:**")
    titles = [section.title for section in notebook.sections]
    for title in CLOSING:
        if title not in titles:
            notebook.fault("", _("the section “{title}” is missing").format(title=title), f"## {title}")


def _check_pictures(notebook: Notebook, folder: Path) -> None:
    for cell in notebook.cells:
        if cell.kind == "markdown":
            for problem, expected in picture_problems(cell.source, folder):
                notebook.fault(cell.where, problem, expected)
