"""Rendering with nbconvert: our own template, Vietnamese, no code, headings with addresses, practice as plain forms."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any

from lopso import markup, notebook
from lopso.lessons import Course, Lesson
from lopso.notebook import HANDOUT, Cell, headings, read_notebook, section_ids
from lopso.pages import fieldset, form
from lopso.pages.media import describe_pictures
from lopso.questions.question import prompt
from lopso.words import catalogue

_ = catalogue("pages")

TEMPLATES = Path(__file__).parent / "templates"
#: What a page looks like depends on these besides its course.
CODE = (Path(__file__), Path(form.__file__), Path(fieldset.__file__), Path(markup.__file__), Path(notebook.__file__))


def build(course: Course, folder: Path, out: Path) -> tuple[str, ...]:
    """Render the lessons whose notebook, practice, pictures or our own code changed into `out`/<course>/; list them.

    Each page is <lesson>.html (the sections), <lesson>.handout.html (what to print, or nothing) and <lesson>.json
    (title, sections, minutes, the key of what it was made from). Pages of lessons that are gone are removed.
    """
    target = out / course.name
    target.mkdir(parents=True, exist_ok=True)
    built = []
    for lesson in course.lessons:
        key = _key(course, lesson, folder)
        if not _is_fresh(target, lesson, key):
            _write(target / f"{lesson.name}.html", _render(course, lesson, folder))
            _write(target / f"{lesson.name}.handout.html", _handout(course, lesson, folder))
            _write(target / f"{lesson.name}.json", json.dumps(_facts(lesson, key), ensure_ascii=False))
            built.append(lesson.name)
    for path in target.iterdir():
        if course.lesson(path.name.partition(".")[0]) is None:
            path.unlink()
    return tuple(built)


def media_address(course: str) -> str:
    """Give the address below which a course's pictures are served."""
    return f"/media/courses/{course}"


def handout_address(course: str, lesson: str) -> str:
    """Give the address of a lesson's handout, the one page to print."""
    return f"/courses/{course}/{lesson}/handout"


def kernel_address(course: str, lesson: str) -> str:
    """Give the address where a lesson runs with a kernel."""
    return f"/services/voila/voila/render/courses/{course}/{lesson}.ipynb"


def _facts(lesson: Lesson, key: str) -> dict[str, Any]:
    sections = [asdict(section) for section in lesson.sections]
    return {"title": lesson.title, "minutes": lesson.minutes, "sections": sections, "key": key}


def _is_fresh(target: Path, lesson: Lesson, key: str) -> bool:
    facts = target / f"{lesson.name}.json"
    if not all((target / f"{lesson.name}.{kind}").is_file() for kind in ("json", "html", "handout.html")):
        return False
    try:
        return bool(json.loads(facts.read_text(encoding="utf-8"))["key"] == key)
    except (ValueError, KeyError):
        return False  # half written by a killed predecessor


def _key(course: Course, lesson: Lesson, folder: Path) -> str:
    pictures = [path for path in sorted((folder / "media").glob("*")) if path.is_file()]
    sources = [*pictures, *CODE, *sorted(TEMPLATES.rglob("*.j2"))]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sources]
    title = f"{lesson.title} {lesson.minutes}"
    return hashlib.sha256("\n".join([title, lesson.digest, course.practice.version, *digests]).encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def _render(course: Course, lesson: Lesson, folder: Path) -> str:
    import nbformat  # slow to import, and needed only where pages are built

    path = folder / f"{lesson.name}.ipynb"
    source = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat is typed in part
    source.cells = [_annotated(cell, place) for cell, place in _places(read_notebook(path, path.name).cells, lesson)]
    exporter = _exporter()
    exporter.register_filter("lesson_html", partial(_lesson_html, media=media_address(course.name), folder=folder))
    exporter.register_filter("practice_form", partial(_practice_form, course))
    words = {"practice": _("Practice {n}/{all}"), "open": _("Open the practical part")}
    words["print"] = _("Print the handout")
    words["own_page"] = _("It opens as a page of its own; come back here afterwards.")
    resources = {"metadata": {"name": lesson.name}}
    addresses = {"kernel_address": kernel_address(course.name, lesson.name)}
    addresses["handout_address"] = handout_address(course.name, lesson.name)
    exporter.environment.globals.update(words=words, handout=HANDOUT, **addresses)
    html, _resources = exporter.from_notebook_node(source, resources)
    return str(html)


def _handout(course: Course, lesson: Lesson, folder: Path) -> str:
    """Render the section to print and the day it speaks of; empty where the lesson has none."""
    read = read_notebook(folder / f"{lesson.name}.ipynb", lesson.name)
    if not (text := read.part(HANDOUT)):
        return ""
    as_of = f'<p class="as-of">{_("As of {day}").format(day=read.as_of)}</p>' if read.as_of else ""
    return _lesson_html(text, media_address(course.name), folder) + as_of


@cache
def _exporter() -> Any:
    from nbconvert.exporters import TemplateExporter

    return TemplateExporter(  # type: ignore[no-untyped-call]  # traitlets' own arguments
        template_name="lesson",
        extra_template_basedirs=[str(TEMPLATES)],
        file_extension=".html",
        template_extension=".html.j2",
        preprocessors=[],
    )


def _places(cells: list[Cell], lesson: Lesson) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Give each cell with its place in the lesson; a cell is cut where a section begins inside it."""
    ids = iter(section_ids([section.title for section in lesson.sections]))
    asked = 0
    here = ""
    code_before = False
    for cell in cells:
        if cell.practice:
            name = cell.practice.partition("/")[2]
            counted = name in lesson.practice
            asked += counted
            yield cell, {"practice": name, "number": asked if counted else 0, "all": len(lesson.practice)}
        elif cell.kind == "markdown":
            for part, place in _cut(cell, ids):
                here = place.get("section", {}).get("title", here)
                yield part, place
        elif cell.needs_kernel and not code_before:
            # The same heading in the notebook's page, by the id that nbconvert gives it.
            yield cell, {"kernel": "#" + here.replace(" ", "-")}
        code_before = cell.needs_kernel


def _cut(cell: Cell, ids: Iterator[str]) -> Iterator[tuple[Cell, dict[str, Any]]]:
    lines = cell.source.splitlines()
    begins = list(headings(cell))
    ends = [line for line, _title in begins[1:]] + [len(lines)]
    before = lines[: begins[0][0]] if begins else lines
    if text := "\n".join(before).strip():
        yield Cell(cell.number, cell.id, cell.kind, text), {}
    for (line, title), end in zip(begins, ends, strict=True) if begins else ():
        section = {"id": next(ids), "title": title}
        yield Cell(cell.number, cell.id, cell.kind, "\n".join(lines[line + 1 : end])), {"section": section}


def _annotated(cell: Cell, place: dict[str, Any]) -> Any:
    from nbformat import v4

    make = v4.new_markdown_cell if cell.kind == "markdown" else v4.new_code_cell
    return make(cell.source, metadata={"lopso": place})  # type: ignore[no-untyped-call]


def _practice_form(course: Course, name: str) -> str:
    question = course.practice.question(name)
    if question is None:
        raise KeyError(name)  # read_course lets no such course through
    return form.practice_form(course.name, prompt(question, None, media_address(course.name)))


def _lesson_html(text: str, media: str, folder: Path) -> str:
    """Turn a Markdown cell into safe HTML; the page itself shows the lesson's title."""
    html = markup.to_html(re.sub(r"\A# .*\n?", "", text), media)
    html = html.replace("<li>☐", '<li class="box">☐')  # a box to tick needs no dot before it
    html = html.replace("<table>", '<div class="table" tabindex="0"><table>').replace("</table>", "</table></div>")
    return _with_addresses(describe_pictures(html, media, folder / "media"))


def _with_addresses(html: str) -> str:
    """Give the smaller headings an id, so that they can be linked to."""

    def opening(found: re.Match[str]) -> str:
        (name,) = section_ids([re.sub(r"<[^>]+>", "", found[2])])
        return f'<{found[1]} id="muc-{name}">{found[2]}'

    return re.sub(r"<(h[34])>(.*?)(?=</h[34]>)", opening, html)
