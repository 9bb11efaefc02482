"""Every lesson's handout is one A4 page when printed, as Chromium prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Route

from lopso.lessons import read_course
from lopso.pages import build
from lopso.pages.store import read_handout
from lopso.sources import read_sources
from lopso.web.rendering import STATIC, make_environment

ROOT = Path(__file__).parents[2]
HOST = "http://handout.invalid"
A4 = (595, 842)
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: As long as a handout may be, and as tall: a line for every few words.
LONGEST = "<ul>" + "<li>Mười chữ ở đây để đo một dòng in dài.</li>" * 17 + "</ul><p>Hết.</p>"
COURSES = [
    read_course(path.parent, f"courses/{path.parent.name}", read_sources(ROOT))
    for path in sorted((ROOT / "courses").glob("*/course.toml"))
]
LESSONS = [(course, lesson) for course in COURSES for lesson in course.lessons]


@pytest.fixture(scope="module")
def handouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the page of each handout by the lesson's address."""
    out = tmp_path_factory.mktemp("pages")
    for course in COURSES:
        build(course, ROOT / "courses" / course.name, out)
    found = [(course, lesson, read_handout(out, course.name, lesson.name)) for course, lesson in LESSONS]
    return {f"{course.name}/{lesson.name}": html(course, lesson, body) for course, lesson, body in found if body}


def html(course: object, lesson: object, body: str) -> str:
    template = make_environment("Asia/Ho_Chi_Minh").get_template("handout.html")
    return template.render(visitor=None, course=course, lesson=lesson, body=body)


@pytest.fixture(scope="module")
def sheet(chromium: Browser) -> Iterator[Page]:
    """Open a tab of a browser without script that is served from the folders alone."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.route("**/*", serve)
    yield page
    context.close()


def serve(route: Route) -> None:
    address = route.request.url.removeprefix(HOST).partition("?")[0]
    found = re.fullmatch(r"/media/courses/([\w-]+)/([\w.-]+)", address)
    path = ROOT / "courses" / found[1] / "media" / found[2] if found else STATIC / Path(address).name
    if path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=KINDS.get(path.suffix, "application/octet-stream"))
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def printed(sheet: Page, text: str) -> pypdfium2.PdfDocument:
    sheet.goto(f"{HOST}/")
    sheet.set_content(text, wait_until="load")
    return pypdfium2.PdfDocument(sheet.pdf(prefer_css_page_size=True))


def test_every_handout_is_one_a4_page_that_says_what_it_is(sheet: Page, handouts: dict[str, str]) -> None:
    longest = html(SimpleNamespace(name="x", title="Khóa"), SimpleNamespace(name="y", title="Bài"), LONGEST)
    for name, text in {**handouts, "longest": longest}.items():
        paper = printed(sheet, text)
        assert len(paper) == 1, name
        assert tuple(round(side) for side in paper[0].get_size()) == A4, name
        words = " ".join(paper[0].get_textpage().get_text_bounded().split())
        title = re.search(r"<h1>(.*?)</h1>", text)
        assert title, name
        assert title[1] in words, name
        assert "Vừa một trang A4" not in words, name  # the buttons stay on the screen


def test_what_is_too_long_would_be_seen(sheet: Page) -> None:
    long = html(SimpleNamespace(name="x", title="Khóa"), SimpleNamespace(name="y", title="Bài"), LONGEST * 3)
    assert len(printed(sheet, long)) > 1
