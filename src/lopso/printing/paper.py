"""A print as data for the typesetter: the papers of every order, their answer sheets, and the keys apart from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lopso.printing import answers, trees
from lopso.printing.answers import LETTERS, Asked, Shown, number
from lopso.printing.codes import codes, seed_of
from lopso.printing.contents import LISTS, Drawable, html
from lopso.printing.typeset import MEDIA
from lopso.questions.draws import introduced
from lopso.questions.question import Question, prompt
from lopso.questions.quiz import Quiz
from lopso.words import catalogue

_ = catalogue("printing")

#: Letters that fit beside each other on a line: into a quarter of it, into half of it.
QUARTER, HALF = 13, 36
#: A line by hand takes about so many syllables.
SYLLABLES_A_LINE = 9
MOST_LINES = 40
#: Lines that certainly fit on a page.
TALL = 24
#: Rows of boxes below each other on a page of the answer sheet.
ROWS = 22


@dataclass(frozen=True)
class Heading:
    """What stands above each paper; empty ones are left to be filled in by hand."""

    school: str = ""
    class_name: str = ""
    print_id: str = ""
    sample: bool = False


def papers(quiz: Quiz, seed: str, versions: int, heading: Heading, drawable: Drawable) -> dict[str, Any]:
    """Give the papers with their answer sheets, order by order."""
    return {
        "words": words(),
        "title": drawable.text(quiz.title),
        "intro": drawable.of(html(quiz.intro)),
        "minutes": _("Time: {n} minutes").format(n=f"{quiz.timing.minutes:g}".replace(".", ","))
        if quiz.timing.minutes
        else "",
        "total": _("{n} questions, {points} points").format(n=quiz.length, points=number(quiz.max_points)),
        **heading_words(heading),
        "versions": [_version(quiz, seed_of(seed, code), code, drawable) for code in codes(versions)],
    }


def heading_words(heading: Heading) -> dict[str, Any]:
    """Give what stands above a paper, for the template."""
    return {
        "school": heading.school,
        "class": heading.class_name,
        "print": heading.print_id,
        "sample": _("SAMPLE") if heading.sample else "",
    }


def _version(quiz: Quiz, seed: str, code: str, drawable: Drawable) -> dict[str, Any]:
    asked = {one.question.id: one for one in answers.asked(quiz, seed)}
    groups = introduced(quiz.order(seed))
    return {
        "code": code,
        "groups": [[_item(question, asked.get(question.id), drawable) for question in group] for group in groups],
        "sheet": _columns([_boxes(one, drawable) for one in asked.values()]),
        "texts": [_lines(one, drawable) for one in asked.values() if one.sort == "points"],
    }


def _item(question: Question, asked: Asked | None, drawable: Drawable) -> dict[str, Any]:
    if asked is None:
        item: dict[str, Any] = {
            "number": None,
            "sort": "none",
            "body": drawable.of(prompt(question, None, MEDIA)["html"]),
        }
    else:
        item = {
            "number": asked.number,
            "body": drawable.of(asked.shown["html"]),
            "points": _points(question),
            "sort": asked.sort,
            "hint": _hint(asked),
            **parts(asked.shown, drawable),
        }
    return item | {"tall": _rows(item) > TALL}


def _rows(item: dict[str, Any]) -> float:
    """Estimate how many lines an item takes, rather too many than too few."""
    lists = [one for name in LISTS for one in item.get(name, ())]
    gaps = [one for part in item.get("parts", ()) for one in (part.get("c"), *part.get("options", ())) if one]
    return sum(trees.rows(one) for one in (item["body"], *lists, *gaps)) + len(item.get("criteria", ()))


def parts(shown: Shown, drawable: Drawable) -> dict[str, Any]:
    """Give what stands below a question's text."""
    lists = {name: [drawable.of(one["html"]) for one in shown.get(name, ())] for name in LISTS}
    lists = {name: trees_ for name, trees_ in lists.items() if trees_}
    return {
        **lists,
        "across": _across(lists.get("options", [])),
        "parts": [_part(part, drawable) for part in shown.get("parts", ())],
        "criteria": [
            _("{text} ({points} points)").format(text=drawable.text(one["text"]), points=number(one["points"]))
            for one in shown.get("criteria", ())
        ],
    }


def _part(part: Shown, drawable: Drawable) -> dict[str, Any]:
    if "gap" not in part:
        return {"c": drawable.of(part["html"])}
    return {"gap": True, "options": [drawable.of(one["html"]) for one in part.get("options", ())]}


def _across(options: Sequence[trees.Tree]) -> int:
    """Tell how many options stand beside each other."""
    longest = max((len(trees.plain(one)) for one in options), default=0)
    if any(trees.pictures(one) for one in options):
        return 2
    return 4 if longest <= QUARTER and len(options) in (3, 4, 7, 8) else 2 if longest <= HALF else 1


def _columns(boxes: Sequence[dict[str, Any]]) -> list[list[list[dict[str, Any]]]]:
    """Divide the boxes into pages, and each page into a left and a right column of like height."""
    pages: list[list[dict[str, Any]]] = [[]]
    for box in boxes:
        if sum(one["rows"] for one in pages[-1]) + box["rows"] > 2 * ROWS:
            pages.append([])
        pages[-1].append(box)
    return [_halves(page) for page in pages]


def _halves(page: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    half = sum(box["rows"] for box in page) / 2
    left = 0
    above = 0
    while left < len(page) and above < half:
        above += page[left]["rows"]
        left += 1
    return [list(page[:left]), list(page[left:])]


def _boxes(one: Asked, drawable: Drawable) -> dict[str, Any]:
    """Give what is ticked or filled in on the answer sheet."""
    shown = one.shown
    box: dict[str, Any] = {"number": one.number, "sort": one.sort, "rows": 1}
    match one.sort:
        case "option" | "options":
            box["letters"] = list(LETTERS[: len(shown["options"])])
        case "verdicts":
            box["letters"] = list("abcdef"[: len(shown["statements"])]) if len(shown["statements"]) > 1 else [""]
            box["rows"] = -(-len(shown["statements"]) // 3)
        case "pairs":
            box["count"] = len(shown["lefts"])
            box["rows"] = -(-len(shown["lefts"]) // 4)
        case "order":
            box["count"] = len(shown["items"])
            box["rows"] = -(-len(shown["items"]) // 6)
        case "gaps":
            box["gaps"] = [len(gap.get("options", ())) for gap in answers.gaps_of(shown)]
            box["rows"] = len(box["gaps"])
        case "text":
            unit = "" if getattr(one.question, "unit_required", False) else shown.get("unit", "")
            box |= {"short": one.question.kind == "short_answer", "unit": drawable.text(unit)}
    return box


def _lines(one: Asked, drawable: Drawable) -> dict[str, Any]:
    asked_for = one.shown["most"] or one.shown["least"] or SYLLABLES_A_LINE * 10
    lines = min(MOST_LINES, max(4, -(-asked_for // SYLLABLES_A_LINE)))
    return {"number": one.number, "lines": lines, "criteria": parts(one.shown, drawable)["criteria"]}


def _hint(one: Asked) -> str:
    shown = one.shown
    match one.sort:
        case "options":
            return _("(tick every right answer)") if one.question.scored else _("(your opinion; several may be ticked)")
        case "option":
            return "" if one.question.scored else _("(your opinion; no points)")
        case "verdicts":
            return _("(right or wrong?)") if len(shown["statements"]) == 1 else _("(right or wrong, for each?)")
        case "pairs":
            return _("(which letter belongs to which number?)")
        case "order":
            return _("(write the letters in the right order)")
        case "gaps":
            return _("(fill the gaps)")
        case "points":
            return _("(write on the lines at the end of the answer sheet)")
    return _unit_hint(one.question, shown)


def _unit_hint(question: Question, shown: Shown) -> str:
    if shown["kind"] == "short_answer":
        return _("(a number of at most four characters)")
    asks = getattr(question, "unit_required", False)
    return _("(with the unit: {list})").format(list=", ".join(shown["units"])) if asks else ""


def _points(question: Question) -> str:
    if not question.scored or question.points == 1:
        return ""
    return _("({points} points)").format(points=number(question.points))


def words() -> dict[str, str]:
    """Give the words that stand on every print."""
    return {
        "code": _("Version"),
        "name": _("Full name"),
        "number": _("Number"),
        "class": _("Class"),
        "school": _("School"),
        "question": _("Question"),
        "page": _("Page"),
        "sheet": _("ANSWER SHEET"),
        "how": _("Fill in the circle of your answer; strike out a wrong one with an X and fill in another."),
        "end": _("End"),
        "keys": _("KEYS"),
        "right": _("Đ"),
        "wrong": _("S"),
        "texts": _("WRITTEN PART"),
        "rubric": _("Marked by"),
        "marked": _("Points (by the marker)"),
        "sounds": _("To be played in class"),
        "secret": _("For the teacher: keep away from pupils."),
        "answer": _("Answers go on the answer sheet."),
    }
